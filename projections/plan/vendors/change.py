"""A supplier's fields that Procurify owns, brought to what the vendor says. Pure.

Each field has one owner (`vendor_fields` of the policy): SYSPRO, unless it is listed. What
Procurify owns is sent whole when one of it differs (syspro.md §8, partial update). It is sent once
for each value: what we wrote and SYSPRO then shows otherwise was changed there by a person, or not
taken so; that is told, not written again. An address is all five lines and the postal code. Tax
numbers and bank details are never among them.
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
from projections.plan.vendors.address import SeenAddress, address_lines, seen_address
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
    address = seen_address(facts, company, code) if "address" in owned else None
    shown = _shown(there, address)
    wanted = _wanted(facts, company, vendor, has_address=address is not None)
    sent = _sent(written)
    differing = [name for name in wanted if wanted[name] != shown[name]]
    if not differing:
        return None
    if all(wanted[name] == sent.get(name, "") for name in differing):
        read_at = [
            number_of(there, "position")
            if name in _COLUMNS or address is None
            else address.position
            for name in differing
        ]
        if max(read_at) > number_of(written, "intended"):
            told = [f"{name} is {shown[name]!r}" for name in differing]
            settle("in_syspro", "DIFFERS_IN_SYSPRO", syspro_key=code, detail="; ".join(told))
        return None
    lines = wanted.get("address")
    return Planned(
        payload=SupplierChange(
            supplier=code,
            name=wanted.get("name"),
            terms_code=wanted.get("terms"),
            address=None if lines is None else tuple(lines.splitlines()),
            postal_code=wanted.get("postal_code"),
            telephone=wanted.get("telephone"),
            contact=wanted.get("contact"),
            email=wanted.get("email"),
            seen=_seen(wanted, there, address),
        ),
        action="change",
        part=f"supplier after {number_of(written, 'count')}",
        revision=vendor.revision,
        external_key=external_key(tenant, document),
        company=company.name,
    )


def _shown(there: JsonObject, address: SeenAddress | None) -> dict[str, str]:
    """Each field as SYSPRO shows it; the lines of an address as one text."""
    found = {name: cell(there, column) for name, (_, column) in _COLUMNS.items()}
    if address is not None:
        found["address"] = "\n".join(address.lines)
        found["postal_code"] = address.postal_code
    return found


def _sent(written: JsonObject | None) -> dict[str, str]:
    """Each field as SYSPRO took it from us last."""
    payload = object_of(written, "payload")
    found = {name: text_of(payload, field) for name, (field, _) in _COLUMNS.items()}
    lines = payload.get("address")
    listed = lines if isinstance(lines, list | tuple) else ()
    found["address"] = "\n".join(str(line) for line in listed)
    found["postal_code"] = text_of(payload, "postal_code")
    return found


def _seen(
    wanted: dict[str, str], there: JsonObject, address: SeenAddress | None
) -> tuple[Seen, ...]:
    """What was seen of each column that the change says."""
    simple = [_COLUMNS[name][1] for name in wanted if name in _COLUMNS]
    cells = {column: cell(there, column) for column in simple}
    if address is not None:
        cells |= address.cells
    return tuple(Seen(column=column, value=value) for column, value in cells.items())


def _wanted(facts: Facts, company: Company, vendor: Vendor, *, has_address: bool) -> dict[str, str]:
    """The fields of ours as SYSPRO is to have them; terms only where they are mapped.

    `has_address`: the address is ours, and SYSPRO's was read.
    """
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
    if has_address:
        found["address"] = "\n".join(address_lines(vendor.address))
        found["postal_code"] = fitting("postal code", vendor.postal_code, 10)
    return found
