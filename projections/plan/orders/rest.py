"""A line that was divided after goods came in on it: the part received, and the rest. Pure.

SYSPRO keeps one price and one account a line. Where policy has what is outstanding priced or
charged anew (rules.md §5.5, 5 and 6), the line is complete at what was received, and the rest is a
line of its own, bound to the same item as `<line>/rest2`, the next one as `<line>/rest3`.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.core.commands import OrderLine, PurchaseOrderAdd
from engine.core.money import ZERO, plain, total
from projections.plan.orders.seen import SeenOrder
from projections.plan.outcomes import hold

REST = "/rest"


def whole_of(bound: str) -> str:
    """The line that a rest is of, as it was first bound; any other line is its own."""
    return bound.partition(REST)[0]


def rest_after(bound: str) -> str:
    """What the rest of a line is bound as, which may be a rest itself."""
    whole, _, place = bound.partition(REST)
    return f"{whole}{REST}{int(place or 1) + 1}"


def parted(before: PurchaseOrderAdd, wanted: PurchaseOrderAdd, seen: SeenOrder) -> PurchaseOrderAdd:
    """What is wanted, with lines that were divided in the parts that SYSPRO has of them.

    Parts that are complete stay as they are, the last one is to be what is left.
    """
    return replace(
        wanted, lines=tuple(part for line in wanted.lines for part in _parts(before, line, seen))
    )


def _parts(before: PurchaseOrderAdd, line: OrderLine, seen: SeenOrder) -> Iterator[OrderLine]:
    known = [old for old in before.lines if whole_of(old.item_id) == line.item_id]
    if len(known) < 2:
        yield line
        return
    if line.discount_value is not None:
        hold("CHANGE_AFTER_RECEIPT", f"item {line.item_id}: a discount on a line that was divided")
    *ended, last = known
    left = line.quantity - total(part.quantity for part in ended)
    there = seen.lines.get(last.item_id)
    is_received = there is not None and there.received > 0
    if left < 0 and not is_received:
        *ended, short = ended
        yield from ended
        yield replace(short, quantity=plain(short.quantity + left))
        return
    yield from ended
    if left > 0 or is_received:
        yield replace(line, item_id=last.item_id, quantity=plain(max(left, ZERO)))
