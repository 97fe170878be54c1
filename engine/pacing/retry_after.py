"""What a peer's Retry-After asks for, bounded: no header makes anybody wait for a year. Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER_S = 3600.0
_MOST_DIGITS = 12


def retry_after_s(header: str | None, *, now: datetime | None = None) -> float | None:
    """The seconds to wait, at most one hour; None (own back-off) for none, past or garbage.

    A date counts only where `now` is given.
    """
    text = (header or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        seconds = float(text[:_MOST_DIGITS])
    elif now is None:
        return None
    else:
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
        seconds = (aware - now).total_seconds()
    return min(seconds, LONGEST_RETRY_AFTER_S) if seconds > 0 else None
