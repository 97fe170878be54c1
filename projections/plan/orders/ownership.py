"""What a person changed on an order in SYSPRO is never overwritten: rules.md §5.5, 13. Pure.

Compared are what we wrote last, what Procurify wants and what SYSPRO holds. Where SYSPRO is what
Procurify wants nobody is overwritten; where it is neither, a person decides. Due dates are
SYSPRO's own if the policy `due_date_owner` says so.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.core.commands import OrderLine, PurchaseOrderAdd
from engine.core.money import plain
from projections.plan.company import Company
from projections.plan.orders.seen import SeenLine, SeenOrder
from projections.plan.outcomes import hold

TOLD = 5
"""How many differences a hold names."""


def owns_due_dates(company: Company) -> bool:
    """Whether Procurify rules the due dates of orders; else SYSPRO keeps its own."""
    return company.policy.due_date_owner == "procurify"


def require_untouched(
    company: Company, before: PurchaseOrderAdd, wanted: PurchaseOrderAdd | None, seen: SeenOrder
) -> None:
    """SYSPRO's order is what we wrote, or what is wanted, as far as it was read since; else held.

    `wanted` None: the order is to go as a whole.
    """
    if not seen.is_current:
        return
    if seen.is_cancelled:
        hold("CHANGED_IN_SYSPRO", "it was cancelled")
    said = list(_conflicts(company, before, wanted, seen))
    if said:
        more = f"; and {len(said) - TOLD} more" if len(said) > TOLD else ""
        hold("CHANGED_IN_SYSPRO", "; ".join(said[:TOLD]) + more)


def has_in_syspro(line: OrderLine, name: str, there: SeenLine | None) -> bool:
    """Whether SYSPRO holds this field of the line already, as far as it is told."""
    if there is None:
        return False
    if name == "price":
        return line.price in there.prices
    told = _told(there).get(name)
    return told is not None and told == getattr(line, name)


def _conflicts(
    company: Company, before: PurchaseOrderAdd, wanted: PurchaseOrderAdd | None, seen: SeenOrder
) -> Iterator[str]:
    new = {line.item_id: line for line in wanted.lines} if wanted is not None else {}
    ours = {line.item_id for line in before.lines}
    for line in before.lines:
        there = seen.lines.get(line.item_id)
        if there is None:
            if wanted is None or line.item_id in new:
                yield f"item {line.item_id}: its line is gone in SYSPRO"
            continue
        yield from _of_line(company, line, new.get(line.item_id), there)
    for item, there in seen.lines.items():
        if item not in ours and not there.is_complete:
            yield f"line {there.line}: item {item} was added in SYSPRO"


def _of_line(
    company: Company, old: OrderLine, new: OrderLine | None, there: SeenLine
) -> Iterator[str]:
    if old.price not in there.prices and (new is None or new.price not in there.prices):
        held = " or ".join(str(plain(price)) for price in sorted(there.prices) if price)
        yield _three_ways(there, "price", old.price, new and new.price, held or "0")
    for name, told in _told(there).items():
        if told is None or (name == "due_on" and not owns_due_dates(company)):
            continue
        if name == "ledger_code" and old.is_stocked:
            continue
        written, to_be = getattr(old, name), getattr(new, name) if new is not None else None
        if told not in (written, to_be):
            yield _three_ways(
                there, name.removesuffix("_on").replace("_", " "), written, to_be, told
            )


def _told(there: SeenLine) -> Mapping[str, object]:
    """The line's fields as our lines name them; None for what SYSPRO did not tell."""
    return {
        "quantity": there.quantity,
        "due_on": there.due_on,
        "ledger_code": there.ledger_code or None,
    }


def _three_ways(there: SeenLine, what: str, written: object, to_be: object, held: object) -> str:
    wish = "" if to_be is None else f", Procurify {_shown(to_be)}"
    return f"line {there.line} {what}: written {_shown(written)}{wish}, SYSPRO {_shown(held)}"


def _shown(value: object) -> str:
    return str(plain(value)) if isinstance(value, Decimal) else str(value)
