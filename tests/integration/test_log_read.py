"""Reading: pages, streams, last events, waiting, upcasting; and the indexes that carry it."""

import asyncio
import json

import pytest
from log_events import AUTHOR, change

from engine.clock import SystemClock
from engine.core.canonical import JsonObject
from engine.core.events import NewEvent
from engine.db import Database, text
from engine.errors import Malformed
from engine.log import statements
from engine.log.store import PostgresLog
from engine.log.upcast import Upcaster

pytestmark = pytest.mark.both_stores


@pytest.fixture
def log(database: Database) -> PostgresLog:
    return PostgresLog(database, SystemClock())


async def test_read_when_paged_then_every_event_once(log: PostgresLog) -> None:
    await log.append("acme", [change(index) for index in range(10)], author=AUTHOR)

    assert [event.position for event in await log.read("acme", 0, limit=4)] == [1, 2, 3, 4]
    assert [event.position for event in await log.read("acme", 4, limit=4)] == [5, 6, 7, 8]
    assert [event.position for event in await log.read("acme", 4, until=6)] == [5, 6]
    assert list(await log.read("acme", 10)) == []


async def test_read_stream_when_after_a_version_then_the_rest_in_order(log: PostgresLog) -> None:
    await log.append("acme", [change("a"), change("b")] * 3, author=AUTHOR)

    stream = change("a").stream
    events = await log.read_stream("acme", stream, after_version=1)
    assert [(event.version, event.position) for event in events] == [(2, 3), (3, 5)]
    assert [e.version for e in await log.read_stream("acme", stream, limit=1)] == [1]


async def test_latest_when_some_streams_exist_then_their_last_events(log: PostgresLog) -> None:
    await log.append("acme", [change("a"), change("a"), change("b")], author=AUTHOR)

    names = [change(name).stream for name in ("a", "a", "nowhere")]
    assert {s: e.version for s, e in (await log.latest("acme", names)).items()} == {names[0]: 2}
    assert await log.latest("acme", []) == {}


async def test_latest_under_when_names_sort_oddly_then_exactly_the_prefix(
    log: PostgresLog,
) -> None:
    inside = ["p/", "p/10", "p/9", "p/A", "p/a", "p/ü", "p/-", "p/ z", "p/\U0001f600"]
    outside = ["p", "o/1", "q/1", "p0", "P/1", "p.x", "p-/"]
    events = [NewEvent(stream=name, type="T", body={}) for name in [*inside, *outside] * 2]
    await log.append("acme", events, author=AUTHOR)
    await log.append("other", [NewEvent(stream="p/x", type="T", body={})], author=AUTHOR)

    found = await log.latest_under("acme", "p/")
    assert list(found) == sorted(inside)
    assert {event.version for event in found.values()} == {2}
    assert len(await log.latest_under("acme", "")) == len(inside) + len(outside)


@pytest.mark.parametrize(
    "name",
    ["a'; DROP TABLE events; --", "a' OR '1'='1", "a%", "a_", "a\\", 'a"', "$1", "a') --"],
)
async def test_read_x16_when_a_name_looks_like_sql_then_it_is_a_name(
    log: PostgresLog, name: str
) -> None:
    event = NewEvent(stream=name, type="Example", body={})
    await log.append(name, [change("a")], author=AUTHOR)
    await log.append(name, [event], author=AUTHOR)
    assert [one.stream for one in await log.read_stream(name, name)] == [name]
    assert set(await log.latest_under(name, name)) == {name}
    assert (await log.head(name)).position == 2
    assert (await log.head("a")).position == 0


async def test_wait_when_position_is_there_then_at_once(log: PostgresLog) -> None:
    await log.append("acme", [change("a")], author=AUTHOR)
    assert await log.wait("acme", 0, timeout_s=60) == 1


async def test_wait_when_nothing_comes_then_the_head_after_the_timeout(log: PostgresLog) -> None:
    assert await log.wait("acme", 0, timeout_s=0.05) == 0


async def test_wait_when_appended_here_then_woken_without_polling(database: Database) -> None:
    log = PostgresLog(database, SystemClock(), poll_every_s=3600)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(log.wait("acme", 0, timeout_s=3600))
        other = group.create_task(log.wait("acme", 0, timeout_s=3600))
        await asyncio.sleep(0)
        await log.append("acme", [change("a")], author=AUTHOR)
    assert (waiting.result(), other.result()) == (1, 1)


async def test_wait_when_appended_by_another_service_then_found_by_polling(
    database: Database,
) -> None:
    here = PostgresLog(database, SystemClock(), poll_every_s=0.02)
    elsewhere = PostgresLog(database, SystemClock())
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(here.wait("acme", 1, timeout_s=20))
        await elsewhere.append("acme", [change("a"), change("b")], author=AUTHOR)
    assert waiting.result() == 2


def lift_total(body: JsonObject) -> JsonObject:
    return {"net": body["total"]}


def lift_net(body: JsonObject) -> JsonObject:
    return {"amounts": [body["net"]]}


GOLDEN = [
    (1, {"total": "12.30"}, {"amounts": ["12.30"]}),
    (2, {"net": "12.30"}, {"amounts": ["12.30"]}),
    (3, {"amounts": ["12.30"]}, {"amounts": ["12.30"]}),
]
"""One body of every version ever written of an example type, and what readers see."""


async def test_read_when_events_are_old_then_lifted_to_the_newest_schema(
    database: Database,
) -> None:
    steps = {("Example", 1): lift_total, ("Example", 2): lift_net}
    log = PostgresLog(database, SystemClock(), upcaster=Upcaster(steps=steps))
    events = [
        NewEvent(stream="s", type="Example", schema_version=version, body=body)
        for version, body, _ in GOLDEN
    ]
    appended = await log.append("acme", events, author=AUTHOR)

    seen = await log.read("acme", 0)
    assert [(event.schema_version, event.body) for event in seen] == [
        (3, newest) for _, _, newest in GOLDEN
    ]
    assert list(appended) == list(seen)
    assert (await log.latest_under("acme", "s"))["s"].body == GOLDEN[2][2]
    rows = await database.fetch("SELECT body FROM events ORDER BY position")
    assert [row["body"] for row in rows] == [
        json.dumps(body, separators=(",", ":")).encode() for _, body, _ in GOLDEN
    ]


@pytest.mark.only_postgres
async def test_read_when_a_body_is_not_ours_then_malformed_names_the_position(
    log: PostgresLog, database: Database
) -> None:
    await log.append("acme", [change("a"), change("b")], author=AUTHOR)
    await database.execute("ALTER TABLE events DISABLE TRIGGER USER")
    for body in (b"{", b"[1]"):
        await database.execute("UPDATE events SET body = $1 WHERE position = 2", body)
        with pytest.raises(Malformed, match="position 2"):
            await log.read("acme", 0)


@pytest.mark.only_postgres
@pytest.mark.parametrize(
    ("statement", "arguments", "index"),
    [
        (statements.READ, (5000, 6000), "events_pkey"),
        (statements.READ_STREAM, ("procurify/acme/bill/77", 0, 100), "events_version"),
        (statements.LATEST, (["procurify/acme/bill/77"],), "events_version"),
        (
            statements.LATEST_UNDER,
            ("procurify/acme/bill/77", "procurify/acme/bill/77\U0010ffff"),
            "events_version",
        ),
        (statements.VERSIONS, (["procurify/acme/bill/77"], 9000), "events_version"),
    ],
    ids=["read", "read_stream", "latest", "latest_under", "versions"],
)
async def test_hot_statements_when_explained_then_their_index_even_for_a_tenant_without_statistics(
    many: Database, statement: str, arguments: tuple[object, ...], index: str
) -> None:
    for tenant in ("acme", "too new for the statistics"):
        rows = await many.fetch(f"EXPLAIN {statement}", tenant, *arguments)
        plan = "\n".join(text(row, "QUERY PLAN") for row in rows)
        assert "Seq Scan" not in plan, plan
        assert f"{index} on events" in plan or f"Scan on {index}" in plan, plan
        if index == "events_version" and statement != statements.VERSIONS:
            assert "events_pkey" not in plan, plan
        if statement == statements.LATEST_UNDER:
            assert "(stream >= 'procurify/acme/bill/77'::text)" in plan, plan
            assert "(stream < 'procurify/acme/bill/77\U0010ffff'::text)" in plan, plan


@pytest.fixture
async def many(database: Database) -> Database:
    """A log of twenty thousand events, stuffed in without a chain."""
    await database.execute(
        """
        INSERT INTO events (tenant, position, event_id, stream, version, type, schema_version,
            body, salt, body_digest, actor, run_id, correlation, recorded_at, hash)
        SELECT 'acme', n, gen_random_uuid(), 'procurify/acme/bill/' || n % 5000, n / 5000 + 1,
            'BillChanged', 1, '{}', '', sha256(''), 'poller', 'run', '', now(), sha256('')
        FROM generate_series(1, 20000) AS n
        """
    )
    await database.execute("ANALYZE events")
    return database
