"""What pollers, lanes and hosts tell becomes metrics and warnings; the one place that knows both.

Every series that an alert may ask for exists from the start, at 0. A trouble is logged once when
it begins or changes and once when it ends; `trouble` says what it is meanwhile.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from engine.errors import EngineError, Unauthorized
from engine.procurify.models.drift import EXPECTED
from engine.procurify.resources import RESOURCES
from engine.syspro.poller import PollResult
from engine.telemetry import Metrics

SHORTEST_WAIT_S: Final = 0.005
"""A shorter wait is the scheduling of this process, not the rate limit."""
_CAUSES: Final = {
    "forbidden": "the role of the API application's owner lacks the right",
    "unauthorized": "the client id or secret is refused",
    "throttled": "Procurify asks for patience",
    "timed_out": "no answer in time",
    "unavailable": "Procurify cannot be reached or cannot answer now",
    "not_found": "Procurify has no such address",
    "malformed": "the answer cannot be read",
    "misconfigured": "a setting is wrong",
    "conflict": "somebody else was first",
}


class ProcurifyObserver:
    """Metrics of one tenant's reading of Procurify, and of what is written to it.

    `suspension`: why nothing can be written, "" while it can.
    """

    def __init__(self, metrics: Metrics, tenant: str, source: str) -> None:
        self._metrics = metrics
        self._tenant = tenant
        self._source = source
        self._broken: dict[str, str] = {}
        self._good: set[str] = set()
        self._silent: set[str] = set()
        self._drifted: set[tuple[str, str]] = set()
        self._is_left_alone = False
        self.suspension = ""
        metrics.retries.labels(tenant, "procurify")
        metrics.retry_budget_exhausted.labels(tenant, "procurify")
        for resource in RESOURCES:
            for path in EXPECTED.get(resource.kind, ()):
                metrics.schema_drift.labels(tenant, resource.name, path)
        metrics.limit_waits.labels(tenant, "procurify")
        self._show()

    @property
    def trouble(self) -> str:
        """Why orders or bills cannot be read, in a sentence; "" while they can."""
        causes = {self._broken.get(name, "") for name in ("purchase_orders", "bills")} - {""}
        if not causes:
            return ""
        why = "; ".join(_CAUSES.get(cause, cause) for cause in sorted(causes))
        return f"Procurify {self._source} cannot be read: {why}; `ping` says more"

    def poll_finished(self, resource: str, seconds: float) -> None:
        """A poll is counted and its age starts at nought."""
        self._metrics.polls.labels(self._tenant, "procurify", resource, "finished").inc()
        self._metrics.good_poll(self._tenant, "procurify", resource)
        self._metrics.late_change_seconds.labels(self._tenant, resource)
        if self._broken.pop(resource, None) is not None:
            logging.getLogger(__name__).info("procurify %s is read again", resource)
        self._good.add(resource)
        self._show()

    def poll_broken(self, resource: str, cause: str) -> None:
        """A broken poll is counted; a refused credential shows."""
        self._metrics.polls.labels(self._tenant, "procurify", resource, "broken").inc()
        if self._broken.get(resource) != cause:
            why = _CAUSES.get(cause, cause)
            logging.getLogger(__name__).warning("procurify %s is not read: %s", resource, why)
        self._broken[resource] = cause
        self._good.discard(resource)
        self._show()

    def documents_seen(self, resource: str, outcome: str, count: int) -> None:
        """Rows are counted by what became of them."""
        if count:
            self._metrics.polled_rows.labels(self._tenant, "procurify", resource, outcome).inc(
                count
            )

    def called(self, status: str, seconds: float) -> None:
        """A request's seconds are kept."""
        self._metrics.query_seconds.labels(self._tenant, "procurify").observe(seconds)

    def retried(self, cause: str) -> None:
        """A repeated request is counted."""
        self._metrics.retries.labels(self._tenant, "procurify").inc()

    def missed(self, resource: str, count: int) -> None:
        """A silence in which too much stayed away shows, and is logged when it begins and ends."""
        if count and resource not in self._silent:
            text = "procurify %s: nothing new where %d were to be expected; is the list whole?"
            logging.getLogger(__name__).warning(text, resource, count)
            self._silent.add(resource)
        elif not count and resource in self._silent:
            logging.getLogger(__name__).info("procurify %s: something new at last", resource)
            self._silent.discard(resource)
        self._metrics.arrivals_missed.labels(self._tenant, resource).set(count)

    def drifted(self, resource: str, path: str) -> None:
        """A path that is not as documented is counted, and logged once."""
        counted = self._metrics.schema_drift.labels(self._tenant, resource, path)
        counted.inc()
        if (resource, path) not in self._drifted:
            self._drifted.add((resource, path))
            text = "procurify %s: %s is not as Procurify documents it"
            logging.getLogger(__name__).warning(text, resource, path)

    def late(self, resource: str, seconds: float) -> None:
        """How late a change showed is kept."""
        self._metrics.late_change_seconds.labels(self._tenant, resource).observe(seconds)

    def spent(self) -> None:
        """A request that the retry budget kept back is counted."""
        self._metrics.retry_budget_exhausted.labels(self._tenant, "procurify").inc()

    def circuit(self, resource: str, is_open: bool) -> None:
        """The circuit of the domain, or of one resource of it, shows as it is."""
        if resource:
            name = f"{self._source}/{resource}"
            self._metrics.circuit_open.labels(self._tenant, "procurify", name).set(is_open)
            return
        self._is_left_alone = is_open
        self._show()

    def waited(self, seconds: float) -> None:
        """A wait for the pace is counted."""
        if seconds >= SHORTEST_WAIT_S:
            self._metrics.limit_waits.labels(self._tenant, "procurify").inc()

    def answered(self, command_type: str, kind: str, seconds: float) -> None:
        """A write's outcome is counted, its seconds kept."""
        addressee = (self._tenant, "procurify", self._source)
        _count_answer(self._metrics, addressee, command_type, kind, seconds)

    def suspended(self, text: str) -> None:
        """The circuit shows open while nothing can be written."""
        if text and not self.suspension:
            logging.getLogger(__name__).warning("procurify is not written to: %s", text)
        self.suspension = text
        self._show()

    def _show(self) -> None:
        """Refused: any resource says so. Open: nothing is written, or something is broken and
        nothing is read."""
        refused = "unauthorized" in self._broken.values()
        self._metrics.credential_refused.labels(self._tenant, "procurify").set(refused)
        is_unread = self._is_left_alone or (bool(self._broken) and not self._good)
        is_open = bool(self.suspension) or is_unread
        self._metrics.circuit_open.labels(self._tenant, "procurify", self._source).set(is_open)


class SysproObserver:
    """Metrics of one company's host and lane."""

    def __init__(
        self,
        metrics: Metrics,
        tenant: str,
        company: str,
        operator: str,
        on_suspended: Callable[[str], None],
    ) -> None:
        self._metrics = metrics
        self._tenant = tenant
        self._company = company
        self._on_suspended = on_suspended
        self._broken: dict[str, str] = {}
        self._causes: dict[str, str] = {}
        self._good: set[str] = set()
        self._is_suspended = False
        self._stop = ""
        self._refused: set[str] = set()
        metrics.retries.labels(tenant, "syspro")
        metrics.limit_waits.labels(tenant, "syspro")
        metrics.circuit_open.labels(tenant, "syspro", company)
        metrics.sessions_open.labels(tenant, company)
        metrics.line_stopped.labels(tenant, company)
        metrics.evictions.labels(tenant, company, operator)
        metrics.credential_refused.labels(tenant, "syspro")

    @property
    def troubles(self) -> Sequence[str]:
        """Why SYSPRO cannot be read, and why nothing is posted to it, each in a sentence."""
        why = next(iter(self._broken.values()), "")
        found = [f"SYSPRO {self._company} cannot be read: {why}"] if why else []
        if self._stop:
            found.append(f"posting to {self._company} is stopped: {self._stop}")
        return found

    def posted(self, business_object: str, answer: str, seconds: float) -> None:
        """The seconds of a post are kept by `answered`, with the command's type."""

    def queried(self, operation: str, answer: str, seconds: float) -> None:
        """A request's seconds are kept; refused credentials show until the same door opens."""
        self._metrics.query_seconds.labels(self._tenant, "syspro").observe(seconds)
        door = "odata" if operation.startswith("OData") else "e.net"
        if answer in _REFUSED:
            self._refused.add(door)
        elif answer == "ok":
            self._refused.discard(door)
        refused = self._metrics.credential_refused.labels(self._tenant, "syspro")
        refused.set(bool(self._refused))

    def waited(self, seconds: float) -> None:
        """A wait for the gate is counted."""
        if seconds >= SHORTEST_WAIT_S:
            self._metrics.limit_waits.labels(self._tenant, "syspro").inc()

    def answered(self, command_type: str, kind: str, seconds: float) -> None:
        """A post's outcome is counted, its seconds kept."""
        addressee = (self._tenant, "syspro", self._company)
        _count_answer(self._metrics, addressee, command_type, kind, seconds)

    def suspended(self, text: str) -> None:
        """The circuit shows open while the lane cannot work."""
        self._is_suspended = bool(text)
        self._show()
        self._on_suspended(text)

    def line_stopped(self, why: str) -> None:
        """The line shows stopped until a person lets it go on; "" while it runs."""
        self._stop = why
        self._metrics.line_stopped.labels(self._tenant, self._company).set(bool(why))

    def _show(self) -> None:
        """Open: the lane is suspended, or something is broken and nothing is read."""
        is_open = self._is_suspended or (bool(self._broken) and not self._good)
        self._metrics.circuit_open.labels(self._tenant, "syspro", self._company).set(is_open)

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
            cause = type(result).__name__
            if self._causes.get(resource) != cause:
                logging.getLogger(__name__).warning("syspro %s is not read: %s", resource, result)
            self._causes[resource], self._broken[resource] = cause, str(result)
            self._good.discard(resource)
            self._show()
            return
        if self._broken.pop(resource, None) is not None:
            del self._causes[resource]
            logging.getLogger(__name__).info("syspro %s is read again", resource)
        self._good.add(resource)
        self._show()
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


_REFUSED: Final = frozenset({"credentials", Unauthorized.__name__})


def _count_answer(
    metrics: Metrics, addressee: tuple[str, str, str], command_type: str, kind: str, seconds: float
) -> None:
    """`addressee`: tenant, side, and the company or Procurify domain."""
    labels = (*addressee, command_type)
    metrics.answers.labels(*labels, kind).inc()
    if seconds > 0:
        metrics.post_seconds.labels(*labels).observe(seconds)
    if kind == "deferred":
        metrics.retries.labels(*addressee[:2]).inc()
