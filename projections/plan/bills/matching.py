"""Bill lines against goods receipts: which GRN is matched by how much: rules.md §5.3. Pure.

Oldest receipt first, by quantity, or by value where the line states no quantity; the value matched
is the value billed. What a line takes back reduces the match of the same order item (§5.5, 23).
What is billed over the receipts of all that was ordered, and is tolerated or accepted, is charged
to the line's account beside the match (§5.5, 18).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from engine.core.commands import GrnMatch, LedgerLine
from engine.core.money import ZERO, share, to_cents, to_quantity, total
from projections.facts import syspro_fact, written_fact
from projections.invoices import BillItem
from projections.plan.bills.charges import goods_lines
from projections.plan.bills.desk import Desk
from projections.plan.bills.orders import Posted
from projections.plan.bills.receipts import Receipt, receipts_of
from projections.plan.bills.tolerances import require_price, require_quantity, require_value
from projections.plan.orders.seen import item_of
from projections.plan.outcomes import hold, wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a bill bills of one order item: the line, with what other lines take back of it.

    `quantity` None: by value only.
    """

    item: BillItem
    order: Posted
    quantity: Decimal | None
    value: Decimal

    @property
    def ordered(self) -> Decimal | None:
        """How much of the item was ordered; None where that is not known."""
        return self.order.ordered.get(self.item.order_item)

    @property
    def price(self) -> Decimal | None:
        """The order's price for one; None where that is not known."""
        return self.order.prices.get(self.item.order_item)

    @property
    def what(self) -> str:
        """The order item, for people."""
        return f"order {self.order.number}, {self.item.description or self.item.order_item}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The matches of a bill, and what is charged beside them."""

    matches: tuple[GrnMatch, ...]
    variances: tuple[LedgerLine, ...]


def billed_of(items: Iterable[BillItem], orders: Mapping[str, Posted]) -> tuple[Billed, ...]:
    """What is billed of each order item, more than nothing; in the order of the lines."""
    groups: dict[tuple[str, str], list[BillItem]] = {}
    for item in items:
        if item.order:
            groups.setdefault((item.order, item.order_item), []).append(item)
    found = []
    for (order, _), lines in groups.items():
        quantities = [line.quantity for line in lines if line.quantity is not None]
        is_by_value = len(quantities) < len(lines)
        billed = Billed(
            item=next((line for line in lines if line.total > 0), lines[0]),
            order=orders[order],
            quantity=None if is_by_value else total(quantities),
            value=to_cents(total(line.total for line in lines)),
        )
        if billed.value > 0 and (billed.quantity is None or billed.quantity > 0):
            found.append(billed)
    return tuple(found)


def match_all(desk: Desk, billed: Sequence[Billed]) -> Matched:
    """The matches of all that is billed; waits for goods that are to come."""
    receipts: dict[str, Mapping[int, list[Receipt]]] = {}
    matches: list[GrnMatch] = []
    variances: list[LedgerLine] = []
    for one in billed:
        number = one.order.number
        if number not in receipts:
            receipts[number] = receipts_of(desk, one.order)
        of_line = [receipt for line in _lines(one) for receipt in receipts[number].get(line, [])]
        if one.quantity is None:
            rest = _match_value(desk, one, of_line, matches)
        else:
            rest = _match_quantity(desk, one, one.quantity, of_line, matches)
        variances.extend(goods_lines(desk, one.item, rest, note="Over-billed "))
    return Matched(matches=tuple(matches), variances=tuple(variances))


def _lines(billed: Billed) -> Sequence[int]:
    """SYSPRO's lines of the order item: one, or one for each account that it is divided among."""
    order, item = billed.order, billed.item
    lines = [number for bound, number in order.lines.items() if item_of(bound) == item.order_item]
    if not lines:
        if order.lines or not order.is_ours:
            hold("ORDER_LINE_UNKNOWN", f"order {order.number}, item {item.order_item}")
        wait("WAITS_FOR_VERIFICATION", on=(written_fact(order.document),))
    return sorted(lines)


def _match_quantity(
    desk: Desk,
    billed: Billed,
    quantity: Decimal,
    receipts: Sequence[Receipt],
    matches: list[GrnMatch],
) -> Decimal:
    """Matches are added for the quantity; what of the value is over all that was ordered is left.

    The price is looked at once the goods are there; the value goes to them by what they are worth.
    """
    before = total(receipt.received - receipt.left for receipt in receipts)
    ordered, left = billed.ordered, quantity
    taken: list[tuple[Receipt, Decimal]] = []
    for receipt in receipts:
        part = min(receipt.left, left)
        if part > 0:
            taken.append((receipt, part))
            left -= part
    if left > 0:
        if ordered is None or before + quantity <= ordered:
            _wait_for_goods(desk, billed)
        require_quantity(desk, billed.what, ordered, before + quantity)
        if left > before + quantity - ordered:
            _wait_for_goods(desk, billed)
    weights = [*(part for _, part in taken), left]
    if billed.price is not None:
        worths = [part * (receipt.price or billed.price) for receipt, part in taken]
        worths.append(left * billed.price)
        require_price(desk, billed.item, billed.what, to_cents(total(worths)), billed.value)
        weights = worths if any(worths) else weights
    *values, rest = share(billed.value, weights)
    matches.extend(
        receipt.take(part, value) for (receipt, part), value in zip(taken, values, strict=True)
    )
    return rest


def _match_value(
    desk: Desk, billed: Billed, receipts: Sequence[Receipt], matches: list[GrnMatch]
) -> Decimal:
    """Matches are added for the value; what of it is over all that was ordered is left."""
    worth = [receipt.value_left for receipt in receipts]
    if any(value is None for value in worth):
        hold("MATCH_BY_VALUE", billed.what)
    before = total(
        (receipt.value or ZERO) - (value or ZERO)
        for receipt, value in zip(receipts, worth, strict=True)
    )
    left = billed.value
    taken: list[tuple[Receipt, Decimal, Decimal]] = []
    for receipt, value in zip(receipts, worth, strict=True):
        part = min(value or ZERO, left)
        if part > 0 and value:
            quantity = receipt.left if part == value else to_quantity(receipt.left * part / value)
            taken.append((receipt, quantity, part))
            left -= part
    if left > 0:
        if billed.ordered is None or billed.price is None:
            _wait_for_goods(desk, billed)
        ordered = to_cents(billed.ordered * billed.price)
        over = before + billed.value - ordered
        if over <= 0:
            _wait_for_goods(desk, billed)
        require_value(desk, billed.what, ordered, before + billed.value)
        if left > over:
            _wait_for_goods(desk, billed)
    matches.extend(receipt.take(quantity, part) for receipt, quantity, part in taken)
    return left


def _wait_for_goods(desk: Desk, billed: Billed) -> NoReturn:
    wait("WAITING_RECEIPT", on=(syspro_fact("grns", desk.company.name, billed.order.number),))
