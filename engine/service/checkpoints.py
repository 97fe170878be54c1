"""How far each tenant's log had come, kept outside the database, and held against it.

A database that was restored from a backup, or whose standby took over before it had everything,
looks whole: only somebody else knows that there was more (reliability.md D4, D5, D17). An engine
that goes on with it would post again what it no longer knows of. So it notes, in a folder of its
own machine, how far each log has come, and ends when a log does not hold what was noted: at its
start, and every few seconds. A person looks and says `accept-log`.
"""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from engine.core.events import Event, NewEvent
from engine.errors import LogBehind, Misconfigured, NotFound, Transient
from engine.log.contract import Author, Head
from engine.service.foundation import Foundation

EVERY_S: Final = 5.0
STREAM: Final = "service/log"
_LARGEST: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was kept of a tenant's log, None if nothing, and what the log holds there now."""

    kept: Head | None
    head: Head
    hash_there: bytes

    @property
    def is_behind(self) -> bool:
        """Whether the log is not the one of which that was kept, or no longer."""
        return self.kept is not None and self.hash_there != self.kept.hash


class Checkpoints:
    """The folder of one machine; without one nothing is kept and nothing is found out."""

    def __init__(self, ground: Foundation) -> None:
        folder = ground.config.service.checkpoints
        self._ground = ground
        self._folder = Path(folder) if folder else None

    async def check(self) -> None:
        """Every tenant's log holds what was kept of it; else `LogBehind` says which does not.

        Raises `Misconfigured` when the folder cannot be used.
        """
        if self._folder is not None:
            for tenant in self._ground.config.tenants:
                await self._checked(tenant.name)

    async def run(self, stop: asyncio.Event) -> None:
        """What is committed is kept until `stop` is set; raises `LogBehind` as `check` does."""
        while self._folder is not None and not stop.is_set():
            with suppress(Transient):  # a database that does not answer is told of elsewhere
                await self.keep()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await stop.wait()

    async def keep(self) -> None:
        """The head of every log is kept, the very one that was checked; raises as `check` does."""
        for tenant in self._ground.config.tenants:
            found = await self._checked(tenant.name)
            if found.kept != found.head:
                await self._keep(tenant.name, found.head)

    async def found(self, tenant: str) -> Found:
        """What was kept of the tenant's log and what is there."""
        kept = await self._kept(tenant)
        log = self._ground.log
        head = await log.head(tenant)
        if kept is not None and kept.position == 0:
            return Found(kept=kept, head=head, hash_there=kept.hash)
        if kept is None or kept.position == head.position:
            return Found(kept=kept, head=head, hash_there=head.hash)
        there = await log.read(tenant, kept.position - 1, limit=1, until=kept.position)
        return Found(kept=kept, head=head, hash_there=there[0].hash if there else b"")

    async def accept(self, tenant: str, *, reason: str, author: Author) -> Event:
        """The log as it is now is the one to go on with; a person says so, for ever in the log.

        Raises `NotFound` when the log is not behind what was kept of it.
        """
        found = await self.found(tenant)
        if found.kept is None or not found.is_behind:
            raise NotFound(f"the log of {tenant} holds all that this machine kept of it")
        said = NewEvent(
            stream=STREAM,
            type="LogBehindCheckpoint",
            body={
                "kept_position": found.kept.position,
                "kept_hash": found.kept.hash.hex(),
                "head_position": found.head.position,
                "head_hash": found.head.hash.hex(),
                "reason": reason,
            },
        )
        [event] = await self._ground.log.append(tenant, [said], author=author)
        await self._keep(tenant, Head(position=event.position, hash=event.hash))
        return event

    async def _checked(self, tenant: str) -> Found:
        found = await self.found(tenant)
        if found.is_behind:
            raise LogBehind(_said(tenant, found))
        return found

    async def _kept(self, tenant: str) -> Head | None:
        if self._folder is None:
            return None
        return await asyncio.to_thread(_read, self._folder / f"{tenant}.json")

    async def _keep(self, tenant: str, head: Head) -> None:
        if self._folder is not None:
            await asyncio.to_thread(_write, self._folder / f"{tenant}.json", head)


def _said(tenant: str, found: Found) -> str:
    assert found.kept is not None
    there = (
        f"ends at {found.head.position}"
        if found.head.position < found.kept.position
        else "holds another event there"
    )
    return (
        f"the log of {tenant} had come to event {found.kept.position}, and {there}: the database "
        "was restored to an older state, or another one took over before it had everything. "
        "SYSPRO may hold documents that this log does not know of. Bring back the newer database; "
        "where that cannot be, hold SYSPRO against the log and say accept-log"
    )


def _read(path: Path) -> Head | None:
    try:
        with path.open("rb") as file:
            body = orjson.loads(file.read(_LARGEST))
        return Head(position=int(body["position"]), hash=bytes.fromhex(body["hash"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"service.checkpoints: {path} cannot be read ({error})") from error


def _write(path: Path, head: Head) -> None:
    """The file is whole, old or new, whenever the machine loses power."""
    body = orjson.dumps({"position": head.position, "hash": head.hash.hex()})
    beside = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise Misconfigured(f"service.checkpoints: {path} cannot be written ({error})") from error
