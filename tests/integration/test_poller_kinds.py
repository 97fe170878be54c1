"""Resources with their own ways: snapshots, bills, sweeps, receipts, payments, wakes, run."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from procurify_log import (
    BILLS,
    ITEMS,
    ORDERS,
    RECEIPTS,
    TENANT,
    VENDORS,
    body,
    events,
    log,
    order,
    peer,
    poller_of,
    poller_on,
    put,
    told,
)
from procurify_peer import NOW, FakeClock, Peer, client_of

from engine.clock import SystemClock
from engine.errors import Fenced
from engine.log.contract import Fence
from engine.log.store import PostgresLog

__all__ = ["log", "peer"]

HEX = "3cda5ef4ac1a401bb6619e4a5d87c10d"
DASHED = "3cda5ef4-ac1a-401b-b661-9e4a5d87c10d"


def vendor(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": number, "name": f"Vendor {number}", "active": True, **changes}


async def test_vendors_when_one_leaves_the_list_then_vanished_and_when_back_changed(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[VENDORS] = [vendor(1), vendor(2)]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("vendors")
        peer.lists[VENDORS] = [vendor(2, overall_score="9.0")]
        gone = await poller.poll_once("vendors")
        peer.lists[VENDORS] = [vendor(1), vendor(2)]
        back = await poller.poll_once("vendors")
        still = await poller.poll_once("vendors")
    assert (gone.tally.vanished, back.tally.new, still.tally.unchanged) == (1, 1, 2)
    found = await events(log, "VendorChanged", "VendorVanished")
    assert [(event.type, event.stream.rsplit("/")[-1]) for event in found] == [
        ("VendorChanged", "1"),
        ("VendorChanged", "2"),
        ("VendorVanished", "1"),
        ("VendorChanged", "1"),
    ]
    assert body(found[2]) == {"source": "acme", "kind": "vendor", "id": "1"}


async def test_vendors_when_the_walk_is_not_complete_p13_p34_then_nobody_vanished(
    log: PostgresLog, peer: Peer
) -> None:
    everyone = [vendor(number) for number in range(1, 31)]
    peer.lists[VENDORS] = list(everyone)
    async with poller_of(log, peer, page_size=10) as poller:
        await poller.poll_once("vendors")
        peer.faults.append(
            lambda request: (
                peer.reply({}, status=500)
                if request.path == VENDORS and request.query.get("page") == "2"
                else None
            )
        )
        assert not (await poller.poll_once("vendors")).is_complete
        peer.faults[:] = [
            lambda request: (
                peer.page(request, everyone[:10], count=30) if request.path == VENDORS else None
            )
        ]
        assert (await poller.poll_once("vendors")).cause == "malformed"
        peer.faults[:] = [
            lambda request: peer.page(request, []) if request.path == VENDORS else None
        ]
        empty = await poller.poll_once("vendors")
    assert "not believed" in empty.text
    assert await told(log, "VendorVanished") == []


async def test_vendors_when_a_row_slips_over_a_page_edge_p19_then_not_vanished(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[VENDORS] = [vendor(number) for number in range(1, 21)]
    async with poller_of(log, peer, page_size=10) as poller:
        await poller.poll_once("vendors")

        def slip(request: Any) -> None:
            rows = peer.lists[VENDORS]
            if request.query.get("page") == "2" and rows[0]["id"] == 1:
                peer.lists[VENDORS] = [*rows[1:], vendor(99)]

        peer.faults.append(slip)
        await poller.poll_once("vendors")
        assert await told(log, "VendorVanished") == []
        await poller.poll_once("vendors")
    assert await told(log, "VendorVanished") == ["procurify/acme/vendor/1"]


def bill(uuid: str = DASHED, at: Any = NOW - timedelta(hours=1), **changes: Any) -> dict[str, Any]:
    return {"id": 7, "uuid": uuid, "last_modified_datetime": at.isoformat(), **changes}


async def test_bills_when_read_p37_then_detail_by_the_uuid_as_received_and_one_identity(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[BILLS] = [bill()]
    peer.details[f"/api/v2/ap/bills/{DASHED}/"] = bill(HEX, total_cost=80.5)
    async with poller_of(log, peer) as poller:
        await poller.poll_once("bills")
    (changed,) = await events(log, "BillChanged")
    assert changed.stream == f"procurify/acme/bill/{HEX}"
    assert body(changed)["document"]["total_cost"] == "80.5"
    _, _, query, _ = [query for _, path, query in peer.hits if path == BILLS]
    assert query == {
        "last_modified_datetime_0": "2026-11-18T23:50:00.000000Z",
        "last_modified_datetime_1": "2026-11-21T12:00:00.000000Z",
        "page_size": "50",
    }


async def test_bills_when_the_server_ignores_the_filter_then_filtered_here(
    log: PostgresLog, peer: Peer
) -> None:
    old = "0" * 32
    peer.lists[BILLS] = [bill(old, at=NOW - timedelta(days=400)), bill()]
    peer.details[f"/api/v2/ap/bills/{DASHED}/"] = bill()
    async with poller_of(log, peer) as poller:
        await poller.poll_once("bills")
    assert await told(log, "BillChanged") == [f"procurify/acme/bill/{HEX}"]
    assert peer.count(f"/api/v2/ap/bills/{old}/") == 0


async def test_bills_when_the_sources_clock_is_behind_p22_then_so_is_the_cursor(
    log: PostgresLog, peer: Peer
) -> None:
    peer.date_at = NOW - timedelta(minutes=7)
    async with poller_of(log, peer) as poller:
        await poller.poll_once("currencies")
        await poller.poll_once("bills")
    cursor = body((await events(log, "PollFinished"))[-1])["cursor"]
    assert cursor["watermark"] == "2026-11-20T11:53:00.000000Z"


async def test_sweep_when_night_has_come_p19_then_the_hidden_is_found_and_the_deleted_gone(
    log: PostgresLog, peer: Peer
) -> None:
    clock = FakeClock()
    put(peer, order(1), order(2), order(3))
    async with poller_of(log, peer, clock=clock) as poller:
        await poller.poll_once("purchase_orders")
        kept = [order(1), order(2), order(4)]
        put(peer, *kept)
        del peer.details["/api/v2/purchase_orders/3/"]
        peer.details["/api/v2/purchase_orders/2/"]["note"] = "moved unseen"
        clock.pass_(86_400)
        peer.date_at += timedelta(days=1)
        for _ in range(3):
            await poller.poll_once("purchase_orders")
    assert await told(log, "PurchaseOrderVanished") == ["procurify/acme/purchase_order/3"]
    stream = "procurify/acme/purchase_order/"
    latest = await log.latest_under(TENANT, stream)
    assert [latest[f"{stream}{number}"].version for number in (1, 2, 3, 4)] == [1, 2, 2, 1]
    cursor = body((await events(log, "PollFinished"))[-1])["cursor"]
    assert cursor["swept_on"] == "2026-11-21" and cursor["sweep"] is None


def item(number: int, passed: str = "0.00000", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "receivedPassQty": passed,
        "receivedFailQty": "0.00000",
        "last_modified": (NOW - timedelta(hours=1)).isoformat(),
        **changes,
    }


async def test_order_items_when_in_both_walks_then_once(log: PostgresLog, peer: Peer) -> None:
    old = item(2, last_modified="2020-01-01T00:00:00Z")
    peer.lists[ITEMS] = [item(1), old]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("order_items")
    streams = await told(log, "OrderItemChanged")
    assert streams == ["procurify/acme/order_item/1", "procurify/acme/order_item/2"]
    asked = [set(query) - {"page_size"} for _, path, query in peer.hits if path == ITEMS]
    assert asked == [
        {"last_modified_0", "last_modified_1"},
        {"po_created_date_0", "po_created_date_1"},
    ]


def receipt(number: int, item_id: int) -> dict[str, Any]:
    return {"id": number, "order_item": item_id, "created_at": NOW.isoformat()}


async def test_receipts_when_an_item_moved_then_its_receipts_alone_are_read(
    log: PostgresLog, peer: Peer
) -> None:
    peer.is_pagination_on_top = True
    peer.lists[RECEIPTS] = [receipt(1, 10)]
    peer.lists[ITEMS] = [item(10, "1.00000"), item(11)]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("receipts")
        await poller.poll_once("order_items")
        await poller.poll_once("receipts")
        peer.lists[ITEMS] = [item(10, "1.00000", note="x"), item(11, "2.00000")]
        peer.lists[RECEIPTS] += [receipt(2, 11)]
        peer.hits.clear()
        await poller.poll_once("order_items")
        await poller.poll_once("receipts")
    asked = [query.get("order_item") for _, path, query in peer.hits if path == RECEIPTS]
    assert asked == ["11"]
    assert await told(log, "ReceiptChanged") == [
        "procurify/acme/receipt/1",
        "procurify/acme/receipt/2",
    ]


async def test_receipts_when_one_is_undone_then_vanished(log: PostgresLog, peer: Peer) -> None:
    peer.lists[RECEIPTS] = [receipt(1, 10), receipt(2, 10)]
    peer.lists[ITEMS] = [item(10, "5.00000")]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("order_items")
        await poller.poll_once("receipts")
    peer.lists[ITEMS] = [item(10, "2.00000")]
    peer.lists[RECEIPTS] = [receipt(1, 10)]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("order_items")
        await poller.poll_once("receipts")
    assert await told(log, "ReceiptVanished") == ["procurify/acme/receipt/2"]


async def test_receipts_when_the_item_moved_before_them_then_still_known_and_vanish_when_undone(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[RECEIPTS] = [receipt(1, 10), receipt(2, 10)]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("receipts")
        for passed in ("5.00000", "6.00000", "2.00000"):
            peer.lists[ITEMS] = [item(10, passed)]
            if passed == "2.00000":
                peer.lists[RECEIPTS] = [receipt(1, 10)]
            await poller.poll_once("order_items")
            await poller.poll_once("receipts")
    assert await told(log, "ReceiptVanished") == ["procurify/acme/receipt/2"]


async def test_payments_when_the_public_list_is_not_there_then_the_old_one(
    log: PostgresLog, peer: Peer
) -> None:
    del peer.lists["/api/public/v1/payments/"]
    peer.lists["/api/v2/ap/payments/"] = [{"id": 5, "amount": "8.00000000"}]
    async with poller_of(log, peer) as poller:
        assert (await poller.poll_once("payments")).is_complete
        assert (await poller.poll_once("payments")).tally.unchanged == 1
    assert await told(log, "PaymentChanged") == ["procurify/acme/payment/5"]
    assert peer.count("/api/public/v1/payments/") == 1


async def test_duplicates_when_in_one_walk_p23_then_the_later_state_once(
    log: PostgresLog, peer: Peer
) -> None:
    newer = vendor(1, name="New", dateModified="2026-11-20T11:00:00Z")
    older = vendor(1, name="Old", dateModified="2026-11-20T10:00:00Z")
    peer.lists[VENDORS] = [older, newer, newer, vendor(2), older, vendor(2)]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("vendors")
        again = await poller.poll_once("vendors")
    changed = await events(log, "VendorChanged")
    assert [body(event)["document"]["name"] for event in changed] == ["New", "Vendor 2"]
    assert again.tally.changed == 0


async def test_broken_row_when_in_a_list_then_said_and_the_rest_flows(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[VENDORS] = [vendor(1), vendor(2, name="\ud800"), {"name": "nobody"}, vendor(3)]
    async with poller_of(log, peer) as poller:
        for _ in range(2):
            assert (await poller.poll_once("vendors")).tally.unreadable == 2
    assert await told(log, "DocumentUnreadable") == [
        "procurify/acme/vendor/2",
        "procurify/acme/vendor/unidentified",
    ]
    assert len(await told(log, "VendorChanged")) == 2


async def test_run_when_an_order_names_an_unknown_vendor_then_vendors_are_read_soon(
    log: PostgresLog, peer: Peer
) -> None:
    schedule = {"reference": 0.2, "purchase_orders": 0.2, "vendors": 3600.0}
    stop = asyncio.Event()
    clock = SystemClock()
    peer.date_at = clock.now()

    async with client_of(peer, clock=clock, schedule=schedule, since=clock.now().date()) as client:
        poller = poller_on(log, client)
        async with asyncio.timeout(15), asyncio.TaskGroup() as group:
            running = group.create_task(poller.run(stop))
            await until(log, "vendors")
            peer.lists[VENDORS] = [vendor(118)]
            put(peer, order(1, at=clock.now()))
            while not await told(log, "VendorChanged"):
                head = await log.head(TENANT)
                await log.wait(TENANT, head.position, 1.0)
            stop.set()
            await running
    assert peer.count(ORDERS) >= 2


async def until(log: PostgresLog, resource: str) -> None:
    """The resource has been polled."""
    while f"poll/procurify/acme/{resource}" not in await told(log, "PollFinished"):
        head = await log.head(TENANT)
        await log.wait(TENANT, head.position, 1.0)


async def test_run_when_the_lease_is_lost_then_fenced(log: PostgresLog, peer: Peer) -> None:
    async with poller_of(log, peer, fence=Fence(role="poll:acme", epoch=1)) as poller:
        async with asyncio.timeout(10):
            with pytest.raises(Fenced):
                await poller.run(asyncio.Event())


async def test_vendors_when_the_list_does_not_say_how_many_then_nobody_vanishes(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[VENDORS] = [vendor(1), vendor(2)]
    async with poller_of(log, peer) as poller:
        await poller.poll_once("vendors")
        peer.faults.append(
            lambda request: peer.reply({"data": [vendor(2)]}) if request.path == VENDORS else None
        )
        assert (await poller.poll_once("vendors")).is_complete
    assert await told(log, "VendorVanished") == []


async def test_observer_when_polls_end_then_told_of_each(log: PostgresLog, peer: Peer) -> None:
    said: list[tuple[object, ...]] = []

    class Listening:
        def __getattr__(self, name: str) -> Any:
            return lambda *what: said.append((name, *what))

    peer.lists[VENDORS] = [vendor(1)]
    peer.fail(VENDORS, [peer.reply({}, status=503)])
    async with client_of(peer, observer=Listening()) as client:
        poller = poller_on(log, client, observer=Listening())
        await poller.poll_once("vendors")
        peer.faults.append(lambda request: peer.reply({}, status=403))
        for _ in range(2):
            await poller.poll_once("vendors")
    assert ("documents_seen", "vendors", "new", 1) in said
    assert ("retried", "Transient") in said
    assert [line[:2] for line in said if line[0] == "poll_finished"] == [
        ("poll_finished", "vendors")
    ]
    assert said.count(("poll_broken", "vendors", "forbidden")) == 2
    assert [line[1] for line in said if line[0] == "called"] == ["200", "503", "200", "403", "403"]
