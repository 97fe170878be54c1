"""The planning projection through the projector: the same rows as folded in memory, to the byte.

The story is told to the planning tests' small world, which folds it with `evolve` alone; its
events then go through the real log, projector and replay, in batches and slices of several sizes.
"""

from datetime import timedelta

import pytest
from plan_documents import bill, bill_line, line, order, vendor
from plan_world import START, TENANT, World, ready_world
from toy_projection import AUTHOR, NoonClock

from engine.core.events import NewEvent
from engine.core.projection import Address, Table
from engine.db import Database, octets, text
from engine.leases import Leases
from engine.log.store import PostgresLog
from engine.projector import Projector
from engine.replay import Replay
from projections import planning

TABLES = ("facts", "documents", "commands", "polls", "needs", "checkpoints")
SELECTS = {
    Table.FACTS: "SELECT key, body FROM facts",
    Table.DOCUMENTS: "SELECT key, body FROM documents",
    Table.COMMANDS: "SELECT key, body FROM commands",
    Table.POLLS: "SELECT key, body FROM polls",
}


class StoryClock(NoonClock):
    def __init__(self) -> None:
        self.at = START

    def now(self) -> object:
        return self.at


def story() -> World:
    """Orders and bills planned, posted, revised; a vendor that comes late; a mapping that moves."""
    world = ready_world()
    for number in range(1042, 1050):
        world.source("PurchaseOrderChanged", "purchase_order", str(number), order(number, line()))
    world.source("VendorChanged", "vendor", "200", vendor(200))
    for number in range(8):
        identity = f"{number:032x}"
        body = bill(bill_line(), id=identity, invoice_number=f"INV-{number % 7}")
        world.source("BillChanged", "bill", identity, body)
    world.post(world.command("purchase_order", "1042"), "000547", {"10421": 1})
    revised = order(1042, line(quantity=5, total_cost="62.50"))
    world.source("PurchaseOrderChanged", "purchase_order", "1042", revised)
    world.source("PurchaseOrderVanished", "purchase_order", "1043", None)
    world.intend(world.command("purchase_order", "1044"))
    world.mapping("account", "6100/Engineering", "6100-00")
    world.ledger("6100-00", held="Y")
    world.mapping("account", "6100", "9999-99")
    world.supplier("S00118", OnHold="Y")
    world.supplier("S00118")
    world.ledger("6100-00")
    return world


@pytest.fixture
async def told(database: Database) -> tuple[World, PostgresLog]:
    world, clock = story(), StoryClock()
    log = PostgresLog(database, clock)
    for event in world.events:
        clock.at = START + timedelta(seconds=event.position)
        assert event.body is not None
        new = NewEvent(stream=event.stream, type=event.type, body=event.body)
        [taken] = await log.append(TENANT, [new], author=AUTHOR)
        assert (taken.position, taken.version) == (event.position, event.version)
    return world, log


async def rows_in(database: Database) -> dict[Address, bytes]:
    return {
        Address(table=table, key=text(row, "key")): octets(row, "body")
        for table, sql in SELECTS.items()
        for row in await database.fetch(sql)
    }


async def test_rows_when_projected_in_any_batches_then_as_folded_in_memory(
    database: Database, told: tuple[World, PostgresLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, log = told
    assert {row["state"] for row in world.commands()} >= {"ready", "sending", "superseded"}
    clock = NoonClock()
    leases = Leases(database, clock, "test", 30.0)
    needs: list[list[tuple[object, ...]]] = []
    for batch, slice_ in ((1, 500), (7, 500), (1000, 500), (1000, 4)):
        monkeypatch.setattr("engine.derived.folding.SLICE", slice_)
        for table in TABLES:
            await database.execute(f"DELETE FROM {table}")
        projector = Projector(
            database, log, leases, planning(), tenant=TENANT, clock=clock, batch=batch
        )
        assert await projector.catch_up() == len(world.events)
        assert await rows_in(database) == world.rows
        found = await database.fetch("SELECT need, document FROM needs ORDER BY need, document")
        needs.append([tuple(row.values()) for row in found])
        verified = await Replay(database, log, planning()).verify(TENANT)
        assert verified.is_identical
        assert verified.rows == len(world.rows)
    assert needs[0]
    assert all(found == needs[0] for found in needs)
