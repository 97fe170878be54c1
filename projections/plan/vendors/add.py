"""The supplier that a vendor is to become: code by rule, the rest by the policy. Pure."""

from engine.core.commands import SupplierAdd
from engine.core.keys import DocumentKey, external_key
from projections.documents import vendor_name_fact
from projections.facts import Facts, object_of, syspro_fact, text_of
from projections.plan.company import Company, mapped, to_currency
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import Planned, hold, hold_unmapped, wait
from projections.plan.supplier import NAME_WIDTH, rule_code
from projections.plan.texts import clean, fitting, split_words
from projections.plan.vendors.address import address_lines
from projections.plan.vendors.templates import template_of
from projections.supplier_rows import codes_in, name_fact
from projections.suppliers import Vendor

_SHORT = 20


def plan_new_supplier(
    facts: Facts, tenant: str, document: DocumentKey, company: Company, vendor: Vendor
) -> Planned:
    """The supplier to add; held where its code or its name is known already (rules.md §5.5, 33)."""
    code = rule_code(company, document.id)
    if facts.get(syspro_fact("supplier", company.name, code)) is not None:
        hold("SUPPLIER_CODE_TAKEN", code)
    if not company.policy.create_suppliers:
        hold_unmapped("VENDOR_UNMAPPED", "vendor", document.id, f"vendor {document.id}")
    _require_new(facts, document, company, vendor)
    return Planned(
        payload=_add(facts, company, document.source, vendor, code),
        action="add",
        part="supplier",
        revision=vendor.revision,
        external_key=external_key(tenant, document),
        company=company.name,
    )


def _require_new(facts: Facts, document: DocumentKey, company: Company, vendor: Vendor) -> None:
    """Nobody else has the name, however spelt; else a person decides, for a name is no identity.

    A vendor that is gone keeps its name: the same name under a new id is a new vendor (32).
    """
    known = facts.get(vendor_name_fact(document.source, vendor.name))
    earlier = [one for one in object_of(known, "holders") if _age(one) < _age(document.id)]
    alike = [f"vendor {one}" for one in sorted(earlier, key=_age)]
    codes = codes_in(facts.get(name_fact(company.name, vendor.name)))
    alike = [*(f"supplier {code}" for code in codes), *alike]
    if alike:
        detail = f"{clean(vendor.name)}: {', '.join(alike)}"
        hold_unless_accepted(facts, "VENDOR_LOOKS_KNOWN", detail)


def _age(identity: str) -> tuple[int, str]:
    """Procurify numbers vendors in the order in which they came to be."""
    return len(identity), identity


def _add(facts: Facts, company: Company, source: str, vendor: Vendor, code: str) -> SupplierAdd:
    name = fitting("name", vendor.name, NAME_WIDTH)
    if not name:
        hold("SOURCE_UNREADABLE", "$.name: is empty")
    currency = _currency(facts, company, source, vendor.currency)
    template = template_of(company.policy, vendor, currency)
    return SupplierAdd(
        supplier=fitting("supplier code", code, 15),
        name=name,
        short_name=split_words(name, _SHORT)[0],
        branch=template.branch,
        terms_code=_terms(facts, company, vendor.term, template.terms),
        currency=currency,
        bank=template.bank,
        address=address_lines(vendor.address),
        postal_code=fitting("postal code", vendor.postal_code, 10),
        telephone=fitting("telephone", vendor.telephone, 20),
        contact=fitting("contact", vendor.contact, 50),
        email=fitting("email", vendor.email, 255),
        is_grn_match_required=company.policy.supplier_grn_match,
        supplier_class=template.supplier_class,
    )


def _terms(facts: Facts, company: Company, term: str, usual: str) -> str:
    target = mapped(facts, company, "terms", term) if term else ""
    code = target or usual
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
