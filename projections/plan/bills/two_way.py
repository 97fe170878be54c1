"""Bills over orders whose goods are not matched: against the order alone: rules.md §5.4. Pure.

Quantity or value billed, with what other bills in SYSPRO billed of the same item, is compared with
what was ordered, and the value with the order's price.
"""

from collections.abc import Iterable

from engine.core.money import ZERO, to_cents, total
from projections.documents import bill_in
from projections.facts import source_fact, written_fact
from projections.invoices import BillItem
from projections.plan.bills.desk import Desk
from projections.plan.bills.matching import Billed
from projections.plan.bills.orders import other_bills
from projections.plan.bills.tolerances import require_price, require_quantity, require_value


def require_ordered(desk: Desk, billed: Iterable[Billed]) -> None:
    """No order item is billed beyond what is tolerated; else held."""
    for one in billed:
        ordered, price = one.ordered, one.price
        if ordered is None or price is None:
            continue
        before = _billed_before(desk, one.item)
        if one.quantity is None:
            value = total(item.total for item in before) + one.value
            require_value(desk, one.what, to_cents(ordered * price), value)
            continue
        quantity = total(item.quantity or ZERO for item in before) + one.quantity
        require_quantity(desk, one.what, ordered, quantity)
        require_price(desk, one.item, one.what, to_cents(one.quantity * price), one.value)


def _billed_before(desk: Desk, item: BillItem) -> list[BillItem]:
    """The lines of other bills over the same order item that SYSPRO has from us."""
    found: list[BillItem] = []
    for other, _ in other_bills(desk, item.order):
        if desk.facts.get(written_fact(other)) is None:
            continue
        body = bill_in(desk.facts.get(source_fact(other)))
        lines = body.content.items if body is not None and body.content is not None else ()
        found.extend(line for line in lines if line.order_item == item.order_item)
    return found
