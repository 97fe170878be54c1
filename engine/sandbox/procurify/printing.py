"""JSON as Procurify prints it: which amounts are strings, which are number tokens, which zone.

Amounts stay Decimal until here; a number token is printed from its digits, never through a binary
float (procurify.md §6.11, §6.12). Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, wraps
from typing import Final, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from engine.sandbox.scenario.references import LOCATION_ZONE

Json: TypeAlias = (
    "str | int | datetime | orjson.Fragment | Sequence[Json] | Mapping[str, Json] | None"
)


class Row(Protocol):
    """What has an id."""

    @property
    def id(self) -> int:
        """Its id."""
        ...


R = TypeVar("R", bound=Row)
V = TypeVar("V")
MOST_KEPT: Final = 32_768
_STEPS: Final = tuple(Decimal(1).scaleb(-places) for places in range(9))
"""The smallest amount of so many places."""


def _zone() -> tzinfo:
    try:
        return ZoneInfo(LOCATION_ZONE)
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=-8))


ZONE = _zone()


def printed(value: Json) -> bytes:
    """The value as JSON text in UTF-8."""
    return orjson.dumps(value)


def kept_by_row(make: Callable[[R], V]) -> Callable[[R], V]:
    """What is made of a row, made once for as long as that row is asked for under its id.

    Which row it is decides, not what it holds: to hash every field takes as long as to print.
    """
    kept: dict[int, tuple[R, V]] = {}

    @wraps(make)
    def made(row: R) -> V:
        found = kept.get(row.id)
        if found is not None and found[0] is row:
            return found[1]
        if len(kept) >= MOST_KEPT:
            kept.clear()
        new = make(row)
        kept[row.id] = row, new
        return new

    return made


def printed_once(shape: Callable[[R], Json]) -> Callable[[R], orjson.Fragment]:
    """The shape, printed once for each row."""

    @wraps(shape)
    def fragment(row: R) -> orjson.Fragment:
        return orjson.Fragment(printed(shape(row)))

    return kept_by_row(fragment)


class Part:
    """Fields that many objects share, and their text, printed once."""

    __slots__ = ("fields", "text")

    def __init__(self, fields: Mapping[str, Json]) -> None:
        self.fields = fields
        self.text = b"," + printed(fields)[1:-1]


def printed_parts(own: Mapping[str, Json], parts: Iterable[Part]) -> orjson.Fragment:
    """One object of its own fields and those of the parts."""
    return orjson.Fragment(b"".join((printed(own)[:-1], *(part.text for part in parts), b"}")))


def number(amount: Decimal) -> orjson.Fragment:
    """A number token as a float's shortest form would be: 12.0, 1234.5, 0.25."""
    text = f"{amount:f}"
    whole, _, places = text.partition(".")
    return orjson.Fragment(f"{whole}.{places.rstrip('0') or '0'}")


def decimal_text(amount: Decimal, places: int) -> str:
    """A decimal string with exactly so many places."""
    return f"{amount.quantize(_STEPS[places], ROUND_HALF_UP):f}"


def local_time(instant: datetime) -> datetime:
    """The instant in the location's zone; it prints with offset and microseconds (§6.8)."""
    return instant.astimezone(ZONE)


def utc_text(instant: datetime) -> str:
    """The instant in UTC, ending in Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=4096)
def noon_text(day: date) -> str:
    """A date where Procurify has a date-time: noon of that day in the location's zone."""
    return datetime.combine(day, time(12), tzinfo=ZONE).isoformat()


def local_day(instant: datetime) -> date:
    """The calendar day of an instant at the location."""
    return instant.astimezone(ZONE).date()
