"""The supplier's code is written to the external id of the vendor that it is, once. Pure.

An external id that says something else is somebody's, and stays until a person lets it go.
"""

from engine.core.commands import Seen
from engine.core.commands.procurify import VendorCode, procurify_addressee
from engine.core.keys import DocumentKey, comparable_key
from projections.decisions import Decision
from projections.documents import vendor_in
from projections.facts import (
    Facts,
    number_of,
    object_of,
    source_fact,
    text_of,
    written_back_fact,
)
from projections.plan.company import company_names, open_company
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import Draft, Planned, Stopped, hold, settle
from projections.plan.supplier import find_supplier
from projections.plan.texts import clean

_BACK = "vendor_code"


def draft_code(facts: Facts, document: DocumentKey) -> Draft:
    """The row's words; a revision is the code, or the codes of several companies."""
    vendor = vendor_in(facts.get(source_fact(document)))
    codes = _codes(facts, document)
    return Draft(
        number=f"code of {clean(vendor.name) if vendor else document.id}",
        revision=f"code {', '.join(dict.fromkeys(codes.values()))}" if codes else "",
        company=", ".join(codes),
    )


def plan_code(facts: Facts, document: DocumentKey, draft: Draft, decision: Decision) -> Planned:
    """The code to write; raises `Stopped` where there is none, it is there, or it is in the way."""
    vendor = vendor_in(facts.get(source_fact(document)))
    codes = _codes(facts, document)
    if vendor is None or not codes:
        settle("not_due")
    wanted, *others = dict.fromkeys(codes.values())
    there = vendor.external_id
    if others:
        told = ", ".join(f"{company} {code}" for company, code in codes.items())
        hold("VENDOR_CODE_DIFFERS", told)
    if comparable_key(there) == comparable_key(wanted):
        settle("in_procurify")
    back = facts.get(written_back_fact(document, _BACK))
    is_ours = text_of(object_of(back, "payload"), "external_id") == wanted
    if is_ours and not there:
        settle("in_procurify")
    if there:
        hold_unless_accepted(facts, "VENDOR_CODE_DIFFERS", f"{there!r} is there, not {wanted}")
    if not (document.id.isascii() and document.id.isdigit()):
        hold("SOURCE_UNREADABLE", f"$.id: {document.id[:40]!r} is no id of a vendor")
    return Planned(
        payload=VendorCode(
            vendor=int(document.id),
            external_id=wanted,
            seen=(Seen(column="external_id", value=there),),
        ),
        action="write_code",
        part=f"code after {number_of(back, 'count')}",
        revision=draft.revision,
        external_key="",
        company=procurify_addressee(document.source),
    )


def _codes(facts: Facts, document: DocumentKey) -> dict[str, str]:
    """The vendor's supplier in each company that has codes written back."""
    found: dict[str, str] = {}
    for name in company_names(facts):
        company = open_company(facts, name)
        if not company.policy.write_back_vendor_codes:
            continue
        try:
            supplier = find_supplier(facts, company, document.source, document.id)
        except Stopped:
            continue
        if supplier is not None:
            found[name] = supplier.code
    return found
