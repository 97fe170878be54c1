"""Faults of Procurify met by the poller, by the rows of the fault catalogue (reliability.md §2.1).

The sheet's `DocumentObserved` is `…Changed` here, its `PollSuspended` is `PollBroken` with the
cause, `SweepRecovered` a `PollFinished` of a sweep with new or changed documents.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from procurify_log import (
    BILLS,
    ORDERS,
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

from engine.log.store import PostgresLog
from engine.procurify.observer import NullObserver

__all__ = ["log", "peer"]


def failing(peer: Peer, path: str, status: int, *, page: str | None = None) -> None:
    """From now on the path, or one page of it, answers with this status."""

    def fault(request: web.Request) -> web.Response | None:
        is_page = page is None or request.query.get("page", "1") == page
        return peer.reply({}, status=status) if request.path == path and is_page else None

    peer.faults.append(fault)


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
    pages = [query.get("page", "1") for _, path, query in peer.hits if path == ORDERS]
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
        asked = [query.get("page", "1") for _, path, query in peer.hits if path == ORDERS]
        assert asked == ["1", "2", "2", "2"]
        peer.faults.clear()
        peer.hits.clear()
        assert (await poller.poll_once("purchase_orders")).is_complete
    windows = [dict(query) for _, path, query in peer.hits if path == ORDERS]
    assert [query.pop("page", "1") for query in windows] == ["1", "2", "3"]
    assert windows[0] == windows[1] == windows[2]
    first, broken, last = [body(event) for event in await events(log, "PollFinished", "PollBroken")]
    assert broken["cursor"] == first["cursor"]
    assert last["window"]["from"] == "2026-11-18T12:00:00.000000Z"
    streams = await told(log, "PurchaseOrderChanged")
    assert len(streams) == len(set(streams)) == 15


class Circuits(NullObserver):
    def __init__(self) -> None:
        self.shown: dict[str, bool] = {}

    def circuit(self, resource: str, is_open: bool) -> None:
        self.shown[resource] = is_open


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
        assert seen.shown[""]
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
        assert not seen.shown[""]
        assert (await poller.poll_once("bills")).is_complete
    told_of = await events(log, "PollBroken")
    assert len(told_of) == 5, "a poll that did not take place is not told of"


@pytest.mark.parametrize("edge", [1, 2, 3, 4])
async def test_poll_when_a_row_is_deleted_within_a_walk_p19_then_it_walks_again_and_skips_none(
    log: PostgresLog, peer: Peer, edge: int
) -> None:
    rows = [order(number) for number in range(1, 26)]
    put(peer, *rows)

    def delete(request: web.Request) -> None:
        if request.query.get("page") == str(edge + 1):
            put(peer, *rows[1:])

    peer.faults.append(delete)
    async with poller_of(log, peer, page_size=5) as poller:
        assert (await poller.poll_once("purchase_orders")).is_complete
    streams = await told(log, "PurchaseOrderChanged")
    assert len(streams) == len(set(streams)) == 25


@pytest.mark.parametrize("edge", [1, 2, 3, 4])
async def test_poll_when_a_row_leaves_an_earlier_page_p19_then_the_skipped_one_is_found(
    log: PostgresLog, peer: Peer, edge: int
) -> None:
    """The list slips by one before page `edge` + 1, while its count stays the same."""
    rows = [order(number) for number in range(1, 26)]
    put(peer, *rows)

    def slip(request: web.Request) -> None:
        if request.query.get("page") == str(edge + 1) and len(peer.details) == 25:
            put(peer, *rows[1:], order(99))

    peer.faults.append(slip)
    async with poller_of(log, peer, page_size=5) as poller:
        assert (await poller.poll_once("purchase_orders")).is_complete
        skipped = f"procurify/acme/purchase_order/{5 * edge + 1}"
        assert skipped not in await told(log, "PurchaseOrderChanged")
        assert (await poller.poll_once("purchase_orders")).tally.new == 1
    streams = await told(log, "PurchaseOrderChanged")
    assert skipped in streams and len(streams) == len(set(streams)) == 26


@pytest.mark.parametrize("page_size", [5, 6, 11, 12, 13, 100])
async def test_poll_when_many_share_one_stamp_p20_then_each_once_at_any_page_size(
    log: PostgresLog, peer: Peer, page_size: int
) -> None:
    stamped = [order(number, at=NOW) for number in range(1, 13)]
    put(peer, *stamped)
    async with poller_of(log, peer, page_size=page_size) as poller:
        await poller.poll_once("purchase_orders")
        put(peer, *stamped, order(13, at=NOW))
        await poller.poll_once("purchase_orders")
    streams = await told(log, "PurchaseOrderChanged")
    assert len(streams) == len(set(streams)) == 13


def bill(number: int, at: datetime) -> dict[str, Any]:
    return {"id": number, "uuid": f"{number:032x}", "last_modified_datetime": at.isoformat()}


def put_bills(peer: Peer, *rows: dict[str, Any]) -> None:
    peer.lists[BILLS] = list(rows)
    for row in rows:
        peer.details[f"/api/v2/ap/bills/{row['uuid']}/"] = row


class Lateness(NullObserver):
    def __init__(self) -> None:
        self.seconds: list[float] = []

    def late(self, resource: str, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.mark.parametrize(("late", "is_swept"), [(timedelta(hours=3), False), (9, True)])
async def test_poll_when_a_change_shows_behind_the_cursor_p21_then_found_by_overlap_or_sweep(
    log: PostgresLog, peer: Peer, late: Any, is_swept: bool
) -> None:
    """A change that is shown late but within the overlap is found at once, else by the sweep."""
    clock = FakeClock()
    at = NOW - (late if isinstance(late, timedelta) else timedelta(days=late))
    put_bills(peer, bill(1, NOW))
    seen = Lateness()
    async with client_of(peer, clock=clock, since=date(2026, 11, 1)) as client:
        poller = poller_on(log, client, observer=seen)
        await poller.poll_once("bills")
        put_bills(peer, bill(1, NOW), bill(2, at))
        assert (await poller.poll_once("bills")).tally.new == (not is_swept)
        clock.pass_(86_400)
        peer.date_at += timedelta(days=1)
        for _ in range(9):
            await poller.poll_once("bills")
    assert len(await told(log, "BillChanged")) == 2
    found = [
        body(event)["window"]["sort"]
        for event in await events(log, "PollFinished")
        if body(event)["new"]
    ]
    assert found[-1] == ("sweep" if is_swept else "regular")
    (seconds,) = seen.seconds
    assert seconds == (10 * 86_400 if is_swept else 3 * 3600)


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


async def test_sweep_when_numbers_are_missing_p19_then_asked_for_once_and_what_is_there_is_kept(
    log: PostgresLog, peer: Peer
) -> None:
    """A gap in the numbers: 2 was lost by every list, 3 never was, 4 is barred, 5 is too old."""
    clock = FakeClock()
    put(peer, order(1), order(2), order(5, at=NOW - timedelta(days=30)), order(6))
    peer.lists[ORDERS] = [order(1), order(6)]
    failing(peer, "/api/v2/purchase_orders/4/", 403)
    async with poller_of(log, peer, clock=clock) as poller:
        for _ in range(3):
            clock.pass_(86_400)
            peer.date_at += timedelta(days=1)
            for _ in range(4):
                await poller.poll_once("purchase_orders")
    assert await told(log, "PurchaseOrderChanged") == [
        f"procurify/acme/purchase_order/{number}" for number in (1, 6, 2)
    ]
    assert [peer.count(f"/api/v2/purchase_orders/{number}/") for number in (3, 4, 5)] == [1, 1, 1]
    assert await events(log, "DocumentUnreadable", "PurchaseOrderVanished") == []


class Silences(NullObserver):
    def __init__(self) -> None:
        self.missed_by: dict[str, int] = {}

    def missed(self, resource: str, count: int) -> None:
        self.missed_by[resource] = count


async def test_poll_when_nothing_comes_on_a_busy_day_p34_then_told_until_something_does(
    log: PostgresLog, peer: Peer
) -> None:
    """P34 `VolumeAnomaly`: `missed` in `PollFinished`, a metric and a warning.

    NOW is Friday noon. Each Friday's hour from 12:00 on had ten orders, four weeks long.
    """
    clock, seen = FakeClock(), Silences()
    fridays = [NOW - timedelta(days=7 * back) for back in range(1, 5)]
    many = [
        order(100 * week + number, at=friday + timedelta(minutes=6 * number))
        for week, friday in enumerate(fridays, 1)
        for number in range(10)
    ]
    put(peer, *many)
    peer.date_at = NOW - timedelta(days=1)
    clock.at = peer.date_at

    def later(seconds: float) -> None:
        clock.pass_(seconds)
        peer.date_at += timedelta(seconds=seconds)

    async with client_of(peer, clock=clock, since=date(2026, 10, 20)) as client:
        poller = poller_on(log, client, observer=seen)
        await poller.poll_once("purchase_orders")
        later(86_400)
        for _ in range(9):
            await poller.poll_once("purchase_orders")
        put(peer, *many, order(1, at=NOW))
        await poller.poll_once("purchase_orders")
        assert seen.missed_by == {"purchase_orders": 0}
        later(1800)
        await poller.poll_once("purchase_orders")
        assert seen.missed_by == {"purchase_orders": 0}
        later(1800)
        await poller.poll_once("purchase_orders")
        assert seen.missed_by == {"purchase_orders": 10}
        put(peer, *many, order(1, at=NOW), order(2, at=clock.at))
        await poller.poll_once("purchase_orders")
        assert seen.missed_by == {"purchase_orders": 0}
    missed = [body(event).get("missed") for event in await events(log, "PollFinished")]
    assert missed[-2:] == [10, None] and set(missed[:-2]) == {None}
