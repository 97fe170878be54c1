"""Metrics: one definition each, bounded labels, ages that grow by themselves."""

import pytest
from prometheus_client import generate_latest

from engine.telemetry import METRICS, Metrics

OF_THE_PROCESS = {"log_dropped_total", "loop_blocks_total", "loop_late_seconds"}


def shown(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"procurify_syspro_{name}", labels)


def test_metrics_when_listed_then_each_is_named_labelled_and_explained() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert metric.name.startswith("procurify_syspro_")
        assert metric.name.endswith("_total") is (metric.type == "counter")
        assert metric.help.endswith(".")
        is_of_the_process = metric.name.removeprefix("procurify_syspro_") in OF_THE_PROCESS
        assert ("tenant" in metric.labels) is not is_of_the_process


@pytest.mark.parametrize(
    "topic",
    [
        "events_appended_total",
        "polls_total",
        "polled_rows_total",
        "good_poll_age_seconds",
        "oldest_unsent_age_seconds",
        "commands",
        "post_seconds",
        "query_seconds",
        "answers_total",
        "in_doubt",
        "sessions_open",
        "session_evictions_total",
        "rate_limit_waits_total",
        "projection_lag_events",
        "log_head",
        "retries_total",
        "circuit_open",
    ],
)
def test_metrics_when_read_against_the_issue_then_its_list_is_there(topic: str) -> None:
    assert f"procurify_syspro_{topic}" in {metric.name for metric in METRICS}


def test_registry_when_scraped_then_every_metric_is_exported_without_created_series() -> None:
    metrics = Metrics()
    metrics.events_appended.labels("acme", "PollFinished").inc()
    metrics.post_seconds.labels("acme", "syspro", "EDU1", "invoice_add").observe(0.3)
    text = generate_latest(metrics.registry).decode()
    for metric in METRICS:
        kind = f"# TYPE {metric.name} {metric.type}"
        assert kind in text
    assert "_created" not in text
    assert shown(metrics, "events_appended_total", tenant="acme", type="PollFinished") == 1


def test_good_poll_when_time_passes_then_its_age_grows_until_the_next() -> None:
    now = [100.0]
    metrics = Metrics(lambda: now[0])
    place = {"tenant": "acme", "side": "procurify", "resource": "bills"}
    assert metrics.good_poll_age_s(**place) is None
    metrics.good_poll(**place)
    now[0] = 107.5
    assert shown(metrics, "good_poll_age_seconds", **place) == 7.5
    assert metrics.good_poll_age_s(**place) == 7.5
    metrics.good_poll(**place)
    assert shown(metrics, "good_poll_age_seconds", **place) == 0


def test_show_commands_when_a_state_empties_then_it_shows_zero() -> None:
    metrics = Metrics()
    metrics.show_commands("acme", {("ready", "invoice_add"): 3, ("sending", "invoice_add"): 1})
    metrics.show_commands("other", {("ready", "invoice_add"): 8})
    metrics.show_commands("acme", {("verified", "invoice_add"): 4})
    place = {"tenant": "acme", "type": "invoice_add"}
    assert shown(metrics, "commands", state="ready", **place) == 0
    assert shown(metrics, "commands", state="sending", **place) == 0
    assert shown(metrics, "commands", state="verified", **place) == 4
    assert shown(metrics, "commands", state="ready", tenant="other", type="invoice_add") == 8
