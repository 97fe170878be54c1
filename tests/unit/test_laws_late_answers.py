"""A law over the auditor's table: it makes no difference whether an answer comes early or late.

SYSPRO has taken a post some time before the engine knows: its answer is on its way, or lost, and a
doubt is settled minutes later. Whoever reads SYSPRO meanwhile sees the post, and nothing of it
changes afterwards, so it is not read again. What is planned must not wait for such a reading, nor
take it for one of before.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from plan_world import World, ready_world
from rule_cases import Case

from engine.core.events import Event

ANSWERS = ("PostAccepted", "PostVerified")
READ = ("syspro/", "procurify/")


def cases() -> list[Case]:
    """Every case of the table in which SYSPRO is read after it answered."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_rules_*.py"))
    found: list[Case] = []
    for name in names:
        found += getattr(import_module(name), "CASES", [])
    return found


def answered_late(events: Sequence[Event]) -> list[Event]:
    """Each answer comes after what is read until something else happens.

    What vanishes from SYSPRO was there to be seen first, so it is something else.
    """
    found: list[Event] = []
    late: list[Event] = []
    for event in events:
        is_read = event.stream.startswith(READ) and not event.type.endswith("Vanished")
        if event.type in ANSWERS:
            late.append(event)
            continue
        if not is_read:
            found += late
            late.clear()
        found.append(event)
    return found + late


def outcome(world: World, case: Case) -> tuple[str, ...]:
    """Where the case's document stands, and what is to be sent for it."""
    document = world.document(*case.about)
    payload = ""
    if document["command"] and document["state"] == "ready":
        payload = str(world.command(*case.about)["payload"])
    return document["state"], document["reason"], document["detail"], payload


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case_when_an_answer_comes_late_then_the_same_is_planned(
    case: Case,
) -> None:
    world = ready_world(**case.policy)
    begun = len(world.events)
    case.given(world)
    events = world.events[begun:]
    moved = answered_late(events)
    if moved == list(events):
        return
    other = ready_world(**case.policy)
    for event in moved:
        other.append(event.stream, event.type, event.body)
    assert outcome(other, case) == outcome(world, case)


def test_table_when_looked_through_then_answers_of_many_cases_come_late() -> None:
    many = 0
    for case in cases():
        world = ready_world(**case.policy)
        begun = len(world.events)
        case.given(world)
        events = world.events[begun:]
        many += answered_late(events) != list(events)
    assert many >= 100
