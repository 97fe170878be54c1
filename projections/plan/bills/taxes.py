"""Taxes of a bill: which code, how much of it, and what is expensed: rules.md §5.3. Pure.

An inclusive tax is no part of the item's total either (procurify.md §4.1), so that both kinds are
distributed beside the net amounts. `tax_recoverable` maps a tax to the percentage that can be
claimed back; the rest, and by policy a tax without a code, is charged where the goods are.
`reverse_charge` maps a tax that the vendor does not charge to the code that its lines carry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.core.commands import LedgerLine
from engine.core.money import ZERO, is_within, plain, read_amount, to_cents, total
from projections.facts import syspro_fact
from projections.invoices import BillItem
from projections.plan.bills.desk import Desk
from projections.plan.company import require_read
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import hold, hold_unmapped
from projections.syspro_rows import cell

ALL = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxes:
    """The bill's tax, to the cent: by SYSPRO's code, and by item what is expensed with it."""

    by_code: Mapping[str, Decimal]
    expensed: Mapping[str, Decimal]

    @property
    def value(self) -> Decimal:
        """All of it."""
        return total((*self.by_code.values(), *self.expensed.values()))


def taxes_of(desk: Desk) -> Taxes:
    """The taxes as they are to be posted; held where one has no code or is not what its rate says.

    The policy's `tax_rounding` says whether the cent is cut line by line or once for a code.
    """
    by_code: dict[str, Decimal] = {}
    expensed: dict[str, Decimal] = {}
    is_by_line = desk.policy.tax_rounding == "line"
    require_tax_tied(desk)
    for item in desk.content.items:
        if item.tax_amount == 0:
            continue
        code, percent = _code(desk, item)
        claimed = item.tax_amount * percent / ALL
        if is_by_line:
            claimed = to_cents(claimed)
        if code:
            by_code[code] = by_code.get(code, ZERO) + claimed
        if percent != ALL:
            expensed[item.id] = to_cents(item.tax_amount - claimed)
    cut = {code: to_cents(amount) for code, amount in sorted(by_code.items())}
    return Taxes(
        by_code={code: amount for code, amount in cut.items() if amount != 0}, expensed=expensed
    )


def _code(desk: Desk, item: BillItem) -> tuple[str, Decimal]:
    """The item's tax code, and the percentage that goes to it; all is expensed where none does."""
    code = desk.mapped("tax", item.tax)
    if not code:
        if desk.policy.unmapped_tax == "expense":
            return "", ZERO
        if item.tax:
            hold_unmapped("TAX_UNMAPPED", "tax", item.tax, item.tax)
        hold("TAX_UNMAPPED", f"{item.description}: no tax name")
    said = desk.mapped("tax_recoverable", item.tax)
    percent = read_amount(said) if said else ALL
    if percent is None or not ZERO <= percent <= ALL:
        hold("TAX_UNMAPPED", f"{item.tax}: {said} is no percentage")
    return code, percent


def require_tax_tied(desk: Desk) -> None:
    """Stated tax is what its rates say, line by line and over all; else held (rules.md §5.3)."""
    computed = ZERO
    is_told = True
    for item in desk.content.items:
        if item.tax_percent is None or reverse_code(desk, item):
            is_told = is_told and item.tax_amount == 0
            continue
        by_rate = to_cents(item.total * item.tax_percent / ALL)
        computed += by_rate
        if not is_within(by_rate, item.tax_amount, desk.policy.tax_tolerance_line):
            stated = plain(item.tax_amount)
            detail = f"{item.description}: stated {stated}, {plain(by_rate)} by {item.tax}"
            hold_unless_accepted(desk.facts, "TAX_MISMATCH", detail)
    tolerance = desk.policy.tax_tolerance_document
    if is_told and not is_within(computed, desk.content.tax, tolerance):
        detail = f"bill: stated {plain(desk.content.tax)}, {plain(computed)} by its rates"
        hold_unless_accepted(desk.facts, "TAX_MISMATCH", detail)


def reverse_code(desk: Desk, item: BillItem) -> str:
    """The code that lines of an untaxed item carry where its tax is owed by the buyer; "" else."""
    return desk.mapped("reverse_charge", item.tax) if item.tax_amount == 0 else ""


def codes_of(desk: Desk) -> frozenset[str]:
    """SYSPRO's codes of the bill's taxes, those that the buyer owes included; unmapped ones not."""
    taxed = (desk.mapped("tax", item.tax) for item in desk.content.items if item.tax_amount != 0)
    owed = (reverse_code(desk, item) for item in desk.content.items)
    return frozenset(code for code in (*taxed, *owed) if code)


def tax_lines(desk: Desk, taxes: Taxes) -> tuple[LedgerLine, ...]:
    """One tax-only line a tax code, on its ledger code for payables."""
    lines = []
    for code, amount in taxes.by_code.items():
        row = desk.facts.get(syspro_fact("tax", desk.company.name, code))
        if row is None:
            require_read(desk.facts, desk.company, "tax_code")
        ledger = cell(row, "ApTaxGlCode")
        if not ledger:
            hold("TAX_NO_ACCOUNT", code)
        lines.append(LedgerLine(ledger_code=ledger, value=amount, tax_code=code, is_tax_only=True))
    return tuple(lines)
