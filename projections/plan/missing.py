"""What SYSPRO took from us, and lacks since a person confirmed the company, is held. Pure.

A company that was restored from a backup may lack what was written after the backup was made
(rules.md §5.5, 43). Once it is confirmed (`confirmed:<company>`), each order, invoice and supplier
that was written before is looked for in what the whole walks of SYSPRO show. Credit and debit
notes, registrations and receipts are not looked for: they have no row of their own that is read.
"""

from engine.core.canonical import JsonObject
from engine.core.keys import BILL, ORDER_PART, PURCHASE_ORDER, VENDOR, DocumentKey
from projections.facts import Facts, number_of, object_of, syspro_fact, text_of, written_fact
from projections.plan.company import company_names
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import Held, Outcome, Stopped, Waiting
from projections.standstill import confirmed_fact

_LOOKED_FOR = frozenset({PURCHASE_ORDER, ORDER_PART, BILL, VENDOR})


def unless_missing(facts: Facts, document: DocumentKey, outcome: Outcome) -> Outcome:
    """The outcome, unless SYSPRO lacks what it took from us for the document; then held."""
    if isinstance(outcome, Held | Waiting) or document.kind not in _LOOKED_FOR:
        return outcome
    try:
        _require_there(facts, document)
    except Stopped as stopped:
        return stopped.outcome
    return outcome


def _require_there(facts: Facts, document: DocumentKey) -> None:
    names = company_names(facts) if document.kind == VENDOR else ("",)
    for name in names:
        written = facts.get(written_fact(document, name))
        if written is None or written.get("is_cancelled") is True:
            continue
        company = text_of(written, "company")
        confirmed = facts.get(confirmed_fact(company))
        if number_of(written, "position") > number_of(confirmed, "position"):
            continue
        place = _place(document, company, written)
        if place and facts.get(place) is None:
            what = f"{company} has no {document.kind.replace('_', ' ')}"
            hold_unless_accepted(
                facts, "MISSING_IN_SYSPRO", f"{what} {text_of(written, 'syspro_key')}"
            )


def _place(document: DocumentKey, company: str, written: JsonObject) -> str:
    """The fact that is there while SYSPRO shows the document; "" where none tells."""
    payload = object_of(written, "payload")
    supplier = text_of(payload, "supplier")
    if document.kind in (PURCHASE_ORDER, ORDER_PART):
        return syspro_fact("syspro_order", company, text_of(written, "syspro_key"))
    if document.kind == VENDOR:
        return syspro_fact("supplier", company, supplier)
    if text_of(written, "type") != "invoice_add":
        return ""
    return syspro_fact("invoice", company, supplier, text_of(payload, "invoice"))
