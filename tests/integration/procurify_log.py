"""A real log and a peer with something to poll, shared by the poller's tests."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from procurify_peer import NOW, FakeClock, Peer, client_of, peer_up

from engine.core.events import Event
from engine.db import Database
from engine.log.contract import Fence
from engine.log.store import PostgresLog
from engine.procurify.client import ProcurifyClient
from engine.procurify.poller import ProcurifyPoller
from engine.procurify.resources import RESOURCES

TENANT = "acme-group"
ORDERS = "/api/v2/purchase_orders/purchased/all/"
VENDORS = "/api/v3/vendors/"
BILLS = "/api/v3/ap/bills/"
ITEMS = "/api/v3/order-items/"
RECEIPTS = "/api/v3/receipt/items/"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with peer_up() as up:
        for resource in RESOURCES:
            for listing in resource.listings:
                up.lists[listing.path] = []
        yield up


@pytest.fixture
def log(database: Database) -> PostgresLog:
    return PostgresLog(database, FakeClock())


def order(number: int, at: datetime = NOW - timedelta(hours=1), **changes: Any) -> dict[str, Any]:
    return {
        "procurify_PO": number,
        "version": 1,
        "last_modified": at.isoformat(),
        "total": "80.00",
        "pref_vendor": {"id": 118},
        **changes,
    }


def put(peer: Peer, *rows: dict[str, Any]) -> None:
    """The peer now holds these orders, with their details."""
    peer.lists[ORDERS] = list(rows)
    for row in rows:
        path = f"/api/v2/purchase_orders/{row['procurify_PO']}/"
        peer.details[path] = {**row, "order_items": []}


def bill(number: int, at: datetime) -> dict[str, Any]:
    return {"id": number, "uuid": f"{number:032x}", "last_modified_datetime": at.isoformat()}


def put_bills(peer: Peer, *rows: dict[str, Any]) -> None:
    """The peer now holds these bills, with their details."""
    peer.lists[BILLS] = list(rows)
    for row in rows:
        peer.details[f"/api/v2/ap/bills/{row['uuid']}/"] = row


def failing(peer: Peer, path: str, status: int, *, page: str | None = None) -> None:
    """From now on the path, or one page of it, answers with this status."""

    def fault(request: web.Request) -> web.Response | None:
        is_page = page is None or request.query.get("page", "1") == page
        return peer.reply({}, status=status) if request.path == path and is_page else None

    peer.faults.append(fault)


@asynccontextmanager
async def poller_of(
    log: Any, peer: Peer, *, clock: FakeClock | None = None, **changes: Any
) -> AsyncIterator[ProcurifyPoller]:
    used = clock or FakeClock()
    fence = changes.pop("fence", None)
    async with client_of(peer, clock=used, **changes) as client:
        yield poller_on(log, client, fence=fence)


def poller_on(
    log: Any, client: ProcurifyClient, *, fence: Fence | None = None, observer: Any = None
) -> ProcurifyPoller:
    return ProcurifyPoller(
        log=log,
        tenant=TENANT,
        clock=client.clock,
        chance=random.Random(7),
        fence=fence,
        settings=client.settings,
        client=client,
        run_id="run-1",
        observer=observer,
    )


async def events(log: PostgresLog, *types: str) -> Sequence[Event]:
    return [event for event in await log.read(TENANT, 0) if not types or event.type in types]


async def told(log: PostgresLog, *types: str) -> list[str]:
    """The streams of events of these types, in the log's order."""
    return [event.stream for event in await events(log, *types)]


def body(event: Event) -> dict[str, Any]:
    assert event.body is not None
    return dict(event.body)
