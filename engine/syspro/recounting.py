"""Counts again what stands in SYSPRO under every key that was ever sent, and stops the line.

Each night, and an hour and a day after every doubt (reliability.md §4.4, the late-commit sweep), a
bounded number of documents a time, between the posts of the lane. A count that is wrong, twice, and
that no send since explains, is a `LineStopped`: nothing is posted to the company any more before a
person says so, and what may be paid twice is named to be held.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from engine.clock import Clock
from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event, NewEvent
from engine.core.planned import command_of
from engine.core.recount import OWED, Breach, Expected, breach, due_after_doubt, expectations
from engine.errors import EngineError, Fenced
from engine.syspro.books import Books
from engine.syspro.evidence import sightings
from engine.syspro.posting import Desk

LOOK_EVERY_S = 60.0
PAGE = 200
"""How many commands are looked at in one go."""
MOST_STOPS = 1000
_WORDS: Mapping[Breach, str] = {
    "FOUND_TWICE": "stands there {found} times under one key of ours",
    "LATE_COMMIT": "was settled as not there, and is there",
    "VANISHED": "was read back there, and is not there any more",
}


class Sent(Protocol):
    """Where the commands that were ever sent are read."""

    async def documents_after(
        self, tenant: str, company: str, after: str, limit: int
    ) -> tuple[Sequence[str], str]:
        """The documents of a page of commands by key; and the page's last key, "" at the end."""
        ...

    async def of_documents(
        self, tenant: str, company: str, documents: Sequence[str]
    ) -> Sequence[JsonObject]:
        """All commands of these documents to the company."""
        ...

    async def doubted(self, tenant: str, company: str) -> Mapping[str, datetime]:
        """When the posts to the company that were in doubt lately were so, by document."""
        ...


class Recounting:
    """The counting of one company, under its lane's lease; what it knows of before is the log's."""

    def __init__(self, desk: Desk, sent: Sent, clock: Clock, *, double_read_s: float) -> None:
        self._desk = desk
        self._sent = sent
        self._clock = clock
        self._double_read_s = double_read_s
        self._company = desk.transport.settings.company
        self._stream = f"recount/{self._company}"
        self._line = f"line/{self._company}"

    async def run(self, stop: asyncio.Event) -> None:
        """What is due is counted until `stop`; raises `Fenced` once the lane is another's."""
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await stop.wait()
                    return
            try:
                while not stop.is_set() and await self.look():
                    pass
            except Fenced:
                raise
            except EngineError as error:
                logging.getLogger(__name__).warning(
                    "company %s was not counted again: %s", self._company, error
                )

    async def look(self) -> bool:
        """One bounded go: what a doubt or the night makes due; whether the night has more."""
        log, tenant = self._desk.log, self._desk.tenant
        latest = await log.latest(tenant, [self._stream, "calendar"])
        before = _body(latest.get(self._stream))
        day = str(_body(latest.get("calendar")).get("day") or "")
        now = self._clock.now()
        doubted = await self._sent.doubted(tenant, self._company)
        due = due_after_doubt(doubted, _instant(before.get("counted_until"), now), now)
        after, walked_on = str(before.get("after") or ""), str(before.get("day") or "")
        is_night = bool(after) or walked_on != day
        if not due and not is_night and before:
            return False
        documents: Sequence[str] = due
        if is_night:
            page, after = await self._sent.documents_after(tenant, self._company, after, PAGE)
            documents = sorted({*due, *page})
            walked_on = walked_on if before.get("after") else day
        wrong = [await self._counted(one) for one in await self._expected(documents, now)]
        await self._tell(
            latest.get(self._stream),
            {
                "company": self._company,
                "day": walked_on,
                "after": after,
                "counted_until": now.isoformat(),
                "counted": len(wrong),
                "wrong": sum(wrong),
            },
        )
        return bool(after)

    async def _expected(self, documents: Sequence[str], now: datetime) -> Sequence[Expected]:
        if not documents:
            return []
        tenant = self._desk.tenant
        rows = await self._sent.of_documents(tenant, self._company, documents)
        return expectations(rows, now)

    async def _counted(self, expected: Expected) -> bool:
        """Whether the count is wrong; then the line is stopped, once for what was found."""
        found = await self._keys(expected)
        if not breach(expected, len(found)):
            return False
        await self._clock.sleep(self._double_read_s)
        again = await self._keys(expected)
        wrong = breach(expected, len(again))
        if not wrong or again != found or await self._has_moved(expected):
            return False
        await self._stop(expected, wrong, found)
        return True

    async def _keys(self, expected: Expected) -> Sequence[str]:
        """SYSPRO's keys of what stands under ours, sorted."""
        payload = command_of(expected.row).payload
        async with self._desk.keeper.exclusive() as session:
            books = Books(self._desk.transport, session.token)
            found = await sightings(books, payload)
        return sorted(sighting.syspro_key for sighting in found if sighting.is_ours)

    async def _has_moved(self, expected: Expected) -> bool:
        """Whether anything was sent or settled since the rows were read."""
        latest = await self._desk.log.latest(self._desk.tenant, list(expected.streams))
        now = {name: latest[name].version if name in latest else 0 for name in expected.streams}
        return now != expected.streams

    async def _stop(self, expected: Expected, wrong: Breach, found: Sequence[str]) -> None:
        """The line is stopped; what was told before, released since or not, is not told again."""
        log, tenant = self._desk.log, self._desk.tenant
        told = await log.read_stream(tenant, self._line, limit=MOST_STOPS)
        keys: JsonValue = list(found)
        this = (expected.external_key, wrong, list(found))
        if any(_signature(_body(event)) == this for event in told):
            return
        words = _WORDS[wrong].format(found=len(found))
        holds: JsonValue = [*dict.fromkeys(found)] if expected.type in OWED else []
        body: JsonObject = {
            "company": self._company,
            "cause": wrong,
            "document": expected.document,
            "type": expected.type,
            "external_key": expected.external_key,
            "least": expected.least,
            "most": expected.most,
            "found": keys,
            "hold_for_payment": holds,
            "text": f"{expected.document} {words} ({', '.join(found) or 'nothing'})",
        }
        event = NewEvent(stream=self._line, type="LineStopped", body=body)
        await log.append(tenant, [event], author=self._desk.author, fence=self._desk.fence)
        logging.getLogger(__name__).error(
            "posting to %s is stopped: %s", self._company, body["text"]
        )

    async def _tell(self, before: Event | None, body: JsonObject) -> None:
        await self._desk.log.append(
            self._desk.tenant,
            [NewEvent(stream=self._stream, type="RecountFinished", body=body)],
            author=self._desk.author,
            expected={self._stream: before.version if before is not None else 0},
            fence=self._desk.fence,
        )


def _body(event: Event | None) -> JsonObject:
    return event.body if event is not None and event.body is not None else {}


def _signature(body: JsonObject) -> tuple[JsonValue, JsonValue, list[JsonValue]]:
    """What was found wrong, so that it is told once."""
    return body.get("external_key"), body.get("cause"), list(_listed(body.get("found")))


def _instant(value: JsonValue, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else otherwise


def _listed(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list | tuple) else []
