"""Goods receipts of an order, and what of each is left to bill: rules.md §5.4. Pure.

Left is what was received less what our invoices matched and what SYSPRO shows as matched by
others; GrnDetails knows matched values, not quantities (syspro.md §4). A receipt's value is that
of `CurrencyValue`, in the supplier's currency, else `OrigGrnValue`, else quantity times price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands import GrnMatch
from engine.core.keys import whole_order
from engine.core.money import CENT, ZERO, plain, read_amount, to_cents, to_quantity, total
from projections.commands import billed_fact
from projections.facts import object_of, syspro_fact, text_of, written_fact
from projections.plan.bills.desk import Desk
from projections.plan.bills.orders import Posted, other_bills
from projections.plan.written import line_number


@dataclass(slots=True, kw_only=True)
class Receipt:
    """A goods receipt of one order line, and what of it is left to bill as the bill takes of it.

    `value` None: what it is worth is not known; `price`: of its order line, None likewise.
    """

    key: str
    grn: JsonObject
    received: Decimal
    price: Decimal | None
    value: Decimal | None
    left: Decimal

    @property
    def value_left(self) -> Decimal | None:
        """What the rest is worth, to the cent."""
        if self.value is None or self.received == 0:
            return None
        return to_cents(self.value * self.left / self.received)

    def take(self, quantity: Decimal, value: Decimal) -> GrnMatch:
        """The match of so much of it at that value; the rest is less by it."""
        self.left -= quantity
        return GrnMatch(
            supplier=text_of(self.grn, "supplier"),
            grn=text_of(self.grn, "grn"),
            source=text_of(self.grn, "source"),
            journal=text_of(self.grn, "journal"),
            entry=text_of(self.grn, "entry"),
            quantity=plain(quantity),
            value=value,
            is_full=self.left == 0,
        )


def receipts_of(desk: Desk, order: Posted) -> Mapping[int, list[Receipt]]:
    """The order's goods receipts by SYSPRO line, oldest first; this bill's own matches are left.

    Whether the other bills over the order are posted is looked at too: until the outcome of one is
    seen, no lane sends another that might take the same receipts.
    """
    for other, _ in other_bills(desk, whole_order(order.document).id):
        desk.facts.get(written_fact(other))
    grns = desk.facts.get(syspro_fact("grns", desk.company.name, order.number)) or {}
    found: dict[int, list[Receipt]] = {}
    for key, grn in sorted(grns.items()):
        line = line_number(grn.get("line")) if isinstance(grn, Mapping) else None
        if line is not None and isinstance(grn, Mapping):
            found.setdefault(line, []).append(_receipt(desk, order, line, key, grn))
    for receipts in found.values():
        receipts.sort(key=_age)
    return found


def _age(receipt: Receipt) -> tuple[str, int, int, str]:
    """By day, then in the order in which they were posted."""
    grn = receipt.grn
    journal, entry = line_number(grn.get("journal")) or 0, line_number(grn.get("entry")) or 0
    return text_of(grn, "received_on"), journal, entry, receipt.key


def _receipt(desk: Desk, order: Posted, line: int, key: str, grn: JsonObject) -> Receipt:
    billed = desk.facts.get(billed_fact(desk.company.name, grn)) or {}
    ours = [object_of(billed, bill) for bill in billed if bill != str(desk.document)]
    received = read_amount(grn.get("received")) or ZERO
    others = _matched_by_others(grn, received, [_amount(one, "value") for one in ours])
    taken = total(_amount(one, "quantity") for one in ours)
    price = _price(order, line)
    return Receipt(
        key=key,
        grn=grn,
        received=received,
        price=price,
        value=_value(grn, received, price),
        left=max(received - taken - others, ZERO),
    )


def _price(order: Posted, line: int) -> Decimal | None:
    """The price of SYSPRO's line, if it is one of ours."""
    bound = (key for key, number in order.lines.items() if number == line)
    return next((order.line_prices[key] for key in bound if key in order.line_prices), None)


def _value(grn: JsonObject, received: Decimal, price: Decimal | None) -> Decimal | None:
    for name in ("currency_value", "original"):
        stated = read_amount(grn.get(name))
        if stated:
            return stated
    return None if price is None else to_cents(received * price)


def _matched_by_others(grn: JsonObject, received: Decimal, ours: Sequence[Decimal]) -> Decimal:
    """The quantity that SYSPRO shows as matched besides our invoices of these values.

    Told from values in the company's currency, each rounded there: a cent for each match of ours,
    and one for the receipt, is nobody's.
    """
    if text_of(grn, "is_matched") == "Y":
        return received
    original, matched = _amount(grn, "original"), _amount(grn, "matched")
    if not original or not matched:
        return ZERO
    value = _amount(grn, "currency_value") or original
    others = matched - total(ours) * original / value
    if others <= CENT * (len(ours) + 1) and ours:
        return ZERO
    return to_quantity(received * others / original)


def _amount(row: JsonObject, name: str) -> Decimal:
    return read_amount(row.get(name)) or ZERO
