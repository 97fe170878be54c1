"""A log that does not hold what was kept of it ends the engine, at its start and while it runs."""

import asyncio
import tomllib
from pathlib import Path

import pytest
from config_texts import SANDBOX

from engine.clock import SystemClock
from engine.config import Config
from engine.core.events import NewEvent
from engine.db import Database, octets
from engine.errors import LogBehind, Misconfigured, NotFound
from engine.log.contract import Author
from engine.log.group import GroupCommit
from engine.log.store import PostgresLog
from engine.service import checkpoints
from engine.service.checkpoints import Checkpoints
from engine.service.foundation import Foundation

AUTHOR = Author(actor="service", run_id="run-1", correlation="run-1")
NOTE = NewEvent(stream="service", type="RunStarted", body={"name": "engine"})


def ground_of(database: Database, folder: Path | None) -> Foundation:
    """The common ground of an engine that keeps its checkpoints in that folder."""
    tree = tomllib.loads(SANDBOX)
    tree["service"]["checkpoints"] = str(folder or "")
    clock = SystemClock()
    return Foundation(
        config=Config.model_validate(tree),
        database=database,
        log=GroupCommit(PostgresLog(database, clock)),
        clock=clock,
        run_id="run-1",
    )


async def restored(database: Database, position: int) -> None:
    """The log ends at that position, whole, as a database does that is restored from a backup."""
    await database.execute("ALTER TABLE events DISABLE TRIGGER USER")
    row = await database.fetchrow("SELECT hash FROM events WHERE position = $1", position)
    assert row is not None
    await database.execute("DELETE FROM events WHERE position > $1", position)
    await database.execute(
        "UPDATE logs SET head_position = $1, head_hash = $2", position, octets(row, "hash")
    )


async def kept_then_restored(database: Database, folder: Path, position: int) -> Foundation:
    """The engine noted an event 3, and its database ends at that position by now."""
    ground = ground_of(database, folder)
    await ground.log.append("acme", [NOTE, NOTE, NOTE], author=AUTHOR)
    await Checkpoints(ground).keep()
    await restored(database, position)
    return ground


async def test_check_when_the_log_has_grown_since_then_well(
    database: Database, tmp_path: Path
) -> None:
    ground = ground_of(database, tmp_path / "kept")
    await Checkpoints(ground).check()
    await ground.log.append("acme", [NOTE, NOTE], author=AUTHOR)
    await Checkpoints(ground).keep()
    await Checkpoints(ground).check()
    await ground.log.append("acme", [NOTE], author=AUTHOR)
    await Checkpoints(ground).check()
    with pytest.raises(NotFound, match="holds all"):
        await Checkpoints(ground).accept("acme", reason="none", author=AUTHOR)


async def test_check_when_nothing_was_in_the_log_yet_then_any_log_holds_that(
    database: Database, tmp_path: Path
) -> None:
    ground = ground_of(database, tmp_path)
    await Checkpoints(ground).keep()
    await ground.log.append("acme", [NOTE], author=AUTHOR)
    await Checkpoints(ground).check()


async def test_keep_d04_when_the_database_is_an_older_one_by_then_then_what_was_kept_stays(
    database: Database, tmp_path: Path
) -> None:
    ground = await kept_then_restored(database, tmp_path, 1)
    with pytest.raises(LogBehind):
        await Checkpoints(ground).keep()
    with pytest.raises(LogBehind):
        await Checkpoints(ground).check()


async def test_check_d04_d17_when_the_database_is_an_older_one_then_refused_until_accepted(
    database: Database, tmp_path: Path
) -> None:
    ground = await kept_then_restored(database, tmp_path, 2)
    with pytest.raises(LogBehind, match="had come to event 3, and ends at 2"):
        await Checkpoints(ground).check()
    event = await Checkpoints(ground).accept("acme", reason="no newer one", author=AUTHOR)
    assert (event.position, event.type) == (3, "LogBehindCheckpoint")
    await Checkpoints(ground).check()


async def test_check_d05_when_another_event_stands_there_then_refused(
    database: Database, tmp_path: Path
) -> None:
    ground = await kept_then_restored(database, tmp_path, 2)
    await ground.log.append("acme", [NOTE, NOTE], author=AUTHOR)
    with pytest.raises(LogBehind, match="had come to event 3, and holds another event there"):
        await Checkpoints(ground).check()


async def test_run_d04_when_an_older_database_takes_over_meanwhile_then_the_engine_ends(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_S", 0.01)
    ground = ground_of(database, tmp_path)
    await ground.log.append("acme", [NOTE, NOTE, NOTE], author=AUTHOR)
    async with asyncio.timeout(20):
        with pytest.raises(ExceptionGroup) as ended:
            async with asyncio.TaskGroup() as group:
                group.create_task(Checkpoints(ground).run(asyncio.Event()))
                while not (tmp_path / "acme.json").exists():
                    await asyncio.sleep(0)
                await restored(database, 1)
    [error] = ended.value.exceptions
    assert isinstance(error, LogBehind)


async def test_run_when_no_folder_is_set_then_nothing_is_kept(database: Database) -> None:
    ground = ground_of(database, None)
    await Checkpoints(ground).run(asyncio.Event())
    assert (await Checkpoints(ground).found("acme")).kept is None


@pytest.mark.parametrize("text", ["", "{}", '{"position": 1, "hash": "xy"}', "[1]"])
async def test_check_when_what_was_kept_cannot_be_read_then_refused_with_the_file(
    database: Database, tmp_path: Path, text: str
) -> None:
    (tmp_path / "acme.json").write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match="cannot be read"):
        await Checkpoints(ground_of(database, tmp_path)).check()


async def test_keep_when_the_folder_cannot_be_made_then_refused(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(Misconfigured, match="cannot be written"):
        await Checkpoints(ground_of(database, tmp_path / "file" / "kept")).keep()
