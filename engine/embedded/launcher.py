"""The PostgreSQL beside us: a server in a folder, up for as long as somebody uses it.

    async with embedded.server(folder) as server:
        await asyncpg.connect(server.dsn())

With a folder the data stay in it; without one the server is thrown away at the end, folder and
all. Any number of programs may use one folder at once: the first starts a detached supervisor
(`supervisor`), the others attach to it, and it stops the server when the last has
gone, however it went. Should the supervisor be killed, each user notices and the first one
starts another, which adopts the running server: connections and addresses stay good.

Owns no table. Runs on Linux and macOS, as root too (`account`). Reads no environment:
`programs` is the setting PG_BIN, `tmp` overrides the temporary directory; the child programs
see an environment of their own. A lasting server stays for `grace_s` seconds after its last
user, so that a program which follows another finds it up; the first user's settings count.
"""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from engine.embedded.account import Account
from engine.embedded.cluster import DATABASE, PORT, SUPERUSER, log_tail
from engine.embedded.place import (
    USERS,
    Place,
    of_folder,
    open_ours,
    remove_empty_base,
    sockets_of,
    throw_away,
    try_lock,
)
from engine.embedded.programs import find
from engine.errors import EngineError, Misconfigured, TimedOut

_log = logging.getLogger(__name__)

_ATTACH_S = 150.0
_SPAWN_S = 30.0
_LOOK_S = 0.05
_HEAR_S = 0.5
_SILENT_DEATHS = 3
_GONE_S = 30.0


class Server:
    """A use of the server in a folder: between `open` and `close` it takes connections.

    Safe to call from any thread; `open` blocks for seconds when the server has to be made, so
    async code goes through `server`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        programs: str | Path | None = None,
        *,
        tmp: Path | None = None,
        is_durable: bool = True,
        grace_s: float = 1.0,
    ) -> None:
        self._folder = folder
        self._grace_s = grace_s
        self._programs = programs
        self._tmp = tmp
        self._is_durable = is_durable
        self._closed = threading.Event()
        self._switch = threading.Lock()
        self._place: Place | None = None
        self._account: Account | None = None
        self._sockets = Path()
        self._link: socket.socket | None = None
        self._watch: threading.Thread | None = None

    @property
    def folder(self) -> Path:
        """The folder that holds the cluster and the logs."""
        return self._opened()[0].folder

    def dsn(self, database: str = DATABASE) -> str:
        """Return the address of `database` for asyncpg; it stays good until `close`."""
        self._opened()
        host = quote(str(self._sockets), safe="/")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def open(self) -> None:
        """Return once the server takes connections and this use is counted.

        Raises Misconfigured (no programs, no account, unusable folder, PostgreSQL's own words)
        or TimedOut after 150 s. After `close` from another thread the use is given back.
        """
        if self._folder is None:
            self._place, self._account = throw_away(self._tmp)
        else:
            self._place, self._account = of_folder(self._folder, self._tmp)
        try:
            link = self._attach()
        except BaseException:
            if self._folder is None:
                shutil.rmtree(self._place.folder, ignore_errors=True)
                remove_empty_base(self._place)
            raise
        with self._switch:
            if self._closed.is_set():
                link.close()
                return
            self._link = link
            self._watch = threading.Thread(target=self._keep, daemon=True, name="embedded")
            self._watch.start()

    def close(self) -> None:
        """Give this use back; the throw-away server and its folder are gone on return."""
        with self._switch:
            self._closed.set()
            link, watch = self._link, self._watch
        if link is None or watch is None:
            return
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_WR if self._folder is None else socket.SHUT_RDWR)
        watch.join(_GONE_S)
        link.close()

    def _opened(self) -> tuple[Place, Account]:
        if self._place is None or self._account is None:
            raise Misconfigured("The embedded server is not open.")
        return self._place, self._account

    def _keep(self) -> None:
        """Attach again whenever the supervisor goes while this use lasts."""
        while True:
            with self._switch:
                link = self._link
            if link is None:
                return
            _wait_for_end(link)
            if self._closed.is_set():
                return
            try:
                fresh = self._attach()
            except EngineError as error:
                if not self._closed.is_set():
                    _log.error("the embedded PostgreSQL is gone and stays away: %s", error)
                return
            link.close()
            with self._switch:
                self._link = None if self._closed.is_set() else fresh
            if self._closed.is_set():
                fresh.close()

    def _attach(self) -> socket.socket:
        """Return a connection to a supervisor whose server takes connections."""
        place, _ = self._opened()
        ends_at_s = time.monotonic() + _ATTACH_S
        silent_deaths = 0
        while not self._closed.is_set() and time.monotonic() < ends_at_s:
            link = _connect(place)
            is_first = link is None
            try:
                link = link or self._start()
            except OSError as error:
                raise Misconfigured(
                    f"The database folder {place.folder} cannot be used: {error}. "
                    "Name another folder, or set DATABASE_URL to a running server."
                ) from error
            answer = self._hear(link, ends_at_s) if link else None
            if link and answer:
                return self._accept(link, answer)
            silent_deaths += 1 if link and is_first else 0
            if silent_deaths >= _SILENT_DEATHS:
                said = log_tail(place.supervisor_log, 0)
                raise Misconfigured(f"The supervisor of {place.folder} does not live: {said}")
            time.sleep(_LOOK_S)
        raise TimedOut(
            f"The embedded PostgreSQL in {place.folder} did not come up within "
            f"{_ATTACH_S:.0f} s: {log_tail(place.server_log, 0)}"
        )

    def _hear(self, link: socket.socket, ends_at_s: float) -> dict[str, str] | None:
        """Return the supervisor's line, None (and the link closed) if it went or we are late."""
        line = b""
        link.settimeout(_HEAR_S)
        while not line.endswith(b"\n"):
            try:
                part = link.recv(4096)
            except TimeoutError:
                if not self._closed.is_set() and time.monotonic() < ends_at_s:
                    continue
                part = b""
            except OSError:
                part = b""
            if not part:
                link.close()
                return None
            line += part
        link.settimeout(None)
        answer: dict[str, str] = json.loads(line)
        return answer

    def _accept(self, link: socket.socket, answer: dict[str, str]) -> socket.socket:
        if "error" in answer:
            link.close()
            raise Misconfigured(answer["error"])
        self._sockets = Path(answer["sockets"])
        return link

    def _start(self) -> socket.socket | None:
        """Return the connection to a supervisor just started, None while another one lives."""
        place, account = self._opened()
        lock = try_lock(place)
        if lock is None:
            return None
        ours, theirs = socket.socketpair()
        try:
            major = place.cluster_major()
            programs = find(self._programs, account, copies=place.copies, cluster_major=major)
            words = [f"--place={place.folder}", f"--programs={programs.folder}"]
            words += [f"--lock={lock}", f"--first={theirs.fileno()}"]
            words += ["--throw-away", "--grace-s=0"] if self._folder is None else []
            words += [f"--grace-s={self._grace_s}"] if self._folder is not None else []
            words += [f"--tmp={self._tmp}"] if self._tmp else []
            words += [] if account.is_own else [f"--account={account.name}"]
            words += [] if self._is_durable else ["--not-durable"]
            _spawn(place, words, (lock, theirs.fileno()))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(lock)
        return ours


@contextlib.asynccontextmanager
async def server(
    folder: Path | None = None,
    programs: str | Path | None = None,
    *,
    tmp: Path | None = None,
    is_durable: bool = True,
    grace_s: float = 1.0,
) -> AsyncIterator[Server]:
    """Keep a server up in `folder` (None: a throw-away one) for the body of `async with`.

    Raises what `Server.open` raises. A cancelled wait gives the server back by itself.
    """
    used = Server(folder, programs, tmp=tmp, is_durable=is_durable, grace_s=grace_s)
    try:
        await asyncio.to_thread(used.open)
        yield used
    finally:
        await asyncio.to_thread(used.close)


def wait_until_gone(folder: Path, within_s: float = _GONE_S) -> bool:
    """Whether nobody keeps a server up in `folder` any more; blocks for `within_s` at most.

    Only then may the folder be removed: a server that stops still writes.
    """
    if not folder.exists():
        return True
    place, _ = of_folder(folder, None)
    ends_at_s = time.monotonic() + within_s
    while (lock := try_lock(place)) is None:
        if time.monotonic() >= ends_at_s:
            return False
        time.sleep(_LOOK_S)
    os.close(lock)
    return True


def _connect(place: Place) -> socket.socket | None:
    """Return a connection to the supervisor of `place`, None where nobody listens."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sockets = sockets_of(place)
        if sockets is not None:
            link.settimeout(_HEAR_S)
            link.connect(str(sockets / USERS))
            return link
    except PermissionError as error:
        link.close()
        raise Misconfigured(
            f"The database folder {place.folder} is in use by another account ({error}). "
            "Run as that account, or set DATABASE_URL to a running server."
        ) from error
    except OSError:
        pass  # it has gone, or is not there yet
    link.close()
    return None


def _wait_for_end(link: socket.socket) -> None:
    """Return once the other end is closed; nothing more is ever said on a link."""
    with contextlib.suppress(OSError):
        while link.recv(64):
            pass


def _spawn(place: Place, words: list[str], descriptors: tuple[int, ...]) -> None:
    """Start a supervisor that outlives us; one that dies at once is noticed on its link.

    `-E -s` and the folder that this package was imported from: it runs the same code whatever
    PYTHONPATH or PYTHONSAFEPATH say.
    """
    program = [sys.executable, "-E", "-s", "-m", "engine.embedded.supervisor", *words]
    with open(place.supervisor_log, "wb", opener=open_ours) as log:
        try:
            subprocess.run(
                program,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).resolve().parents[2],
                pass_fds=descriptors,
                timeout=_SPAWN_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TimedOut(f"The supervisor of {place.folder} did not start: {error}") from error
