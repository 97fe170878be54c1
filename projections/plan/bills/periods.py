"""Which posting period a day falls into, as SYSPRO wants to hear it: C, P or B. Pure.

APSTIN has no posting date: C is the current period, P the one before, B the one before that
(syspro.md §3.4). Periods end as GenControl says; where it gives no ends they are calendar
months. Status letter "O" is open (unverified). The AP module's current period is taken to be the
ledger's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.core.canonical import JsonObject
from projections.plan.bills.desk import Desk
from projections.plan.bills.taxes import codes_of
from projections.plan.company import require_read
from projections.plan.outcomes import hold
from projections.plan.written import line_number
from projections.syspro_rows import cell

Letter = Literal["C", "P", "B"]
_LETTERS: Mapping[int, Letter] = {0: "C", 1: "P", 2: "B"}
OPEN = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period of two years of a ledger; `ends_on` None: a calendar month."""

    year: int
    number: int
    status: str
    ends_on: date | None


def posting_period(desk: Desk, day: date) -> Letter:
    """The letter of the open period that the day falls into, or of the one that policy moves to.

    Held where there is none. `next_open` and `previous_open` move a bill of a closed period to
    the nearest open one after or before it that SYSPRO still posts to; its dates stay. A bill with
    a tax that must stay in its period is not moved (§5.5, 17).
    """
    facts, company = desk.facts, desk.company
    row = facts.get(f"periods:{company.name}")
    if row is None:
        require_read(facts, company, "periods")
        hold("PERIOD_CLOSED", "SYSPRO shows no periods")
    periods = _periods(row)
    year, number = line_number(row.get("GlYear")), line_number(row.get("GlPeriod"))
    current = next(
        (place for place, p in enumerate(periods) if (p.year, p.number) == (year, number)), None
    )
    place = _place_of(periods, day)
    if current is None or place is None:
        hold("PERIOD_CLOSED", f"{day.isoformat()} is in no period of SYSPRO's two years")
    fixed = sorted(codes_of(desk) & set(company.policy.fixed_period_taxes))
    letters = (
        _LETTERS[current - moved]
        for moved in _allowed("hold" if fixed else company.policy.period_policy, place, current)
        if periods[moved].status == OPEN and current - moved in _LETTERS
    )
    letter = next(letters, None)
    if letter is None:
        found = periods[place]
        why = f", which tax code {', '.join(fixed)} keeps" if fixed else ""
        hold("PERIOD_CLOSED", f"{day.isoformat()} is in period {found.number}/{found.year}{why}")
    return letter


def _allowed(policy: str, place: int, current: int) -> Iterable[int]:
    """The places of the periods that will do, the wanted one first."""
    if policy == "next_open":
        return range(place, current + 1)
    if policy == "previous_open":
        return range(place, max(current - max(_LETTERS), 0) - 1, -1)
    return (place,)


def _periods(row: JsonObject) -> list[Period]:
    year = line_number(row.get("GlYear")) or 0
    found: list[Period] = []
    for prefix, of_year in (("PrvYr", year - 1), ("CurYr", year)):
        for number in range(1, 16):
            status = cell(row, f"{prefix}PrdStat{number}")
            ends_on = _day(cell(row, f"{prefix}PrdEnd{number}"))
            is_repeated = bool(found) and ends_on is not None and found[-1].ends_on == ends_on
            if status and not is_repeated and (ends_on is not None or number <= 12):
                found.append(Period(year=of_year, number=number, status=status, ends_on=ends_on))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _place_of(periods: list[Period], day: date) -> int | None:
    before: Period | None = None
    for place, period in enumerate(periods):
        if period.ends_on is None:
            if (period.year, period.number) == (day.year, day.month):
                return place
        elif day <= period.ends_on:
            is_first = before is None or before.ends_on is None
            starts_late = is_first and (day.year, day.month) < (
                period.ends_on.year,
                period.ends_on.month,
            )
            return None if starts_late else place
        before = period
    return None
