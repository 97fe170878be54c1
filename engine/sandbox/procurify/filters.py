"""Filters of lists: what a query asks for, as a test of one row (procurify.md §2.16–2.19, §3).

Unknown parameters are ignored; a value that cannot be read is 400 (invented). Ranges are
inclusive on both ends, days are the location's (§2.17: unstated). Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from engine.sandbox.procurify.pages import Refused
from engine.sandbox.procurify.printing import ZONE, local_day
from engine.sandbox.procurify.rows import Lazy, Span
from engine.sandbox.scenario.documents import micros_of

T = TypeVar("T")
Test: TypeAlias = Callable[[T], bool]
_DAY: Final = timedelta(days=1)
_EARLIEST: Final = -(2**63)
_LATEST: Final = 2**63


class Query(Protocol):
    """What a filter reads of a query string."""

    def get(self, key: str, default: str, /) -> str:
        """The first value of the parameter."""
        ...

    def getall(self, key: str, default: list[str], /) -> list[str]:
        """Every value of the parameter."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Generic[T]):
    """The parameters of one filter, and the test that a query makes of them, None when unused.

    `span_of`: of a filter by the instant of change, the span that the query asks for, if any.
    """

    names: tuple[str, ...]
    test_of: Callable[[Query], Test[T] | None]
    span_of: Callable[[Query], Span | None] | None = None


def sift(query: Query, filters: Iterable[Filter[T]], rows: Iterable[T]) -> Sequence[T]:
    """The rows that pass every filter of which the query speaks."""
    if isinstance(rows, Lazy):
        return _sift_lazily(query, filters, rows)
    tests = [test for test in (one.test_of(query) for one in filters) if test is not None]
    if not tests:
        return list(rows)
    if len(tests) == 1:
        return list(filter(tests[0], rows))
    return [row for row in rows if all(test(row) for test in tests)]


def _sift_lazily(query: Query, filters: Iterable[Filter[T]], rows: Lazy[T]) -> Sequence[T]:
    """First by the instant of change, for which no row is made."""
    asked = [(one, test) for one in filters if (test := one.test_of(query)) is not None]
    tests = []
    for one, test in asked:
        span = one.span_of(query) if one.span_of is not None else None
        if span is None:
            tests.append(test)
        else:
            rows = rows.changed(span, test)
    return rows.narrowed(lambda row: all(test(row) for test in tests)) if tests else rows


def changed_days(name: str, moment_of: Callable[[T], datetime]) -> Filter[T]:
    """The row's day of change, by the local calendar, lies in `<name>_0` to `<name>_1`."""
    one = days(name, moment_of)

    def span_of(query: Query) -> Span | None:
        first, last = (_day(query, bound) for bound in one.names)
        if first is None and last is None:
            return None
        low = _EARLIEST if first is None else micros_of(_midnight(first))
        if last is None or last == date.max:
            return low, _LATEST
        return low, micros_of(_midnight(last + _DAY)) - 1

    return Filter(names=one.names, test_of=one.test_of, span_of=span_of)


def changed_instants(names: tuple[str, str], instant_of: Callable[[T], datetime]) -> Filter[T]:
    """The row's instant of change lies between the two parameters."""
    one = instants(names, instant_of)

    def span_of(query: Query) -> Span | None:
        first, last = (_instant(query, name) for name in names)
        if first is None and last is None:
            return None
        low = _EARLIEST if first is None else micros_of(first)
        return low, _LATEST if last is None else micros_of(last)

    return Filter(names=names, test_of=one.test_of, span_of=span_of)


def equal(name: str, value_of: Callable[[T], object], *, but: bool = False) -> Filter[T]:
    """The row's value is one of the parameter's; `but` turns that round.

    The parameter may repeat, be written `name[]`, or hold a comma list (procurify.md §2.19).
    """

    def test_of(query: Query) -> Test[T] | None:
        wanted = _listed(query, name)
        if not wanted:
            return None
        return lambda row: (_text(value_of(row)) in wanted) is not but

    return Filter(names=(name,), test_of=test_of)


def any_of(name: str, values_of: Callable[[T], Iterable[object]]) -> Filter[T]:
    """One of the row's values is one of the parameter's."""

    def test_of(query: Query) -> Test[T] | None:
        wanted = _listed(query, name)
        if not wanted:
            return None
        return lambda row: any(_text(value) in wanted for value in values_of(row))

    return Filter(names=(name,), test_of=test_of)


def words(name: str, value_of: Callable[[T], object], meaning: Mapping[str, object]) -> Filter[T]:
    """The row's value is what one of the parameter's words means; other words mean nothing."""

    def test_of(query: Query) -> Test[T] | None:
        wanted = {_text(meaning[word]) for word in _listed(query, name) if word in meaning}
        if not wanted:
            return None
        return lambda row: _text(value_of(row)) in wanted

    return Filter(names=(name,), test_of=test_of)


def claim(name: str, claim_of: Callable[[T], bool], *, only_true: bool = False) -> Filter[T]:
    """The row's claim is the parameter's truth; with `only_true` a false one asks for nothing."""

    def test_of(query: Query) -> Test[T] | None:
        text = query.get(name, "").lower()
        if text in {"true", "1", "yes"}:
            return claim_of
        if only_true or text not in {"false", "0", "no"}:
            return None
        return lambda row: not claim_of(row)

    return Filter(names=(name,), test_of=test_of)


def like(name: str, texts_of: Callable[[T], str | Sequence[str]]) -> Filter[T]:
    """The parameter is part of one of the row's texts, in any case."""

    def test_of(query: Query) -> Test[T] | None:
        wanted = query.get(name, "").lower()
        if not wanted:
            return None

        def holds(row: T) -> bool:
            texts = texts_of(row)
            return any(
                wanted in text.lower() for text in ((texts,) if isinstance(texts, str) else texts)
            )

        return holds

    return Filter(names=(name,), test_of=test_of)


def days(name: str, moment_of: Callable[[T], datetime | date | None]) -> Filter[T]:
    """The row's local day lies in `<name>_0` to `<name>_1`; a row without one lies nowhere."""
    names = (f"{name}_0", f"{name}_1")

    def test_of(query: Query) -> Test[T] | None:
        first, last = (_day(query, bound) for bound in names)
        if first is None and last is None:
            return None
        low, high = first or date.min, last or date.max

        def lies(row: T) -> bool:
            found = _day_of(moment_of(row))
            return found is not None and low <= found <= high

        return lies

    return Filter(names=names, test_of=test_of)


def day(name: str, moment_of: Callable[[T], datetime | date | None]) -> Filter[T]:
    """The row's local day is the parameter's."""

    def test_of(query: Query) -> Test[T] | None:
        wanted = _day(query, name)
        return None if wanted is None else lambda row: _day_of(moment_of(row)) == wanted

    return Filter(names=(name,), test_of=test_of)


def instants(names: tuple[str, str], instant_of: Callable[[T], datetime]) -> Filter[T]:
    """The row's instant lies between the two parameters; a bare day counts from its midnight."""

    def test_of(query: Query) -> Test[T] | None:
        first, last = (_instant(query, name) for name in names)
        if first is None and last is None:
            return None
        low = first or datetime.min.replace(tzinfo=UTC)
        high = last or datetime.max.replace(tzinfo=UTC)
        return lambda row: low <= instant_of(row) <= high

    return Filter(names=names, test_of=test_of)


def since(name: str, instant_of: Callable[[T], datetime]) -> Filter[T]:
    """The row's instant is that of the parameter, or later."""

    def test_of(query: Query) -> Test[T] | None:
        first = _instant(query, name)
        return None if first is None else lambda row: first <= instant_of(row)

    return Filter(names=(name,), test_of=test_of)


def amounts(names: tuple[str, str], amount_of: Callable[[T], Decimal]) -> Filter[T]:
    """The row's amount lies between the two parameters."""

    def test_of(query: Query) -> Test[T] | None:
        first, last = (_amount(query, name) for name in names)
        if first is None and last is None:
            return None
        return lambda row: (
            (first is None or first <= amount_of(row)) and (last is None or amount_of(row) <= last)
        )

    return Filter(names=names, test_of=test_of)


def amount(name: str, amount_of: Callable[[T], Decimal | None]) -> Filter[T]:
    """The row's amount is the parameter's, however many places either has."""

    def test_of(query: Query) -> Test[T] | None:
        wanted = _amount(query, name)
        return None if wanted is None else lambda row: amount_of(row) == wanted

    return Filter(names=(name,), test_of=test_of)


def _day_of(moment: datetime | date | None) -> date | None:
    return local_day(moment) if isinstance(moment, datetime) else moment


def _listed(query: Query, name: str) -> set[str]:
    given = [*query.getall(name, []), *query.getall(f"{name}[]", [])]
    return {part.strip().lower() for text in given for part in text.split(",") if part.strip()}


def _text(value: object) -> str:
    return "" if value is None else str(value).lower()


def _amount(query: Query, name: str) -> Decimal | None:
    text = query.get(name, "")
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation as error:
        raise Refused(400, "Enter a number.", "invalid", name) from error
    if amount is not None and not amount.is_finite():
        raise Refused(400, "Enter a number.", "invalid", name)
    return amount


def _day(query: Query, name: str) -> date | None:
    text = query.get(name, "")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        raise Refused(400, "Enter a valid date.", "invalid", name) from error


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)


def _instant(query: Query, name: str) -> datetime | None:
    text = query.get(name, "").replace(" ", "+")
    try:
        instant = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(400, "Enter a valid date/time.", "invalid", name) from error
    if instant is not None and instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    return instant
