"""The periods of the ledger as a GenControl row tells them: which is current, which are open.

The payables month is the ledger's current period, a year has 12 periods, only the letter `C` means
closed, and both letters: decisions (unverified, syspro.md §3.4). Pure.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro.tables import Row, Value

OPEN: Final = "O"
CLOSED: Final = "C"
LETTERS: Final = {"C": 0, "P": 1, "B": 2}
"""How many months back a PostingPeriod letter is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A ledger period, whether it takes postings, how many months before the current it is."""

    year: int
    month: int
    is_open: bool
    months_back: int = 0


def named(control: Row, letter: str) -> Period:
    """The period that a PostingPeriod letter names, counted from the current one."""
    months = _whole(control["GlYear"]) * 12 + _whole(control["GlPeriod"]) - 1
    year, month = divmod(months - LETTERS[letter], 12)
    status = control[status_column(control, year, month + 1)]
    return Period(year=year, month=month + 1, is_open=status != CLOSED, months_back=LETTERS[letter])


def of_day(control: Row, day: date) -> Period:
    """The period of a day; open where its year is neither the current nor the previous one.

    A year is the calendar's, a period its month.
    """
    try:
        status = control[status_column(control, day.year, day.month)]
    except ValueError:
        status = OPEN
    return Period(year=day.year, month=day.month, is_open=status != CLOSED)


def with_status(control: Row, year: int, month: int, *, is_open: bool) -> Row:
    """The control row after the period was opened or closed."""
    status = OPEN if is_open else CLOSED
    return {**control, status_column(control, year, month): status}


def status_column(control: Row, year: int, month: int) -> str:
    """The column of a period; raises `ValueError` beyond the current and the previous year."""
    years_back = _whole(control["GlYear"]) - year
    if years_back not in (0, 1) or not 1 <= month <= 15:
        raise ValueError(f"period {year}/{month} is not in the current or the previous year")
    return f"{'CurYr' if years_back == 0 else 'PrvYr'}PrdStat{month}"


def _whole(value: Value) -> int:
    return int(value) if isinstance(value, Decimal) else 0
