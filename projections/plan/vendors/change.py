"""A supplier's fields that Procurify owns, brought to what the vendor says. Pure.

Each field has one owner (`vendor_fields` of the policy): SYSPRO, unless it is listed. What
Procurify owns is sent whole when one of it differs (syspro.md §8, partial update). It is sent once
for each value: what we wrote and SYSPRO then shows otherwise was changed there by a person, or not
taken so; that is told, not written again. Tax numbers and bank details are never among them.
"""

from collections.abc import Mapping

from engine.core.canonical import JsonObject
from engine.core.commands import Seen, SupplierChange
from engine.core.keys import DocumentKey, external_key
from projections.facts import Facts, number_of, object_of, text_of
from projections.plan.company import Company, mapped
from projections.plan.outcomes import Planned, hold, settle
from projections.plan.supplier import NAME_WIDTH
from projections.plan.texts import fitting
from projections.supplier_rows import fields_fact
from projections.suppliers import Vendor
from projections.syspro_rows import cell

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "name": ("name", "SupplierName"),
    "terms": ("terms_code", "TermsCode"),
    "telephone": ("telephone", "Telephone"),
    "contact": ("contact", "Contact"),
    "email": ("email", "Email"),
}
"""Field of the policy → field of the command, column of ApSupplier."""
_WIDTHS = {"telephone": 20, "contact": 50, "email": 255}


def plan_change(
    facts: Facts,
    tenant: str,
    document: DocumentKey,
    company: Company,
    vendor: Vendor,
    code: str,
    written: JsonObject | None,
) -> Planned | None:
    """The change that is owed to the vendor's supplier; None where nothing of ours differs.

    Settled where SYSPRO shows what we wrote otherwise, and the vendor has not moved since.
    """
    owned = company.policy.vendor_fields
    there = facts.get(fields_fact(company.name, code)) if owned else None
    if there is None:
        return None
    wanted = _wanted(facts, company, vendor)
    sent = object_of(written, "payload")
    differing = [name for name in wanted if wanted[name] != cell(there, _COLUMNS[name][1])]
    if not differing:
        return None
    if all(wanted[name] == text_of(sent, _COLUMNS[name][0]) for name in differing):
        if number_of(there, "position") > number_of(written, "position"):
            told = [f"{name} is {cell(there, _COLUMNS[name][1])!r}" for name in differing]
            settle("in_syspro", "DIFFERS_IN_SYSPRO", syspro_key=code, detail="; ".join(told))
        return None
    return Planned(
        payload=SupplierChange(
            supplier=code,
            name=wanted.get("name"),
            terms_code=wanted.get("terms"),
            telephone=wanted.get("telephone"),
            contact=wanted.get("contact"),
            email=wanted.get("email"),
            seen=tuple(
                Seen(column=_COLUMNS[name][1], value=cell(there, _COLUMNS[name][1]))
                for name in wanted
            ),
        ),
        action="change",
        part=f"supplier after {number_of(written, 'count')}",
        revision=vendor.revision,
        external_key=external_key(tenant, document),
        company=company.name,
    )


def _wanted(facts: Facts, company: Company, vendor: Vendor) -> dict[str, str]:
    """The fields of ours as SYSPRO is to have them; terms only where they are mapped."""
    said = {"telephone": vendor.telephone, "contact": vendor.contact, "email": vendor.email}
    found: dict[str, str] = {}
    for field in (name for name in _COLUMNS if name in company.policy.vendor_fields):
        if field == "name":
            found[field] = fitting(field, vendor.name, NAME_WIDTH)
            if not found[field]:
                hold("SOURCE_UNREADABLE", "$.name: is empty")
        elif field == "terms":
            target = mapped(facts, company, "terms", vendor.term) if vendor.term else ""
            found |= {field: target} if target else {}
        else:
            found[field] = fitting(field, said[field], _WIDTHS[field])
    return found
