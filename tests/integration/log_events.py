"""Events and clocks that the log's tests share."""

from datetime import datetime

from engine.clock import SystemClock
from engine.core.events import NewEvent
from engine.log.contract import Author

AUTHOR = Author(actor="poller", run_id="run-1", correlation="poll-1")


def change(identity: int | str) -> NewEvent:
    """A bill that changed."""
    return NewEvent(
        stream=f"procurify/acme/bill/{identity}", type="BillChanged", body={"id": str(identity)}
    )


class StillClock(SystemClock):
    """Wall time that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at
