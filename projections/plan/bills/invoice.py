"""A bill as an AP invoice: matched with receipts, charged to ledger codes: rules.md §5.3. Pure."""

from decimal import Decimal

from engine.core.commands import InvoiceAdd, LedgerLine
from engine.core.money import ZERO, total
from projections.plan.bills.charges import cost_lines, item_lines
from projections.plan.bills.days import Days
from projections.plan.bills.desk import Creditor, Desk
from projections.plan.bills.matching import Billed, Matched, billed_of, match_all
from projections.plan.bills.notation import notations
from projections.plan.bills.numbers import require_distinct, require_new
from projections.plan.bills.orders import orders_of
from projections.plan.bills.periods import posting_period
from projections.plan.bills.rules import (
    HOLD,
    creditor_of,
    intercompany_account,
    prepayment_account,
    require_order_or_limit,
)
from projections.plan.bills.taxes import Taxes, tax_lines, taxes_of
from projections.plan.bills.totals import distributed, rounding_lines
from projections.plan.bills.two_way import require_ordered
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import Stopped, hold

UNMATCHED = Matched(matches=(), variances=())


def invoice_of(desk: Desk, invoice: str, value: Decimal, days: Days) -> InvoiceAdd:
    """The invoice to add, every cent of it matched or charged; else planning ends."""
    period = posting_period(desk, days.posted_on)
    taxes = taxes_of(desk)
    creditor = creditor_of(desk)
    require_new(desk.facts, desk.company, creditor.supplier, invoice, desk.key, desk.content)
    require_distinct(desk.facts, desk.company, desk.document, desk.content, creditor.supplier)
    require_order_or_limit(desk, value)
    matched, lines = _charged(desk, creditor, taxes)
    matches = matched.matches
    tax_code, tax_value = "", ZERO
    if matches and len(taxes.by_code) == 1:
        ((tax_code, tax_value),) = taxes.by_code.items()
    else:
        lines.extend(tax_lines(desk, taxes))
    left = value - total(match.value for match in matches) - tax_value - distributed(lines)
    lines.extend(rounding_lines(desk, left, taxes))
    notation, journal_notation = notations(desk.content)
    return InvoiceAdd(
        supplier=creditor.supplier.code,
        invoice=invoice,
        external_key=desk.key,
        value=value,
        currency=creditor.currency,
        invoice_on=days.invoiced_on,
        due_on=days.due_on,
        posting_period=period,
        tax_code=tax_code,
        tax_value=tax_value,
        matches=matches,
        distribution=tuple(lines),
        notation=notation,
        journal_notation=journal_notation,
    )


def _charged(desk: Desk, creditor: Creditor, taxes: Taxes) -> tuple[Matched, list[LedgerLine]]:
    """What is matched, and the ledger lines of all else but taxes that have a code."""
    items = desk.content.items
    account = intercompany_account(desk)
    billed = billed_of(items, orders_of(desk, creditor))
    matched = UNMATCHED
    if creditor.supplier.is_grn_matched:
        _require_matchable(desk, creditor, account, billed)
        matched = match_all(desk, billed)
    elif not account:
        require_ordered(desk, billed)
        account = _prepaid(desk, billed)
    of_receipts = {(one.item.order, one.item.order_item) for one in billed if matched.matches}
    charged = [(item, (item.order, item.order_item) not in of_receipts) for item in items]
    lines = [*item_lines(desk, charged, taxes, account), *matched.variances, *cost_lines(desk)]
    return matched, lines


def _require_matchable(
    desk: Desk, creditor: Creditor, account: str, billed: tuple[Billed, ...]
) -> None:
    """The supplier's invoices are to be matched, and this one can be; SYSPRO takes no other."""
    cause = ""
    if account:
        cause = "its vendor's bills are charged to one ledger code"
    elif desk.policy.receipt_owner == "none":
        cause = "the company receives no goods"
    elif not billed:
        cause = "it bills no order"
    if cause:
        hold("MATCH_REQUIRED", f"supplier {creditor.supplier.code}: {cause}")


def _prepaid(desk: Desk, billed: tuple[Billed, ...]) -> str:
    """The vendor's prepayment account while goods of the bill are to come; "" else.

    Held where the mapping says `HOLD`, until a person accepts it; all is charged as usual then.
    """
    account = prepayment_account(desk) if billed else ""
    if account:
        try:
            match_all(desk, billed)
        except Stopped as stopped:
            if stopped.outcome.reason != "WAITING_RECEIPT":
                raise
            if account != HOLD:
                return account
            hold_unless_accepted(desk.facts, "PREPAID_BILL", f"vendor {desk.content.vendor}")
    return ""
