"""README's fault plan is one that the sandbox takes."""

import json

from readme_reading import fenced, section

from engine.sandbox.faults.grammar import read_faults


def test_plan_when_shown_then_the_grammar_reads_it() -> None:
    plans = [json.loads(block) for block in fenced(section("The sandboxes"), "json")]
    faults = [plan for plan in plans if "at" in plan[0]]
    assert len(faults) == 1
    read = read_faults(faults[0])
    assert [fault.place.boundary for fault in read] == ["syspro.post", "procurify.list"]
