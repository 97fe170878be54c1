"""The wire is cut at every chunk of an append, before and after: nothing lost, nothing twice."""

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from log_events import AUTHOR, change

from engine.clock import SystemClock
from engine.db import Database, PostgresDatabase
from engine.errors import StaleVersion, Transient
from engine.log.group import GroupCommit
from engine.log.store import PostgresLog
from engine.log.verify import verify
from engine.proof.kills.cutting_proxy import Cut, CuttingProxy

CHUNKS = 12


class HastyClock(SystemClock):
    """Does not wait between tries."""

    async def sleep(self, seconds: float) -> None:
        return None


@pytest.fixture
async def proxy(dsn: str) -> AsyncIterator[CuttingProxy]:
    async with CuttingProxy(dsn).running() as proxy:
        yield proxy


@pytest.mark.parametrize(
    "cut",
    [pytest.param("unsent", id="d01-unsent"), pytest.param("unanswered", id="d02-unanswered")],
)
async def test_append_when_cut_at_any_chunk_then_there_exactly_once(
    proxy: CuttingProxy, database: Database, cut: Cut
) -> None:
    async with PostgresDatabase.open(proxy.dsn) as cuttable:
        log = PostgresLog(cuttable, HastyClock())
        stream = change("a").stream
        appended = list(await log.append("acme", [change("a")], author=AUTHOR))
        cuts = 0
        for chunk in range(1, CHUNKS):
            proxy.cut_at(chunk, cut)
            appended += await log.append(
                "acme", [change("a")], author=AUTHOR, expected={stream: len(appended)}
            )
            cuts += proxy.cuts
        proxy.cut_at(0, cut)
        assert cuts >= 5
        assert list(await log.read("acme", 0)) == appended
        with pytest.raises(StaleVersion):
            await log.append("acme", [change("a")], author=AUTHOR, expected={stream: 1})
    assert (await verify(database, "acme")).positions == CHUNKS


async def test_append_d06_when_the_disk_is_full_then_nothing_half_and_the_next_goes_on(
    database: Database,
) -> None:
    log = PostgresLog(database, HastyClock())
    [first] = await log.append("acme", [change("a")], author=AUTHOR)
    await database.execute(
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "USING ERRCODE = 'disk_full', MESSAGE = 'could not extend file'; END $$"
    )
    await database.execute(
        "CREATE TRIGGER no_space BEFORE INSERT ON events "
        "FOR EACH ROW WHEN (NEW.position = 3) EXECUTE FUNCTION no_space()"
    )
    try:
        with pytest.raises(Transient, match="could not extend file"):
            await log.append("acme", [change("b"), change("c")], author=AUTHOR)
        assert (await log.head("acme")).position == first.position
        assert list(await log.read("acme", 0)) == [first]
    finally:
        await database.execute("DROP FUNCTION no_space CASCADE")
    later = await log.append("acme", [change("b"), change("c")], author=AUTHOR)
    assert [event.position for event in later] == [2, 3]
    assert (await verify(database, "acme")).is_whole


async def test_group_when_cut_at_any_chunk_then_everybody_is_answered_once(
    proxy: CuttingProxy, database: Database
) -> None:
    async with PostgresDatabase.open(proxy.dsn) as cuttable:
        grouped = GroupCommit(PostgresLog(cuttable, HastyClock()))
        await grouped.append("acme", [change("a")], author=AUTHOR)
        for chunk in range(1, CHUNKS):
            proxy.cut_at(chunk, "unanswered")
            [event] = await grouped.append("acme", [change("a")], author=AUTHOR)
            assert event.position == chunk + 1
    assert (await verify(database, "acme")).positions == CHUNKS


async def test_append_when_the_wire_is_always_cut_then_transient(proxy: CuttingProxy) -> None:
    async with PostgresDatabase.open(proxy.dsn) as cuttable:
        log = PostgresLog(cuttable, HastyClock())
        await log.head("acme")
        proxy.is_dead = True
        with pytest.raises(Transient):
            await log.append("acme", [change("a")], author=AUTHOR)
        proxy.is_dead = False
        assert (await log.head("acme")).position == 0


async def test_verify_when_the_wire_is_cut_at_any_chunk_then_transient_and_never_a_verdict(
    proxy: CuttingProxy, database: Database
) -> None:
    log = PostgresLog(database, SystemClock())
    await log.append("acme", [change(index) for index in range(6)], author=AUTHOR)
    async with PostgresDatabase.open(proxy.dsn) as cuttable:
        whole = await verify(cuttable, "acme", page=2)
        proxy.cut_at(cuts := 1, "unsent")
        with pytest.raises(Transient):
            await verify(cuttable, "acme", page=2)
        while proxy.cuts:
            proxy.cut_at(cuts := cuts + 1, "unsent")
            with suppress(Transient):
                assert await verify(cuttable, "acme", page=2) == whole
        assert cuts > 10
