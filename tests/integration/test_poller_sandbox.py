"""The poller against the sandbox's Procurify: everything it holds is in the log, once, exactly."""

import random
from typing import Any

from procurify_log import TENANT, body, events, log
from procurify_peer import settings_for
from sandbox_procurify_site import ANCHOR, SECRET, open_site

from engine.clock import SystemClock
from engine.core.canonical import canonical, loads
from engine.log.store import PostgresLog
from engine.procurify.client import ProcurifyClient
from engine.procurify.poller import ProcurifyPoller, ping

__all__ = ["log"]

SINCE = ANCHOR.replace(month=8, day=1)


async def test_poll_when_the_sandbox_is_read_whole_then_every_document_once_and_exact(
    log: PostgresLog,
) -> None:
    clock, chance = SystemClock(), random.Random(7)
    async with open_site(seed=3, documents=60) as site:
        settings = settings_for(
            site.origin,
            client_id="client",
            client_secret=SECRET,
            since=SINCE,
            payment_methods=True,
        )
        async with ProcurifyClient(settings, clock=clock, chance=chance) as client:
            poller = ProcurifyPoller(
                log=log,
                tenant=TENANT,
                clock=clock,
                chance=chance,
                fence=None,
                settings=settings,
                client=client,
                run_id="run-1",
            )
            for _ in range(2):
                for name in poller.resources:
                    outcome = await poller.poll_once(name)
                    assert (outcome.cause, outcome.text) == ("", "")
                    assert outcome.tally.unreadable == 0
            assert outcome.tally.new == outcome.tally.changed == 0
            assert "purchase orders" in await ping(client)
        orders = await site.rows("/api/v2/purchase_orders/purchased/all/")
        bills = await site.rows("/api/v3/ap/bills/")
        vendors = await site.rows("/api/v3/vendors/")
        details = {
            str(row["procurify_PO"]): (
                await site.get(f"/api/v2/purchase_orders/{row['procurify_PO']}/")
            )["data"]
            for row in orders
        }
    read = await documents(log, "PurchaseOrderChanged")
    assert {key: loads(canonical(value)) for key, value in details.items()} == read
    uuids = {row["uuid"].replace("-", "") for row in bills}
    assert uuids == set(await documents(log, "BillChanged"))
    assert {str(row["id"]) for row in vendors} == set(await documents(log, "VendorChanged"))
    assert await events(log, "PollBroken", "DocumentUnreadable", "VendorVanished") == []
    finished = [body(event) for event in await events(log, "PollFinished")]
    assert [each["drift"] for each in finished if "drift" in each] == []


async def documents(log: PostgresLog, event_type: str) -> dict[str, Any]:
    """The documents of these events by id; no id twice."""
    found: dict[str, Any] = {}
    after = 0
    while batch := await log.read(TENANT, after):
        after = batch[-1].position
        for event in batch:
            if event.type == event_type:
                content = body(event)
                assert content["id"] not in found
                found[content["id"]] = content["document"]
    return found
