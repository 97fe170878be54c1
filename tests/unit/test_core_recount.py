"""How many documents may stand under a key, and when it is counted again."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.core.canonical import JsonObject
from engine.core.recount import breach, due_after_doubt, expectations, is_counted

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)


def row(state: str, **changes: object) -> JsonObject:
    return {
        "key": "k1",
        "document": "bill:acme/1",
        "type": "invoice_add",
        "external_key": "P2K",
        "state": state,
        "attempt": 1,
        "version": 4,
        "is_equal": True,
        "intended_at": (NOW - timedelta(days=1)).isoformat(),
        **changes,
    }


@pytest.mark.parametrize(
    ("rows", "least", "most"),
    [
        ([row("verified")], 1, 1),
        ([row("verified", is_equal=False)], 0, 1),
        ([row("verified", intended_at=(NOW - timedelta(days=36)).isoformat())], 0, 1),
        ([row("verified", type="receipt_add")], 0, 1),
        ([row("verified", type="invoice_register")], 0, 1),
        ([row("accepted", is_equal=None)], 0, 1),
        *(([row(state)], 0, 1) for state in ("sending", "in_doubt", "escalated", "conflict")),
        ([row("linked")], 0, 1),
        *(([row(state)], 0, 0) for state in ("ready", "deferred", "rejected", "superseded")),
        ([row("rejected"), row("verified", key="k2")], 1, 1),
        ([row("verified"), row("in_doubt", key="k2")], 1, 1),
    ],
)
def test_count_s34_when_a_key_was_sent_then_what_was_accepted_is_there_once_and_else_nothing(
    rows: list[JsonObject], least: int, most: int
) -> None:
    [found] = expectations(rows, NOW)
    assert (found.least, found.most) == (least, most)
    assert found.streams == {f"command/{one['key']}": 4 for one in rows}


@pytest.mark.parametrize(
    "changes",
    [{"attempt": 0}, {"type": "supplier_add"}, {"type": "purchase_order_change"}],
)
def test_count_when_never_sent_or_without_a_key_of_ours_then_not_counted(
    changes: dict[str, object],
) -> None:
    assert not is_counted(row("verified", **changes))
    assert expectations([row("verified", **changes)], NOW) == []


@pytest.mark.parametrize(
    ("state", "found", "wrong"),
    [
        ("verified", 0, "VANISHED"),
        ("verified", 1, ""),
        ("verified", 2, "FOUND_TWICE"),
        ("in_doubt", 0, ""),
        ("in_doubt", 1, ""),
        ("in_doubt", 2, "FOUND_TWICE"),
        ("rejected", 0, ""),
        ("rejected", 1, "LATE_COMMIT"),
        ("rejected", 2, "FOUND_TWICE"),
    ],
)
def test_count_when_made_then_the_breach_is_named(state: str, found: int, wrong: str) -> None:
    [expected] = expectations([row(state)], NOW)
    assert breach(expected, found) == wrong


@pytest.mark.parametrize(
    ("age", "is_due"),
    [
        (timedelta(minutes=59), False),
        (timedelta(hours=1), True),
        (timedelta(hours=1, minutes=4), True),
        (timedelta(hours=1, minutes=5), False),
        (timedelta(hours=24), True),
        (timedelta(hours=30), False),
    ],
)
def test_count_when_a_doubt_is_an_hour_or_a_day_old_then_due_once(
    age: timedelta, is_due: bool
) -> None:
    due = due_after_doubt({"d": NOW - age}, NOW - timedelta(minutes=5), NOW)
    assert due == (["d"] if is_due else [])
