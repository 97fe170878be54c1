"""Procurify's schema changes under us, one path at a time (reliability.md P17, exhaustive)."""

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from plan_documents import bill, bill_line, cost, line, order
from plan_world import ready_world

from engine.core.canonical import canonical, loads
from engine.procurify.models.drift import EXPECTED, drifts

BILL = "3cda5ef4ac1a401bb6619e4a5d87c10d"
Path = tuple[str | int, ...]
ORDER_BODY = order(1042, line())
BILL_BODY = bill(bill_line(), costs=[cost(code="6100")])
SCALARS: tuple[Any, ...] = ("soon", 7, True, {"id": 1}, [7])
UNKNOWN = 99
MAY_DIFFER = {
    "due_on",
    "terms_code",
    "comment_lines",
    "description",
    "notation",
    "item_id",
    "unit",
    "sku",
}
"""What of a payload rests on fields that Procurify may leave empty (procurify.md §10)."""


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*path, step)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, step))


def changed(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The body with another value at the path, or nothing there: `...`."""
    found = copy.deepcopy(body)
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return found


def mutations(body: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for path in paths(body):
        value: Any = body
        for step in path:
            value = value[step]
        if isinstance(path[-1], str):
            yield path, ...
        sort = type(value)
        others = [other for other in SCALARS if value is None or type(other) is not sort]
        if sort is int:
            others.append(UNKNOWN)
        yield from ((path, other) for other in others)


def steady(payload: Any) -> Any:
    """The payload less what may differ."""
    if isinstance(payload, dict):
        return {key: steady(item) for key, item in payload.items() if key not in MAY_DIFFER}
    return [steady(item) for item in payload] if isinstance(payload, list) else payload


@pytest.mark.parametrize(
    ("kind", "identity", "event", "body"),
    [
        ("purchase_order", "1042", "PurchaseOrderChanged", ORDER_BODY),
        ("bill", BILL, "BillChanged", BILL_BODY),
    ],
)
def test_document_when_its_schema_changes_anywhere_p17_then_held_or_sent_as_it_would_have_been(
    kind: str, identity: str, event: str, body: dict[str, Any]
) -> None:
    world = ready_world()
    world.source(event, kind, identity, body)
    sound = world.command(kind, identity)
    states = set()
    for path, value in mutations(body):
        world = ready_world()
        world.source(event, kind, identity, changed(body, path, value))
        state, reason = world.standing(kind, identity)
        states.add(state)
        if state == "ready" and path[-1] != "id":
            payload = world.command(kind, identity)["payload"]
            assert steady(payload) == steady(sound["payload"]), (path, value)
        elif state != "ready":
            assert state in {"held", "not_eligible", "waiting"} and reason, (path, value)
            assert world.commands() == []
    assert states == {"ready", "held", "not_eligible", "waiting"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("state",), UNKNOWN),
        (("order_items", 0, "status"), UNKNOWN),
        (("order_items", 0, "type"), UNKNOWN),
        (("order_items", 0, "receive_method"), UNKNOWN),
        (("order_items", 0, "id"), None),
    ],
)
def test_order_when_an_enumeration_has_a_new_value_p17_then_it_is_not_sent(
    path: Path, value: Any
) -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", changed(ORDER_BODY, path, value))
    assert world.standing("purchase_order", "1042") in (
        ("not_eligible", "NOT_READY"),
        ("held", "SOURCE_UNREADABLE"),
    )
    assert world.commands() == []


@pytest.mark.parametrize(("kind", "body"), [("purchase_order", ORDER_BODY), ("bill", BILL_BODY)])
def test_drift_when_any_field_that_is_read_is_otherwise_p17_then_its_path_is_named(
    kind: str, body: dict[str, Any]
) -> None:
    expected = EXPECTED[kind]
    assert drifts(kind, body) == []
    named = set()
    for path, value in mutations(body):
        name = "".join("[]" if isinstance(step, int) else f".{step}" for step in path)[1:]
        found = drifts(kind, changed(body, path, value))
        if name in expected and value is ...:
            assert found == [name]
        if name in expected and found:
            assert found == [name], (path, value)
            named.add(name)
        if name not in expected and not name.endswith("[]"):
            assert found == [], (path, value)
    assert named == set(expected)


def test_drift_when_fields_are_new_null_or_numbers_p17_then_none() -> None:
    body = {**ORDER_BODY, "new_field": {"a": [1]}, "pref_vendor": None, "freight": 12}
    body["total"] = loads(b"75.00")
    assert isinstance(body["total"], Decimal)
    assert drifts("purchase_order", body) == []
    kept = loads(canonical(body))
    assert isinstance(kept, dict)
    assert drifts("purchase_order", kept) == []
    assert drifts("currency", {}) == []
