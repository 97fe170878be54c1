"""README's changes are the code's, and its rehearsal runs as it is written."""

import re

import orjson
from apply_world import Stage
from readme_reading import fenced, section, tables

from engine.sandbox.control.changes import CHANGES, apply_changes

SANDBOXES = section("The sandboxes")


def test_changes_when_listed_then_each_once_and_no_other() -> None:
    table = next(rows for rows in tables(SANDBOXES) if rows[0][0] == "Procurify, new")
    listed = [name for row in table for name in re.findall(r"`([a-z_]+)`", row[1])]
    assert sorted(listed) == sorted(CHANGES)


def test_rehearsal_when_run_as_written_then_it_happens() -> None:
    (script,) = [text for text in fenced(SANDBOXES, "json") if "new_vendor" in text]
    stage = Stage()

    made = apply_changes(orjson.loads(script), stage.world)

    by_name = {str(entry.get("number") or entry.get("invoice_number")): entry for entry in made}
    assert by_name["PO-PILOT"]["total"] == "137.00"
    assert by_name["PT-1"]["total"] == "137.00"
    assert by_name["PT-2"]["total"] == "-80.00"
    assert made[-1]["owed"] == "50.00"
    held = {entry["number"]: entry["cause"] for entry in stage.verdict("must_hold")}
    assert held["PT-2"] == "CREDIT_WITHOUT_INVOICE"
    missing = {entry["number"] for entry in stage.verdict("missing")}
    assert {"Pilot Tools Ltd", "PO-PILOT", "PT-1", "PT-2"} <= missing
    assert stage.verdict("differences") == []
