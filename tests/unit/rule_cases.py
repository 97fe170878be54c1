"""The auditor's table: a rule by name, what is given, and exactly what must come of it.

A case belongs to the rows that its name begins with: `row_07_…` is row 7 of the edge cases,
`po_freight_…`, `line_price_…` and `bill_costs_…` are fields of the three field tables. Expected
values are worked out by hand from the rules, never copied from a run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan_world import World, ready_world

ORDER = ("purchase_order", "1042")
BILL = ("bill", "00000000000000000000000000000601")
VENDOR = ("vendor", "200")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of this type is ready, with the whole payload or with these fields of it."""

    type: str
    payload: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The document is held for this reason; `says` are words that its detail holds."""

    reason: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The document waits for this reason and goes on by itself."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Nothing is left to do: the document's state, and why where the rule names it."""

    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One rule. `given` lets things happen in a world where everything usual is mapped."""

    name: str
    given: Callable[[World], object]
    expect: Command | Hold | Wait | Settle
    about: tuple[str, str] = ORDER
    policy: Mapping[str, object] = field(default_factory=dict)


def check(case: Case) -> None:
    """What came of the case is what the rule says, to the letter."""
    world = ready_world(**case.policy)
    case.given(world)
    document = world.document(*case.about)
    standing = (document["state"], document["reason"])
    match case.expect:
        case Command() as wanted:
            assert document["command"], (case.name, standing, document["detail"])
            row = world.command(*case.about)
            assert row["state"] == "ready", (case.name, standing, document["detail"])
            assert row["type"] == wanted.type
            if wanted.payload is not None:
                assert row["payload"] == wanted.payload
            for name, value in wanted.fields.items():
                assert row["payload"].get(name) == value, (case.name, name)
        case Hold() as wanted:
            assert standing == ("held", wanted.reason), document["detail"]
            for words in wanted.says:
                assert words in document["detail"]
            own = document["key"]
            assert [row for row in world.commands("ready") if row["document"] == own] == []
        case Wait() as wanted:
            assert standing == ("waiting", wanted.reason), document["detail"]
        case Settle() as wanted:
            assert standing == (wanted.state, wanted.reason), document["detail"]
