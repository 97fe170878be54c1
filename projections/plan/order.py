"""A purchase order that SYSPRO does not have from us yet: rules.md §5.1. Pure."""

from decimal import Decimal

from engine.core.commands import PurchaseOrderAdd
from engine.core.keys import DocumentKey, external_key
from engine.core.money import DOCUMENT_TOLERANCE, ZERO, is_within, plain, to_cents, total
from projections.documents import order_number_fact
from projections.facts import Facts, number_of, object_of, syspro_fact, text_of
from projections.plan.company import (
    Company,
    business_day,
    mapped,
    require_read,
    to_currency,
    zone_of,
)
from projections.plan.order_lines import order_lines
from projections.plan.outcomes import Planned, hold, settle
from projections.plan.supplier import Supplier, require_supplier
from projections.plan.texts import encodable, fitting, outside_code_page, pieces
from projections.purchase_orders import Content, Order

NUMBER, COMMENT = 20, 990


def plan_new_order(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, order: Order
) -> Planned:
    """The order to add; raises `Stopped` where it is there, not to be there, held or waiting."""
    if not order.is_eligible or order.content is None:
        settle("not_eligible", "NOT_READY")
    content = order.content
    key = external_key(tenant, document)
    there = facts.get(f"order_by_key:{company.name}/{key}")
    if there is not None:
        orders = there.get("orders")
        listed = [str(number) for number in orders] if isinstance(orders, list | tuple) else []
        settle("linked", "ALREADY_THERE", syspro_key=listed[0], detail="by our key")
    check_content(content)
    is_ours = company.policy.po_numbering != "auto"
    number = _number(facts, company, document, content, key) if is_ours else None
    supplier = require_supplier(facts, company, document.source, content.vendor)
    require_read(facts, company, "purchase_order")
    payload = order_payload(facts, company, document.source, content, supplier, key, number)
    return Planned(
        payload=payload,
        action="add",
        part="order",
        revision=content.revision,
        external_key=key,
        company=company.name,
    )


def check_content(content: Content) -> None:
    """The order is of a sort that is carried, and its parts add up; else held."""
    if content.is_blanket or any(item.is_blanket for item in content.items):
        hold("BLANKET_PO")
    if content.discount != 0:
        hold("DISCOUNT_UNSUPPORTED", f"discount {plain(content.discount)}")
    lines = total(item.total for item in content.items)
    found = lines + content.freight + content.other + content.tax - content.discount
    if not is_within(found, content.total, DOCUMENT_TOLERANCE):
        hold("TOTAL_MISMATCH", f"parts {plain(found)}, total {plain(content.total)}")
    if content.tax != 0 and not any(item.taxes or item.tax_amount for item in content.items):
        hold("TAX_UNMAPPED", "the order's tax is on none of its lines")


def order_payload(
    facts: Facts,
    company: Company,
    source: str,
    content: Content,
    supplier: Supplier,
    key: str,
    number: str | None,
) -> PurchaseOrderAdd:
    """The whole order as it is to stand in SYSPRO; held or waiting where a part is missing."""
    if supplier.is_on_hold:
        hold("SUPPLIER_ON_HOLD", supplier.code)
    if not supplier.is_order_allowed:
        hold("SUPPLIER_NO_ORDERS", supplier.code)
    currency = to_currency(facts, company, content.currency)
    if currency != supplier.currency:
        hold("CURRENCY_MISMATCH", f"order {currency}, supplier {supplier.currency}")
    zone = zone_of(facts, source, content.location)
    order_on = business_day(content.placed_at, zone, "$.date")
    if order_on is None:
        hold("SOURCE_UNREADABLE", "$.date: is missing")
    due_on = business_day(content.promised_at, zone, "$.promise_date") or order_on
    found = order_lines(facts, company, content.items, zone, due_on)
    return PurchaseOrderAdd(
        purchase_order=number,
        supplier=supplier.code,
        external_key=key,
        currency=currency,
        order_on=order_on,
        due_on=due_on,
        terms_code=mapped(facts, company, "terms", content.term) if content.term else "",
        is_taxable=any(line.tax_code for line in found.lines),
        lines=found.lines,
        freight=_charge(content.freight),
        charges=_charge(content.other),
        comments=_comments(content.comment, found.comments),
    )


def _charge(amount: Decimal) -> Decimal | None:
    if amount < 0:
        hold("NEGATIVE_LINE", f"charge {plain(amount)}")
    cents = to_cents(amount)
    return None if cents == ZERO else cents


def _comments(comment: str, rests: tuple[str, ...]) -> tuple[str, ...]:
    whole = [encodable("comment", text) for text in (comment, *rests)]
    return tuple(piece for text in whole for piece in pieces(text, COMMENT))


def _number(
    facts: Facts, company: Company, document: DocumentKey, content: Content, key: str
) -> str:
    """The number that we give the order; never shortened, never used twice."""
    is_prefixed = company.policy.po_numbering == "prefix"
    number = f"{company.policy.po_prefix if is_prefixed else ''}{content.number}"
    if len(number) > NUMBER:
        hold("PO_NUMBER_TOO_LONG", f"{number}: {len(number)} characters, SYSPRO has {NUMBER}")
    if outside_code_page(number):
        hold("NOT_IN_CODE_PAGE", f"number: {outside_code_page(number)}")
    holders = object_of(facts.get(order_number_fact(document.source, content.number)), "holders")
    since = number_of(object_of(holders, document.id), "since")
    positions = {other: number_of(object_of(holders, other), "since") for other in holders}
    earlier = [other for other in sorted(positions) if positions[other] < since]
    if earlier:
        hold("PO_NUMBER_REUSED", f"{number} is the number of order {earlier[0]}")
    there = facts.get(syspro_fact("syspro_order", company.name, number))
    if there is not None and text_of(there, "external_key") != key:
        hold("PO_NUMBER_REUSED", f"SYSPRO has an order {number}")
    return fitting("number", number, NUMBER)
