"""The balance of an invoice as its row keeps it, month by month.

`MthInvBal1` is what is owed now, `MthInvBal2` and `MthInvBal3` what was owed at the end of the two
months before (inferred from the three periods that take postings); `YearInvBalZero` and
`MonthInvBalZero` are the period that settled it. The letters of `InvoiceStatus` are not known
(syspro.md §4): it stays blank, and a settled invoice is one without a balance. Pure.
"""

from decimal import Decimal
from typing import Final

from engine.sandbox.syspro.periods import Period
from engine.sandbox.syspro.receipts import decimal_of
from engine.sandbox.syspro.tables import Row

COLUMNS: Final = ("MthInvBal1", "MthInvBal2", "MthInvBal3")


def moved(invoice: Row, value: Decimal, period: Period) -> Row:
    """The invoice after an entry of so much, posted into a period: what it owed since then too."""
    after: Row = {**invoice}
    for column in COLUMNS[: period.months_back + 1]:
        after[column] = decimal_of(invoice.get(column)) + value
    is_settled = after["MthInvBal1"] == 0
    after["YearInvBalZero"] = Decimal(period.year if is_settled else 0)
    after["MonthInvBalZero"] = Decimal(period.month if is_settled else 0)
    return after


def aged(invoice: Row, months: int) -> Row:
    """The invoice after so many months ended: the balance now is that of the ended ones too."""
    now = [invoice[column] for column in COLUMNS]
    shown = [now[0]] * months + now
    return {**invoice, **dict(zip(COLUMNS, shown, strict=False))}
