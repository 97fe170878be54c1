"""The tokens of e.net sessions, sealed, and which of them are known to be dead.

Owns the table `sessions`. A row is written before Logon is called (announced, no token yet) and
again before the token is used, so that no session that could post is ever unknown to the next
owner (reliability.md §4.4 t2, t4). Both writes assert the lane's lease in the same statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4

from engine.crossings import boundary
from engine.db import Connection, integer, octets, real
from engine.errors import Fenced, Malformed
from engine.log.contract import Fence

ANNOUNCE = """
INSERT INTO sessions (tenant, session_id, company, operator, epoch, sealed_token, opened_at)
SELECT $1, $2, $3, $4, $5, '\\x'::bytea, now() WHERE
    ($6::text = '' OR EXISTS (
        SELECT 1 FROM leases
        WHERE tenant = $1 AND role = $6 AND epoch = $5 AND expires_at > now()))
"""
SAVE = """
UPDATE sessions SET sealed_token = $3, epoch = $4, opened_at = now()
WHERE tenant = $1 AND session_id = $2 AND revoked_at IS NULL AND
    ($5::text = '' OR EXISTS (
        SELECT 1 FROM leases
        WHERE tenant = $1 AND role = $5 AND epoch = $4 AND expires_at > now()))
"""
UNREVOKED = """
SELECT session_id, epoch, sealed_token, extract(epoch FROM now() - opened_at)::float8 AS age_s
FROM sessions
WHERE tenant = $1 AND operator = $2 AND company = $3 AND revoked_at IS NULL
ORDER BY opened_at, session_id
"""
REVOKE = """
UPDATE sessions SET revoked_at = now()
WHERE tenant = $1 AND session_id = $2 AND revoked_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session that is not known to be dead; no token: its logon's reply was never kept.

    `age_s`: since it was announced, or had its token, by the database's clock.
    """

    session_id: UUID
    epoch: int
    age_s: float
    token: str | None = field(repr=False)


class SessionStore(Protocol):
    """Where sessions are kept between processes."""

    async def announce(self, company: str, operator: str, epoch: int) -> UUID:
        """It is durable that a logon is about to be made. Raises `Fenced`."""
        ...

    async def save(self, session_id: UUID, epoch: int, token: str) -> None:
        """The token is durable; it may be used from now on. Raises `Fenced`."""
        ...

    async def unrevoked(self, company: str, operator: str) -> Sequence[StoredSession]:
        """The sessions that may still be alive, oldest first."""
        ...

    async def mark_revoked(self, session_id: UUID) -> None:
        """It is durable that no request under this session is accepted any more."""
        ...


class Vault(Protocol):
    """What seals tokens."""

    async def seal(self, tenant: str, name: str, plain: bytes) -> bytes:
        """Bytes that another table may keep."""
        ...

    async def unseal(self, tenant: str, name: str, sealed: bytes) -> bytes:
        """What was sealed under this name."""
        ...


class PostgresSessions:
    """The session store in PostgreSQL. No fence: for one-off calls of a person (`ping`).

    `kept_under`: the company that the operator serves, under which all of its sessions are kept,
    also one that a probe opens in another; "" where there is no other.
    """

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        tenant: str,
        fence: Fence | None = None,
        *,
        kept_under: str = "",
    ) -> None:
        self._kept_under = kept_under
        self._connection = connection
        self._vault = vault
        self._tenant = tenant
        self._role = fence.role if fence is not None else ""

    async def announce(self, company: str, operator: str, epoch: int) -> UUID:
        """It is durable that a logon is about to be made."""
        session_id = uuid4()
        boundary("session.announce", "before")
        inserted = await self._connection.execute(
            ANNOUNCE,
            self._tenant,
            session_id,
            self._kept_under or company,
            operator,
            epoch,
            self._role,
        )
        boundary("session.announce", "after")
        if inserted != 1:
            raise Fenced(f"the lane of operator {operator} has another owner")
        return session_id

    async def save(self, session_id: UUID, epoch: int, token: str) -> None:
        """The token is durable, sealed."""
        sealed = await self._vault.seal(self._tenant, _name(session_id), token.encode())
        boundary("session.persist", "before")
        updated = await self._connection.execute(
            SAVE, self._tenant, session_id, sealed, epoch, self._role
        )
        boundary("session.persist", "after")
        if updated != 1:
            raise Fenced("the lane has another owner; the new session is not used")

    async def unrevoked(self, company: str, operator: str) -> Sequence[StoredSession]:
        """The sessions that may still be alive, oldest first."""
        kept = self._kept_under or company
        rows = await self._connection.fetch(UNREVOKED, self._tenant, operator, kept)
        found = []
        for row in rows:
            session_id = row["session_id"]
            if not isinstance(session_id, UUID):
                raise Malformed("a session row without an id")
            sealed = octets(row, "sealed_token")
            token = None
            if sealed:
                plain = await self._vault.unseal(self._tenant, _name(session_id), sealed)
                token = plain.decode()
            found.append(
                StoredSession(
                    session_id=session_id,
                    epoch=integer(row, "epoch"),
                    age_s=real(row, "age_s"),
                    token=token,
                )
            )
        return found

    async def mark_revoked(self, session_id: UUID) -> None:
        """The session's death is durable."""
        boundary("session.revoke", "before")
        await self._connection.execute(REVOKE, self._tenant, session_id)
        boundary("session.revoke", "after")


def _name(session_id: UUID) -> str:
    return f"session/{session_id}"
