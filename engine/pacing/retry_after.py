"""What a peer's Retry-After asks for, bounded: no header makes anybody wait for a year. Pure."""

from datetime import datetime

from engine.host_clock import parse_date

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
        until = parse_date(text)
        if until is None:
            return None
        seconds = (until - now).total_seconds()
    return min(seconds, LONGEST_RETRY_AFTER_S) if seconds > 0 else None
