"""Faults of Procurify met by the poller, by the rows of the fault catalogue (reliability.md §2.1).

The sheet's `DocumentObserved` is `…Changed` here, its `PollSuspended` is `PollBroken` with the
cause.
"""

from datetime import timedelta

import pytest
from aiohttp import web
from procurify_log import (
    BILLS,
    ORDERS,
    VENDORS,
    body,
    events,
    failing,
    log,
    order,
    peer,
    poller_of,
    poller_on,
    put,
    told,
)
from procurify_peer import NOW, FakeClock, Peer, client_of

from engine.log.store import PostgresLog
from engine.procurify.observer import NullObserver

__all__ = ["log", "peer"]


def windows(peer: Peer) -> list[dict[str, str]]:
    """What was asked of the orders' list but for its length."""
    asked = [dict(query) for _, path, query in peer.hits if path == ORDERS]
    return [query for query in asked if query.get("modified_date_1", "9") < "2030"]


async def test_poll_when_the_token_ends_within_a_walk_p01_then_that_page_again_and_each_once(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, *(order(number) for number in range(1, 16)))

    def ended(request: web.Request) -> web.Response | None:
        is_second = request.path == ORDERS and request.query.get("page") == "2"
        is_old = request.headers.get("Authorization") == "Bearer t1"
        return peer.reply({}, status=401) if is_second and is_old else None

    peer.faults.append(ended)
    async with poller_of(log, peer, page_size=5) as poller:
        assert (await poller.poll_once("purchase_orders")).is_complete
    pages = [query.get("page", "1") for query in windows(peer)]
    assert pages == ["1", "2", "2", "3"]
    assert peer.tokens_given == 2
    streams = await told(log, "PurchaseOrderChanged")
    assert len(streams) == len(set(streams)) == 15


async def test_poll_when_the_credential_is_revoked_p02_then_told_once_and_no_storm(
    log: PostgresLog, peer: Peer
) -> None:
    """P2: a poll costs one refused request, and a token is asked for once in fifteen minutes."""
    put(peer, order(1))
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
        peer.faults.append(lambda request: peer.reply({}, status=401))
        peer.hits.clear()
        for _ in range(9):
            assert (await poller.poll_once("purchase_orders")).cause == "unauthorized"
    assert [path for _, path, _ in peer.hits].count("/oauth/token") <= 2
    assert len(peer.paths()) <= 9
    (broken,) = await events(log, "PollBroken")
    assert body(broken)["cause"] == "unauthorized"


async def test_poll_when_one_resource_is_forbidden_p03_then_the_others_go_on(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))
    failing(peer, BILLS, 403)
    async with poller_of(log, peer) as poller:
        bills = await poller.poll_once("bills")
        orders = await poller.poll_once("purchase_orders")
        vendors = await poller.poll_once("vendors")
    assert (bills.cause, orders.cause, vendors.cause) == ("forbidden", "", "")
    (broken,) = await events(log, "PollBroken")
    assert (broken.stream, body(broken)["cause"]) == ("poll/procurify/acme/bills", "forbidden")
    assert body(broken)["cursor"] is None
    cursors = [body(event)["cursor"] for event in await events(log, "PollFinished")]
    assert cursors[0]["watermark"] == "2026-11-20T12:00:00.000000Z"


async def test_poll_when_the_server_breaks_within_a_walk_p08_then_the_whole_window_again(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))
    async with poller_of(log, peer, page_size=5) as poller:
        await poller.poll_once("purchase_orders")
        put(peer, *(order(number) for number in range(1, 16)))
        failing(peer, ORDERS, 503, page="2")
        peer.hits.clear()
        assert (await poller.poll_once("purchase_orders")).cause == "unavailable"
        asked = [query.get("page", "1") for query in windows(peer)]
        assert asked == ["1", "2", "2", "2"]
        peer.faults.clear()
        peer.hits.clear()
        assert (await poller.poll_once("purchase_orders")).is_complete
    first, second, third = windows(peer)
    assert [query.pop("page", "1") for query in (first, second, third)] == ["1", "2", "3"]
    assert first == second == third
    before, broken, last = [
        body(event) for event in await events(log, "PollFinished", "PollBroken")
    ]
    assert broken["cursor"]["watermark"] == before["cursor"]["watermark"]
    assert last["window"]["from"] == "2026-11-18T12:00:00.000000Z"
    streams = await told(log, "PurchaseOrderChanged")
    assert len(streams) == len(set(streams)) == 15


class Circuits(NullObserver):
    def __init__(self) -> None:
        self.shown: list[tuple[str, bool]] = []

    def circuit(self, resource: str, is_open: bool) -> None:
        self.shown.append((resource, is_open))


async def test_poll_when_the_domain_is_down_p08_then_left_alone_and_probed_by_one(
    log: PostgresLog, peer: Peer
) -> None:
    clock, seen = FakeClock(), Circuits()
    names = ["purchase_orders", "bills", "vendors", "accounts", "departments", "locations"]
    peer.faults.append(lambda request: peer.reply({}, status=503))
    async with client_of(peer, clock=clock) as client:
        poller = poller_on(log, client, observer=seen)
        for name in names[:5]:
            assert (await poller.poll_once(name)).cause == "unavailable"
        assert seen.shown[-1] == ("", True)
        peer.hits.clear()
        refused = [await poller.poll_once(name) for name in names]
        assert {outcome.cause for outcome in refused} == {"unavailable"}
        assert all(outcome.retry_after_s for outcome in refused)
        assert peer.hits == []
        clock.pass_(60)
        assert (await poller.poll_once("bills")).cause == "unavailable"
        assert 1 <= len(peer.hits) <= 3
        peer.faults.clear()
        clock.pass_(60)
        assert (await poller.poll_once("locations")).is_complete
        assert seen.shown[-1] == ("", False)
        assert (await poller.poll_once("bills")).is_complete
    told_of = await events(log, "PollBroken")
    assert len(told_of) == 5, "a poll that did not take place is not told of"


@pytest.mark.parametrize(
    "stamp",
    [
        "2031-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "2026-11-20T04:00:00-07:00",
        "2026-11-20T11:00:00",
        "2026-03-08T02:30:00-08:00",
        "",
        None,
        "soon",
    ],
)
async def test_cursor_when_stamps_are_of_any_sort_p22_then_never_beyond_the_source_s_clock(
    log: PostgresLog, peer: Peer, stamp: str | None
) -> None:
    """P22: the cursor is the source's own clock at the start of the poll, whatever rows say."""
    put(peer, order(1, last_modified=stamp), order(2))
    peer.date_at = NOW - timedelta(minutes=7)
    async with poller_of(log, peer) as poller:
        await poller.poll_once("vendors")
        await poller.poll_once("purchase_orders")
        put(peer, order(1, last_modified=stamp), order(2), order(3))
        assert (await poller.poll_once("purchase_orders")).tally.new == 1
    for event in await events(log, "PollFinished"):
        cursor = body(event)["cursor"]
        assert cursor is None or cursor["watermark"] <= "2026-11-20T11:53:00.000000Z"


async def test_poll_when_the_source_s_clock_is_years_off_p22_then_no_window_is_missed(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))
    async with poller_of(log, peer) as poller:
        for at in (NOW, NOW + timedelta(days=3650), NOW - timedelta(days=3650), NOW):
            peer.date_at = at
            await poller.poll_once("vendors")
            await poller.poll_once("purchase_orders")
        put(peer, order(1), order(2))
        assert (await poller.poll_once("purchase_orders")).tally.new == 1
    marks = [
        body(event)["cursor"]["watermark"]
        for event in await events(log, "PollFinished")
        if body(event)["resource"] == "purchase_orders"
    ]
    assert set(marks) == {"2026-11-20T12:00:00.000000Z"}


async def test_vendors_when_renamed_or_alike_p35_then_each_keeps_its_identity(
    log: PostgresLog, peer: Peer
) -> None:
    peer.lists[VENDORS] = [{"id": 1, "name": "Acme"}, {"id": 2, "name": "Acme"}]
    put(peer, order(1, purchase_order_no="PO-9"), order(2, purchase_order_no="PO-9"))
    peer.details["/api/v2/purchase_orders/2/"]["purchase_order_no"] = ""
    async with poller_of(log, peer) as poller:
        for _ in range(2):
            await poller.poll_once("vendors")
            await poller.poll_once("purchase_orders")
            peer.lists[VENDORS] = [{"id": 1, "name": "Acme Ltd"}, {"id": 2, "name": "Acme"}]
    assert await told(log, "VendorChanged") == [
        "procurify/acme/vendor/1",
        "procurify/acme/vendor/2",
        "procurify/acme/vendor/1",
    ]
    assert await told(log, "PurchaseOrderChanged") == [
        "procurify/acme/purchase_order/1",
        "procurify/acme/purchase_order/2",
    ]
