"""The catalogue of reasons: complete, and nothing in it that nobody says."""

import ast
from pathlib import Path

import pytest

import projections
from engine.core.reasons import REASONS, Reason, Standing, sentence_of

ROOT = Path(projections.__file__).parent
SAID_BY = {
    "hold": Standing.HELD,
    "hold_unless_accepted": Standing.HELD,
    "wait": Standing.WAITING,
}


def calls() -> list[tuple[str, str]]:
    """What plans say: the function, and a text constant that it is given as a reason."""
    found = []
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.append((node.func.id, argument.value))
    return found


def is_code(text: str) -> bool:
    return text.isupper() and text.replace("_", "").isalpha() and "_" in text


CALLS = [(name, text) for name, text in calls() if is_code(text)]


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.code)
def test_reason_when_catalogued_then_every_text_is_there(reason: Reason) -> None:
    assert is_code(reason.code) or reason.code.isupper()
    for text in (reason.sentence, reason.cause, reason.action):
        assert text.endswith(".")
        assert text[0].isupper() or text.startswith("[[")
    assert reason.who
    assert sentence_of(reason.code) == reason.sentence


def test_reason_when_a_plan_says_it_then_it_is_catalogued_in_its_kind() -> None:
    for name, code in CALLS:
        if name in SAID_BY:
            assert REASONS[code].standing is SAID_BY[name], code
        elif name == "settle":
            assert REASONS[code].standing is Standing.SETTLED, code
    assert {code for name, code in CALLS if name in {*SAID_BY, "settle"}}


def test_reason_when_catalogued_as_a_hold_or_wait_then_a_plan_says_it() -> None:
    said = {code for _, code in CALLS} | {"WAITS_FOR_HELD", "ZERO_PRICE"}
    texts = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    for code, reason in REASONS.items():
        if reason.standing in {Standing.HELD, Standing.WAITING, Standing.SETTLED}:
            assert code in said or f'"{code}"' in texts, code


def test_reason_when_a_plan_lets_it_pass_then_it_is_acceptable_and_the_other_way_round() -> None:
    passed = {code for name, code in CALLS if name == "hold_unless_accepted"}
    assert passed == {code for code, reason in REASONS.items() if reason.is_acceptable}


def test_sentence_when_the_code_is_unknown_then_it_is_the_code() -> None:
    assert sentence_of("NEW_CODE") == "NEW_CODE"
    assert sentence_of("") == ""
