"""How long SYSPRO is left alone after a read."""

import pytest

from engine.syspro.poller import pause_s
from engine.syspro.poller_resources import PURCHASE_ORDERS, RESOURCES


@pytest.mark.parametrize(
    ("took_s", "pause"), [(0.5, 30.0), (5.0, 40.0), (20.0, 60.0), (600.0, 60.0)]
)
def test_pause_when_a_read_took_long_then_longer_but_not_for_minutes(
    took_s: float, pause: float
) -> None:
    assert pause_s(PURCHASE_ORDERS, 30.0, failures=0, took_s=took_s) == pause


@pytest.mark.parametrize(
    ("failures", "pause"), [(1, 5.0), (2, 10.0), (6, 160.0), (7, 300.0), (99, 300.0)]
)
def test_pause_when_reads_fail_then_twice_as_long_each_time_up_to_five_minutes(
    failures: int, pause: float
) -> None:
    assert pause_s(PURCHASE_ORDERS, 30.0, failures=failures, took_s=60.0) == pause


@pytest.mark.parametrize(("every_s", "pause"), [(30.0, 3600.0), (2.0, 2.0), (0.5, 1.0)])
def test_pause_when_a_whole_table_was_read_then_hourly_unless_reads_are_fast(
    every_s: float, pause: float
) -> None:
    assert pause_s(RESOURCES["periods"], every_s, failures=0, took_s=0.01) == pause
