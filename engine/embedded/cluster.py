"""One PostgreSQL cluster: made whole or not at all, started, found again, judged alive.

Owns the data directory. A cluster is made beside its final name and renamed when complete, so
a cut-short `initdb` is simply done again. A lasting cluster is flushed to the disk before it
is first used and runs with PostgreSQL's own durability settings; one that need not be durable
runs without any flush, and loses nothing by any death but the machine's (commits still wait
for their write: `synchronous_commit=off` would lose the last ones with the server).

The caller holds the place's lock: nobody else starts or makes this cluster meanwhile.
"""

import asyncio
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.embedded.account import ENVIRONMENT, Account
from engine.embedded.place import open_ours
from engine.errors import Misconfigured, TimedOut

SUPERUSER = "postgres"
DATABASE = "engine"
PORT = 5432

_INITDB_S = 120.0
_READY_S = 120.0
_LOOK_S = 0.02
_LOG_BYTES = 10_000_000
_SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "max_wal_size=256MB",
    "log_timezone=UTC",
    "timezone=UTC",
)
_NOT_DURABLE = ("fsync=off", "full_page_writes=off")
_PASSING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What `postmaster.pid` says: the server's id, its socket folder, and how far it is."""

    pid: int
    sockets: Path
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """A running server: our own child, or one that a dead supervisor left behind."""

    cluster: Path
    pid: int
    sockets: Path
    child: "subprocess.Popen[bytes] | None"

    def is_alive(self) -> bool:
        """Say whether the server still runs; a dead child is reaped."""
        if self.child is not None:
            return self.child.poll() is None
        return _is_postmaster(self.pid, self.cluster)

    def send(self, number: int) -> None:
        """Send the signal `number`; a server that has just gone is fine."""
        if self.is_alive():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    async def is_gone_within(self, patience_s: float) -> bool:
        """Return True as soon as the server has gone, False after `patience_s` seconds."""
        try:
            async with asyncio.timeout(patience_s):
                while self.is_alive():
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """How to make and start the cluster in `folder`; says nothing of whether it runs."""

    folder: Path
    account: Account
    programs: Path
    log: Path
    is_durable: bool

    def exists(self) -> bool:
        """Say whether the cluster was made, completely."""
        return (self.folder / "PG_VERSION").is_file()

    def create(self) -> None:
        """Make the cluster with its database `engine`; Misconfigured with initdb's words."""
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        try:
            self._run(
                self.programs / "initdb",
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                "--no-locale",
                "--encoding=UTF8",
                "--auth=trust",
                "--wal-segsize=1",
                "--no-sync",
            )
            words = [word for setting in _NOT_DURABLE for word in ("-c", setting)]
            self._run(
                self.programs / "postgres",
                *("--single", *words, "-D", str(draft), "postgres"),
                stdin=f"CREATE DATABASE {DATABASE}\n",
            )
            if self.is_durable:
                self._run(self.programs / "initdb", "--sync-only", f"--pgdata={draft}")
            draft.replace(self.folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    async def adopt(self) -> Postmaster | None:
        """Return the ready server that a dead supervisor left behind, None if there is none.

        A `postmaster.pid` whose number is by now another program's is removed: PostgreSQL
        would take that program for a server and refuse to start.
        """
        orphan = orphan_of(self.folder)
        if orphan is not None:
            return orphan if await self._is_ready(orphan) else None
        seen = _sighting(self.folder)
        if seen is not None and _is_somebody(seen.pid):
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
        return None

    async def start(self, sockets: Path) -> Postmaster:
        """Start the server on `sockets` and return it once it takes connections.

        Nobody else's socket can lie in that folder, so a killed server's is removed first: its
        number may by now be another program's, which PostgreSQL would take for a server.
        Raises Misconfigured with the tail of the server's log, TimedOut after two minutes.
        """
        words = [word for setting in self._settings() for word in ("-c", setting)]
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (sockets / name).unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        ends_at_s = loop.time() + _READY_S
        while True:
            skip_bytes = self.log.stat().st_size if self.log.exists() else 0
            child = self._spawn(sockets, words)
            born = Postmaster(cluster=self.folder, pid=child.pid, sockets=sockets, child=child)
            try:
                if await self._is_ready(born):
                    return born
            except BaseException:
                child.kill()
                child.wait()
                raise
            tail = log_tail(self.log, skip_bytes)
            if loop.time() > ends_at_s or not any(text in tail for text in _PASSING):
                raise Misconfigured(f"PostgreSQL did not start in {self.folder}: {tail}")
            await asyncio.sleep(_LOOK_S * 5)

    def _spawn(self, sockets: Path, words: list[str]) -> "subprocess.Popen[bytes]":
        with open(self.log, "ab", opener=open_ours) as log:
            return subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder, "-k", sockets, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                user=self.account.switch_user,
                group=self.account.switch_group,
                extra_groups=self.account.switch_groups,
            )

    async def _is_ready(self, postmaster: Postmaster) -> bool:
        """Return True once the server takes connections, False once it has gone."""
        try:
            async with asyncio.timeout(_READY_S):
                while postmaster.is_alive():
                    seen = _sighting(self.folder)
                    if seen and seen.pid == postmaster.pid and seen.status == "ready":
                        return True
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError as error:
            raise TimedOut(
                f"PostgreSQL in {self.folder} was not ready after {_READY_S:.0f} s: "
                f"{log_tail(self.log, 0)}"
            ) from error
        return False

    def _settings(self) -> tuple[str, ...]:
        return (f"port={PORT}", *_SETTINGS, *(() if self.is_durable else _NOT_DURABLE))

    def _run(self, *argv: str | Path, stdin: str = "") -> None:
        name = Path(argv[0]).name
        try:
            answer = self.account.run(*argv, stdin=stdin, timeout_s=_INITDB_S)
        except (OSError, subprocess.SubprocessError) as error:
            raise Misconfigured(f"{name} did not run for {self.folder}: {error}") from error
        if answer.returncode:
            said = answer.stdout[-2000:].strip()
            raise Misconfigured(f"{name} failed for {self.folder}: {said}")


def orphan_of(cluster: Path) -> Postmaster | None:
    """Return the server that runs on `cluster` as somebody else's child, None if none does."""
    seen = _sighting(cluster)
    if seen is None or not _is_postmaster(seen.pid, cluster):
        return None
    return Postmaster(cluster=cluster, pid=seen.pid, sockets=seen.sockets, child=None)


def log_tail(log: Path, skip_bytes: int) -> str:
    """Return the last lines (at most 2000 characters) of `log` after `skip_bytes`."""
    try:
        with log.open("rb") as file:
            file.seek(skip_bytes)
            return file.read()[-2000:].decode("utf-8", "replace").strip() or "(log is empty)"
    except OSError as error:
        return f"(no log: {error.strerror})"


def _sighting(cluster: Path) -> Sighting | None:
    """Return what the cluster's `postmaster.pid` says, None without a readable one."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        status = lines[7].strip() if len(lines) > 7 else "starting"
        return Sighting(pid=int(lines[0]), sockets=Path(lines[4].strip()), status=status)
    except (OSError, ValueError, IndexError):
        return None


def _is_somebody(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postmaster(pid: int, cluster: Path) -> bool:
    """Say whether `pid` is a server on `cluster`: a server stands in its cluster folder."""
    if Path("/proc/self/cwd").is_symlink():
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve()
        except OSError:
            return False
    try:
        words = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=_INITDB_S,
            check=False,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    return "postgres" in words and str(cluster) in words
