"""The calendar day of an instant where a document lies. Pure."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.sandbox.scenario.model import Location


def business_day(instant: datetime, location: Location) -> date:
    """The day at the location; without its zone in the system, by its offset in winter."""
    try:
        return instant.astimezone(ZoneInfo(location.zone)).date()
    except ZoneInfoNotFoundError:
        offset = timedelta(hours=location.winter_offset_h)
        return instant.astimezone(timezone(offset)).date()
