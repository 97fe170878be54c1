"""A bill that SYSPRO has from us and what came after: rules.md §5.5 rows 20 and 21. Pure.

A posted invoice is never edited. Days, notes and descriptions may change without a trace; all
else is held, with the entries that would set it right.
"""

from typing import NoReturn

from engine.core.canonical import JsonObject
from engine.core.keys import DocumentKey
from engine.core.money import ZERO, plain, read_amount
from projections.facts import Facts, object_of, text_of
from projections.invoices import Bill, BillContent, is_same_money
from projections.plan.bills.orders import is_same_supplier
from projections.plan.bills.versions import is_outdated
from projections.plan.company import Company
from projections.plan.outcomes import hold
from projections.plan.supplier import require_supplier
from projections.plan.written import settle_written


def settle_posted(
    facts: Facts, company: Company, document: DocumentKey, bill: Bill, written: JsonObject
) -> NoReturn:
    """The bill is in SYSPRO as Procurify has it, or is held because it no longer is."""
    if is_outdated(facts, document, bill):
        settle_written(written, detail="a newer version took its place")
    payload = object_of(written, "payload")
    posted = f"{text_of(written, 'syspro_key')} of {_shown(payload)}"
    if not bill.is_eligible or bill.content is None:
        hold("BILL_WITHDRAWN_AFTER_POST", f"{posted}; to set right: {_taken_back(payload)}")
    content = bill.content
    if content.revision == text_of(written, "revision"):
        settle_written(written)
    supplier = require_supplier(facts, company, document.source, content.vendor)
    changed = []
    if not is_same_supplier(supplier.code, text_of(payload, "supplier")):
        changed.append(f"supplier {text_of(payload, 'supplier')} to {supplier.code}")
    if not is_same_money(content.revision, text_of(written, "revision")):
        changed.append(_difference(content, payload))
    if changed:
        entries = f"{_taken_back(payload)}, then bill {content.owed} again"
        hold("BILL_CHANGED_AFTER_POST", f"{posted}: {', '.join(changed)}; to set right: {entries}")
    settle_written(written, detail=f"revision {content.revision} changes nothing in SYSPRO")


def _shown(payload: JsonObject) -> str:
    return f"{text_of(payload, 'value')} {text_of(payload, 'currency')}"


def _taken_back(payload: JsonObject) -> str:
    """The entry that takes the posted one off the supplier's account."""
    return f"credit note of {_shown(payload)} against {text_of(payload, 'invoice')}"


def _difference(content: BillContent, payload: JsonObject) -> str:
    value = read_amount(payload.get("value")) or ZERO
    if abs(content.owed) != value:
        return f"value {plain(value)} to {plain(abs(content.owed))}, {content.owed - value:+}"
    invoice = text_of(payload, "invoice")
    if content.invoice != invoice:
        return f"number {invoice} to {content.invoice}"
    return "lines, accounts or taxes"
