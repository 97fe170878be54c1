"""A line is stopped by what should never be, and goes on by a person alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from plan_documents import order
from plan_world import COMPANY, World, ready_world

from engine.core.canonical import JsonObject
from engine.core.projection import Address, Overlay, Table
from projections.lines import note_doubt

DOCUMENT = "purchase_order:acme/1042"


@dataclass
class Rows:
    """Facts that are at hand."""

    facts: dict[str, JsonObject | None]

    def get(self, table: Table, key: str) -> JsonObject | None:
        return self.facts.get(key)

    def dependants(self, need: str) -> Sequence[str]:
        return ()


def lines(world: World) -> dict[str, object]:
    row = world.row(Table.FACTS, "lines")
    return dict(row or {})


def doubted(cause: str = "lost") -> tuple[World, str]:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    row = world.command("purchase_order", "1042")
    world.intend(row)
    stream = f"command/{row['key']}"
    world.append(stream, "PostInDoubt", {"attempt": 1, "cause": cause, "text": "cut"})
    return world, stream


def test_line_when_our_key_is_found_twice_then_stopped_until_a_person_lets_it_go_on() -> None:
    world, stream = doubted()
    assert lines(world) == {}
    body = {"attempt": 1, "outcome": "escalated", "rule": "FOUND_TWICE", "syspro_key": ""}
    world.append(stream, "DoubtResolved", body)
    said = f"{DOCUMENT} stands there more than once under one key of ours"
    assert lines(world)[COMPANY]["why"] == [said]

    stopped = {"company": COMPANY, "text": "bill:acme/1 was settled as not there, and is there"}
    world.append(f"line/{COMPANY}", "LineStopped", {**stopped, "hold_for_payment": ["S1|INV-1"]})
    line = lines(world)[COMPANY]
    assert (line["why"], line["holds"]) == ([said, stopped["text"]], ["S1|INV-1"])

    world.append(f"line/{COMPANY}", "LineReleased", {"company": COMPANY, "reason": "deleted one"})
    assert lines(world) == {}


def test_line_s19_when_a_part_was_accepted_then_stopped_until_a_person_lets_it_go_on() -> None:
    world, stream = doubted("partial")
    said = f"{DOCUMENT} was accepted in part, though it is sent as one"
    assert lines(world)[COMPANY]["why"] == [said]
    body = {"attempt": 1, "outcome": "committed", "rule": "FOUND_EQUAL", "syspro_key": "547"}
    world.append(stream, "DoubtResolved", body)
    assert lines(world)[COMPANY]["why"] == [said]
    world.append(f"line/{COMPANY}", "LineReleased", {"company": COMPANY, "reason": "looked"})
    assert lines(world) == {}


def test_doubt_when_it_comes_then_it_is_known_for_two_days() -> None:
    world, stream = doubted()
    begun = world.events[-1]
    fact = f"doubted:{COMPANY}"
    assert world.fact(fact) == {DOCUMENT: begun.recorded_at.isoformat()}
    row = world.row(Table.COMMANDS, stream.removeprefix("command/"))
    assert row is not None
    for hours, kept in ((47, [DOCUMENT, "other"]), (48, ["other"])):
        later = replace(begun, recorded_at=begun.recorded_at + timedelta(hours=hours))
        overlay = Overlay(Rows({fact: world.fact(fact)}))
        note_doubt(overlay, COMPANY, "other", later)
        changed = overlay.changes[Address(table=Table.FACTS, key=fact)]
        assert changed is not None and sorted(changed) == sorted(kept)
