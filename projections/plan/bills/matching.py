"""Bill lines against goods receipts: which GRN is matched by how much. Pure.

Oldest receipt first, by quantity; the value matched is the value billed (rules.md §5.3). What is
left of a receipt is what was received less what our invoices matched and what SYSPRO shows as
matched by others; GrnDetails knows matched values, not quantities (syspro.md §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from engine.core.canonical import JsonObject
from engine.core.commands import GrnMatch
from engine.core.keys import PURCHASE_ORDER, DocumentKey, comparable_key, external_key
from engine.core.money import ZERO, plain, read_amount, share, to_cents, to_quantity, total
from projections.commands import billed_fact
from projections.decisions import IGNORED, decision_of
from projections.documents import order_in
from projections.facts import Facts, object_of, source_fact, syspro_fact, text_of, written_fact
from projections.invoices import BillItem
from projections.plan.company import Company
from projections.plan.orders.carried import is_carried
from projections.plan.orders.seen import is_cancelled, line_numbers, order_in_syspro
from projections.plan.outcomes import hold, wait
from projections.plan.routing import day_of
from projections.plan.written import line_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An order that SYSPRO has: by whom it is supplied, and its line numbers by item.

    `is_ours`: SYSPRO took it from us; one that a person linked carries no items of ours.
    """

    document: DocumentKey
    number: str
    supplier: str
    currency: str
    lines: Mapping[str, int]
    ordered: Mapping[str, Decimal]
    is_ours: bool


def require_order(facts: Facts, tenant: str, company: Company, source: str, order: str) -> Posted:
    """The order in SYSPRO; the plan waits for it, or is held if it will not come."""
    document = DocumentKey(source=source, kind=PURCHASE_ORDER, id=order)
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
    lines = payload.get("lines")
    listed = [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return Posted(
        document=document,
        number=number,
        is_ours=written is not None,
        supplier=text_of(payload, "supplier") or text_of(row, "Supplier"),
        currency=text_of(payload, "currency") or text_of(row, "Currency"),
        lines=line_numbers(written, row),
        ordered={
            text_of(line, "item_id"): read_amount(line.get("quantity")) or ZERO for line in listed
        },
    )


def _linked_number(facts: Facts, tenant: str, company: Company, document: DocumentKey) -> str:
    linked = decision_of(facts, document).links.get(company.name)
    if linked:
        return linked
    there = facts.get(f"order_by_key:{company.name}/{external_key(tenant, document)}")
    orders = there.get("orders") if there else None
    return str(orders[0]) if isinstance(orders, list | tuple) and orders else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A goods receipt of one order line, and what of it is left to bill."""

    key: str
    grn: JsonObject
    received: Decimal
    outstanding: Decimal


def receipts_of(
    facts: Facts, company: Company, order: Posted, document: DocumentKey
) -> dict[int, list[Receipt]]:
    """The order's goods receipts by SYSPRO line, oldest first; this bill's own matches are left."""
    grns = facts.get(syspro_fact("grns", company.name, order.number)) or {}
    found: dict[int, list[Receipt]] = {}
    for key, grn in sorted(grns.items()):
        line = line_number(grn.get("line")) if isinstance(grn, dict) else None
        if line is None or not isinstance(grn, dict):
            continue
        billed = facts.get(billed_fact(company.name, grn)) or {}
        ours = total(
            read_amount(quantity) or ZERO
            for bill, quantity in billed.items()
            if bill != str(document)
        )
        received = read_amount(grn.get("received")) or ZERO
        left = max(received - max(ours, _matched(grn, received)), ZERO)
        receipt = Receipt(key=key, grn=grn, received=received, outstanding=left)
        found.setdefault(line, []).append(receipt)
    for receipts in found.values():
        receipts.sort(key=lambda receipt: (text_of(receipt.grn, "received_on"), receipt.key))
    return found


def _matched(grn: JsonObject, received: Decimal) -> Decimal:
    """The quantity that SYSPRO shows as matched, told from the values."""
    if text_of(grn, "is_matched") == "Y":
        return received
    original = read_amount(grn.get("original")) or ZERO
    matched = read_amount(grn.get("matched")) or ZERO
    return to_quantity(received * matched / original) if original and matched else ZERO


def match_item(
    company: Company,
    item: BillItem,
    order: Posted,
    receipts: Mapping[int, list[Receipt]],
    taken: dict[str, Decimal],
) -> tuple[GrnMatch, ...]:
    """The matches of one bill line; `taken` grows by what they use up of each receipt."""
    if item.quantity is None:
        hold("MATCH_BY_VALUE", item.description)
    line = order.lines.get(item.order_item)
    if line is None:
        if order.lines or not order.is_ours:
            hold("ORDER_LINE_UNKNOWN", f"order {order.number}, item {item.order_item}")
        wait("WAITS_FOR_VERIFICATION", on=(written_fact(order.document),))
    left = item.quantity
    used: list[tuple[Receipt, Decimal]] = []
    for receipt in receipts.get(line, []):
        free = receipt.outstanding - taken.get(receipt.key, ZERO)
        quantity = min(free, left)
        if quantity > 0:
            used.append((receipt, quantity))
            taken[receipt.key] = taken.get(receipt.key, ZERO) + quantity
            left -= quantity
    if left > 0:
        _short(company, item, order, line, receipts.get(line, []))
    values = share(to_cents(item.total), [quantity for _, quantity in used])
    return tuple(
        _match(receipt, quantity, value, is_full=taken[receipt.key] == receipt.outstanding)
        for (receipt, quantity), value in zip(used, values, strict=True)
    )


def _short(
    company: Company, item: BillItem, order: Posted, line: int, receipts: list[Receipt]
) -> NoReturn:
    """More is billed than is left: over what was ordered is a hold, else goods are to come."""
    ordered = order.ordered.get(item.order_item)
    billed = total(receipt.received - receipt.outstanding for receipt in receipts)
    quantity = item.quantity or ZERO
    if ordered is not None and billed + quantity > ordered:
        hold(
            "OVERBILLED_QTY",
            f"order {order.number} line {line}: ordered {plain(ordered)}, billed "
            f"{plain(billed)} before, {plain(quantity)} now",
        )
    wait("WAITING_RECEIPT", on=(syspro_fact("grns", company.name, order.number),))


def _match(receipt: Receipt, quantity: Decimal, value: Decimal, *, is_full: bool) -> GrnMatch:
    grn = receipt.grn
    return GrnMatch(
        supplier=text_of(grn, "supplier"),
        grn=text_of(grn, "grn"),
        source=text_of(grn, "source"),
        journal=text_of(grn, "journal"),
        entry=text_of(grn, "entry"),
        quantity=plain(quantity),
        value=value,
        is_full=is_full,
    )


def is_same_supplier(one: str, other: str) -> bool:
    """Whether two supplier codes are one key of SYSPRO."""
    return comparable_key(one) == comparable_key(other)
