"""The outbox on a real PostgreSQL: order, deferrals, doubts, counts, the plan of its query."""

from datetime import timedelta

import pytest
from toy_projection import NOON, command_row

from engine.core.canonical import JsonObject, canonical
from engine.core.lifecycle import CommandState
from engine.core.projection import Address, Table
from engine.db import Database
from engine.derived.rows import Bundle, columns_of, write
from engine.outbox import Outbox

pytestmark = pytest.mark.both_stores


async def put(database: Database, *rows: JsonObject, tenant: str = "acme") -> None:
    bodies = {Address(table=Table.COMMANDS, key=str(row["key"])): row for row in rows}
    bundle = Bundle(
        bodies={address: canonical(row) for address, row in bodies.items()},
        columns={address: columns_of(address, row) for address, row in bodies.items()},
        needs={},
    )
    async with database.transaction() as connection:
        await write(connection, tenant, bundle)


def command(key: str, position: int, **fields: object) -> dict[str, object]:
    return {**command_row(key, f"purchase_order:toy/{key}", position=position), **fields}


def keys(rows: object) -> list[str]:
    assert isinstance(rows, list | tuple)
    return [row["key"] for row in rows]


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database, first_pause_s=8.0)


async def test_next_ready_when_stages_differ_then_suppliers_then_orders_then_invoices(
    database: Database, outbox: Outbox
) -> None:
    await put(
        database,
        command("invoice", 1, stage=2),
        command("order-b", 4),
        command("order-a", 4),
        command("early", 3),
        command("supplier", 9, stage=0),
        command("elsewhere", 1, company="EDU2"),
        command("sent", 1, state="verified"),
    )
    await put(database, command("foreign", 1), tenant="other")
    found = await outbox.next_ready("acme", "EDU1", 10, NOON)
    assert keys(found) == ["supplier", "early", "order-a", "order-b", "invoice"]
    assert keys(await outbox.next_ready("acme", "EDU1", 2, NOON)) == ["supplier", "early"]


async def test_next_ready_when_one_type_rests_then_the_others_are_not_kept_back(
    database: Database, outbox: Outbox
) -> None:
    orders = [command(f"order {number}", number) for number in range(1, 61)]
    late = command("deferred", 61, state="deferred", deferrals=1)
    await put(database, *orders, late, command("invoice", 62, type="invoice_add", stage=2))
    later = NOON + timedelta(hours=1)
    found = await outbox.next_ready(
        "acme", "EDU1", 50, later, resting=frozenset({"purchase_order_add"})
    )
    assert keys(found) == ["invoice"]
    assert len(await outbox.next_ready("acme", "EDU1", 50, later)) == 50


async def test_next_ready_when_deferred_then_only_after_its_pause(
    database: Database, outbox: Outbox
) -> None:
    row = command("late", 1, state="deferred", deferrals=3, reason="not_sent")
    await put(database, row, command("ready", 5))
    due_at = outbox.due_at(row)
    assert NOON <= due_at <= NOON + timedelta(seconds=32)
    before = await outbox.next_ready("acme", "EDU1", 10, due_at - timedelta(microseconds=1))
    assert keys(before) == ["ready"]
    assert keys(await outbox.next_ready("acme", "EDU1", 10, due_at)) == ["late", "ready"]


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=3650)])
async def test_next_ready_k10_when_a_clock_ahead_deferred_it_then_its_pause_counts_from_here(
    database: Database, outbox: Outbox, ahead: timedelta
) -> None:
    row = command("late", 1, state="deferred", deferrals=3, reason="not_sent")
    await put(database, row)
    pause = outbox.due_at(row) - NOON
    set_right = NOON - ahead

    assert await outbox.next_ready("acme", "EDU1", 10, set_right) == []
    just_before = set_right + pause - timedelta(microseconds=1)
    assert await outbox.next_ready("acme", "EDU1", 10, just_before) == []
    assert keys(await outbox.next_ready("acme", "EDU1", 10, set_right + pause)) == ["late"]


async def test_next_ready_when_syspro_contradicts_then_never(
    database: Database, outbox: Outbox
) -> None:
    await put(
        database, command("changed", 1, state="deferred", deferrals=1, reason="CHANGED_IN_SYSPRO")
    )
    later = NOON + timedelta(days=2)
    assert await outbox.next_ready("acme", "EDU1", 10, later) == []
    found = await outbox.in_state("acme", "EDU1", CommandState.DEFERRED)
    assert keys(found) == ["changed"]


def test_due_at_when_deferrals_grow_then_pauses_double_to_a_bound_and_differ_by_key(
    outbox: Outbox,
) -> None:
    for count in (1, 2, 5, 40):
        pauses = {
            (outbox.due_at(command(f"k{number}", 1, deferrals=count)) - NOON).total_seconds()
            for number in range(50)
        }
        longest_s = min(8.0 * 2 ** (count - 1), 1800.0)
        assert len(pauses) == 50
        assert max(pauses) <= longest_s
        assert max(pauses) > longest_s / 2
        assert min(pauses) < longest_s / 4


async def test_open_doubts_when_asked_then_intended_and_in_doubt(
    database: Database, outbox: Outbox
) -> None:
    await put(
        database,
        command("sending", 2, state="sending"),
        command("doubt", 1, state="in_doubt"),
        command("escalated", 1, state="escalated"),
        command("ready", 1),
    )
    assert keys(await outbox.open_doubts("acme", "EDU1")) == ["doubt", "sending"]
    assert await outbox.open_doubts("acme", "EDU2") == []


async def test_row_and_counts_when_asked_then_as_written(
    database: Database, outbox: Outbox
) -> None:
    row = command("one", 1)
    await put(database, row, command("two", 2), command("three", 3, state="verified"))
    assert await outbox.row("acme", "one") == row
    assert await outbox.row("acme", "none") is None
    assert await outbox.counts("acme") == {
        ("ready", "purchase_order_add"): 2,
        ("verified", "purchase_order_add"): 1,
    }


@pytest.mark.only_postgres
async def test_next_ready_when_explained_then_it_uses_its_index(database: Database) -> None:
    from engine import outbox as module

    await put(database, *(command(f"k{number}", number) for number in range(600)))
    await database.execute("ANALYZE commands")
    rows = await database.fetch(f"EXPLAIN {module.READY}", "acme", "EDU1", 5, [])
    plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    assert "commands_next" in plan
