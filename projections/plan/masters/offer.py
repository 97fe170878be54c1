"""A supplier of SYSPRO becomes a vendor of Procurify, and its vendor follows it. Pure.

What is there already is never added twice: a vendor that is mapped, linked, written or named by its
external id is the supplier's, and one of the same name is a person's to decide about. Of a vendor
that there is, name, telephone and contact follow what changes in SYSPRO from then on, unless
Procurify owns them; each value is written once: what Procurify then shows otherwise was changed
there. A vendor that is added has SYSPRO's address in its two free lines, since which of the lines
is a city or a country SYSPRO does not say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.canonical import JsonObject, digest
from engine.core.commands import Seen
from engine.core.commands.procurify import VendorAdd, VendorChange, procurify_addressee
from engine.core.keys import VENDOR, DocumentKey
from projections.claims import claimants, claims_fact
from projections.decisions import Decision
from projections.documents import vendor_in, vendor_name_fact
from projections.facts import (
    Facts,
    number_of,
    object_of,
    source_fact,
    text_of,
    written_back_fact,
)
from projections.plan.company import Company, open_company, require_read
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import Draft, Planned, Stopped, hold, settle, wait
from projections.plan.supplier import find_supplier
from projections.plan.vendors.address import seen_address
from projections.references import DOMAIN, read_fact
from projections.supplier_rows import moved_in
from projections.suppliers import Vendor
from projections.syspro_rows import cell

_COLUMNS: Mapping[str, tuple[str, str, str]] = {
    "name": ("SupplierName", "name", "name"),
    "telephone": ("Telephone", "phone", "phoneOne"),
    "contact": ("Contact", "contact", "contact"),
}
"""Field of the policy → column of ApSupplier, field of the command, name of Procurify's row."""
_SHOWN = ("SupplierName", "Telephone", "Contact", "Email", "Currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A supplier as it may be offered: its company, Procurify's domain, and SYSPRO's row."""

    company: Company
    domain: str
    code: str
    row: JsonObject


def draft_offer(facts: Facts, document: DocumentKey) -> Draft:
    """The row's words; a revision is what SYSPRO says of the supplier."""
    row = facts.get(source_fact(document)) or {}
    said = {column: cell(row, column) for column in _SHOWN}
    return Draft(
        number=f"supplier {cell(row, 'Supplier') or document.id}",
        revision=digest(said)[:16],
        company=document.source,
    )


def plan_offer(facts: Facts, document: DocumentKey, draft: Draft, decision: Decision) -> Planned:
    """The vendor to add or to change; raises `Stopped` where nothing is owed, or nothing yet."""
    company = open_company(facts, document.source)
    policy = company.policy
    if policy.offer_suppliers == "off":
        settle("off")
    row = facts.get(source_fact(document))
    if row is None or cell(row, "OnHold") == "Y":
        settle("not_eligible", "NOT_READY")
    domain = text_of(facts.get(DOMAIN), "source")
    needed = read_fact(domain, "vendors") if domain else DOMAIN
    if facts.get(needed) is None:
        wait("REFERENCE_NOT_READ", on=(needed,))
    offered = Offered(company=company, domain=domain, code=cell(row, "Supplier"), row=row)
    planned = _owed(facts, document, offered, draft.revision)
    if policy.offer_suppliers == "approve" and decision.approved != draft.revision:
        hold("NEEDS_APPROVAL", planned.action)
    return planned


def _owed(facts: Facts, document: DocumentKey, offered: Offered, revision: str) -> Planned:
    identity = _vendor_of(facts, offered)
    added = facts.get(written_back_fact(document, "vendor_add"))
    if not identity and added is not None:
        settle("in_procurify", detail=f"vendor {text_of(added, 'procurify_id')}")
    if identity:
        return _change(facts, document, offered, identity, revision)
    _require_new(facts, offered)
    email = cell(offered.row, "Email")
    require_read(facts, offered.company, "supplier_address")
    address = seen_address(facts, offered.company, offered.code)
    lines = address.lines if address else ()
    return Planned(
        payload=VendorAdd(
            external_id=offered.code,
            name=cell(offered.row, "SupplierName"),
            emails=(email,) if email else (),
            currency=_currency(facts, offered),
            address_line_one=lines[0] if lines else None,
            address_line_two=", ".join(lines[1:]) or None,
            postal_code=(address.postal_code if address else "") or None,
            phone=cell(offered.row, "Telephone") or None,
            contact=cell(offered.row, "Contact") or None,
        ),
        action="add",
        part="vendor",
        revision=revision,
        external_key="",
        company=procurify_addressee(offered.domain),
    )


def _vendor_of(facts: Facts, offered: Offered) -> str:
    """The id of the vendor that is this supplier; "" where none is."""
    prefix, code = offered.company.policy.supplier_prefix, offered.code
    rest = code.removeprefix(prefix)
    by_rule = [str(int(rest))] if code != rest and rest.isascii() and rest.isdigit() else []
    for identity in dict.fromkeys((*claimants(facts.get(claims_fact(code))), *by_rule)):
        try:
            found = find_supplier(facts, offered.company, offered.domain, identity)
        except Stopped:
            continue
        if found is not None and found.code == code:
            return identity
    return ""


def _require_new(facts: Facts, offered: Offered) -> None:
    """No vendor has the supplier's name, however spelt; else a person decides."""
    name = cell(offered.row, "SupplierName")
    if not name:
        hold("SOURCE_UNREADABLE", "SupplierName: is empty")
    alike = object_of(facts.get(vendor_name_fact(offered.domain, name)), "holders")
    if alike:
        told = ", ".join(f"vendor {one}" for one in sorted(alike))
        hold_unless_accepted(facts, "SUPPLIER_LOOKS_KNOWN", f"{name}: {told}")


def _currency(facts: Facts, offered: Offered) -> int | None:
    """Procurify's id of the supplier's currency; None, its own, where it keeps no list of it."""
    code = cell(offered.row, "Currency") or offered.company.policy.local_currency
    identity = text_of(facts.get(f"currency_id:{offered.domain}/{code}"), "id")
    if identity.isascii() and identity.isdigit():
        return int(identity)
    if code != offered.company.policy.local_currency:
        hold("CURRENCY_UNMAPPED", f"{code} is no currency of Procurify")
    return None


def _change(
    facts: Facts, document: DocumentKey, offered: Offered, identity: str, revision: str
) -> Planned:
    vendor = vendor_in(
        facts.get(source_fact(DocumentKey(source=offered.domain, kind=VENDOR, id=identity)))
    )
    back = facts.get(written_back_fact(document, "vendor_change"))
    differing = _differing(offered, vendor, back)
    if vendor is None or not differing or not (identity.isascii() and identity.isdigit()):
        settle("in_procurify", detail=f"vendor {identity}")
    shown = _shown(vendor)
    said = {_COLUMNS[name][1]: cell(offered.row, _COLUMNS[name][0]) for name in differing}
    return Planned(
        payload=VendorChange(
            vendor=int(identity),
            name=said.get("name"),
            phone=said.get("phone"),
            contact=said.get("contact"),
            seen=tuple(Seen(column=_COLUMNS[name][2], value=shown[name]) for name in differing),
        ),
        action="change",
        part=f"vendor after {number_of(back, 'count')}",
        revision=revision,
        external_key="",
        company=procurify_addressee(offered.domain),
    )


def _differing(offered: Offered, vendor: Vendor | None, back: JsonObject | None) -> list[str]:
    """SYSPRO's fields that the vendor shows otherwise, and that we did not write so already."""
    if vendor is None:
        return []
    sent, shown = object_of(back, "payload"), _shown(vendor)
    found = []
    for name, (column, field, _) in _COLUMNS.items():
        wanted = cell(offered.row, column)
        is_sent = text_of(sent, field) == wanted
        is_ours = name in offered.company.policy.vendor_fields
        has_moved = column in moved_in(offered.row)
        if wanted and has_moved and not (is_ours or is_sent) and wanted != shown[name]:
            found.append(name)
    return found


def _shown(vendor: Vendor) -> dict[str, str]:
    return {"name": vendor.name, "telephone": vendor.telephone, "contact": vendor.contact}
