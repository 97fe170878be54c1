"""Procurify's instants and days as aware UTC, and back. Pure.

Seen are Z and numeric offsets, microseconds or none, and plain dates (procurify.md §6.8, §6.9).
A stamp without a zone is read as UTC (unverified); the overlap of every window covers the error.
"""

import re
from datetime import UTC, date, datetime

from engine.core.canonical import JsonValue

_STAMP = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?P<seconds>:\d{2})?)(?(seconds)(?:[.,](?P<fraction>\d{1,12}))?)"
    r" ?(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?)?"
)


def parse_stamp(value: JsonValue) -> datetime | None:
    """The instant in UTC, fractions beyond microseconds cut off; None for what is not one."""
    found = _STAMP.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    time = found["time"] or "00:00"
    fraction = f".{(found['fraction'] or '0')[:6]:0<6}" if time.count(":") == 2 else ""
    zone = (found["zone"] or "+00:00").upper().replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{found['day']}T{time}{fraction}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def print_stamp(at: datetime) -> str:
    """The instant as Procurify's date-time filters take it, in UTC with Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def midnight(day: date) -> datetime:
    """The first instant of the day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
