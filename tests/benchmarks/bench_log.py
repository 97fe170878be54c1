"""The log against the limits of the machine, both measured in the same run on the same table.

    python tests/benchmarks/bench_log.py postgresql://…/an_empty_database [rounds]

Prints events per second and the ratios of eventlog.md §5.7. The database is migrated and filled;
give it one that may be thrown away, on a server with fsync on.
"""

import asyncio
import secrets
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from engine.clock import SystemClock
from engine.core.canonical import JsonObject
from engine.core.events import NewEvent
from engine.db import Database, PostgresDatabase, migrate
from engine.log.contract import Author
from engine.log.group import GroupCommit
from engine.log.statements import APPEND
from engine.log.store import PostgresLog
from engine.log.verify import verify

AUTHOR = Author(actor="poller", run_id="bench", correlation="bench")
BATCH, BATCHES = 500, 32
CALLERS = 256

BODY: JsonObject = {
    "source": "acme",
    "kind": "purchase_order",
    "id": "1",
    "digest": "0" * 64,
    "document": {
        "currency": "USD",
        "lines": [
            {
                "id": index,
                "sku": f"SKU-{index:05d}",
                "name": "Ball bearing, sealed, 6204-2RS, box of ten",
                "quantity": "12.0000",
                "price": "84.9500",
                "account": {"id": 17, "code": "6100", "name": "Workshop supplies"},
            }
            for index in range(8)
        ],
    },
}


def event(number: int) -> NewEvent:
    """A purchase order that changed; five thousand of them, 1.5 kB each."""
    stream = f"procurify/acme/purchase_order/{number % 5000}"
    return NewEvent(stream=stream, type="PurchaseOrderChanged", body=BODY)


async def rate(count: int, work: Callable[[], Awaitable[object]]) -> float:
    """Events per second."""
    started = time.perf_counter()
    await work()
    return count / (time.perf_counter() - started)


async def limit_insert(database: Database, tenant: str, body: bytes) -> None:
    """The bare table: rows made beforehand, 500 a commit, no lock, no versions, no chain."""
    now = datetime.now(UTC)
    digest = bytes(32)
    for batch in range(BATCHES):
        positions = list(range(batch * BATCH + 1, (batch + 1) * BATCH + 1))
        same = [""] * BATCH
        await database.execute(
            APPEND,
            tenant,
            positions[-1],
            digest,
            now,
            positions,
            [uuid4() for _ in positions],
            [f"procurify/acme/purchase_order/{position % 5000}" for position in positions],
            [position // 5000 + 1 for position in positions],
            ["PurchaseOrderChanged"] * BATCH,
            [1] * BATCH,
            [body] * BATCH,
            [secrets.token_bytes(16) for _ in positions],
            [digest] * BATCH,
            ["poller"] * BATCH,
            same,
            same,
            [None] * BATCH,
            [digest] * BATCH,
        )


async def append_batches(log: PostgresLog, tenant: str) -> None:
    """Pages of a poller: 500 events an append."""
    for batch in range(BATCHES):
        events = [event(batch * BATCH + index) for index in range(BATCH)]
        await log.append(tenant, events, author=AUTHOR)


async def append_singly(log: GroupCommit, tenant: str, each: int) -> None:
    """Many callers, one event an append."""

    async def caller(number: int) -> None:
        for index in range(each):
            await log.append(tenant, [event(number * each + index)], author=AUTHOR)

    async with asyncio.TaskGroup() as group:
        for number in range(CALLERS):
            group.create_task(caller(number))


RAW = """
SELECT tenant, position, event_id, stream, version, type, schema_version, body, salt, body_digest,
    actor, run_id, correlation, causation, recorded_at, hash
FROM events WHERE tenant = $1 AND position > $2 AND position <= $2 + 5000 ORDER BY position
"""


async def read_raw(database: Database, tenant: str) -> None:
    """Keyset pages of 5,000 whole rows, nothing done with them."""
    position = 0
    while rows := await database.fetch(RAW, tenant, position):
        last = rows[-1]["position"]
        assert isinstance(last, int)
        position = last


async def read_events(log: PostgresLog, tenant: str) -> None:
    """Keyset pages of 5,000 events, bodies read."""
    position = 0
    while events := await log.read(tenant, position, limit=5000):
        position = events[-1].position


async def one_round(database: Database, number: int) -> dict[str, float]:
    """Every figure once."""
    log = PostgresLog(database, SystemClock())
    run = f"{uuid4()} {number}"
    [sample] = await log.append(f"sample {run}", [event(0)], author=AUTHOR)
    rows = await database.fetch("SELECT body FROM events WHERE tenant = $1", sample.tenant)
    body = rows[0]["body"]
    assert isinstance(body, bytes)
    bare, batched, grouped = (f"{name} {run}" for name in ("bare", "batched", "grouped"))
    each = 16
    total = BATCH * BATCHES
    await log.head(bare)
    figures = {
        "bytes a body": float(len(body)),
        "limit: unnest 500": await rate(total, lambda: limit_insert(database, bare, body)),
        "append 500": await rate(total, lambda: append_batches(log, batched)),
        "append 1, 256 callers": await rate(
            CALLERS * each, lambda: append_singly(GroupCommit(log), grouped, each)
        ),
    }
    await database.execute("VACUUM ANALYZE events")
    figures["limit: raw read"] = await rate(total, lambda: read_raw(database, batched))
    figures["read events"] = await rate(total, lambda: read_events(log, batched))
    figures["verify"] = await rate(total, lambda: verify(database, batched))
    return figures


async def main(dsn: str, rounds: int) -> Sequence[str]:
    """The report's lines: medians over the rounds, then the ratios with their targets."""
    await migrate(dsn)
    async with PostgresDatabase.open(dsn, command_timeout_s=120) as database:
        found = [await one_round(database, number) for number in range(rounds)]
    median = {name: statistics.median(one[name] for one in found) for name in found[0]}
    targets = (
        ("append 500", "limit: unnest 500", 0.6),
        ("append 1, 256 callers", "limit: unnest 500", 0.3),
        ("verify", "limit: raw read", 0.4),
    )
    return [f"{name:24} {value:10,.0f}" for name, value in median.items()] + [
        f"{name} / {limit} = {statistics.median(one[name] / one[limit] for one in found):.2f} "
        f"(target {target})"
        for name, limit, target in targets
    ]


if __name__ == "__main__":
    for line in asyncio.run(main(sys.argv[1], int((sys.argv[2:] or ["3"])[0]))):
        sys.stdout.write(line + "\n")
