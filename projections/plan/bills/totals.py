"""What is owed for a bill, and that it ties: rules.md §5.0 6, §5.3, §5.5 rows 34 and 36. Pure.

The control total is the invoice's captured total, else what Procurify states with tax. Items,
costs, tax and shipping must come to it within the policy's tolerances; what is left then goes to
the ledger code that the policy names for it, to the cent, or the bill is held.
"""

from collections.abc import Iterable
from decimal import Decimal

from engine.core.commands import LedgerLine
from engine.core.money import ZERO, is_within, plain, to_cents, total
from projections.plan.accounts import open_ledger_code
from projections.plan.bills.desk import Desk
from projections.plan.bills.taxes import Taxes
from projections.plan.outcomes import hold


def agreed_value(desk: Desk) -> Decimal:
    """The control total, if all that Procurify states agrees with the parts; below zero: credit."""
    content = desk.content
    items = total(item.total for item in content.items)
    costs = total(cost.amount for cost in content.costs)
    shipping = total(item.shipping for item in content.items)
    tolerance = desk.policy.total_tolerance_document
    tax = content.tax - total(item.tax_amount for item in content.items)
    for what, stated, found, allowed in (
        ("subtotal", content.subtotal, items, tolerance),
        ("total", content.total, items + costs, tolerance),
        ("tax", content.tax, content.tax - tax, desk.policy.tax_tolerance_document),
        ("shipping", content.shipping, shipping, tolerance),
    ):
        if not is_within(stated, found, allowed):
            hold("TOTAL_MISMATCH", f"{what} {plain(stated)}, parts {plain(found)}")
    parts = content.owed
    sums = (content.total_with_tax, content.total_with_tax + shipping)
    value = _nearest(desk, "total with tax", sums, parts, tax)
    if content.invoice_total is not None:
        value = _nearest(desk, "invoice", (content.invoice_total,), parts, tax)
    return value


def _nearest(
    desk: Desk, what: str, stated: Iterable[Decimal], parts: Decimal, tax: Decimal
) -> Decimal:
    """What is stated, to the cent, if it is near enough to the parts, with or without `tax`.

    Whether the total with tax includes shipping is not known (procurify.md §6.15): either will do.
    """
    tolerance = desk.policy.total_tolerance_document
    found = min(stated, key=lambda one: abs(one - parts))
    if not (is_within(found, parts, tolerance) or is_within(found, parts + tax, tolerance)):
        hold("TOTAL_MISMATCH", f"{what} {plain(found)}, parts {plain(parts)}")
    return to_cents(found)


def rounding_lines(desk: Desk, left: Decimal, taxes: Taxes) -> tuple[LedgerLine, ...]:
    """The line that takes what is left of the control total; none where all is distributed.

    It is rounding of tax where it is all that is left of the stated tax.
    """
    if left == 0:
        return ()
    is_tax = left == to_cents(desk.content.tax) - taxes.value
    policy = desk.policy
    allowed = policy.tax_tolerance_document if is_tax else policy.total_tolerance_document
    code = (is_tax and policy.tax_rounding_account) or policy.rounding_account
    if abs(left) > allowed or not code:
        cause = f"{plain(left)} is not distributed"
        hold("TOTAL_MISMATCH", cause if code else f"{cause}, and no rounding account is set")
    what = "Tax rounding" if is_tax else "Rounding"
    ledger_code = open_ledger_code(desk.facts, desk.company, code, what)
    return (LedgerLine(ledger_code=ledger_code, value=left, notation=what),)


def distributed(lines: Iterable[LedgerLine]) -> Decimal:
    """The sum of ledger lines."""
    return sum((line.value for line in lines), ZERO)
