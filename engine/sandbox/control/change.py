"""What a change is: the fields it reads, and what it makes happen in the world."""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from engine.sandbox.json_fields import Fields
from engine.sandbox.world import World

Entry: TypeAlias = dict[str, object]
Change: TypeAlias = Callable[[Fields, World], Entry]
"""Takes its fields, changes the world, says what it made; `ValueError` when it may not."""


def day_of(fields: Fields, name: str, world: World) -> date:
    """The day that is named, else SYSPRO's today."""
    if not fields.has(name):
        return world.ledger.today()
    try:
        return date.fromisoformat(fields.text(name))
    except ValueError as wrong:
        raise fields.wrong(name, "a day such as 2026-11-16") from wrong
