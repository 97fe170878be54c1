"""The command state machine: every event leads where the picture says, and nowhere else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.lifecycle import COMMAND_EVENTS, CommandState, evolve_command

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BASE = {
    "attempt": 1,
    "cause": "timed_out",
    "text": "said",
    "reason": "R",
    "rule": "FOUND_NOTHING",
    "session_tag": "tag",
    "syspro_key": "000547",
    "outcome": "not_committed",
    "is_equal": True,
    "lines": [],
}


def event(kind: str, version: int = 1, **body: object) -> Event:
    return Event(
        tenant="acme",
        position=40 + version,
        event_id=UUID(int=version),
        stream="command/k",
        version=version,
        type=kind,
        schema_version=1,
        body={**BASE, **body},
        actor="writer",
        run_id="run-1",
        correlation="run-1",
        causation=None,
        recorded_at=AT,
        hash=b"\0" * 32,
    )


def folded(*events: Event) -> JsonObject:
    row: JsonObject = {"key": "k", "state": "ready", "version": 0, "attempt": 0}
    for one in events:
        row = evolve_command(row, one)
    return row


@pytest.mark.parametrize(
    ("kind", "body", "state"),
    [
        ("PostIntended", {}, "sending"),
        ("PostAccepted", {}, "accepted"),
        ("PostRejected", {}, "rejected"),
        ("PostDeferred", {}, "deferred"),
        ("PostInDoubt", {}, "in_doubt"),
        ("DoubtFenced", {}, "in_doubt"),
        ("PostVerified", {}, "verified"),
        ("DoubtResolved", {"outcome": "committed"}, "accepted"),
        ("DoubtResolved", {"outcome": "not_committed"}, "ready"),
        ("DoubtResolved", {"outcome": "conflict"}, "conflict"),
        ("DoubtResolved", {"outcome": "escalated"}, "escalated"),
        ("VerdictProposed", {"outcome": "absent"}, "ready"),
        ("VerdictGiven", {"outcome": "absent"}, "escalated"),
        ("OverrideRefused", {}, "escalated"),
        ("LookupAnswered", {"is_as_planned": False}, "deferred"),
        ("LookupAnswered", {"is_as_planned": True}, "ready"),
    ],
)
def test_command_when_an_event_comes_then_its_state_is_the_pictures(
    kind: str, body: JsonObject, state: str
) -> None:
    row = folded(event(kind, **body))
    assert row["state"] == state
    assert row["version"] == 1
    assert kind in COMMAND_EVENTS


def test_command_when_intended_then_the_row_knows_session_and_position() -> None:
    row = folded(event("PostIntended", attempt=2, session_tag="abc"))
    assert (row["attempt"], row["session_tag"], row["intent_position"]) == (2, "abc", 41)
    assert row["fenced_at"] is None


def test_command_when_a_doubt_is_resolved_as_committed_then_the_number_is_kept() -> None:
    row = folded(
        event("PostIntended", 1),
        event("PostInDoubt", 2),
        event("DoubtFenced", 3),
        event("DoubtResolved", 4, outcome="committed", rule="FOUND_EQUAL"),
    )
    assert (row["state"], row["syspro_key"], row["version"]) == ("accepted", "000547", 4)
    assert row["fenced_at"] == AT.isoformat()


def test_command_when_not_committed_then_the_next_attempt_starts_clean() -> None:
    row = folded(
        event("PostIntended", 1),
        event("PostInDoubt", 2),
        event("DoubtFenced", 3),
        event("DoubtResolved", 4),
        event("PostIntended", 5, attempt=2),
    )
    assert (row["state"], row["attempt"], row["fenced_at"]) == ("sending", 2, None)


def test_command_when_deferred_twice_then_counted() -> None:
    row = folded(event("PostDeferred", 1), event("PostDeferred", 2))
    assert row["deferrals"] == 2


def test_command_s17_when_it_was_locked_then_those_deferrals_are_counted_too() -> None:
    row = folded(
        event("PostDeferred", 1, cause="locked"),
        event("PostDeferred", 2),
        event("PostDeferred", 3, cause="locked"),
    )
    assert (row["deferrals"], row["locks"]) == (3, 2)


def test_command_when_its_state_is_printed_then_it_is_the_word() -> None:
    assert f"{CommandState.IN_DOUBT}" == "in_doubt"


def test_command_c11_when_people_say_something_then_their_word_stands_until_it_is_read_after() -> (
    None
):
    proposed = folded(event("VerdictProposed", outcome="absent"))
    assert proposed["proposal"] == {"outcome": "absent", "actor": "writer"}
    given = event("VerdictGiven", 2, outcome="done", syspro_key="000123")
    row = folded(event("VerdictProposed", outcome="absent"), given)
    assert (row["proposal"], row["word"], row["word_key"]) == (None, "done", "000123")
    for over in (
        event("OverrideRefused", 3, syspro_key=""),
        event("DoubtResolved", 3, outcome="committed"),
        event("DoubtResolved", 3, outcome="not_committed"),
    ):
        after = evolve_command(row, over)
        assert (after["word"], after["word_key"]) == ("", "")
