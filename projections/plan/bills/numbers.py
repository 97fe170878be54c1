"""The number of an invoice, and whether it was used before: rules.md §5.3, §5.5 row 19. Pure.

Exact is what is the same once normalised, among our bills of the vendor and among the supplier's
invoices in SYSPRO, whoever entered them. Near is the same digits in another spelling, or from
another vendor that is the same supplier or has the same name, where value and date are near too.
A person may accept either; a number that SYSPRO has as it stands is never used again.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.keys import VENDOR, DocumentKey, comparable_key, is_external_key
from engine.core.money import read_amount
from projections.documents import invoice_number_fact, invoice_stem_fact, vendor_in
from projections.facts import (
    Facts,
    number_of,
    object_of,
    source_fact,
    syspro_fact,
    text_of,
    written_fact,
)
from projections.invoice_numbers import INVOICE_WIDTH, normalised_number
from projections.invoices import BillContent
from projections.plan.bills.kinds import is_carried
from projections.plan.company import Company, mapped, require_read
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import hold, settle
from projections.plan.supplier import Supplier
from projections.plan.texts import clean, encodable
from projections.syspro_rows import cell, invoices_like_fact

NEAR_DAYS = 7
NEAR_SHARE = Decimal("0.01")


def invoice_number(company: Company, content: BillContent) -> str:
    """The number as it is to be posted: the bill's own, or by policy the end of one too long."""
    if not content.invoice:
        hold("NO_INVOICE_NUMBER")
    number = encodable("invoice number", content.invoice)
    if len(number) <= INVOICE_WIDTH:
        return number
    if company.policy.long_invoice_number != "last_20":
        hold("INVOICE_NUMBER_TOO_LONG", f"{number}: {len(number)} characters")
    return number[-INVOICE_WIDTH:].strip()


def require_unused(
    facts: Facts, company: Company, document: DocumentKey, content: BillContent, number: str
) -> None:
    """No earlier bill of the vendor has the number, however it is spelt."""
    for spelt in dict.fromkeys((content.invoice, number)):
        fact = facts.get(invoice_number_fact(document.source, content.vendor, spelt))
        for other, _ in _earlier(company, fact, document):
            detail = f"{spelt} is also the number of bill {other}"
            hold_unless_accepted(facts, "DUPLICATE_INVOICE", detail)


def require_new(
    facts: Facts, company: Company, supplier: Supplier, number: str, key: str, content: BillContent
) -> None:
    """SYSPRO has no invoice of the supplier that may be this one; ours is linked."""
    require_read(facts, company, "invoice")
    there = facts.get(syspro_fact("invoice", company.name, supplier.code, number))
    if there is not None and cell(there, "Reference") == key:
        syspro_key = f"{supplier.code}|{number}"
        settle("linked", "ALREADY_THERE", syspro_key=syspro_key, detail="by our key")
    if there is not None:
        hold("DUPLICATE_INVOICE", f"SYSPRO has invoice {number} of {supplier.code}")
    alike = facts.get(invoices_like_fact(company.name, supplier.code, number)) or {}
    for found in sorted(alike):
        row = object_of(alike, found)
        name = found.partition("|")[2]
        detail = f"SYSPRO has invoice {name} of {supplier.code}"
        if normalised_number(name) == normalised_number(number):
            hold_unless_accepted(facts, "DUPLICATE_INVOICE", detail)
        elif not is_external_key(text_of(row, "reference")) and _is_near(row, content):
            hold_unless_accepted(facts, "NEAR_DUPLICATE", detail)


def require_distinct(
    facts: Facts, company: Company, document: DocumentKey, content: BillContent, supplier: Supplier
) -> None:
    """No earlier bill has nearly this number, of nearly this value and day, from the same hand."""
    if company.policy.near_duplicates == "ignore":
        return
    fact = facts.get(invoice_stem_fact(document.source, content.invoice))
    for other, holder in _earlier(company, fact, document):
        vendor, number = text_of(holder, "vendor"), text_of(holder, "invoice")
        is_exact = normalised_number(number) == normalised_number(content.invoice)
        if not _is_near(holder, content) or (is_exact and vendor == content.vendor):
            continue
        if _is_same_hand(facts, company, document.source, vendor, supplier):
            hold_unless_accepted(facts, "NEAR_DUPLICATE", f"bill {other} has number {number}")


def _earlier(
    company: Company, fact: JsonObject | None, document: DocumentKey
) -> Iterator[tuple[str, JsonObject]]:
    """The bills that held a number first; versions of this bill, and a credit's invoice, do not."""
    holders = object_of(fact, "holders")
    own = object_of(holders, document.id)
    for other in sorted(holders):
        holder = object_of(holders, other)
        is_version = text_of(own, "group") != "" and text_of(holder, "group") == own["group"]
        is_alike = holder.get("is_credit") is own.get("is_credit")
        is_earlier = number_of(holder, "since") < number_of(own, "since")
        is_other = is_carried(company.policy, number_of(holder, "type")) and not is_version
        if is_earlier and is_alike and is_other:
            yield other, holder


def _is_near(row: JsonObject, content: BillContent) -> bool:
    """Whether value (in the same currency) and invoice date are near the bill's."""
    value, mine = read_amount(row.get("value")), content.owed
    days = [_day(text) for text in (text_of(row, "invoiced_on"), content.invoiced_at)]
    if value is None or days[0] is None or days[1] is None:
        return False
    is_near_value = abs(value - mine) <= NEAR_SHARE * max(abs(value), abs(mine))
    return is_near_value and abs((days[0] - days[1]).days) <= NEAR_DAYS


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _is_same_hand(
    facts: Facts, company: Company, source: str, vendor: str, supplier: Supplier
) -> bool:
    """Whether the vendor is the bill's own, the same supplier in SYSPRO, or of the same name."""
    if vendor == company.vendor:
        return True
    other = DocumentKey(source=source, kind=VENDOR, id=vendor)
    written = facts.get(written_fact(other, company.name))
    code = mapped(facts, company, "vendor", vendor) or text_of(written, "syspro_key")
    if code and comparable_key(code) == comparable_key(supplier.code):
        return True
    names = [
        vendor_in(facts.get(source_fact(DocumentKey(source=source, kind=VENDOR, id=identity))))
        for identity in (vendor, company.vendor)
    ]
    one, two = (clean(body.name).casefold() if body else "" for body in names)
    return one != "" and one == two
