"""The orders that a bill is for, as SYSPRO has them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.keys import BILL, PURCHASE_ORDER, DocumentKey, comparable_key, external_key
from engine.core.mapping import vendor_pair_key
from engine.core.money import ZERO, read_amount, total
from projections.decisions import IGNORED, decision_of
from projections.documents import bills_of_order_fact, order_in
from projections.facts import Facts, object_of, source_fact, text_of, written_fact
from projections.merging import objects_of
from projections.plan.bills.desk import Creditor, Desk
from projections.plan.company import Company
from projections.plan.orders.carried import is_carried
from projections.plan.orders.rest import whole_of
from projections.plan.orders.seen import is_cancelled, item_of, line_numbers, order_in_syspro
from projections.plan.outcomes import hold, wait
from projections.plan.parts import order_of_company
from projections.plan.places import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An order that SYSPRO has: by whom it is supplied, and by item its line and what was ordered.

    `lines` are bound as `item_of` reads them. `is_ours`: SYSPRO took it from us; one that a person
    linked carries no items of ours, and nothing of `ordered` and `prices` (in the order's
    currency, for one; `line_prices` by line as bound) is known.
    """

    document: DocumentKey
    number: str
    supplier: str
    currency: str
    lines: Mapping[str, int]
    ordered: Mapping[str, Decimal]
    prices: Mapping[str, Decimal]
    line_prices: Mapping[str, Decimal]
    is_ours: bool


def orders_of(desk: Desk, creditor: Creditor) -> dict[str, Posted]:
    """The orders that the bill is for, each in SYSPRO, of its supplier and currency.

    Another supplier's may be billed where the mapping `vendor_pair` allows the two vendors.
    """
    found: dict[str, Posted] = {}
    code = creditor.supplier.code
    for identity in dict.fromkeys(item.order for item in desk.content.items if item.order):
        order = _require_order(desk.facts, desk.tenant, desk.company, desk.source, identity)
        is_own = not order.supplier or is_same_supplier(order.supplier, code)
        if not is_own and not _is_pair(desk, order):
            hold("BILL_VENDOR_DIFFERS", f"order {order.number} is of {order.supplier}")
        if order.currency and order.currency != creditor.currency:
            hold("PO_BILL_CURRENCY", f"order {order.currency}, bill {creditor.currency}")
        found[identity] = order
    return found


def other_bills(desk: Desk, order: str) -> list[tuple[DocumentKey, JsonObject]]:
    """The other bills over an order, each with its vendor and whether it is a credit."""
    fact = desk.facts.get(bills_of_order_fact(desk.source, order))
    bills = object_of(fact, "bills")
    return [
        (DocumentKey(source=desk.source, kind=BILL, id=identity), object_of(bills, identity))
        for identity in sorted(bills)
        if identity != desk.document.id
    ]


def is_same_supplier(one: str, other: str) -> bool:
    """Whether two supplier codes are one key of SYSPRO."""
    return comparable_key(one) == comparable_key(other)


def _is_pair(desk: Desk, order: Posted) -> bool:
    body = order_in(desk.facts.get(source_fact(order.document)))
    vendor = body.content.vendor if body is not None and body.content is not None else ""
    return desk.mapped("vendor_pair", vendor_pair_key(desk.content.vendor, vendor)) != ""


def _require_order(facts: Facts, tenant: str, company: Company, source: str, order: str) -> Posted:
    """The order in SYSPRO; the plan waits for it, or is held if it will not come."""
    whole = DocumentKey(source=source, kind=PURCHASE_ORDER, id=order)
    document = order_of_company(facts, whole, company)
    written = facts.get(written_fact(document))
    number = text_of(written, "syspro_key")
    if written is None:
        number = _linked_number(facts, tenant, company, document)
    if not number:
        body = order_in(facts.get(source_fact(document)))
        if body is not None and not is_carried(company, body):
            hold("ORDER_NOT_ELIGIBLE", f"order {body.number}")
        if decision_of(facts, document).standing == IGNORED:
            hold("ORDER_NOT_ELIGIBLE", f"order {order} is ignored")
        if company.policy.mode(PURCHASE_ORDER) in {"off", "observe"}:
            hold("ORDER_NOT_ELIGIBLE", f"order {order}: {company.name} carries no orders")
        if body is not None and company.is_before_cut_over(day_of(facts, source, body.content)):
            hold("ORDER_NOT_ELIGIBLE", f"order {body.number} is of before the cut-over")
        wait("WAITS_FOR_ORDER", documents=(str(document),))
    if written is not None and written.get("is_replaced") is True:
        wait("WAITS_FOR_ORDER", documents=(str(document),))
    row = order_in_syspro(facts, company, number)
    if is_cancelled(row) or (written is not None and written.get("is_cancelled") is True):
        hold("ORDER_NOT_ELIGIBLE", f"order {number} is cancelled in SYSPRO")
    payload = object_of(written, "payload")
    lines = objects_of(payload.get("lines"))
    return Posted(
        document=document,
        number=number,
        is_ours=written is not None,
        supplier=text_of(payload, "supplier") or text_of(row, "Supplier"),
        currency=text_of(payload, "currency") or text_of(row, "Currency"),
        lines=line_numbers(written, row),
        ordered=_ordered(lines),
        prices=_prices(lines),
        line_prices={text_of(line, "item_id"): _amount(line, "price") for line in lines},
    )


def _ordered(lines: Sequence[JsonObject]) -> dict[str, Decimal]:
    """How much was ordered of each item, all its lines together."""
    found: dict[str, Decimal] = {}
    for line in lines:
        item = item_of(text_of(line, "item_id"))
        found[item] = found.get(item, ZERO) + _amount(line, "quantity")
    return found


def _prices(lines: Sequence[JsonObject]) -> dict[str, Decimal]:
    """The price of each item: of one that is divided the first line's, with the rests of it.

    A rest has another price than what was received before: what both cost on average counts.
    """
    groups: dict[str, list[JsonObject]] = {}
    for line in lines:
        of_item = groups.setdefault(item_of(text_of(line, "item_id")), [])
        if not of_item or whole_of(text_of(line, "item_id")) == whole_of(
            text_of(of_item[0], "item_id")
        ):
            of_item.append(line)
    return {item: _average(parts) for item, parts in groups.items()}


def _average(parts: Sequence[JsonObject]) -> Decimal:
    quantity = total(_amount(part, "quantity") for part in parts)
    if len(parts) == 1 or quantity == 0:
        return _amount(parts[0], "price")
    return total(_amount(part, "quantity") * _amount(part, "price") for part in parts) / quantity


def _amount(line: JsonObject, name: str) -> Decimal:
    return read_amount(line.get(name)) or ZERO


def _linked_number(facts: Facts, tenant: str, company: Company, document: DocumentKey) -> str:
    linked = decision_of(facts, document).links.get(company.name)
    if linked:
        return linked
    there = facts.get(f"order_by_key:{company.name}/{external_key(tenant, document)}")
    orders = there.get("orders") if there else None
    return str(orders[0]) if isinstance(orders, list | tuple) and orders else ""
