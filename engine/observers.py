"""What pollers, lanes and hosts tell becomes metrics; the one place where both are known."""

from collections.abc import Callable

from engine.errors import EngineError
from engine.syspro.poller import PollResult
from engine.telemetry import Metrics


class ProcurifyObserver:
    """Metrics of one tenant's reading of Procurify."""

    def __init__(self, metrics: Metrics, tenant: str) -> None:
        self._metrics = metrics
        self._tenant = tenant

    def poll_finished(self, resource: str, seconds: float) -> None:
        """A poll is counted and its age starts at nought."""
        self._metrics.polls.labels(self._tenant, "procurify", resource, "finished").inc()
        self._metrics.good_poll(self._tenant, "procurify", resource)

    def poll_broken(self, resource: str, cause: str) -> None:
        """A broken poll is counted; a refused credential shows."""
        self._metrics.polls.labels(self._tenant, "procurify", resource, "broken").inc()

    def documents_seen(self, resource: str, outcome: str, count: int) -> None:
        """Rows are counted by what became of them."""
        if count:
            self._metrics.polled_rows.labels(self._tenant, "procurify", resource, outcome).inc(
                count
            )

    def called(self, status: str, seconds: float) -> None:
        """A request's seconds are kept; 401 shows until a request passes."""
        self._metrics.query_seconds.labels(self._tenant, "procurify").observe(seconds)
        if status in ("200", "401"):
            refused = self._metrics.credential_refused.labels(self._tenant, "procurify")
            refused.set(1 if status == "401" else 0)

    def retried(self, cause: str) -> None:
        """A repeated request is counted."""
        self._metrics.retries.labels(self._tenant, "procurify").inc()

    def waited(self, seconds: float) -> None:
        """A wait for the pace is counted."""
        if seconds > 0:
            self._metrics.limit_waits.labels(self._tenant, "procurify").inc()


class SysproObserver:
    """Metrics of one company's host and lane."""

    def __init__(
        self, metrics: Metrics, tenant: str, company: str, on_suspended: Callable[[str], None]
    ) -> None:
        self._metrics = metrics
        self._tenant = tenant
        self._company = company
        self._on_suspended = on_suspended

    def posted(self, business_object: str, answer: str, seconds: float) -> None:
        """The seconds of a post are kept by `answered`, with the command's type."""

    def queried(self, operation: str, answer: str, seconds: float) -> None:
        """A request's seconds are kept; refused credentials show until one passes."""
        self._metrics.query_seconds.labels(self._tenant, "syspro").observe(seconds)
        if answer in ("ok", "credentials"):
            refused = self._metrics.credential_refused.labels(self._tenant, "syspro")
            refused.set(1 if answer == "credentials" else 0)

    def waited(self, seconds: float) -> None:
        """A wait for the gate is counted."""
        if seconds > 0:
            self._metrics.limit_waits.labels(self._tenant, "syspro").inc()

    def answered(self, command_type: str, kind: str, seconds: float) -> None:
        """A post's outcome is counted, its seconds kept."""
        labels = (self._tenant, self._company, command_type)
        self._metrics.answers.labels(*labels, kind).inc()
        if seconds > 0:
            self._metrics.post_seconds.labels(*labels).observe(seconds)
        if kind == "deferred":
            self._metrics.retries.labels(self._tenant, "syspro").inc()

    def suspended(self, text: str) -> None:
        """The lane's circuit shows open while it cannot work."""
        gauge = self._metrics.circuit_open.labels(self._tenant, "syspro", self._company)
        gauge.set(1 if text else 0)
        self._on_suspended(text)

    def session_changed(self, change: str, operator: str) -> None:
        """Open sessions and evictions are counted."""
        open_now = self._metrics.sessions_open.labels(self._tenant, self._company)
        if change == "SessionOpened":
            open_now.set(1)
            return
        open_now.set(0)
        if change == "SessionLost":
            self._metrics.evictions.labels(self._tenant, self._company, operator).inc()

    def polled(self, resource: str, result: PollResult | EngineError) -> None:
        """A poll of SYSPRO is counted, with its rows by outcome."""
        if isinstance(result, EngineError):
            self._metrics.polls.labels(self._tenant, "syspro", resource, "broken").inc()
            return
        self._metrics.polls.labels(self._tenant, "syspro", resource, "finished").inc()
        self._metrics.good_poll(self._tenant, "syspro", resource)
        counts = {
            "new": result.new,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "vanished": result.vanished,
        }
        for outcome, count in counts.items():
            if count:
                labels = (self._tenant, "syspro", resource, outcome)
                self._metrics.polled_rows.labels(*labels).inc(count)
