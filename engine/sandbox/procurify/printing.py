"""JSON as Procurify prints it: which amounts are strings, which are number tokens, which zone.

Amounts stay Decimal until here; a number token is printed from its digits, never through a binary
float (procurify.md §6.11, §6.12). Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from engine.sandbox.scenario.references import LOCATION_ZONE

Json: TypeAlias = "str | int | orjson.Fragment | Sequence[Json] | Mapping[str, Json] | None"


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


def number(amount: Decimal) -> orjson.Fragment:
    """A number token as a float's shortest form would be: 12.0, 1234.5, 0.25."""
    text = f"{amount:f}"
    whole, _, places = text.partition(".")
    return orjson.Fragment(f"{whole}.{places.rstrip('0') or '0'}")


def decimal_text(amount: Decimal, places: int) -> str:
    """A decimal string with exactly so many places."""
    return f"{amount.quantize(_STEPS[places], rounding=ROUND_HALF_UP):f}"


def local_text(instant: datetime) -> str:
    """The instant in the location's zone, with its offset and microseconds (procurify.md §6.8)."""
    return instant.astimezone(ZONE).isoformat()


def utc_text(instant: datetime) -> str:
    """The instant in UTC, ending in Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def noon_text(day: date) -> str:
    """A date where Procurify has a date-time: noon of that day in the location's zone."""
    return datetime.combine(day, time(12), tzinfo=ZONE).isoformat()


def local_day(instant: datetime) -> date:
    """The calendar day of an instant at the location."""
    return instant.astimezone(ZONE).date()
