"""Windows of the week, such as `Fri 18:00-Mon 06:00`, in a time zone. Pure.

Reading the time-zone tables by name is the one look outside: they are constants of the platform.
A window holds its first minute and not its last; one that ends where it begins is the whole week.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * _DAY_MINUTES


def ends_at(windows: Sequence[str], zone: str, now: datetime) -> datetime | None:
    """When the last of the windows that hold `now`, one after the other, ends; None outside all.

    Aware UTC. Windows that hold the whole week end a week from now.
    """
    place = ZoneInfo(zone)
    last, until = now + timedelta(minutes=WEEK_MINUTES), now
    for _ in range(len(windows) + 1):
        ends = [end for end in (_end(window, place, until) for window in windows) if end]
        if not ends or until >= last:
            break
        until = max(ends)
    return min(until, last) if until > now else None


def has_struck(clock: str, zone: str, after: datetime, now: datetime, *, lead: timedelta) -> bool:
    """Whether the time of day `clock` (`17:00`), less `lead`, came since `after`, up to `now`."""
    place, wanted = ZoneInfo(zone), time.fromisoformat(clock)
    day = after.astimezone(place).date()
    while day <= (now + lead).astimezone(place).date():
        if after < datetime.combine(day, wanted, place) - lead <= now:
            return True
        day += timedelta(days=1)
    return False


def _end(window: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    first, _, last = window.partition("-")
    start, end = _minute(first), _minute(last)
    local = now.astimezone(zone)
    here = local.weekday() * _DAY_MINUTES + local.hour * 60 + local.minute
    length = (end - start) % WEEK_MINUTES or WEEK_MINUTES
    gone = (here - start) % WEEK_MINUTES
    if gone >= length:
        return None
    wall = local.replace(second=0, microsecond=0, tzinfo=None) + timedelta(minutes=length - gone)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _minute(text: str) -> int:
    """The minute of the week of `Fri 18:00`; raises `ValueError` for anything else."""
    day, _, clock = text.partition(" ")
    hour, _, minute = clock.partition(":")
    return DAYS.index(day) * _DAY_MINUTES + int(hour) * 60 + int(minute)
