"""The detached program that keeps one embedded PostgreSQL up for as long as it has users.

Owns the place's lock (all its life, inherited from whoever started it), the socket `users` in
the socket folder, and the server. A user is a connection on that socket: it is told one line
of JSON (`{"sockets": …}` or `{"error": …}`) once the server takes connections, and counts
until the connection ends, which the operating system sees to on any death of the user. The
first user comes as an inherited connection, so there is no moment without one.

Promises: the server stops (fast shutdown, so nothing is left to recover) a short grace after
the last user has gone; a throw-away place is removed then, and its last user's connection is
closed only when all is gone. A server that dies is started again while it has users. A server
that an earlier, killed supervisor left behind is adopted without a pause for its users. A user
that arrives while this supervisor is stopping is not answered, and starts the next one.

Started by `engine.embedded` as `python -m engine.embedded.supervisor`; not meant for people.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.embedded.account import named, own
from engine.embedded.cluster import Cluster, Postmaster, orphan_of
from engine.embedded.place import (
    USERS,
    Place,
    abandoned_beside,
    make_sockets,
    publish,
    remove_empty_base,
    try_lock,
)
from engine.errors import EngineError, Misconfigured

_LOOK_S = 0.5
_HEAR_S = 5.0
_STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))
_STOP_THROW_AWAY = _STOP[1:]
_QUICK_DEATH_S = 5.0
_QUICK_DEATHS = 3


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """One life: start or adopt the server, serve its users, stop it, clean up."""

    place: Place
    cluster: Cluster
    tmp: Path | None
    grace_s: float
    is_throw_away: bool
    _users: set[asyncio.StreamWriter] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: list[asyncio.StreamWriter] = field(default_factory=list)
    _answer: bytes = b""
    _is_told: bool = False
    _is_closing: bool = False

    async def run(self, first: socket.socket) -> None:
        """Return when the server has stopped and nothing of this supervisor is left."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._on_told)
        sockets = make_sockets(self.place, self.cluster.account, self.tmp)
        path = sockets / USERS
        path.unlink(missing_ok=True)
        listening = await asyncio.start_unix_server(self._serve, path=path)
        self.cluster.account.own(path)
        publish(self.place, sockets)
        async with asyncio.TaskGroup() as group:
            reader, writer = await asyncio.open_unix_connection(sock=first)
            self._users.add(writer)
            serving = group.create_task(self._serve(reader, writer))
            try:
                await self._live(sockets)
            except EngineError as error:
                sys.stderr.write(f"{error}\n")
            finally:
                self._is_closing = True
                listening.close()
                path.unlink(missing_ok=True)
                self._clean(sockets)
                serving.cancel()

    async def _live(self, sockets: Path) -> None:
        try:
            postmaster = await self._begin(sockets)
        except EngineError as error:
            self._say({"error": str(error)})
            await self._let_users_hear()
            return
        self._say({"sockets": str(postmaster.sockets)})
        deaths: list[float] = []
        while await self._has_users():
            if postmaster.is_alive():
                continue
            deaths = [at for at in deaths if time.monotonic() - at < _QUICK_DEATH_S]
            deaths.append(time.monotonic())
            if len(deaths) >= _QUICK_DEATHS:
                raise Misconfigured(f"PostgreSQL in {self.place.folder} dies again and again")
            postmaster = await self.cluster.adopt() or await self.cluster.start(sockets)
        self._is_closing = True
        for number, patience_s in _STOP_THROW_AWAY if self.is_throw_away else _STOP:
            postmaster.send(number)
            if await postmaster.is_gone_within(patience_s):
                return

    async def _begin(self, sockets: Path) -> Postmaster:
        try:
            if not self.cluster.exists():
                await asyncio.to_thread(self.cluster.create)
            return await self.cluster.adopt() or await self.cluster.start(sockets)
        except OSError as error:
            raise Misconfigured(
                f"PostgreSQL could not be started in {self.place.folder}: {error}"
            ) from error

    async def _has_users(self) -> bool:
        """Wait for a change, half a second at most; False once the server has to stop."""
        self._changed.clear()
        wait_s = _LOOK_S if self._users else self.grace_s
        if not self._is_told:
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                return bool(self._users)
        return not self._is_told

    async def _let_users_hear(self) -> None:
        """Wait until every user has read its answer and left, five seconds at most."""
        try:
            async with asyncio.timeout(_HEAR_S):
                while self._users:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Count the connection as a user until its other end is closed."""
        if self._is_closing:
            writer.close()
            return
        self._users.add(writer)
        self._changed.set()
        try:
            await self._answered.wait()
            writer.write(self._answer)
            while await reader.read(64):
                pass
        except ConnectionError:
            pass
        finally:
            is_last = self._users == {writer}
            self._users.discard(writer)
            self._changed.set()
            if is_last and self.is_throw_away:
                self._waiting.append(writer)
            else:
                writer.close()

    def _say(self, answer: dict[str, str]) -> None:
        self._answer = json.dumps(answer).encode() + b"\n"
        self._answered.set()

    def _on_told(self) -> None:
        self._is_told = True
        self._changed.set()

    def _clean(self, sockets: Path) -> None:
        if self.is_throw_away or not sockets.is_relative_to(self.place.folder):
            self.place.address.unlink(missing_ok=True)
            shutil.rmtree(sockets, ignore_errors=True)
        if self.is_throw_away:
            shutil.rmtree(self.place.folder, ignore_errors=True)
        sweep(self.place)


def sweep(place: Place) -> None:
    """Remove what killed supervisors left beside `place`, servers included, if nobody uses it.

    Only in our own folder of the temporary directory; a lasting server's place counts as left
    only when the folder that it belongs to has gone.
    """
    for left in abandoned_beside(place):
        lock = try_lock(left)
        if lock is None:
            continue
        orphan = orphan_of(left.cluster)
        if orphan is not None:
            orphan.send(signal.SIGQUIT)
        shutil.rmtree(left.folder, ignore_errors=True)
        os.close(lock)
    remove_empty_base(place)


def main(argv: Sequence[str] | None = None) -> None:
    """Go to the background at once and supervise there; the caller's child ends with 0."""
    parser = argparse.ArgumentParser(prog="engine.embedded.supervisor")
    parser.add_argument("--place", type=Path, required=True)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--account", default="", help="lent account; empty: our own")
    parser.add_argument("--tmp", type=Path)
    parser.add_argument("--grace-s", type=float, required=True)
    parser.add_argument("--lock", type=int, required=True, help="descriptor, held locked")
    parser.add_argument("--first", type=int, required=True, help="descriptor, the first user")
    parser.add_argument("--throw-away", action="store_true")
    parser.add_argument("--not-durable", action="store_true")
    chosen = parser.parse_args(argv)
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    account = named(chosen.account) if chosen.account else own()
    if account is None:
        raise SystemExit(f"no account {chosen.account}")
    place = Place(folder=chosen.place)
    supervisor = Supervisor(
        place=place,
        cluster=Cluster(
            folder=place.cluster,
            account=account,
            programs=chosen.programs,
            log=place.server_log,
            is_durable=not chosen.not_durable,
        ),
        tmp=chosen.tmp,
        grace_s=chosen.grace_s,
        is_throw_away=chosen.throw_away,
    )
    asyncio.run(supervisor.run(socket.socket(fileno=chosen.first)))


if __name__ == "__main__":
    main()
