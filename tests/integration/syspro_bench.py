"""A sandbox SYSPRO, a session at it, and what a lane asks of it before and after a post."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sandbox_syspro_site import Site, open_site
from syspro_office import Office, office
from test_transport_sandbox import sent

from engine.core.commands import Payload
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.evidence import hindrances, read_back, sightings
from engine.syspro.objects.answers import Posted


@dataclass(kw_only=True)
class Bench:
    """A sandbox, an office at it, and the questions that a lane asks of it."""

    site: Site
    desk: Office

    async def sightings(self, payload: Payload) -> list[Sighting]:
        async with self.desk.keeper.exclusive() as session:
            return list(await sightings(Books(self.desk.transport, session.token), payload))

    async def differences(self, payload: Payload, key: str) -> tuple[str, ...]:
        return (await self.read_back(payload, key))[0]

    async def read_back(self, payload: Payload, key: str) -> tuple[tuple[str, ...], dict[str, int]]:
        async with self.desk.keeper.exclusive() as session:
            books = Books(self.desk.transport, session.token)
            found = await read_back(books, payload, key)
            return found.differences, dict(found.lines)

    async def hindrances(self, payload: Payload) -> list[str]:
        async with self.desk.keeper.exclusive() as session:
            return list(await hindrances(Books(self.desk.transport, session.token), payload))

    async def posted(self, payload: Payload) -> Posted:
        """The payload is in SYSPRO, which nothing forbade."""
        assert await self.hindrances(payload) == []
        answer = await sent(self.desk, payload)
        assert isinstance(answer, Posted), answer
        assert answer.warnings == ()
        return answer

    async def round_trip(self, payload: Payload) -> Posted:
        """Not there, then posted, then found under our key, equal, and read back equal."""
        assert await self.sightings(payload) == []
        answer = await self.posted(payload)
        found = await self.sightings(payload)
        assert [(one.syspro_key, one.is_ours, one.is_equal) for one in found] == [
            (answer.key, True, True)
        ]
        assert await self.differences(payload, answer.key) == ()
        return answer


@asynccontextmanager
async def open_bench() -> AsyncIterator[Bench]:
    """A bench at a running sandbox."""
    async with open_site() as site, office(site) as desk:
        yield Bench(site=site, desk=desk)
