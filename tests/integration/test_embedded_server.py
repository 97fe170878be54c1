"""The embedded server's life: started, shared, stopped, with nothing left and nothing lost."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from engine import embedded
from engine.embedded.place import Place, sockets_of, try_lock
from engine.errors import Misconfigured

DEADLINE_S = 60.0
ROOT = Path(__file__).resolve().parents[2]

USER = """
import sys
from pathlib import Path
from engine.embedded import Server
folder = Path(sys.argv[1]) if sys.argv[1] else None
server = Server(folder, is_durable=False, grace_s=0)
server.open()
print(server.folder, server.dsn(), sep="\\n", flush=True)
sys.stdin.read()
server.close()
"""


@contextlib.asynccontextmanager
async def other_user(
    folder: Path | None,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, Place, str]]:
    """Another program that uses the server of `folder` until its standard input is closed."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", USER, str(folder or "")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        async with asyncio.timeout(DEADLINE_S):
            place = (await child.stdout.readline()).decode().strip()
            dsn = (await child.stdout.readline()).decode().strip()
        assert place and dsn, "the other program could not start the server"
        yield child, Place(folder=Path(place)), dsn
    finally:
        child.stdin.close()
        async with asyncio.timeout(DEADLINE_S):
            await child.wait()


async def until_stopped(place: Place) -> None:
    """Return once the supervisor of `place` has dropped its lock, the last thing it does."""
    await until(lambda: is_free(place))


def is_free(place: Place) -> bool:
    descriptor = try_lock(place)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


async def until(is_so: Callable[[], bool]) -> None:
    """Return once `is_so` holds."""
    async with asyncio.timeout(DEADLINE_S):
        while not is_so():
            await asyncio.sleep(0.02)


async def answer_of(dsn: str, question: str = "SELECT 1") -> object:
    """What one fresh connection answers."""
    connection = await asyncpg.connect(dsn, timeout=DEADLINE_S)
    try:
        return await connection.fetchval(question, timeout=DEADLINE_S)
    finally:
        await connection.close(timeout=DEADLINE_S)


async def answer_when_back(dsn: str, question: str = "SELECT 1") -> object:
    """What the server answers once it takes connections again."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                return await answer_of(dsn, question)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def open_tmp(fast_tmp: Path) -> Iterator[Path]:
    """A short temporary directory that PostgreSQL's account can enter."""
    with tempfile.TemporaryDirectory(dir=fast_tmp) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module")
async def made(open_tmp: Path) -> Path:
    """A run folder with a cluster, stopped; made once because initdb takes a second."""
    folder = open_tmp / "made" / "pg"
    async with embedded.server(folder, is_durable=False, grace_s=0):
        pass
    await until_stopped(Place(folder=folder))
    return folder


@pytest.fixture
def folder(made: Path, open_tmp: Path) -> Path:
    """A run folder of the test's own with a cluster, used before."""
    parent = Path(tempfile.mkdtemp(dir=open_tmp))
    parent.chmod(0o711)
    subprocess.run(["cp", "-a", made, parent / "pg"], check=True, timeout=DEADLINE_S)
    parent.joinpath("pg", "address").unlink()
    return parent / "pg"


@pytest.fixture
def new_folder(tmp_path: Path) -> Iterator[Path]:
    """A run folder that does not exist yet, for root below a closed one."""
    yield tmp_path / "run" / "pg"
    for marker in tmp_path.rglob("place"):
        shutil.rmtree(marker.read_text().strip())
    shutil.rmtree(tmp_path)


def postmaster_of(place: Place) -> int:
    return int((place.cluster / "postmaster.pid").read_text().split()[0])


def supervisor_of(place: Place) -> int:
    """The supervisor of `place`, by its command line."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        words = read(path).split("\0")
        if "engine.embedded.supervisor" in words and f"--place={place.folder}" in words:
            return int(path.parent.name)
    raise AssertionError(f"{place.folder} has no supervisor")


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    """True for a process that runs, False for one that has ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_throw_away_server_when_closed_then_nothing_is_left() -> None:
    async with embedded.server(is_durable=False) as server:
        place = Place(folder=server.folder)
        pids = [postmaster_of(place), supervisor_of(place)]
        assert await answer_of(server.dsn(), "SELECT current_database()") == "engine"
        assert await answer_of(server.dsn("postgres"), "SHOW server_encoding") == "UTF8"
    assert not place.folder.exists()
    await until(lambda: not any(is_running(pid) for pid in pids))


async def test_throw_away_server_when_its_user_is_killed_then_nothing_is_left() -> None:
    async with other_user(None) as (child, place, dsn):
        pid = postmaster_of(place)
        assert await answer_of(dsn) == 1
        child.kill()
        await until(lambda: not place.folder.exists())
    assert not is_running(pid)


async def test_lasting_server_when_opened_again_then_its_rows_are_there(new_folder: Path) -> None:
    async with embedded.server(new_folder, grace_s=0) as server:
        place = Place(folder=server.folder)
        pid = postmaster_of(place)
        assert await answer_of(server.dsn(), "SHOW fsync") == "on"
        await answer_of(server.dsn(), "CREATE TABLE kept AS SELECT 7 AS n")
    await until_stopped(place)
    assert not is_running(pid)
    assert not (place.cluster / "postmaster.pid").exists()
    sockets = sockets_of(place)
    assert sockets is None or list(sockets.iterdir()) == []
    async with embedded.server(new_folder, grace_s=0) as server:
        assert await answer_of(server.dsn(), "SELECT n FROM kept") == 7
    await until_stopped(place)


async def test_lasting_server_when_waited_for_then_nothing_writes_any_more(
    new_folder: Path,
) -> None:
    async with embedded.server(new_folder, is_durable=False, grace_s=0) as server:
        pid = postmaster_of(Place(folder=server.folder))
        assert not await asyncio.to_thread(embedded.wait_until_gone, new_folder, 0)
    assert await asyncio.to_thread(embedded.wait_until_gone, new_folder, DEADLINE_S)
    assert not is_running(pid)
    assert embedded.wait_until_gone(new_folder / "nothing", 0)


async def test_lasting_server_when_the_next_user_comes_soon_then_it_finds_it_up(
    folder: Path,
) -> None:
    async with embedded.server(folder, is_durable=False) as server:
        pid = postmaster_of(Place(folder=folder))
    async with embedded.server(folder) as server:
        assert postmaster_of(Place(folder=server.folder)) == pid
    os.kill(supervisor_of(Place(folder=folder)), signal.SIGTERM)
    await until_stopped(Place(folder=folder))
    assert not is_running(pid)


async def test_lasting_server_when_two_programs_share_it_then_the_last_one_ends_it(
    folder: Path,
) -> None:
    async with other_user(folder) as (first, place, dsn):
        pid = postmaster_of(place)
        async with embedded.server(folder) as server:
            assert postmaster_of(place) == pid
            assert server.dsn() == dsn
            first.kill()
            await first.wait()
            assert await answer_of(server.dsn()) == 1
            assert is_running(pid)
    await until_stopped(place)
    assert not is_running(pid)


async def test_lasting_server_when_many_start_at_once_then_they_share_one(new_folder: Path) -> None:
    servers = [embedded.Server(new_folder, is_durable=False, grace_s=0) for _ in range(4)]
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        for server in servers:
            group.create_task(asyncio.to_thread(server.open))
    assert len({server.dsn() for server in servers}) == 1
    assert await answer_of(servers[0].dsn()) == 1
    for server in servers:
        server.close()
    await until_stopped(Place(folder=servers[0].folder))


async def test_lasting_server_when_attached_while_it_stops_then_it_comes_back(folder: Path) -> None:
    async with embedded.server(folder, is_durable=False) as server:
        supervisor = supervisor_of(Place(folder=server.folder))
    os.kill(supervisor, signal.SIGTERM)
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        assert await answer_of(server.dsn()) == 1
        assert supervisor_of(Place(folder=server.folder)) != supervisor
    await until_stopped(Place(folder=server.folder))


async def test_server_when_postgres_is_killed_then_it_runs_again_at_the_same_address(
    folder: Path,
) -> None:
    async with embedded.server(folder, grace_s=0) as server:
        place = Place(folder=server.folder)
        await answer_of(server.dsn(), "CREATE TABLE kept AS SELECT 7 AS n")
        pid = postmaster_of(place)
        os.kill(pid, signal.SIGKILL)
        assert await answer_when_back(server.dsn(), "SELECT n FROM kept") == 7
        assert postmaster_of(place) != pid
    await until_stopped(place)


async def test_server_when_its_supervisor_is_killed_then_connections_live_on(folder: Path) -> None:
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        place = Place(folder=server.folder)
        pid, supervisor = postmaster_of(place), supervisor_of(place)
        connection = await asyncpg.connect(server.dsn(), timeout=DEADLINE_S)
        os.kill(supervisor, signal.SIGKILL)
        await until(lambda: not is_running(supervisor))
        assert await connection.fetchval("SELECT 1", timeout=DEADLINE_S) == 1
        await connection.close(timeout=DEADLINE_S)
        async with embedded.server(folder, is_durable=False, grace_s=0) as second:
            assert second.dsn() == server.dsn()
            assert postmaster_of(place) == pid
    await until_stopped(place)
    assert not is_running(pid)


async def test_lasting_server_when_supervisor_and_postgres_are_killed_then_it_recovers(
    folder: Path,
) -> None:
    async with other_user(folder) as (child, place, dsn):
        await answer_of(dsn, "CREATE TABLE kept AS SELECT 7 AS n")
        pids = [child.pid, supervisor_of(place), postmaster_of(place)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        assert await answer_of(server.dsn(), "SELECT n FROM kept") == 7
    await until_stopped(place)


async def test_lasting_server_when_initdb_was_cut_short_then_it_is_done_again(folder: Path) -> None:
    shutil.rmtree(folder / "data")
    folder.joinpath("data.new").mkdir()
    folder.joinpath("data.new", "PG_VERSION").write_text("18\n")
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        place = Place(folder=server.folder)
        assert await answer_of(server.dsn()) == 1
    await until_stopped(place)
    assert not place.cluster.with_name("data.new").exists()


async def test_lasting_server_when_the_pid_file_names_another_program_then_it_starts(
    folder: Path,
) -> None:
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        place = Place(folder=server.folder)
    await until_stopped(place)
    lines = [str(os.getpid()), str(place.cluster), "0", "5432", "/nowhere", "", "0 0", "ready"]
    place.cluster.joinpath("postmaster.pid").write_text("\n".join(lines) + "\n")
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        assert await answer_of(server.dsn()) == 1
    await until_stopped(place)


async def test_lasting_server_when_the_path_is_long_then_its_sockets_lie_elsewhere(
    folder: Path,
) -> None:
    long = folder.with_name("long" * 20)
    os.rename(folder, long)
    async with embedded.server(long, is_durable=False, grace_s=0) as server:
        place = Place(folder=server.folder)
        sockets = sockets_of(place)
        assert sockets is not None
        assert len(str(sockets / ".s.PGSQL.5432")) <= 103
        assert await answer_of(server.dsn()) == 1
        assert sockets.stat().st_mode & 0o077 == 0
    await until_stopped(place)
    assert not sockets.exists()


async def test_server_when_postgres_cannot_start_then_the_error_holds_its_words(
    folder: Path,
) -> None:
    async with embedded.server(folder, is_durable=False, grace_s=0) as server:
        place = Place(folder=server.folder)
    await until_stopped(place)
    place.cluster.joinpath("postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(Misconfigured, match="no_such_setting"):
        async with embedded.server(folder, is_durable=False, grace_s=0):
            pass
    await until_stopped(place)


async def test_server_when_the_folder_is_a_file_then_the_error_names_it(folder: Path) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        async with embedded.server(Path(__file__) / folder.name):
            pass


async def test_server_when_the_body_fails_then_that_failure_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        async with embedded.server(is_durable=False) as server:
            place = Place(folder=server.folder)
            raise ZeroDivisionError
    assert not place.folder.exists()
