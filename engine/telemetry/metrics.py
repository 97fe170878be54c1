"""Every metric of the engine, defined once: name, type, labels, meaning.

One `Metrics` and one registry a process, given to whoever counts. Every metric names its tenant
but those of the process itself. Labels are bounded: tenants, companies and operators come from the
configuration, the rest from closed lists, so that a scrape stays within about a thousand lines.
Ages are computed when they are scraped, from the monotonic clock, so that a stopped poller is seen
to age. What the process takes of its machine (`process_*`: memory, descriptors, processor seconds)
is the client library's own, where the system tells it (Linux).
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

PREFIX: Final = "procurify_syspro_"
SECONDS: Final = (0.05, 0.25, 1.0, 5.0, 30.0, 120.0)
_without_created_series: Callable[[], None] = disable_created_metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric as /metrics shows it; a histogram has `_bucket`, `_sum` and `_count` besides."""

    name: str
    type: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    help: str


class Metrics:
    """The metrics of one process and the registry that serves them."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        _without_created_series()
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.defined: list[Metric] = []
        self._monotonic = monotonic
        self._good_polls: dict[tuple[str, str, str], float] = {}
        self._commands_shown: dict[tuple[str, ...], set[tuple[str, str]]] = {}
        self._define_reading()
        self._define_writing()
        self._define_state()
        self._define_engine()

    def good_poll(self, tenant: str, side: str, resource: str) -> None:
        """A poll of the resource was completed just now."""
        key = (tenant, side, resource)
        if key not in self._good_polls:
            self.poll_age_s.labels(*key).set_function(
                lambda: self._monotonic() - self._good_polls[key]
            )
        self._good_polls[key] = self._monotonic()

    def good_poll_age_s(self, tenant: str, side: str, resource: str) -> float | None:
        """Seconds since the resource was last read to the end; None before the first time."""
        at = self._good_polls.get((tenant, side, resource))
        return None if at is None else self._monotonic() - at

    def show_commands(self, tenant: str, counts: Mapping[tuple[str, str], int]) -> None:
        """The tenant's commands by (state, type) are these; what is gone shows 0."""
        shown = self._commands_shown.setdefault((tenant,), set())
        for state, kind in shown | set(counts):
            self.commands.labels(tenant, state, kind).set(counts.get((state, kind), 0))
        shown |= set(counts)

    def _define_reading(self) -> None:
        self.events_appended = self._counter(
            "events_appended", "Events appended to the log.", "tenant", "type"
        )
        self.polls = self._counter(
            "polls", "Polls by outcome (finished, broken).", "tenant", "side", "resource", "outcome"
        )
        self.polled_rows = self._counter(
            "polled_rows",
            "Rows that polls met, by outcome (new, changed, unchanged, vanished).",
            "tenant",
            "side",
            "resource",
            "outcome",
        )
        self.poll_age_s = self._gauge(
            "good_poll_age_seconds",
            "Seconds since the resource was last read to the end.",
            "tenant",
            "side",
            "resource",
        )
        self.arrivals_missed = self._gauge(
            "arrivals_missed",
            "Documents to be expected in a silence that is no chance; 0 without one.",
            "tenant",
            "resource",
        )
        self.late_change_seconds = self._histogram(
            "late_change_seconds",
            "Seconds by which a change of Procurify showed after it should have been read.",
            "tenant",
            "resource",
        )
        self.schema_drift = self._counter(
            "schema_drift",
            "Polls that met a document not as Procurify documents it, by JSON path.",
            "tenant",
            "resource",
            "path",
        )
        self.query_seconds = self._histogram(
            "query_seconds", "Seconds of one reading request.", "tenant", "side"
        )

    def _define_writing(self) -> None:
        self.post_seconds = self._histogram(
            "post_seconds",
            "Seconds of one post; the company of one to Procurify is its source.",
            "tenant",
            "side",
            "company",
            "type",
        )
        self.answers = self._counter(
            "answers",
            "What became of posts (accepted, rejected, deferred, in_doubt).",
            "tenant",
            "side",
            "company",
            "type",
            "kind",
        )
        self.evictions = self._counter(
            "session_evictions",
            "Sessions that somebody else's logon ended.",
            "tenant",
            "company",
            "operator",
        )
        self.sessions_open = self._gauge(
            "sessions_open", "e.net sessions held now.", "tenant", "company"
        )
        self.limit_waits = self._counter(
            "rate_limit_waits", "Requests that waited for the rate limit.", "tenant", "side"
        )
        self.retries = self._counter(
            "retries", "Requests and appends made again.", "tenant", "side"
        )
        self.retry_budget_exhausted = self._counter(
            "retry_budget_exhausted",
            "Requests not made again, as a tenth of the minute's were already.",
            "tenant",
            "side",
        )
        self.circuit_open = self._gauge(
            "circuit_open",
            "1 while a lane is suspended or a host is not asked, else 0.",
            "tenant",
            "side",
            "name",
        )

    def _define_state(self) -> None:
        self.commands = self._gauge(
            "commands", "Commands by state and type.", "tenant", "state", "type"
        )
        self.documents = self._gauge(
            "documents", "Documents of Procurify by state.", "tenant", "state"
        )
        self.in_doubt = self._gauge(
            "in_doubt", "Posts whose outcome is not known.", "tenant", "company"
        )
        self.line_stopped = self._gauge(
            "line_stopped",
            "1 while posting is stopped by what can never be, else 0.",
            "tenant",
            "company",
        )
        self.oldest_unsent_age_s = self._gauge(
            "oldest_unsent_age_seconds",
            "Age of the oldest document that could be sent and is not; 0 when there is none.",
            "tenant",
        )
        self.oldest_waiting_age_s = self._gauge(
            "oldest_waiting_age_seconds",
            "Age of the oldest document that waits for this reason; 0 when there is none.",
            "tenant",
            "reason",
        )
        self.log_head = self._gauge("log_head", "Position of the last event.", "tenant")
        self.projection_lag = self._gauge(
            "projection_lag_events", "Events that are not projected yet.", "tenant"
        )
        self.projection_stopped = self._gauge(
            "projection_stopped", "1 while an event cannot be projected, else 0.", "tenant"
        )
        self.credential_refused = self._gauge(
            "credential_refused", "1 while a host refuses our credential, else 0.", "tenant", "side"
        )
        self.chain_broken = self._gauge(
            "chain_broken", "1 when the log was found altered, else 0.", "tenant"
        )

    def _define_engine(self) -> None:
        self.log_dropped = self._counter(
            "log_dropped", "Log entries that could not be written in time."
        )
        self.loop_blocks = self._counter(
            "loop_blocks", "Times that the event loop stood still for ten seconds."
        )
        self.loop_late_seconds = self._gauge(
            "loop_late_seconds",
            "How long the event loop let the last call wait that was asked of it.",
        )

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        self._define(f"{name}_total", "counter", meaning, labels)
        return Counter(PREFIX + name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        self._define(name, "gauge", meaning, labels)
        return Gauge(PREFIX + name, meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, *labels: str) -> Histogram:
        self._define(name, "histogram", meaning, labels)
        return Histogram(PREFIX + name, meaning, labels, registry=self.registry, buckets=SECONDS)

    def _define(
        self,
        name: str,
        kind: Literal["counter", "gauge", "histogram"],
        meaning: str,
        labels: tuple[str, ...],
    ) -> None:
        self.defined.append(Metric(name=PREFIX + name, type=kind, labels=labels, help=meaning))


METRICS: Final[Sequence[Metric]] = tuple(Metrics().defined)
"""Every metric, in the order of definition: what the README's table must say."""
