"""What a walk changes in the log: rows that are new or other than last seen, rows that vanished.

The state is the log itself, the last event of each row's stream, kept in memory while the lease
is held; each append names the versions it builds on, so that a stale memory is refused by the
log and thrown away here. Owns nothing else.
"""

import asyncio
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from engine.core.canonical import JsonObject, digest
from engine.core.events import Event, NewEvent
from engine.core.keys import syspro_stream
from engine.errors import EngineError
from engine.log.contract import Author, Fence, Log
from engine.syspro.poller_resources import Resource

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A row as the log last has it; no digest: it vanished (or its body is gone)."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The events of one walk and its counts."""

    events: Sequence[NewEvent]
    new: int
    changed: int
    unchanged: int
    vanished: int


class Holdings:
    """What the log knows of one kind of SYSPRO's rows, and the appends that keep it so."""

    def __init__(self, log: Log, tenant: str, company: str, resource: Resource) -> None:
        self._log = log
        self._tenant = tenant
        self._company = company
        self._resource = resource
        self._prefix = syspro_stream(company, resource.kind, "")
        self._seen: dict[str, Seen] | None = None

    def forget(self) -> None:
        """The next look reads the log again."""
        self._seen = None

    async def known(self) -> Container[str]:
        """The keys of the rows that the log holds and that have not vanished."""
        return {key for key, seen in (await self._load()).items() if seen.digest}

    async def changes(self, rows: Mapping[str, JsonObject], *, is_whole: bool) -> Changes:
        """What the rows change; rows not among them have vanished if the walk was whole."""
        seen = await self._load()
        events: list[NewEvent] = []
        new = changed = 0
        for position, (key, row) in enumerate(rows.items(), start=1):
            if position % BATCH == 0:
                await asyncio.sleep(0)
            fingerprint = digest(row)
            known = seen.get(key)
            if known is not None and known.digest == fingerprint:
                continue
            new += known is None
            changed += known is not None
            events.append(self._event("Changed", key, {"digest": fingerprint, "row": row}))
        gone = [key for key, known in seen.items() if is_whole and known.digest and key not in rows]
        events += [self._event("Vanished", key, {}) for key in gone]
        return Changes(
            events=events,
            new=new,
            changed=changed,
            unchanged=len(rows) - new - changed,
            vanished=len(gone),
        )

    async def append(
        self,
        changes: Changes,
        finished: NewEvent,
        *,
        author: Author,
        fence: Fence | None,
    ) -> None:
        """The changes are in the log, and `finished` in one transaction with the last of them."""
        seen = await self._load()
        pending = list(changes.events)
        try:
            while True:
                batch, pending = pending[:BATCH], pending[BATCH:]
                expected = {
                    event.stream: known.version if (known := seen.get(self._key(event))) else 0
                    for event in batch
                }
                if not pending:
                    batch.append(finished)
                appended = await self._log.append(
                    self._tenant, batch, author=author, expected=expected, fence=fence
                )
                self._note(seen, appended)
                if not pending:
                    return
        except EngineError:
            self.forget()
            raise

    async def _load(self) -> dict[str, Seen]:
        if self._seen is None:
            self._seen = {}
            try:
                latest = await self._log.latest_under(self._tenant, self._prefix)
            except EngineError:
                self._seen = None
                raise
            self._note(self._seen, list(latest.values()))
        return self._seen

    def _note(self, seen: dict[str, Seen], events: Sequence[Event]) -> None:
        for event in events:
            if event.stream.startswith(self._prefix):
                found = event.body.get("digest") if event.body else None
                seen[event.stream.removeprefix(self._prefix)] = Seen(
                    version=event.version, digest=found if isinstance(found, str) else ""
                )

    def _key(self, event: NewEvent) -> str:
        return event.stream.removeprefix(self._prefix)

    def _event(self, what: str, key: str, more: JsonObject) -> NewEvent:
        body = {"company": self._company, "kind": self._resource.kind, "key": key, **more}
        return NewEvent(
            stream=syspro_stream(self._company, self._resource.kind, key),
            type=f"{self._resource.event}{what}",
            body=body,
        )
