"""A session store in memory, a clock that waits for nobody, and a keeper on a sandbox SYSPRO."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sandbox_syspro_site import Site
from syspro_wire import settings_for

from engine.syspro.gate import Gate
from engine.syspro.session import Change, Session, SessionKeeper
from engine.syspro.session_store import StoredSession
from engine.syspro.transport import Transport

SANDBOX_PASSWORD = "procsync"


class StillClock:
    """A clock that moves only when somebody sleeps on it."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 16, 9, tzinfo=UTC) + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds


@dataclass
class MemorySessions:
    """Rows as the table would hold them: id -> (operator, epoch, token, is revoked)."""

    rows: dict[UUID, tuple[str, int, str | None, bool]] = field(default_factory=dict)
    age_s: float = 3600.0
    failing: Exception | None = None

    async def announce(self, company: str, operator: str, epoch: int) -> UUID:
        session_id = uuid4()
        self.rows[session_id] = (operator, epoch, None, False)
        return session_id

    async def save(self, session_id: UUID, epoch: int, token: str) -> None:
        if self.failing is not None:
            raise self.failing
        self.rows[session_id] = (self.rows[session_id][0], epoch, token, False)

    async def unrevoked(self, company: str, operator: str) -> Sequence[StoredSession]:
        return [
            StoredSession(session_id=session_id, epoch=epoch, age_s=self.age_s, token=token)
            for session_id, (owner, epoch, token, is_revoked) in self.rows.items()
            if owner == operator and not is_revoked
        ]

    async def mark_revoked(self, session_id: UUID) -> None:
        operator, epoch, token, _ = self.rows[session_id]
        self.rows[session_id] = (operator, epoch, token, True)

    @property
    def live(self) -> int:
        """How many sessions are not known to be dead."""
        return sum(not is_revoked for *_, is_revoked in self.rows.values())


async def sandbox_password() -> str:
    return SANDBOX_PASSWORD


async def tag_of(token: bytes) -> str:
    """A stand-in for the vault's keyed tag."""
    return hashlib.sha256(b"key" + token).hexdigest()[:16]


@dataclass(kw_only=True)
class Office:
    """A keeper and what it works with; `told` lists what it said of its sessions."""

    keeper: SessionKeeper
    transport: Transport
    store: MemorySessions
    clock: StillClock
    told: list[str]


@asynccontextmanager
async def office(
    site: Site | str, store: MemorySessions | None = None, epoch: int = 1, **changes: object
) -> AsyncIterator[Office]:
    """A keeper for the sandbox's operator; its session is not closed afterwards."""
    url = site if isinstance(site, str) else f"{site.url}/SYSPROWCFService/Rest"
    given = {
        "operator_password": sandbox_password,
        "timeout_s": 10,
        "query_timeout_s": 10,
        "transport": "post" if isinstance(site, str) else "auto",
        "odata_url": f"{site if isinstance(site, str) else site.url}/SYSPRO8Odata/SYSPROOData/EDU1",
        **changes,
    }
    settings = settings_for(url, **given)
    told: list[str] = []

    async def note(change: Change, session: Session) -> None:
        told.append(change)

    used = store if store is not None else MemorySessions()
    clock = StillClock()
    async with Transport.open(settings, gate=Gate(0)) as transport:
        keeper = SessionKeeper(
            transport, used, tagger=tag_of, clock=clock, epoch=epoch, on_change=note
        )
        yield Office(keeper=keeper, transport=transport, store=used, clock=clock, told=told)
