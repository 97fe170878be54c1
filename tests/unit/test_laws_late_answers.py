"""A law over the auditor's table: it makes no difference whether SYSPRO was read before or after
its answer came.

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


def cases() -> list[Case]:
    """Every case of the table in which SYSPRO is read after it answered."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_rules_*.py"))
    found: list[Case] = []
    for name in names:
        found += getattr(import_module(name), "CASES", [])
    return found


def read_before_answered(events: Sequence[Event]) -> list[Event]:
    """What SYSPRO showed right after an answer is read before it, and after the intent.

    Not what vanished: it was there to be seen first.
    """
    found: list[Event] = []
    for event in events:
        place = len(found)
        if event.stream.startswith("syspro/") and not event.type.endswith("Vanished"):
            while place and found[place - 1].type in ("PostAccepted", "PostVerified"):
                place -= 1
        found.insert(place, event)
    return found


def outcome(world: World, case: Case) -> tuple[str, ...]:
    """Where the case's document stands, and what is to be sent for it."""
    document = world.document(*case.about)
    payload = ""
    if document["command"] and document["state"] == "ready":
        payload = str(world.command(*case.about)["payload"])
    return document["state"], document["reason"], document["detail"], payload


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_law_when_syspro_is_read_before_its_answer_comes_then_the_same_is_planned(
    case: Case,
) -> None:
    world = ready_world(**case.policy)
    begun = len(world.events)
    case.given(world)
    events = world.events[begun:]
    moved = read_before_answered(events)
    if moved == list(events):
        return
    other = ready_world(**case.policy)
    for event in moved:
        other.append(event.stream, event.type, event.body)
    assert outcome(other, case) == outcome(world, case)
