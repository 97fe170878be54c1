"""A small planning projection and a seeded log for it: vendors, orders that wait for them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.clock import SystemClock
from engine.core.canonical import JsonObject, digest
from engine.core.events import Event, NewEvent
from engine.core.projection import Address, Changes, Overlay, Table, View
from engine.db import Database
from engine.leases import Leases
from engine.log.store import Author, PostgresLog
from engine.projector import Projector

AUTHOR = Author(actor="poller", run_id="run", correlation="test")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class ToyFold:
    changes: Changes
    documents: Sequence[str] = ()
    needs: Sequence[str] = ()


@dataclass
class ToyPlanning:
    """Orders need their vendor's fact; every planning of an order counts up in its row."""

    name: str = "toy"
    version: int = 1
    broken_at: int = 0
    is_asking_for_ever: bool = False
    seen: list[str] = field(default_factory=list)

    def fold(self, view: View, event: Event) -> ToyFold:
        body = event.body or {}
        identity = str(body.get("id"))
        overlay = Overlay(under=view)
        if event.position == self.broken_at:
            raise KeyError("no such field")
        if event.type == "PollFinished":
            overlay.put(Table.POLLS, "procurify/toy", {"at": event.recorded_at.isoformat()})
            return ToyFold(changes=overlay.changes)
        if event.type == "VendorChanged":
            fact = f"vendor:{identity}"
            before = view.get(Table.FACTS, fact)
            if before == body:
                return ToyFold(changes={})
            is_gone = body.get("name") == "gone"
            overlay.put(Table.FACTS, fact, None if is_gone else body)
            return ToyFold(changes=overlay.changes, needs=[fact])
        overlay.put(Table.FACTS, f"order:{identity}", body)
        return ToyFold(changes=overlay.changes, documents=[f"purchase_order:toy/{identity}"])

    def replan(self, view: View, document: str, event: Event) -> Changes:
        self.seen.append(f"{event.position} {document}")
        identity = document.rpartition("/")[2]
        order = view.get(Table.FACTS, f"order:{identity}") or {}
        need = f"vendor:{order.get('vendor')}"
        vendor = view.get(Table.FACTS, need)
        before = view.get(Table.DOCUMENTS, document)
        count = before.get("count") if before else 0
        assert isinstance(count, int)
        state = "ready" if vendor else "waiting"
        row = document_row(document, state=state, needs={need: digest(vendor)}, count=count + 1)
        overlay = Overlay(under=view)
        overlay.put(Table.DOCUMENTS, document, row)
        if vendor:
            key = digest([document])[:32]
            overlay.put(Table.COMMANDS, key, command_row(key, document, position=event.position))
        return overlay.changes

    def evolve(self, view: View, event: Event) -> Changes:
        raise AssertionError("the halves are used instead")


@dataclass
class ToyPlain:
    """A projection without halves: counts events by type."""

    name: str = "plain"
    version: int = 1

    def evolve(self, view: View, event: Event) -> Changes:
        before = view.get(Table.FACTS, event.type)
        count = before.get("count") if before else 0
        assert isinstance(count, int)
        return {Address(table=Table.FACTS, key=event.type): {"count": count + 1}}


def document_row(
    document: str, *, state: str, needs: JsonObject, count: int = 0
) -> dict[str, object]:
    return {
        "key": document,
        "kind": "purchase_order",
        "source_id": document.rpartition("/")[2],
        "number": f"PO-{document.rpartition('/')[2]}",
        "state": state,
        "reason": "" if state == "ready" else "VENDOR_UNKNOWN",
        "needs": needs,
        "count": count,
    }


def command_row(key: str, document: str, *, position: int) -> dict[str, object]:
    return {
        "key": key,
        "document": document,
        "company": "EDU1",
        "stage": 1,
        "type": "purchase_order_add",
        "state": "ready",
        "planned_position": position,
        "changed_at": NOON.isoformat(),
        "deferrals": 0,
        "reason": "",
    }


def vendor_event(identity: int, name: str) -> NewEvent:
    return NewEvent(
        stream=f"procurify/toy/vendor/{identity}",
        type="VendorChanged",
        body={"id": str(identity), "name": name},
    )


def order_event(identity: int, vendor: int, price: str = "1.50") -> NewEvent:
    return NewEvent(
        stream=f"procurify/toy/purchase_order/{identity}",
        type="PurchaseOrderChanged",
        body={"id": str(identity), "vendor": str(vendor), "price": price},
    )


def seeded_events(seed: int, count: int) -> list[NewEvent]:
    chance = random.Random(seed)
    events: list[NewEvent] = []
    for _ in range(count):
        die = chance.random()
        if die < 0.3:
            name = chance.choice(["Müller & Søn <Ltd>", "Acme", "gone"])
            events.append(vendor_event(chance.randrange(8), name))
        elif die < 0.95:
            events.append(order_event(chance.randrange(40), chance.randrange(8)))
        else:
            events.append(NewEvent(stream="poll/toy", type="PollFinished", body={"read": 1}))
    return events


class NoonClock(SystemClock):
    """Every event is recorded at the same instant, so that two logs can hold the same."""

    def now(self) -> datetime:
        return NOON


@dataclass
class World:
    """A database with a log, leases and projectors for it."""

    database: Database

    def __post_init__(self) -> None:
        self.clock = NoonClock()
        self.log = PostgresLog(self.database, self.clock, poll_every_s=0.02)
        self.leases = Leases(self.database, self.clock, "test", 5.0)

    async def append(self, tenant: str, events: Sequence[NewEvent]) -> None:
        for start in range(0, len(events), 200):
            await self.log.append(tenant, events[start : start + 200], author=AUTHOR)

    def projector(self, tenant: str, projection: object = None, **settings: object) -> Projector:
        return Projector(
            self.database,
            self.log,
            self.leases,
            projection or ToyPlanning(),
            tenant=tenant,
            clock=self.clock,
            **settings,
        )

    async def dump(self, tenant: str) -> list[tuple[object, ...]]:
        """Every derived row of the tenant, in order, without the tenant's name."""
        found: list[tuple[object, ...]] = []
        for sql in DUMPS:
            rows = await self.database.fetch(sql, tenant)
            found += [(sql.split()[-8], *row.values()) for row in rows]
        return found


DUMPS = (
    "SELECT key, body FROM facts WHERE tenant = $1 ORDER BY key",
    "SELECT key, kind, source_id, number, state, reason, body FROM documents "
    "WHERE tenant = $1 ORDER BY key",
    "SELECT key, document, company, stage, type, state, planned_position, body FROM commands "
    "WHERE tenant = $1 ORDER BY key",
    "SELECT key, body FROM polls WHERE tenant = $1 ORDER BY key",
    "SELECT need, document FROM needs WHERE tenant = $1 ORDER BY need, document",
)
