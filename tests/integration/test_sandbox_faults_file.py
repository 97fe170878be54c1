"""`sandbox --faults FILE --strict`: read before anything listens, refused with one line."""

import json
from pathlib import Path

import pytest

from engine.cli import main, parser
from engine.cli.exits import Exit


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1]", "sandbox: plan.json: fault 1 is to be a JSON object"),
        ("{", "sandbox: plan.json: this is not JSON"),
        (None, "sandbox: plan.json cannot be read: No such file or directory"),
    ],
)
def test_sandbox_when_the_fault_plan_is_wrong_then_one_line_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, sentence: str
) -> None:
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    code = main(["sandbox", "--documents", "0", "--faults", str(path)])

    shown = capsys.readouterr()
    assert code == Exit.USAGE
    assert shown.out == ""
    assert shown.err.startswith(sentence)
    assert shown.err.count("\n") == 1


def test_sandbox_when_a_fault_names_what_is_not_there_then_one_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.json"
    lock = {"do": "lock", "table": "Pigs", "key": "1"}
    path.write_text(json.dumps([{"at": {"boundary": "syspro.post"}, **lock}]), encoding="utf-8")
    options = ["--documents", "0", "--folder", str(tmp_path), "--faults", str(path)]

    assert main(["sandbox", *options]) == Exit.USAGE
    assert capsys.readouterr().err == "sandbox: fault 1: SYSPRO has no table Pigs\n"


def test_sandbox_when_told_nothing_then_neither_faults_nor_strict() -> None:
    options = parser().parse_args(["sandbox"])
    assert (options.faults, options.strict) == (None, False)
