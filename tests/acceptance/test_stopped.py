"""Stopped by a person, or bereft of its database: the engine goes on where it stood."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine_site import Site, assert_right, opened, proxied, unkilled
from site_config import impatient
from wire_proxy import Rule

from engine.db import Database

SOME = 4


async def accepted(site: Site) -> int:
    return len(await site.events("PostAccepted"))


async def test_run_k04_when_stopped_then_the_operator_is_logged_off_and_a_restart_goes_on() -> None:
    wanted = await unkilled("auto")
    async with proxied(edit=impatient) as (site, proxy):
        for number, text in enumerate(("PostLD PORTOI", "PostLD APSTIN"), 1):
            underway = proxy.add(Rule(text=text, stage="answered", is_harmless=True))
            engine = await site.engine()
            await site.hit(underway)
            engine.send(signal.SIGTERM)
            underway.go.set()
            assert await engine.ended() == 0, engine.words()[-3000:]
            assert len(await site.events("RunStarted")) == number
            assert len(await site.events("RunStopped")) == number
            opened_tags = await tags(site, "SessionOpened")
            assert opened_tags and opened_tags == await tags(site, "SessionRevoked")
        await site.engine()
        await site.settled()

        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted
        assert await site.events("SessionLost", "PostInDoubt") == []


async def tags(site: Site, kind: str) -> list[object]:
    return [event.body["session_tag"] for event in await site.events(kind) if event.body]


async def test_run_d03_d07_when_its_database_is_killed_then_it_goes_on_by_itself() -> None:
    wanted = await unkilled("auto")
    async with opened(edit=impatient) as site:
        engine = await site.engine()
        for many in (SOME, 2 * SOME):

            async def is_further(many: int = many) -> bool:
                return await accepted(site) >= many

            await site.until(is_further)
            os.kill(postmaster(site.folder), signal.SIGKILL)
        await site.settled()

        assert engine.is_running
        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted


async def test_run_d06_when_the_disk_is_full_then_nothing_is_sent_and_it_goes_on() -> None:
    wanted = await unkilled("auto")
    async with opened(edit=impatient) as site:
        engine = await site.engine()

        async def is_begun() -> bool:
            return await accepted(site) >= SOME

        await site.until(is_begun)
        async with no_space(site.ground.database):
            head = await site.head()
            seen: list[int] = []
            for many in (3, 6):

                async def complains(many: int = many) -> bool:
                    return engine.words().count("could not extend file") >= many

                await site.until(complains)
                seen.append(sum("Post" in one["path"] for one in await site.requests()))
            assert seen[0] == seen[1]
            assert await site.head() == head
        await site.settled()

        assert engine.is_running
        assert_right(await site.oracle(), await site.status())
        assert await site.ledger() == wanted


@asynccontextmanager
async def no_space(database: Database) -> AsyncIterator[None]:
    """No event finds room on the disk until the block ends."""
    await database.execute(
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "USING ERRCODE = 'disk_full', MESSAGE = 'could not extend file'; END $$"
    )
    await database.execute(
        "CREATE TRIGGER no_space BEFORE INSERT ON events EXECUTE FUNCTION no_space()"
    )
    try:
        yield
    finally:
        await database.execute("DROP FUNCTION no_space CASCADE")


def postmaster(folder: Path) -> int:
    """The id of the PostgreSQL server below the folder, from the file that it writes."""
    (found,) = folder.rglob("postmaster.pid")
    return int(found.read_text("utf-8").split("\n", 1)[0])
