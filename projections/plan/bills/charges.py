"""What of a bill is charged to ledger codes: allocations, shipping, costs, tax lines. Pure.

One line an allocation; the item's shares sum to the item's total to the cent, the rest goes to
the largest (rules.md §5.3).
"""

from collections.abc import Iterable
from decimal import Decimal

from engine.core.commands import LedgerLine
from engine.core.money import LINE_TOLERANCE, ZERO, is_within, plain, share, to_cents, total
from projections.facts import Facts, syspro_fact
from projections.invoices import Allocation, BillCost, BillItem
from projections.plan.accounts import ledger_code_of
from projections.plan.company import Company, mapped, require_read
from projections.plan.outcomes import hold, hold_unmapped
from projections.plan.texts import label
from projections.syspro_rows import cell

NOTATION = 30


def tax_codes(facts: Facts, company: Company, items: Iterable[BillItem]) -> dict[str, Decimal]:
    """The bill's tax by SYSPRO's tax code; items without tax count for nothing."""
    found: dict[str, Decimal] = {}
    for item in items:
        if item.tax_amount == 0:
            continue
        code = mapped(facts, company, "tax", item.tax) if item.tax else ""
        if not code:
            if item.tax:
                hold_unmapped("TAX_UNMAPPED", "tax", item.tax, item.tax)
            hold("TAX_UNMAPPED", f"{item.description}: no tax name")
        found[code] = found.get(code, ZERO) + to_cents(item.tax_amount)
    return dict(sorted(found.items()))


def tax_lines(facts: Facts, company: Company, taxes: dict[str, Decimal]) -> tuple[LedgerLine, ...]:
    """One tax-only line a tax code, on its ledger code for payables."""
    lines = []
    for code, amount in taxes.items():
        row = facts.get(syspro_fact("tax", company.name, code))
        if row is None:
            require_read(facts, company, "tax_code")
        ledger = cell(row, "ApTaxGlCode")
        if not ledger:
            hold("TAX_NO_ACCOUNT", code)
        lines.append(LedgerLine(ledger_code=ledger, value=amount, tax_code=code, is_tax_only=True))
    return tuple(lines)


def item_lines(
    facts: Facts, company: Company, items: Iterable[tuple[BillItem, bool]]
) -> tuple[LedgerLine, ...]:
    """The ledger lines of items, each with whether its goods are charged here or matched."""
    lines: list[LedgerLine] = []
    for item, is_charged in items:
        if is_charged:
            lines.extend(_spread(facts, company, item, item.total))
        if item.shipping != 0:
            lines.extend(_spread(facts, company, item, item.shipping, note="Shipping "))
    return tuple(line for line in lines if line.value != 0)


def _spread(
    facts: Facts, company: Company, item: BillItem, amount: Decimal, *, note: str = ""
) -> list[LedgerLine]:
    what = item.description or f"item {item.id}"
    if not item.allocations:
        hold("LINE_NO_ACCOUNT", f"{what}: no allocation")
    stated = total(part.amount for part in item.allocations)
    if not is_within(stated, item.total, LINE_TOLERANCE):
        hold("TOTAL_MISMATCH", f"{what}: allocated {plain(stated)} of {plain(item.total)}")
    values = share(to_cents(amount), [part.amount for part in item.allocations])
    return [
        LedgerLine(
            ledger_code=_ledger(facts, company, part, what, "LINE_NO_ACCOUNT", item.id),
            value=value,
            notation=label(what, f"{note}{item.description}", NOTATION),
        )
        for part, value in zip(item.allocations, values, strict=True)
    ]


def cost_lines(facts: Facts, company: Company, costs: Iterable[BillCost]) -> tuple[LedgerLine, ...]:
    """One line a cost of the bill."""
    return tuple(
        LedgerLine(
            ledger_code=_ledger(
                facts, company, cost.allocation, cost.name or "cost", "CHARGE_NO_ACCOUNT", ""
            ),
            value=to_cents(cost.amount),
            notation=label("cost", cost.name, NOTATION),
        )
        for cost in costs
        if to_cents(cost.amount) != 0
    )


def _ledger(
    facts: Facts, company: Company, part: Allocation, what: str, reason: str, item: str
) -> str:
    return ledger_code_of(
        facts, company, part.account, part.department, what=what, reason=reason, item=item
    )
