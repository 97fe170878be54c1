"""Which supplier a vendor is in a company. How it becomes one: `vendors`. Pure.

Found by a person's link, by approved mapping, by what we wrote, by an external id that names a
supplier, by the rule's code under the same name; in that order, first found wins.
"""

from dataclasses import dataclass

from engine.core.canonical import JsonObject
from engine.core.keys import VENDOR, DocumentKey
from engine.core.mapping import mapping_fact
from projections.decisions import IGNORED, decision_fact, decision_of
from projections.documents import vendor_in
from projections.facts import Facts, object_of, source_fact, syspro_fact, text_of, written_fact
from projections.plan.company import Company, mapped, require_read
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import hold, hold_unmapped, wait
from projections.plan.texts import clean
from projections.syspro_rows import cell

NAME_WIDTH = 50


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
    skipped there, and what needs it is held. A vendor that was deactivated or is gone keeps its
    supplier, and nothing new is sent for it (rules.md §5.5, 32).
    """
    if not vendor:
        hold("VENDOR_MISSING")
    found = find_supplier(facts, company, source, vendor)
    document = DocumentKey(source=source, kind=VENDOR, id=vendor)
    body = vendor_in(facts.get(source_fact(document)))
    if found is not None and body is not None and not body.is_active:
        hold_unless_accepted(facts, "VENDOR_INACTIVE", f"vendor {vendor} {clean(body.name)}")
    if found is None:
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
    return (
        clean(one).casefold()[:NAME_WIDTH].strip() == clean(other).casefold()[:NAME_WIDTH].strip()
    )
