"""What a change is: the fields it reads, and what it makes happen in the world."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from engine.sandbox.json_fields import Fields
from engine.sandbox.scenario.model import Source
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.world import World

Entry: TypeAlias = dict[str, object]
Change: TypeAlias = Callable[[Fields, World], Entry]
"""Takes its fields, changes the world, says what it made; `ValueError` when it may not."""

POSTED: Final = "posted"
_EXPECTED: Final = re.compile(r"hold:([A-Z][A-Z0-9_]{0,49})")
_WHOLE_DIGITS: Final = 12


def ledger_of(fields: Fields, world: World) -> Ledger:
    """The ledger of the company that is named, else of the first."""
    if not fields.has("company"):
        return world.companies.first
    ledger = world.companies.find(fields.text("company"))
    if ledger is None:
        known = ", ".join(ledger.company for ledger in world.companies)
        raise fields.wrong("company", f"one of {known}")
    return ledger


def day_of(fields: Fields, name: str, world: World, default: date | None = None) -> date:
    """The day that is named, else the default, else SYSPRO's today."""
    if not fields.has(name):
        return default or world.ledger.today()
    try:
        return date.fromisoformat(fields.text(name))
    except ValueError as wrong:
        raise fields.wrong(name, "a day such as 2026-11-16") from wrong


def decimal_of(
    fields: Fields, name: str, default: Decimal | None = None, places: int = 2
) -> Decimal:
    """An amount of at most twelve digits and so many decimals before and after the point."""
    found = fields.amount(name, default)
    exponent = found.as_tuple().exponent
    is_short = isinstance(exponent, int) and -exponent <= places
    if not is_short or (found and found.adjusted() >= _WHOLE_DIGITS):
        raise fields.wrong(name, f"a number of {_WHOLE_DIGITS} digits and {places} decimals")
    return found


def each_of(fields: Fields, name: str, what: str) -> list[Fields]:
    """The objects in the list of that name, none if it is not there; `what` says what they are."""
    given = fields.take(name)
    if given is None:
        return []
    if not isinstance(given, list):
        raise fields.wrong(name, f"a list of {what}")
    return [Fields(row, f"{fields.where}, {name} {place}") for place, row in enumerate(given, 1)]


def expectation_of(fields: Fields) -> str:
    """The cause for which the document must be held, "" if it is to be posted."""
    given = fields.text("expect", POSTED)
    found = _EXPECTED.fullmatch(given)
    if found is None and given != POSTED:
        raise fields.wrong("expect", f"{POSTED}, or hold: and a cause such as hold:TAX_UNMAPPED")
    return found[1] if found else ""


def expect(world: World, source: Source, cause: str) -> None:
    """The oracle and the story take the document for one that must be held, or no longer."""
    if cause:
        world.story.must_hold[source] = cause
    else:
        world.story.must_hold.pop(source, None)
