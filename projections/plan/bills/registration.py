"""A bill that is registered for approval in SYSPRO instead of posted: rules.md §5.3. Pure."""

from decimal import Decimal

from engine.core.commands import InvoiceRegister
from projections.plan.bills.days import Days
from projections.plan.bills.desk import Desk
from projections.plan.bills.notation import narration
from projections.plan.bills.numbers import require_distinct, require_new
from projections.plan.bills.orders import orders_of
from projections.plan.bills.rules import creditor_of, require_order_or_limit

NARRATION, MAX_ORDERS = 100, 20


def registration(desk: Desk, invoice: str, value: Decimal, days: Days) -> InvoiceRegister:
    """The registration of the bill, with the orders it is for if there are no more than 20."""
    creditor = creditor_of(desk)
    require_new(desk.facts, desk.company, creditor.supplier, invoice, desk.key, desk.content)
    require_distinct(desk.facts, desk.company, desk.document, desk.content, creditor.supplier)
    require_order_or_limit(desk, value)
    orders = orders_of(desk, creditor)
    numbers = tuple(dict.fromkeys(order.number for order in orders.values()))
    return InvoiceRegister(
        supplier=creditor.supplier.code,
        invoice=invoice,
        external_key=desk.key,
        value=value,
        currency=creditor.currency,
        invoice_on=days.invoiced_on,
        due_on=days.due_on,
        narration=narration(desk.content, NARRATION),
        purchase_orders=numbers if len(numbers) <= MAX_ORDERS else (),
    )
