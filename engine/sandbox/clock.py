"""The clock of the whole sandbox: the machine's, set forward or back by whoever rehearses."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Stamps and time-outs of both sides follow it; `offset_s` is what it is beside the machine."""

    def __init__(self) -> None:
        self.offset_s = 0

    def now(self) -> datetime:
        """The instant that both sides take for now, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC) + timedelta(seconds=self.offset_s)

    def monotonic(self) -> float:
        """Seconds by which sessions, tokens and rate limits run out."""
        return time.monotonic() + self.offset_s
