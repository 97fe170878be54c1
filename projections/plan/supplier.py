"""Vendors and suppliers: which supplier a vendor is in a company, how it becomes one. Pure.

Found by a person's link, by approved mapping, by what we wrote, by an external id that names a
supplier, by the rule's code under the same name; in that order, first found wins.
"""

from dataclasses import dataclass

from engine.core.canonical import JsonObject
from engine.core.commands import SupplierAdd
from engine.core.keys import VENDOR, DocumentKey, external_key
from engine.core.mapping import mapping_fact
from projections.decisions import IGNORED, decision_fact, decision_of
from projections.documents import vendor_in
from projections.facts import Facts, object_of, source_fact, syspro_fact, text_of, written_fact
from projections.plan.company import Company, mapped, require_read, to_currency
from projections.plan.outcomes import Planned, hold, hold_unmapped, settle, wait
from projections.plan.texts import clean, encodable, fitting, pieces, split_words
from projections.plan.written import settle_written
from projections.suppliers import Vendor
from projections.syspro_rows import cell

_NAME, _SHORT, _ADDRESS, _ADDRESS_LINES = 50, 20, 40, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A supplier that SYSPRO has, or has taken from us; `found_by` says how it was found."""

    code: str
    currency: str
    is_on_hold: bool
    is_order_allowed: bool
    is_grn_matched: bool
    found_by: str


def rule_code(company: Company, vendor: str) -> str:
    """The code under which a vendor is created: prefix and its id, six digits."""
    return f"{company.policy.supplier_prefix}{vendor.zfill(6)}"


def needs_of_vendor(company: str, source: str, vendor: str, policy_prefix: str) -> tuple[str, ...]:
    """The facts that finding a vendor's supplier is sure to look at."""
    document = DocumentKey(source=source, kind=VENDOR, id=vendor)
    return (
        decision_fact(document),
        mapping_fact("vendor", vendor),
        source_fact(document),
        written_fact(document, company),
        syspro_fact("supplier", company, f"{policy_prefix}{vendor.zfill(6)}"),
        f"snapshot:{company}/supplier",
    )


def find_supplier(facts: Facts, company: Company, source: str, vendor: str) -> Supplier | None:
    """The vendor's supplier; None if SYSPRO has none for it. Waits until SYSPRO was read."""
    document = DocumentKey(source=source, kind=VENDOR, id=vendor)
    linked = decision_of(facts, document).links.get(company.name, "")
    target = linked or mapped(facts, company, "vendor", vendor)
    if target:
        found_by = "link" if linked else "mapping"
        row = facts.get(syspro_fact("supplier", company.name, target))
        if row is None:
            require_read(facts, company, "supplier")
            hold("SUPPLIER_UNKNOWN", f"vendor {vendor} is {target} by {found_by}")
        return _known(company, target, row, found_by)
    written = facts.get(written_fact(document, company.name))
    if written is not None:
        return _written(facts, company, written)
    require_read(facts, company, "supplier")
    body = vendor_in(facts.get(source_fact(document)))
    if body is not None and body.external_id:
        row = facts.get(syspro_fact("supplier", company.name, body.external_id))
        if row is not None:
            return _known(company, body.external_id, row, "external_id")
    code = rule_code(company, vendor)
    row = facts.get(syspro_fact("supplier", company.name, code))
    if row is not None and body is not None and _is_same(body.name, cell(row, "SupplierName")):
        return _known(company, code, row, "rule")
    return None


def require_supplier(facts: Facts, company: Company, source: str, vendor: str) -> Supplier:
    """The vendor's supplier; else the plan waits for the vendor, or is held if none will come.

    None will come in one company of several that does not create suppliers: the vendor itself is
    skipped there, and what needs it is held.
    """
    if not vendor:
        hold("VENDOR_MISSING")
    found = find_supplier(facts, company, source, vendor)
    if found is None:
        document = DocumentKey(source=source, kind=VENDOR, id=vendor)
        body = vendor_in(facts.get(source_fact(document)))
        if body is not None and not body.is_eligible:
            hold("VENDOR_NOT_ELIGIBLE", f"vendor {vendor} {clean(body.name)}")
        if decision_of(facts, document).standing == IGNORED:
            hold("VENDOR_NOT_ELIGIBLE", f"vendor {vendor} is ignored")
        if not (company.is_alone or company.policy.create_suppliers):
            detail = f"vendor {vendor} in company {company.name}"
            hold_unmapped("VENDOR_UNMAPPED", "vendor", vendor, detail)
        wait("WAITS_FOR_SUPPLIER", documents=(str(document),))
    return found


def supplier_of(facts: Facts, company: Company, code: str) -> Supplier:
    """The supplier that the company's policy names."""
    row = facts.get(syspro_fact("supplier", company.name, code))
    if row is None:
        require_read(facts, company, "supplier")
        hold("SUPPLIER_UNKNOWN", f"{code} is named by the policy")
    return _known(company, code, row, "policy")


def plan_vendor(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, vendor: Vendor
) -> Planned:
    """The supplier to add to a company; `Stopped` where the vendor is one, is none, or is held."""
    written = facts.get(written_fact(document, company.name))
    if not vendor.is_eligible:
        if written is None:
            settle("not_eligible", "NOT_READY")
        settle("in_syspro", syspro_key=text_of(written, "syspro_key"))
    found = find_supplier(facts, company, document.source, document.id)
    if found is not None:
        if found.found_by == "written":
            settle_written(written)
        settle("linked", "ALREADY_THERE", syspro_key=found.code, detail=f"by {found.found_by}")
    code = rule_code(company, document.id)
    if facts.get(syspro_fact("supplier", company.name, code)) is not None:
        hold("SUPPLIER_CODE_TAKEN", code)
    if not company.policy.create_suppliers:
        hold_unmapped("VENDOR_UNMAPPED", "vendor", document.id, f"vendor {document.id}")
    return Planned(
        payload=_add(facts, company, document.source, vendor, code),
        action="add",
        part="supplier",
        revision=vendor.revision,
        external_key=external_key(tenant, document),
        company=company.name,
    )


def _add(facts: Facts, company: Company, source: str, vendor: Vendor, code: str) -> SupplierAdd:
    name = fitting("name", vendor.name, _NAME)
    if not name:
        hold("SOURCE_UNREADABLE", "$.name: is empty")
    return SupplierAdd(
        supplier=fitting("supplier code", code, 15),
        name=name,
        short_name=split_words(name, _SHORT)[0],
        branch=company.policy.supplier_branch,
        terms_code=_terms(facts, company, vendor.term),
        currency=_currency(facts, company, source, vendor.currency),
        bank=company.policy.supplier_bank,
        address=_address(vendor.address),
        postal_code=fitting("postal code", vendor.postal_code, 10),
        telephone=fitting("telephone", vendor.telephone, 20),
        contact=fitting("contact", vendor.contact, 50),
        email=fitting("email", vendor.email, 255),
    )


def _address(parts: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = [encodable("address", part) for part in parts]
    lines = tuple(line for part in cleaned for line in pieces(part, _ADDRESS))
    if len(lines) > _ADDRESS_LINES:
        hold("FIELD_TOO_LONG", f"address: {len(lines)} lines of {_ADDRESS}, SYSPRO has 5")
    return lines


def _terms(facts: Facts, company: Company, term: str) -> str:
    target = mapped(facts, company, "terms", term) if term else ""
    code = target or company.policy.supplier_terms
    if not code and term:
        hold_unmapped("TERMS_UNMAPPED", "terms", term, term)
    if not code:
        hold("TERMS_UNMAPPED", "no payment term")
    return code


def _currency(facts: Facts, company: Company, source: str, identity: str) -> str:
    if not identity:
        return company.policy.local_currency
    key = f"procurify_currency:{source}/{identity}"
    known = facts.get(key)
    if known is None:
        wait("REFERENCE_NOT_READ", on=(key,))
    return to_currency(facts, company, text_of(known, "name"))


def _known(company: Company, code: str, row: JsonObject, found_by: str) -> Supplier:
    return Supplier(
        code=code,
        currency=cell(row, "Currency") or company.policy.local_currency,
        is_on_hold=cell(row, "OnHold") == "Y",
        is_order_allowed=cell(row, "PurchOrdAllowed") != "N",
        is_grn_matched=cell(row, "GrnMatchReqd") == "Y",
        found_by=found_by,
    )


def _written(facts: Facts, company: Company, written: JsonObject) -> Supplier:
    """A supplier that we created: as SYSPRO shows it, as we sent it until it is read."""
    payload = object_of(written, "payload")
    code = text_of(written, "syspro_key") or text_of(payload, "supplier")
    row = facts.get(syspro_fact("supplier", company.name, code))
    if row is not None:
        return _known(company, code, row, "written")
    return Supplier(
        code=code,
        currency=text_of(payload, "currency"),
        is_on_hold=False,
        is_order_allowed=payload.get("is_order_allowed") is not False,
        is_grn_matched=payload.get("is_grn_match_required") is True,
        found_by="written",
    )


def _is_same(one: str, other: str) -> bool:
    """Whether two names are one, as far as SYSPRO's width shows them."""
    return clean(one).casefold()[:_NAME].strip() == clean(other).casefold()[:_NAME].strip()
