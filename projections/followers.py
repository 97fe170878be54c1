"""What follows from another document: receipts, payments, codes of vendors, parts of orders. Pure.

Receipts and payments follow from an order or a bill that SYSPRO has from us. They are documents of
their own, there from the first time that the company's policy wants them: whatever has an order, a
bill or a vendor planned again has its followers planned again too. What the policy no longer wants
stays, and is settled as off.
"""

from collections.abc import Iterator

from engine.core.canonical import JsonObject
from engine.core.keys import (
    BILL,
    ORDER_PART,
    PAYMENT,
    PURCHASE_ORDER,
    RECEIPT,
    RECEIPT_REPORT,
    VENDOR,
    VENDOR_CODE,
    DocumentKey,
    order_part,
)
from engine.core.projection import Table, View
from projections.facts import object_of, text_of, written_fact
from projections.merging import objects_of
from projections.plan.outcomes import DIVIDED
from projections.policy import read_policy
from projections.receipts import item_receipts_fact
from projections.references import COMPANIES


def followers(view: View, document: DocumentKey) -> Iterator[DocumentKey]:
    """The documents that follow from one, as the policy of its company wants. May raise `Ask`."""
    if document.kind == VENDOR and _writes_codes(view):
        yield DocumentKey(source=document.source, kind=VENDOR_CODE, id=document.id)
    if document.kind == PURCHASE_ORDER:
        yield from _parts(view, document)
    if document.kind not in {PURCHASE_ORDER, ORDER_PART, BILL}:
        return
    written = view.get(Table.FACTS, written_fact(document))
    if written is None:
        return
    policy = read_policy(view.get(Table.FACTS, f"policy:{text_of(written, 'company')}"))
    source = document.source
    if document.kind == BILL:
        if policy.reports_payments:
            yield DocumentKey(source=source, kind=PAYMENT, id=document.id)
        return
    items = _items(written)
    if policy.reports_receipts:
        for item in items:
            yield DocumentKey(source=source, kind=RECEIPT_REPORT, id=item)
    if policy.receives_in_procurify:
        for item in items:
            listed = view.get(Table.FACTS, item_receipts_fact(source, item))
            for receipt in sorted(object_of(listed, "receipts")):
                yield DocumentKey(source=source, kind=RECEIPT, id=receipt)


def _parts(view: View, order: DocumentKey) -> Iterator[DocumentKey]:
    """The parts of an order that is divided among companies."""
    row = view.get(Table.DOCUMENTS, str(order))
    if text_of(row, "state") == DIVIDED:
        for company in text_of(row, "company").split(", "):
            yield order_part(order, company)


def _writes_codes(view: View) -> bool:
    """Whether any company has the codes of its suppliers written to their vendors."""
    known = view.get(Table.FACTS, COMPANIES)
    listed = known.get("companies") if known else None
    names = listed if isinstance(listed, list | tuple) else ()
    policies = (read_policy(view.get(Table.FACTS, f"policy:{name}")) for name in names)
    return any(policy.write_back_vendor_codes for policy in policies)


def _items(written: JsonObject) -> list[str]:
    """The order items of which SYSPRO has lines from us; an item split over several counts once."""
    lines = objects_of(object_of(written, "payload").get("lines"))
    return sorted({text_of(line, "item_id").partition("/")[0] for line in lines} - {""})
