"""The command line without a database: parser, exits, `explain`, how errors are told."""

import json

import pytest

from engine.cli import VERBS, first_cause, main, parser, refused
from engine.cli.exits import Exit, exit_of
from engine.core.reasons import REASONS
from engine.errors import (
    Conflict,
    EngineError,
    Fenced,
    Forbidden,
    LogBehind,
    Malformed,
    Misconfigured,
    NotFound,
    StaleVersion,
    Throttled,
    TimedOut,
    Transient,
    Unauthorized,
)
from engine.telemetry import keep_out_of_logs

USAGE_EXIT = 2
DECISIONS = {"hold", "release", "approve", "ignore", "link", "retry"}
WITH_CONFIG = {"run", "migrate", "ping", "doctor", "poll", "status", "audit", "replay",
               "verify-log", "credentials", "map", "policy", "confirm", "resolve", "plan",
               "accept-log", "preview", "agreement", *DECISIONS}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Misconfigured, 2),
        (Transient, 6),
        (Throttled, 6),
        (TimedOut, 6),
        (Unauthorized, 6),
        (Forbidden, 6),
        (NotFound, 1),
        (Malformed, 1),
        (Conflict, 1),
        (StaleVersion, 1),
        (Fenced, 1),
        (LogBehind, 5),
        (EngineError, 1),
    ],
)
def test_exit_when_an_error_ends_a_verb_then_the_code_is_the_promised_one(
    kind: type[EngineError], code: int
) -> None:
    assert exit_of(kind("what")) == code


def test_exits_when_listed_then_each_number_keeps_its_meaning() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "OK": 0,
        "ERROR": 1,
        "USAGE": 2,
        "WAITING_FOR_PERSON": 3,
        "DRIFT": 4,
        "VERIFICATION_REFUSED": 5,
        "REMOTE_UNAVAILABLE": 6,
        "IN_DOUBT": 7,
    }


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_when_asked_of_any_verb_then_it_takes_json_and_says_what_it_is_for(
    verb: object, capsys: pytest.CaptureFixture[str]
) -> None:
    name = getattr(verb, "name", "")
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert "--json" in said
    assert getattr(verb, "summary", "") in " ".join(said.split())
    assert ("--config FILE" in said) == (name in WITH_CONFIG)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["status", "--what"],
        ["demo", "--seed=x"],
        ["demo", "--documents=-3"],
        ["sandbox", "--syspro-port=99999"],
        ["sandbox", "--documents=1000001"],
        ["sandbox", "--load=60001"],
        ["sandbox", "--load=5", "--load-minutes=x"],
        ["sandbox", "--load=5", "--quiet"],
        ["credentials", "steal"],
    ],
)
def test_main_when_the_words_are_wrong_then_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == USAGE_EXIT
    assert capsys.readouterr().err.startswith("usage: procurify-syspro")


def test_parser_when_asked_then_the_program_is_called_as_its_script() -> None:
    assert parser().prog == "procurify-syspro"


def test_explain_when_given_a_code_then_sentence_cause_who_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "line_no_account"]) == Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        "LINE_NO_ACCOUNT: A line has no ledger code.",
        "  Why        Its account code is missing or not mapped; the detail names it.",
        "  Who        whoever keeps the mappings (unless the policy's owner_source names somebody)",
        "  What now   Approve an account mapping; every document with that account goes on by "
        "itself.",
        "  By itself  It is planned again as soon as the document, a mapping or SYSPRO changes.",
        "  Kind       data: what the document or a mapping says",
    ]


def test_explain_when_asked_as_json_then_every_code_with_all_its_parts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "--json"]) == Exit.OK
    rows = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in rows] == list(REASONS)
    assert {frozenset(row) for row in rows} == {
        frozenset(
            {"code", "class", "sentence", "cause", "who", "action", "automatic", "is_acceptable"}
        )
    }
    assert main(["explain", "BLANKET_PO", "--json"]) == Exit.OK
    assert json.loads(capsys.readouterr().out) in rows


def test_explain_when_the_code_is_unknown_then_names_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "BLANKET", "--json"]) == Exit.ERROR
    said = capsys.readouterr()
    assert said.err.startswith("explain: no reason is called 'BLANKET'; did you mean BLANKET_PO")
    assert json.loads(said.out)["error"] == "NotFound"


def test_error_when_it_holds_a_secret_then_told_without(
    capsys: pytest.CaptureFixture[str],
) -> None:
    keep_out_of_logs("s3cret-of-the-day")
    code = refused("ping", Transient("host said s3cret-of-the-day"), has_json=True)
    said = capsys.readouterr()
    assert code == Exit.REMOTE_UNAVAILABLE
    assert said.err == "ping: host said ***\n"
    assert json.loads(said.out) == {"error": "Transient", "text": "host said ***", "exit": 6}


def test_cause_when_errors_come_in_groups_then_the_first_real_one() -> None:
    wanted = Misconfigured("a setting")
    group = ExceptionGroup("outer", [ExceptionGroup("inner", [wanted, ValueError()])])
    assert first_cause(group) is wanted
    assert first_cause(wanted) is wanted
