"""Reading what Procurify sent of a bill (procurify.md §4.1 BillRead). Pure."""

from dataclasses import replace

from engine.core.money import ZERO
from projections.charged import branch_of, read_charged
from projections.invoices import (
    APPROVED,
    ORDER_BILL,
    Allocation,
    Bill,
    BillContent,
    BillCost,
    BillItem,
)
from projections.source import Source, Unreadable


def read_bill(source: Source, identity: str) -> Bill:
    """The bill of a detail body; raises `Unreadable`. Not eligible: content is not read."""
    status, type_ = source.number("status"), source.number("type")
    type_ = ORDER_BILL if type_ is None else type_
    bill = Bill(
        id=identity,
        invoice=source.text("invoice_number"),
        group=source.identity("group"),
        version=source.number("version") or 0,
        status=-1 if status is None else status,
        type=type_,
        is_active=source.flag("active", default=True),
        has_payment=source.at("bill_payment").value is not None,
        is_locked=source.flag("locked", default=False),
    )
    if not bill.is_eligible:
        return bill
    try:
        return replace(bill, content=_content(source))
    except Unreadable as error:
        if type_ == ORDER_BILL:
            raise
        return replace(bill, fault=str(error))


def _content(source: Source) -> BillContent:
    lines = [
        line for line in source.at("items").items() if not line.flag("archived", default=False)
    ]
    costs = tuple(_cost(cost) for cost in source.at("costs").items())
    return BillContent(
        invoice=source.text("invoice_number"),
        vendor=source.identity("vendor", "id"),
        currency=source.text("currency", "name"),
        location=_location(lines),
        invoiced_at=source.text("invoice_date"),
        due_at=source.text("due_date"),
        posted_at=source.text("gl_post_date"),
        approved_at=_approved_at(source),
        note=source.text("note"),
        subtotal=source.amount("subtotal_cost"),
        total=source.amount("total_cost"),
        tax=source.amount_or_none("tax_amount") or ZERO,
        shipping=source.amount_or_none("shipping_amount") or ZERO,
        total_with_tax=source.amount("total_cost_with_tax"),
        invoice_total=source.amount_or_none("invoice_total"),
        items=tuple(_item(line) for line in lines),
        costs=costs,
    )


def _approved_at(source: Source) -> str:
    """When it came into the status approved, for the last time; "" where no status says so."""
    reached = [
        status.text("date")
        for status in source.at("bill_statuses").items()
        if status.number("status") == APPROVED
    ]
    return reached[-1] if reached else ""


def _location(lines: list[Source]) -> str:
    for line in lines:
        for allocation in line.at("cost_allocations").items():
            branch = branch_of(allocation.at("budget"))
            if branch:
                return branch
    return ""


def _item(line: Source) -> BillItem:
    ordered = line.at("orderitem").value is not None
    order = line.identity("po", "id") or line.identity("orderitem", "purchase_order")
    by_cost = line.flag("bill_by_cost", default=False)
    return BillItem(
        id=line.named("id"),
        description=line.text("description"),
        total=line.amount("total_cost"),
        tax_amount=line.amount_or_none("tax_amount") or ZERO,
        tax=line.text("tax_name"),
        shipping=line.amount_or_none("shipping_amount") or ZERO,
        allocations=tuple(_allocation(part) for part in line.at("cost_allocations").items()),
        order=order if ordered else "",
        order_item=line.identity("orderitem", "id") if ordered else "",
        quantity=None if by_cost else line.amount_or_none("quantity"),
        tax_percent=line.amount_or_none("tax_percentage"),
        is_edited=line.flag("is_edited", default=False),
        original_cost=line.amount_or_none("unit_cost_diff_log", "original_unit_cost"),
    )


def _cost(cost: Source) -> BillCost:
    return BillCost(
        name=cost.text("name"),
        amount=cost.amount("amount"),
        allocation=_allocation(cost.at("cost_allocation")),
    )


def _allocation(part: Source) -> Allocation:
    charged = read_charged(part.at("budget"))
    return Allocation(
        account=charged.account,
        department=charged.department,
        amount=part.amount_or_none("amount") or ZERO,
        location=charged.location,
    )
