"""The table of sessions: sealed tokens, and the lane's lease asserted in the same statement."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from engine.db import Database, octets
from engine.errors import Fenced
from engine.log.contract import Fence
from engine.syspro.session_store import PostgresSessions

pytestmark = pytest.mark.both_stores

TOKEN = "CANARY-TOKEN-12E6D0C3129AAC4D"


class Reversing:
    """A vault that anyone could open, but that is not the plain text."""

    async def seal(self, tenant: str, name: str, plain: bytes) -> bytes:
        return f"{tenant}/{name}/".encode() + plain[::-1]

    async def unseal(self, tenant: str, name: str, sealed: bytes) -> bytes:
        return sealed.removeprefix(f"{tenant}/{name}/".encode())[::-1]


@pytest.fixture
async def lane(database: Database) -> AsyncIterator[Fence]:
    await database.execute(
        "INSERT INTO leases (tenant, role, epoch, holder, expires_at) "
        "VALUES ('acme', 'lane:PROCSYNC', 3, 'me', now() + interval '1 hour')"
    )
    yield Fence(role="lane:PROCSYNC", epoch=3)


def store_of(database: Database, fence: Fence | None, tenant: str = "acme") -> PostgresSessions:
    return PostgresSessions(database, Reversing(), tenant, fence)


async def test_session_when_saved_then_sealed_and_found_until_revoked(
    database: Database, lane: Fence
) -> None:
    store = store_of(database, lane)
    session_id = await store.announce("EDU1", "PROCSYNC", 3)
    [announced] = await store.unrevoked("EDU1", "PROCSYNC")
    await store.save(session_id, 3, TOKEN)
    [saved] = await store.unrevoked("EDU1", "PROCSYNC")
    row = await database.fetchrow("SELECT sealed_token FROM sessions")
    assert row is not None
    await store.mark_revoked(session_id)

    assert announced.token is None
    assert (saved.session_id, saved.epoch, saved.token) == (session_id, 3, TOKEN)
    assert TOKEN.encode() not in octets(row, "sealed_token")
    assert TOKEN not in repr(saved)
    assert await store.unrevoked("EDU1", "PROCSYNC") == []


async def test_session_when_of_another_tenant_company_or_operator_then_unseen(
    database: Database, lane: Fence
) -> None:
    await store_of(database, lane).announce("EDU1", "PROCSYNC", 3)

    assert await store_of(database, None, "other").unrevoked("EDU1", "PROCSYNC") == []
    assert await store_of(database, lane).unrevoked("EDU2", "PROCSYNC") == []
    assert await store_of(database, lane).unrevoked("EDU1", "OTHER") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE leases SET epoch = 4",
        "UPDATE leases SET expires_at = now() - interval '1 second'",
        "DELETE FROM leases",
    ],
)
async def test_session_when_the_lease_is_gone_then_neither_announced_nor_saved(
    database: Database, lane: Fence, change: str
) -> None:
    store = store_of(database, lane)
    session_id = await store.announce("EDU1", "PROCSYNC", 3)
    await database.execute(change)

    with pytest.raises(Fenced):
        await store.save(session_id, 3, TOKEN)
    with pytest.raises(Fenced):
        await store.announce("EDU1", "PROCSYNC", 3)
    [left] = await store.unrevoked("EDU1", "PROCSYNC")
    assert left.token is None


async def test_session_when_revoked_or_unknown_then_not_saved(
    database: Database, lane: Fence
) -> None:
    store = store_of(database, lane)
    session_id = await store.announce("EDU1", "PROCSYNC", 3)
    await store.mark_revoked(session_id)

    for wrong in (session_id, uuid4()):
        with pytest.raises(Fenced):
            await store.save(wrong, 3, TOKEN)


async def test_session_when_there_is_no_fence_then_kept_all_the_same(database: Database) -> None:
    store = store_of(database, None)
    session_id = await store.announce("EDU1", "PROCSYNC", 0)
    await store.save(session_id, 0, TOKEN)

    assert [stored.token for stored in await store.unrevoked("EDU1", "PROCSYNC")] == [TOKEN]
