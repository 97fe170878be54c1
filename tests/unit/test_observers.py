"""What is told of hosts becomes metrics that say the truth, and a trouble that ends."""

import logging

import pytest

from engine.errors import Malformed, Transient
from engine.service.observers import ProcurifyObserver, SysproObserver
from engine.syspro.poller import PollResult
from engine.telemetry import Metrics

PREFIX = "procurify_syspro_"


def value(metrics: Metrics, name: str, /, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(PREFIX + name, {"tenant": "acme", **labels})


def polled(resource: str) -> PollResult:
    return PollResult(
        resource=resource, read=3, new=1, changed=0, unchanged=2, vanished=0, calls=1, seconds=0.1
    )


def test_procurify_when_refused_then_shown_and_logged_once_until_it_is_read_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "acme")
    circuit = {"side": "procurify", "name": "acme"}
    assert value(metrics, "credential_refused", side="procurify") == 0
    assert value(metrics, "circuit_open", **circuit) == 0
    assert value(metrics, "retries_total", side="procurify") == 0
    assert observer.trouble == ""
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            observer.poll_broken("bills", "unauthorized")
        assert value(metrics, "credential_refused", side="procurify") == 1
        assert value(metrics, "circuit_open", **circuit) == 1
        assert observer.trouble == (
            "Procurify acme cannot be read: the client id or secret is refused; `ping` says more"
        )
        observer.poll_finished("bills", 0.1)
    assert [entry.getMessage() for entry in caplog.records] == [
        "procurify bills is not read: the client id or secret is refused",
        "procurify bills is read again",
    ]
    assert value(metrics, "credential_refused", side="procurify") == 0
    assert value(metrics, "circuit_open", **circuit) == 0
    assert observer.trouble == ""


def test_procurify_when_one_resource_is_forbidden_then_the_rest_is_well() -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "acme")
    observer.poll_finished("bills", 0.1)
    observer.poll_broken("payments", "forbidden")
    assert value(metrics, "circuit_open", side="procurify", name="acme") == 0
    assert value(metrics, "credential_refused", side="procurify") == 0
    assert observer.trouble == ""


def test_wait_when_it_is_none_to_speak_of_then_not_counted() -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "acme")
    observer.waited(0.0001)
    observer.waited(0.3)
    observer.retried("Transient")
    assert value(metrics, "rate_limit_waits_total", side="procurify") == 1
    assert value(metrics, "retries_total", side="procurify") == 1


def test_procurify_when_left_alone_then_its_circuit_and_the_resource_s_show() -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "acme")
    observer.poll_finished("vendors", 0.1)
    domain = {"side": "procurify", "name": "acme"}
    bills = {"side": "procurify", "name": "acme/bills"}
    for is_open in (True, False):
        observer.circuit("bills", is_open)
        assert value(metrics, "circuit_open", **bills) == is_open
        assert value(metrics, "circuit_open", **domain) == 0
    for is_open in (True, False):
        observer.circuit("", is_open)
        assert value(metrics, "circuit_open", **domain) == is_open
    assert value(metrics, "retry_budget_exhausted_total", side="procurify") == 0
    observer.spent()
    assert value(metrics, "retry_budget_exhausted_total", side="procurify") == 1


def test_procurify_when_a_schema_drifts_p17_then_counted_by_path_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "acme")
    for _ in range(2):
        observer.drifted("bills", "total_cost")
    drift = {"resource": "bills", "path": "total_cost"}
    assert value(metrics, "schema_drift_total", **drift) == 2
    assert [entry.getMessage() for entry in caplog.records] == [
        "procurify bills: total_cost is not as Procurify documents it"
    ]


def test_procurify_when_too_much_stays_away_p34_then_shown_and_logged_at_both_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "acme")
    with caplog.at_level(logging.INFO):
        for count in (0, 8, 9, 0, 0):
            observer.missed("bills", count)
            assert value(metrics, "arrivals_missed", resource="bills") == count
    assert [entry.getMessage() for entry in caplog.records] == [
        "procurify bills: nothing new where 8 were to be expected; is the list whole?",
        "procurify bills: something new at last",
    ]
    observer.late("bills", 10.0)
    assert value(metrics, "late_change_seconds_sum", resource="bills") == 10


def test_syspro_when_one_door_refuses_then_the_other_s_answer_does_not_hide_it() -> None:
    metrics = Metrics()
    observer = SysproObserver(metrics, "acme", "EDU1", "PROCSYNC", lambda _: None)
    observer.queried("Logon", "credentials", 0.1)
    observer.queried("OData ApSupplier", "ok", 0.1)
    assert value(metrics, "credential_refused", side="syspro") == 1
    observer.queried("Logon", "ok", 0.1)
    assert value(metrics, "credential_refused", side="syspro") == 0
    observer.queried("OData ApSupplier", "Unauthorized", 0.1)
    assert value(metrics, "credential_refused", side="syspro") == 1


def test_syspro_s34_when_the_line_is_stopped_then_it_shows_until_it_goes_on() -> None:
    metrics = Metrics()
    observer = SysproObserver(metrics, "acme", "EDU1", "PROCSYNC", lambda _: None)
    assert value(metrics, "line_stopped", company="EDU1") == 0
    observer.line_stopped("bill:acme/1 stands there 2 times")
    assert value(metrics, "line_stopped", company="EDU1") == 1
    assert observer.troubles == ["posting to EDU1 is stopped: bill:acme/1 stands there 2 times"]
    observer.line_stopped("")
    assert (value(metrics, "line_stopped", company="EDU1"), observer.troubles) == (0, [])


def test_syspro_when_nothing_is_read_or_the_lane_rests_then_the_circuit_is_open() -> None:
    metrics, said = Metrics(), list[str]()
    observer = SysproObserver(metrics, "acme", "EDU1", "PROCSYNC", said.append)
    circuit = {"side": "syspro", "name": "EDU1"}
    observer.polled("terms", Malformed("not XML"))
    assert value(metrics, "circuit_open", **circuit) == 1
    assert observer.troubles == ["SYSPRO EDU1 cannot be read: not XML"]
    observer.polled("suppliers", polled("suppliers"))
    assert value(metrics, "circuit_open", **circuit) == 0
    observer.suspended("licence full")
    assert value(metrics, "circuit_open", **circuit) == 1
    observer.suspended("")
    observer.polled("terms", polled("terms"))
    assert value(metrics, "circuit_open", **circuit) == 0
    assert observer.troubles == []
    assert said == ["licence full", ""]
    labels = {"side": "syspro", "resource": "terms"}
    assert value(metrics, "polled_rows_total", outcome="unchanged", **labels) == 2
    assert value(metrics, "polls_total", outcome="broken", **labels) == 1


def test_syspro_when_a_session_is_lost_then_it_counts_as_an_eviction() -> None:
    metrics = Metrics()
    observer = SysproObserver(metrics, "acme", "EDU1", "PROCSYNC", lambda _: None)
    evicted = {"company": "EDU1", "operator": "PROCSYNC"}
    assert value(metrics, "session_evictions_total", **evicted) == 0
    for change in ("SessionOpened", "SessionLost", "SessionOpened", "SessionRevoked"):
        observer.session_changed(change, "PROCSYNC")
    assert value(metrics, "session_evictions_total", **evicted) == 1
    assert value(metrics, "sessions_open", company="EDU1") == 0


def test_syspro_when_a_post_is_answered_then_counted_and_a_deferral_is_a_retry() -> None:
    metrics = Metrics()
    observer = SysproObserver(metrics, "acme", "EDU1", "PROCSYNC", lambda _: None)
    observer.answered("invoice_add", "accepted", 0.5)
    observer.answered("invoice_add", "deferred", 0.0)
    labels = {"side": "syspro", "company": "EDU1", "type": "invoice_add"}
    assert value(metrics, "answers_total", kind="accepted", **labels) == 1
    assert value(metrics, "post_seconds_count", **labels) == 1
    assert value(metrics, "retries_total", side="syspro") == 1
    observer.polled("terms", Transient("later"))
    assert value(metrics, "retries_total", side="syspro") == 1


def test_procurify_when_written_to_then_counted_and_a_suspension_shows_until_it_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    observer = ProcurifyObserver(metrics, "acme", "demo")
    observer.answered("vendor_code", "accepted", 0.5)
    observer.answered("vendor_code", "deferred", 0.0)
    labels = {"side": "procurify", "company": "demo", "type": "vendor_code"}
    assert value(metrics, "answers_total", kind="accepted", **labels) == 1
    assert value(metrics, "post_seconds_count", **labels) == 1
    assert value(metrics, "retries_total", side="procurify") == 1
    with caplog.at_level(logging.WARNING):
        for text in ("no answer", "no answer", ""):
            observer.suspended(text)
            shown = value(metrics, "circuit_open", side="procurify", name="demo")
            assert (shown, observer.suspension) == (bool(text), text)
    assert [entry.getMessage() for entry in caplog.records] == [
        "procurify is not written to: no answer"
    ]
