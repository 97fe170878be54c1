"""Taxes of order lines: one code a line, and what SYSPRO will compute ties to what is stated. Pure.

Several taxes of a line are looked up together as one, `A+B` (rules.md §5.2).
SYSPRO computes the tax itself, by the rate of its code as last read.
"""

from collections.abc import Sequence
from decimal import Decimal

from engine.core.mapping import tax_key
from engine.core.money import ZERO, is_within, plain, read_amount, to_cents, total
from projections.facts import Facts, syspro_fact
from projections.plan.company import Company, mapped, require_read
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import hold, hold_unmapped
from projections.purchase_orders import Content, Item
from projections.syspro_rows import cell


def tax_code(facts: Facts, company: Company, item: Item, what: str) -> str:
    """SYSPRO's code of the item's taxes; "" without tax; held where none is mapped."""
    key = tax_key(item.taxes)
    target = mapped(facts, company, "tax", key) if key else ""
    if not target and len(item.taxes) > 1:
        hold_unmapped("TAX_SEVERAL", "tax", key, f"{what}: {', '.join(item.taxes)}")
    if not target and item.tax_amount != ZERO:
        if not key:
            hold("TAX_UNMAPPED", f"{what}: no tax name")
        hold_unmapped("TAX_UNMAPPED", "tax", key, f"{what}: {key}")
    if target and facts.get(_row(company, target)) is None:
        require_read(facts, company, "tax_code")
        hold("TAX_UNMAPPED", f"{what}: SYSPRO has no tax code {target}")
    return target


def require_tax_tied(
    facts: Facts, company: Company, content: Content, coded: Sequence[tuple[Item, str, str]]
) -> None:
    """Tax computed by SYSPRO's rates ties to the stated one, line by line and over all; else held.

    `coded`: the items with their names and tax codes. With a discount, tax may be on either side
    of it (unverified in both systems), so that only orders without one are compared.
    """
    if content.discount != 0:
        return
    found = []
    for item, what, code in coded:
        computed = _computed(facts, company, item, code)
        if computed is None:
            return
        tolerance = company.policy.tax_tolerance_line
        if not is_within(computed, item.tax_amount, tolerance):
            stated = plain(item.tax_amount)
            detail = f"{what}: stated {stated}, {plain(computed)} by code {code or 'none'}"
            hold_unless_accepted(facts, "TAX_MISMATCH", detail)
        found.append(computed)
    tolerance = company.policy.tax_tolerance_document
    if not is_within(total(found), content.tax, tolerance):
        detail = f"order: stated {plain(content.tax)}, {plain(total(found))} by SYSPRO's rates"
        hold_unless_accepted(facts, "TAX_MISMATCH", detail)


def _computed(facts: Facts, company: Company, item: Item, code: str) -> Decimal | None:
    """The tax on the item by SYSPRO's rate; None where the rate is not known."""
    if not code:
        return ZERO
    rate = read_amount(cell(facts.get(_row(company, code)), "CurTaxRate"))
    return None if rate is None else to_cents(item.total * rate / 100)


def _row(company: Company, code: str) -> str:
    return syspro_fact("tax", company.name, code)
