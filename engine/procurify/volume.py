"""Whether documents stay away that were to be expected; so that an empty list is not believed.

The model, kept simple: in an hour of the week as many arrive as did on average in the same hour
of the last four weeks (an arrival is the last change of a document), each by itself. A silence in
which seven or more were to be expected then happens by chance once in e⁷ = 1,097 times. A young
tenant counts its missing weeks as empty, so that it is warned late rather than wrongly; a public
holiday of a busy one may be taken for a silence. Nothing but a warning rests on this.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

WEEKS = 4
SUSPICIOUS = 7.0
_HOUR = timedelta(hours=1)
_SPAN = WEEKS * timedelta(weeks=1)


class Volume:
    """The arrivals of one resource; knows nothing until `learn`."""

    def __init__(self) -> None:
        self._by_hour: Counter[int] = Counter()
        self._heard_at: datetime | None = None

    def learn(self, arrivals: Iterable[datetime], now: datetime) -> None:
        """The last four weeks are known from these instants; what lies outside is left out."""
        recent = [at for at in arrivals if now - _SPAN <= at <= now]
        self._by_hour = Counter(_hour_of_week(at) for at in recent)
        if recent:
            self.heard(max(recent))

    def heard(self, at: datetime) -> None:
        """Something arrived, so that no silence reaches over this instant."""
        self._heard_at = max(at, self._heard_at or at)

    def missed(self, now: datetime) -> float:
        """How many were to be expected since the last arrival; 0.0 where nothing is known."""
        if self._heard_at is None:
            return 0.0
        at, total = max(self._heard_at, now - _SPAN), 0.0
        while at < now:
            until = min(at.replace(minute=0, second=0, microsecond=0) + _HOUR, now)
            total += self._by_hour[_hour_of_week(at)] / WEEKS * ((until - at) / _HOUR)
            at = until
        return total


def _hour_of_week(at: datetime) -> int:
    aware = at.astimezone(UTC)
    return aware.weekday() * 24 + aware.hour
