"""A bill becomes an AP invoice: rules.md §5.3, once, under its own number. Pure.

A posted invoice is never edited: what changes afterwards is held for a person. The invoice's
value is recomputed from items, costs, shipping and taxes, and every total that Procurify states
must agree with it.
"""

from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.commands import GrnMatch, InvoiceAdd
from engine.core.keys import BILL, DocumentKey, external_key
from engine.core.money import LINE_TOLERANCE, ZERO, is_within, plain, total
from projections.documents import group_fact
from projections.facts import Facts, object_of, text_of, written_fact
from projections.invoices import Bill, BillContent, BillItem
from projections.plan.bills.charges import cost_lines, item_lines, tax_codes, tax_lines
from projections.plan.bills.matching import (
    Posted,
    is_same_supplier,
    match_item,
    receipts_of,
    require_order,
)
from projections.plan.bills.numbers import (
    invoice_number,
    require_distinct,
    require_new,
    require_unused,
)
from projections.plan.bills.periods import posting_period
from projections.plan.company import Company, business_day, to_currency, zone_of
from projections.plan.outcomes import Planned, hold, settle
from projections.plan.supplier import Supplier, require_supplier
from projections.plan.texts import label
from projections.plan.written import settle_written

NUMBER, NOTATION = 20, 50


def plan_bill(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, bill: Bill
) -> Planned:
    """The invoice to add; raises `Stopped` where it is there, not to be there, held or waiting."""
    written = facts.get(written_fact(document))
    if written is not None:
        _settle_posted(facts, company, document, bill, written)
    if not bill.is_eligible or bill.content is None:
        settle("not_eligible", "NOT_READY")
    _require_latest(facts, document, bill)
    content = bill.content
    invoice = invoice_number(company, content)
    require_unused(facts, document, content, invoice)
    value = _value(content)
    key = external_key(tenant, document)
    payload = _invoice(facts, tenant, company, document, content, invoice, value, key)
    return Planned(
        payload=payload,
        action="add",
        part="invoice",
        revision=content.revision,
        external_key=key,
        company=company.name,
    )


def _settle_posted(
    facts: Facts, company: Company, document: DocumentKey, bill: Bill, written: JsonObject
) -> None:
    number = text_of(written, "syspro_key")
    if _newer(facts, document, bill):
        settle_written(written, detail="a newer version took its place")
    if not bill.is_eligible or bill.content is None:
        hold("BILL_WITHDRAWN_AFTER_POST", number)
    content, payload = bill.content, object_of(written, "payload")
    if content.revision == text_of(written, "revision"):
        settle_written(written)
    if content.invoice != text_of(payload, "invoice"):
        hold("BILL_CHANGED_AFTER_POST", f"number {text_of(payload, 'invoice')}")
    if str(content.owed) != text_of(payload, "value"):
        hold("BILL_CHANGED_AFTER_POST", f"value {text_of(payload, 'value')}")
    supplier = require_supplier(facts, company, document.source, content.vendor)
    if not is_same_supplier(supplier.code, text_of(payload, "supplier")):
        hold("BILL_CHANGED_AFTER_POST", f"supplier {text_of(payload, 'supplier')}")
    settle_written(written, detail=f"revision {content.revision} changes nothing in SYSPRO")


def _members(facts: Facts, document: DocumentKey, bill: Bill) -> dict[str, int]:
    if not bill.group:
        return {}
    members = object_of(facts.get(group_fact(document.source, bill.group)), "members")
    return {member: version for member, version in members.items() if isinstance(version, int)}


def _newer(facts: Facts, document: DocumentKey, bill: Bill) -> bool:
    """Whether a later version of the bill is there."""
    own = (bill.version, document.id)
    others = _members(facts, document, bill).items()
    return any((version, member) > own for member, version in others if member != document.id)


def _require_latest(facts: Facts, document: DocumentKey, bill: Bill) -> None:
    if _newer(facts, document, bill):
        settle("ignored", "NEWER_VERSION")
    for member in sorted(_members(facts, document, bill)):
        other = DocumentKey(source=document.source, kind=BILL, id=member)
        if member != document.id and facts.get(written_fact(other)) is not None:
            hold("BILL_CHANGED_AFTER_POST", f"an earlier version was posted: {member}")


def _value(content: BillContent) -> Decimal:
    """The grand total, if all that Procurify states agrees with it."""
    items = total(item.total for item in content.items)
    costs = total(cost.amount for cost in content.costs)
    tax = total(item.tax_amount for item in content.items)
    shipping = total(item.shipping for item in content.items)
    value = content.owed
    for what, stated, found in (
        ("subtotal", content.subtotal, items),
        ("total", content.total, items + costs),
        ("tax", content.tax, tax),
        ("shipping", content.shipping, shipping),
    ):
        if not is_within(stated, found, LINE_TOLERANCE):
            hold("TOTAL_MISMATCH", f"{what} {plain(stated)}, parts {plain(found)}")
    with_tax = content.total_with_tax
    if not any(is_within(with_tax, sum_, LINE_TOLERANCE) for sum_ in (value, value - shipping)):
        hold("TOTAL_MISMATCH", f"total with tax {plain(with_tax)}, parts {plain(value)}")
    captured = value if content.invoice_total is None else content.invoice_total
    if not is_within(captured, value, LINE_TOLERANCE):
        hold("TOTAL_MISMATCH", f"invoice {plain(captured)}, parts {plain(value)}")
    if value < 0:
        hold("CREDIT_NOTE_UNSUPPORTED", str(value))
    if value == 0:
        hold("ZERO_BILL")
    return value


def _invoice(
    facts: Facts,
    tenant: str,
    company: Company,
    document: DocumentKey,
    content: BillContent,
    invoice: str,
    value: Decimal,
    key: str,
) -> InvoiceAdd:
    zone = zone_of(facts, document.source, content.location)
    invoice_on = business_day(content.invoiced_at, zone, "$.invoice_date")
    if invoice_on is None:
        hold("SOURCE_UNREADABLE", "$.invoice_date: is missing")
    posted_on = business_day(content.posted_at, zone, "$.gl_post_date") or invoice_on
    period = posting_period(facts, company, posted_on)
    taxes = tax_codes(facts, company, content.items)
    supplier = require_supplier(facts, company, document.source, content.vendor)
    require_new(facts, company, supplier, invoice, key, content)
    require_distinct(facts, company, document, content, supplier)
    currency = to_currency(facts, company, content.currency)
    if currency != supplier.currency:
        hold("CURRENCY_MISMATCH", f"bill {currency}, supplier {supplier.currency}")
    ordered = [item for item in content.items if item.order]
    is_matched = supplier.is_grn_matched and bool(ordered)
    charged = [(item, not (is_matched and item.order)) for item in content.items]
    distribution = [
        *item_lines(facts, company, charged),
        *cost_lines(facts, company, content.costs),
    ]
    orders = _orders(facts, tenant, company, document.source, content, supplier, currency)
    matches = _matches(facts, company, document, ordered, orders) if is_matched else ()
    tax_code, tax_value = "", ZERO
    if matches and len(taxes) == 1:
        ((tax_code, tax_value),) = taxes.items()
    else:
        distribution.extend(tax_lines(facts, company, taxes))
    found = total(match.value for match in matches) + tax_value
    found += total(line.value for line in distribution)
    if found != value:
        hold("TOTAL_MISMATCH", f"distributed {plain(found)} of {plain(value)}")
    return InvoiceAdd(
        supplier=supplier.code,
        invoice=invoice,
        external_key=key,
        value=value,
        currency=currency,
        invoice_on=invoice_on,
        due_on=business_day(content.due_at, zone, "$.due_date"),
        posting_period=period,
        tax_code=tax_code,
        tax_value=tax_value,
        matches=matches,
        distribution=tuple(distribution),
        notation=label("invoice", content.invoice, NOTATION),
    )


def _orders(
    facts: Facts,
    tenant: str,
    company: Company,
    source: str,
    content: BillContent,
    supplier: Supplier,
    currency: str,
) -> dict[str, Posted]:
    """The orders that the bill is for, each in SYSPRO, of this supplier and currency."""
    found: dict[str, Posted] = {}
    for identity in dict.fromkeys(item.order for item in content.items if item.order):
        order = require_order(facts, tenant, company, source, identity)
        if order.supplier and not is_same_supplier(order.supplier, supplier.code):
            hold("BILL_VENDOR_DIFFERS", f"order {order.number} is of {order.supplier}")
        if order.currency and order.currency != currency:
            hold("PO_BILL_CURRENCY", f"order {order.currency}, bill {currency}")
        found[identity] = order
    return found


def _matches(
    facts: Facts,
    company: Company,
    document: DocumentKey,
    items: list[BillItem],
    orders: dict[str, Posted],
) -> tuple[GrnMatch, ...]:
    receipts = {
        identity: receipts_of(facts, company, order, document) for identity, order in orders.items()
    }
    taken: dict[str, Decimal] = {}
    return tuple(
        match
        for item in items
        for match in match_item(company, item, orders[item.order], receipts[item.order], taken)
    )
