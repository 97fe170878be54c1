"""Which lines of an order are to change, and what a receipt forbids: rules.md §5.5, 1 to 12. Pure.

Lines are compared item by item, never by position. What was received keeps its quantity and
value: a line is never ordered below it, and a change of price or account of it is a person's
decision, who accepts the hold to let the outstanding part have it, or the policy's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from engine.core.commands import LineAction, OrderLine, PurchaseOrderAdd, Seen
from engine.core.money import ZERO, plain, to_cents
from projections.facts import Facts
from projections.plan.company import Company
from projections.plan.decided import hold_unless_accepted
from projections.plan.orders.ownership import has_in_syspro, owns_due_dates
from projections.plan.orders.rest import rest_after
from projections.plan.orders.seen import SeenLine, SeenOrder
from projections.plan.outcomes import hold

_UNCOMPARED = frozenset({"item_id", "action", "line", "seen", "is_completed"})
_PRICE = frozenset({"price", "price_unit", "discounts", "discount_value"})
_SHAPE = frozenset({"stock_code", "is_stocked"})
_FREE = frozenset({"description", "due_on", "quantity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An item whose line is to change: as written, as wanted (None: no more), as SYSPRO has it."""

    item: str
    old: OrderLine | None
    new: OrderLine | None
    there: SeenLine | None
    fields: frozenset[str]

    @property
    def received(self) -> Decimal:
        """What was received on the line, as far as SYSPRO was read."""
        return self.there.received if self.there is not None else ZERO

    @property
    def is_divisible(self) -> bool:
        """Whether the line can be divided: a discount in money has no share that is its own."""
        lines = (self.old, self.new)
        return all(line is not None and line.discount_value is None for line in lines)

    @property
    def what(self) -> str:
        """The line as people find it."""
        return f"item {self.item}" if self.there is None else f"line {self.there.line}"


def differences(
    company: Company, before: PurchaseOrderAdd, wanted: PurchaseOrderAdd, seen: SeenOrder
) -> Sequence[Difference]:
    """The items whose lines differ from what is wanted, in Procurify's order, gone ones last."""
    old = {line.item_id: line for line in before.lines}
    new = {line.item_id: line for line in wanted.lines}
    found = []
    for item in [*new, *(item for item in old if item not in new)]:
        there = seen.lines.get(item)
        is_told = there is not None and seen.is_current
        names = _differing(company, old.get(item), new.get(item), there if is_told else None)
        if names or item not in old or item not in new:
            found.append(
                Difference(
                    item=item,
                    old=old.get(item),
                    new=new.get(item),
                    there=there,
                    fields=names,
                )
            )
    return found


def _differing(
    company: Company, old: OrderLine | None, new: OrderLine | None, there: SeenLine | None
) -> frozenset[str]:
    """The fields that differ and that SYSPRO does not hold as wanted already."""
    if old is None or new is None:
        return frozenset()
    unsent = {"description"} if new.is_stocked else set()
    if not owns_due_dates(company):
        unsent.add("due_on")
    return frozenset(
        field.name
        for field in fields(OrderLine)
        if field.name not in _UNCOMPARED | unsent
        and getattr(old, field.name) != getattr(new, field.name)
        and not has_in_syspro(new, field.name, there)
    )


def changed_lines(
    facts: Facts, company: Company, difference: Difference, seen: SeenOrder
) -> tuple[OrderLine, ...]:
    """The lines to send, none where nothing is left to do; held where a receipt forbids it."""
    old, new = difference.old, difference.new
    if new is None:
        assert old is not None
        ended = _deleted(facts, company, difference, _ended(old, difference.there, seen))
        return () if ended is None else (ended,)
    if old is None:
        return (new,)
    if difference.received > 0:
        _check_received(facts, company, difference, old, new)
        if _is_divided(company, difference):
            return _divided(company, difference, old, new, seen)
    line = _changed_line(company, difference, old, new, seen)
    return () if line is None else (line,)


def _changed_line(
    company: Company, difference: Difference, old: OrderLine, new: OrderLine, seen: SeenOrder
) -> OrderLine | None:
    there = difference.there
    if old.is_completed or (there is not None and there.is_complete):
        if "quantity" not in difference.fields or new.quantity <= difference.received:
            return None
        if not company.policy.may_reopen_completed:
            hold("RIGHT_MISSING", f"{difference.what} is complete; maintain completed orders")
    if difference.fields & _SHAPE:
        hold("CHANGE_UNSUPPORTED", f"{difference.what}: {old.stock_code} to {new.stock_code}")
    if difference.received > 0 and new.quantity <= difference.received:
        return _at_received(new, difference.received, there, seen, old)
    return _at(_dated(company, difference, old, new), "C", there, seen, old)


def _dated(company: Company, difference: Difference, old: OrderLine, new: OrderLine) -> OrderLine:
    """The line with the due date of whoever rules it."""
    if owns_due_dates(company):
        return new
    there = difference.there
    return replace(new, due_on=(there.due_on if there is not None else None) or old.due_on)


def _is_divided(company: Company, difference: Difference) -> bool:
    """Whether what is outstanding becomes a line of its own, by policy."""
    policy = company.policy
    is_priced = policy.price_after_receipt == "split" and bool(difference.fields & _PRICE)
    is_charged = policy.account_after_receipt == "split" and "ledger_code" in difference.fields
    return difference.is_divisible and (is_priced or is_charged)


def _divided(
    company: Company, difference: Difference, old: OrderLine, new: OrderLine, seen: SeenOrder
) -> tuple[OrderLine, ...]:
    """The line complete at what was received, and the rest of it as a line of its own."""
    there, received = difference.there, difference.received
    lines = []
    if not (old.is_completed or (there is not None and there.is_complete)):
        lines.append(_at_received(old, received, there, seen, old))
    rest = new.quantity - received
    if rest > 0:
        new = _dated(company, difference, old, new)
        lines.append(replace(new, item_id=rest_after(old.item_id), quantity=plain(rest)))
    return tuple(lines)


def _deleted(
    facts: Facts, company: Company, difference: Difference, ended: OrderLine | None
) -> OrderLine | None:
    """The line that Procurify has no more, ended; held by policy where goods came in on it."""
    if ended is not None and ended.is_completed and company.policy.deleted_lines == "hold":
        at = plain(difference.received)
        detail = f"{difference.what}: accepted, the line is complete at {at}"
        hold_unless_accepted(facts, "DELETED_AFTER_RECEIPT", detail)
    return ended


def ended_lines(before: PurchaseOrderAdd, seen: SeenOrder) -> tuple[OrderLine, ...]:
    """The lines by which nothing more is to come on the order; those that are complete left out."""
    ended = (_ended(line, seen.lines.get(line.item_id), seen) for line in before.lines)
    return tuple(line for line in ended if line is not None)


def _ended(old: OrderLine, there: SeenLine | None, seen: SeenOrder) -> OrderLine | None:
    """A line without receipts is deleted, one with them is complete at what was received."""
    is_gone = there is None and seen.is_current
    if old.is_completed or is_gone or (there is not None and there.is_complete):
        return None
    if there is None or there.received == 0:
        return _at(old, "D", there, seen, old)
    return _at_received(old, there.received, there, seen, old)


def _check_received(
    facts: Facts, company: Company, difference: Difference, old: OrderLine, new: OrderLine
) -> None:
    """What changes is allowed on a line of which something was received; else held."""
    policy, may_divide = company.policy, difference.is_divisible
    is_priced = policy.price_after_receipt == "change" or (
        policy.price_after_receipt == "split" and may_divide
    )
    is_charged = policy.account_after_receipt == "split" and may_divide
    what, received = difference.what, difference.received
    if new.quantity < received:
        detail = (
            f"{what}: ordered {plain(new.quantity)}, received {plain(received)}; accepted, the "
            f"line is complete at {plain(received)}"
        )
        hold_unless_accepted(facts, "BELOW_RECEIVED", detail)
    if difference.fields & _PRICE and not is_priced:
        stays, variance = (
            to_cents(received * old.price),
            to_cents(received * (new.price - old.price)),
        )
        detail = (
            f"{what}: price {plain(old.price)} to {plain(new.price)}; {plain(received)} received "
            f"stay at {stays}, the invoice will vary by {variance}; accepted, the rest has the "
            "new price"
        )
        hold_unless_accepted(facts, "PRICE_AFTER_RECEIPT", detail)
    if "ledger_code" in difference.fields and not is_charged:
        value = to_cents(received * old.price)
        detail = (
            f"{what}: {old.ledger_code} to {new.ledger_code}; journal: debit {new.ledger_code}, "
            f"credit {old.ledger_code}, {value}; accepted, the rest has the new account"
        )
        hold_unless_accepted(facts, "GL_AFTER_RECEIPT", detail)
    others = sorted(difference.fields - _PRICE - _FREE - {"ledger_code"})
    if others:
        hold("CHANGE_AFTER_RECEIPT", f"{what}: {', '.join(others)}")


def _at_received(
    line: OrderLine, received: Decimal, there: SeenLine | None, seen: SeenOrder, old: OrderLine
) -> OrderLine:
    at_received = replace(line, quantity=plain(received), is_completed=True)
    return _at(at_received, "C", there, seen, old)


def _at(
    line: OrderLine, action: LineAction, there: SeenLine | None, seen: SeenOrder, old: OrderLine
) -> OrderLine:
    """The line with SYSPRO's number, and what was seen of it, which must still be so when sent."""
    cells: tuple[Seen, ...] = ()
    if there is not None:
        quantity = there.quantity if seen.is_current else old.quantity
        cells = (
            Seen(column="MOrderQty", value=str(plain(quantity))),
            Seen(column="MReceivedQty", value=str(plain(there.received))),
        )
    return replace(line, action=action, line=seen.numbers.get(line.item_id), seen=cells)
