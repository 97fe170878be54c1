"""What Procurify's lists do not show, or not in time, is found all the same; and silences are told.

By the rows of the fault catalogue (reliability.md §2.1). The sheet's `SweepRecovered` is a
`PollFinished` here, of a sweep or recount with new or changed documents.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web
from procurify_log import (
    BILLS,
    ORDERS,
    bill,
    body,
    events,
    failing,
    log,
    order,
    peer,
    poller_of,
    poller_on,
    put,
    put_bills,
    told,
)
from procurify_peer import NOW, FakeClock, Peer, client_of

from engine.log.store import PostgresLog
from engine.procurify import recount
from engine.procurify.observer import NullObserver

__all__ = ["log", "peer"]


def streams(*bills: int) -> list[str]:
    return [f"procurify/acme/bill/{number:032x}" for number in bills]


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


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_poll_when_a_change_comes_to_light_far_behind_the_cursor_p21_then_found_by_its_count(
    log: PostgresLog, peer: Peer, is_restarted: bool
) -> None:
    """The list holds one more than was read of it; known details are not read again for that."""
    put_bills(peer, bill(1, NOW))
    async with poller_of(log, peer, since=date(2026, 11, 1)) as poller:
        for _ in range(2):
            await poller.poll_once("bills")
        put_bills(peer, bill(1, NOW), bill(2, NOW - timedelta(days=9)))
        for _ in range(2):
            await poller.poll_once("bills")
        if not is_restarted:
            await poller.poll_once("bills")
    async with poller_of(log, peer, since=date(2026, 11, 1)) as poller:
        for _ in range(3):
            await poller.poll_once("bills")
    assert await told(log, "BillChanged") == streams(1, 2)
    finished = [body(event) for event in await events(log, "PollFinished")]
    found = [each for each in finished if each["window"]["sort"] == "recount"]
    assert [each["new"] for each in found] == [1]
    assert peer.count(f"/api/v2/ap/bills/{1:032x}/") == 2, "once by each poller"


async def test_poll_when_a_list_is_very_long_p21_then_what_it_hides_is_left_to_the_sweep(
    log: PostgresLog, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "MOST_RECOUNTED", 2)
    clock = FakeClock()
    rows = [bill(1, NOW), bill(2, NOW)]
    put_bills(peer, *rows)
    async with poller_of(log, peer, clock=clock, since=date(2026, 11, 1)) as poller:
        await poller.poll_once("bills")
        put_bills(peer, *rows, bill(3, NOW - timedelta(days=9)))
        for _ in range(3):
            await poller.poll_once("bills")
        assert len(await told(log, "BillChanged")) == 2
        clock.pass_(86_400)
        peer.date_at += timedelta(days=1)
        for _ in range(9):
            await poller.poll_once("bills")
    assert len(await told(log, "BillChanged")) == 3


async def test_poll_when_what_a_sweep_did_not_see_is_there_again_p21_then_found_by_its_count(
    log: PostgresLog, peer: Peer
) -> None:
    """Neither list nor detail show it for a moment, and the list is counted when it is back."""
    clock, hidden = FakeClock(), f"/api/v2/ap/bills/{2:032x}/"
    rows = [bill(1, NOW), bill(2, NOW - timedelta(days=9))]
    put_bills(peer, *rows)

    def gone_for_a_moment(request: web.Request) -> Any:
        if request.path != hidden or len(peer.lists[BILLS]) == len(rows):
            return None
        peer.lists[BILLS] = list(rows)
        return peer.reply(b"{}", status=404)

    peer.faults.append(gone_for_a_moment)
    async with poller_of(log, peer, clock=clock, since=date(2026, 11, 1)) as poller:
        for _ in range(2):
            await poller.poll_once("bills")
        clock.pass_(86_400)
        peer.date_at += timedelta(days=1)
        peer.lists[BILLS] = rows[:1]
        for _ in range(9):
            await poller.poll_once("bills")
    stream = f"procurify/acme/bill/{2:032x}"
    assert await told(log, "BillVanished") == [stream]
    assert (await told(log, "BillChanged")).count(stream) == 2
    finished = [body(event) for event in await events(log, "PollFinished")]
    assert [each["new"] for each in finished if each["window"]["sort"] == "recount"] == [1]


async def test_poll_when_a_document_comes_to_light_during_the_first_reading_p21_then_found(
    log: PostgresLog, peer: Peer
) -> None:
    early = NOW - timedelta(days=40)
    put_bills(peer, bill(1, NOW), bill(2, NOW - timedelta(days=1)))

    def late(request: web.Request) -> None:
        if request.query.get("last_modified_datetime_0", "") > "2026-11-10":
            put_bills(peer, bill(1, NOW), bill(2, NOW - timedelta(days=1)), bill(3, early))

    peer.faults.append(late)
    async with poller_of(log, peer, since=date(2026, 10, 1)) as poller:
        for _ in range(3):
            await poller.poll_once("bills")
    assert sorted(await told(log, "BillChanged")) == streams(1, 2, 3)
    sorts = [body(event)["window"]["sort"] for event in await events(log, "PollFinished")]
    assert sorts.count("recount") == 1


async def test_poll_when_a_page_of_the_first_reading_is_garbled_to_nothing_p12_then_found_at_once(
    log: PostgresLog, peer: Peer
) -> None:
    """An empty list with no word of how many is no error, and the window is not read again."""
    put_bills(peer, bill(1, NOW), bill(2, NOW - timedelta(days=20)))
    nothing = {"data": [], "metadata": {"pagination": {"next": None}}}

    def garbled(request: web.Request) -> Any:
        window = request.query.get("last_modified_datetime_1", "9")
        is_backfill = request.path == BILLS and window < "2026-11-21"
        return peer.reply(nothing) if is_backfill else None

    peer.faults.append(garbled)
    async with poller_of(log, peer, since=date(2026, 10, 1)) as poller:
        await poller.poll_once("bills")
    assert sorted(await told(log, "BillChanged")) == streams(1, 2)


async def test_poll_when_hidden_while_first_read_and_another_engine_goes_on_p21_then_found(
    log: PostgresLog, peer: Peer
) -> None:
    """Counted first, hidden while everything was walked, and back before the next engine counts."""
    both = [bill(1, NOW), bill(2, NOW - timedelta(days=20))]
    put_bills(peer, *both)

    def hides(request: web.Request) -> None:
        window = request.query.get("last_modified_datetime_1", "9")
        if request.path == BILLS and window < "2026-12":
            peer.lists[BILLS] = both[:1]

    peer.faults.append(hides)
    async with poller_of(log, peer, since=date(2026, 10, 1)) as poller:
        await poller.poll_once("bills")
    peer.faults.clear()
    put_bills(peer, *both)
    async with poller_of(log, peer, since=date(2026, 10, 1)) as poller:
        for _ in range(3):
            await poller.poll_once("bills")
    assert sorted(await told(log, "BillChanged")) == streams(1, 2)


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


async def test_poll_when_a_wrong_clock_is_set_right_p22_then_what_changed_meanwhile_is_swept(
    log: PostgresLog, peer: Peer
) -> None:
    """What was changed while the source's clock was behind bears a stamp that no window holds."""
    wrong = NOW - timedelta(days=15)
    put_bills(peer, bill(1, NOW))
    async with poller_of(log, peer, since=date(2026, 11, 1)) as poller:
        await poller.poll_once("bills")
        put_bills(peer, bill(1, wrong))
        peer.date_at = wrong
        for _ in range(3):
            await poller.poll_once("bills")
        assert len(await told(log, "BillChanged")) == 1
        peer.date_at = NOW
        for _ in range(9):
            await poller.poll_once("bills")
    assert len(await told(log, "BillChanged")) == 2
    finished = [body(event) for event in await events(log, "PollFinished")]
    sweeps = [each for each in finished if each["window"]["sort"] == "sweep"]
    assert sum(each["changed"] for each in sweeps) == 1
    assert finished[-1]["cursor"]["swept_on"] == "2026-11-20"
    assert len(sweeps) < 9, "it never ends"
