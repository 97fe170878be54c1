"""Polls into a real log: what is new, changed, gone, unreadable; and crashes in between."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web
from procurify_log import ORDERS, TENANT, body, events, log, order, peer, poller_of, put, told
from procurify_peer import NOW, Peer

from engine.core.events import Event, NewEvent
from engine.errors import Fenced, Misconfigured, StaleVersion, Transient
from engine.log.contract import Author, Fence
from engine.log.store import PostgresLog

__all__ = ["log", "peer"]


class Broken(Exception):
    """The process died here."""


async def test_poll_when_orders_are_new_then_whole_details_are_in_the_log(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1), order(2))
    async with poller_of(log, peer) as poller:
        outcome = await poller.poll_once("purchase_orders")
    assert outcome.is_complete and outcome.tally.new == 2
    changed = await events(log, "PurchaseOrderChanged")
    assert [event.stream for event in changed] == [
        "procurify/acme/purchase_order/1",
        "procurify/acme/purchase_order/2",
    ]
    first = body(changed[0])
    assert first["document"] == {**order(1), "order_items": []}
    assert first["modified_at"] == "2026-11-20T11:00:00.000000Z"
    assert (first["source"], first["kind"], first["id"]) == ("acme", "purchase_order", "1")
    assert changed[0].actor == "poller" and changed[0].run_id == "run-1"
    finished = body((await events(log, "PollFinished"))[-1])
    assert {"date", "order_items[].price"} - set(finished.pop("drift")) == {"order_items[].price"}
    assert finished | {"seconds": "0.000"} == {
        "side": "procurify",
        "name": "acme",
        "resource": "purchase_orders",
        "window": {
            "sort": "regular",
            "from": "2026-11-17T00:00:00.000000Z",
            "to": None,
        },
        "pages": 1,
        "calls": 3,
        "read": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "vanished": 0,
        "unreadable": 0,
        "is_complete": True,
        "cursor": {
            "watermark": "2026-11-20T12:00:00.000000Z",
            "swept_on": "2026-11-20",
            "sweep": None,
            "step_days": 1,
            "counted": 2,
            "known": 2,
        },
        "seconds": "0.000",
    }


async def test_poll_when_nothing_changed_then_only_the_poll_is_told(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1), order(2))
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
        calls = len(peer.hits)
        outcome = await poller.poll_once("purchase_orders")
        assert outcome.tally.unchanged == 2
        assert len(peer.hits) == calls + 2  # the list, and how long it is in all
    async with poller_of(log, peer) as poller:
        assert (await poller.poll_once("purchase_orders")).tally.unchanged == 2
    types = [event.type for event in await events(log)]
    assert types == ["PurchaseOrderChanged"] * 2 + ["PollFinished"] * 3


async def test_poll_when_one_changed_then_its_detail_alone_is_read(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1), order(2))
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
        put(peer, order(1, total="90.00", version=2), order(2))
        outcome = await poller.poll_once("purchase_orders")
    assert (outcome.tally.changed, outcome.tally.unchanged) == (1, 1)
    latest = await log.latest(TENANT, ["procurify/acme/purchase_order/1"])
    assert latest["procurify/acme/purchase_order/1"].version == 2
    assert peer.count("/api/v2/purchase_orders/2/") == 1


async def test_poll_when_older_than_the_cut_over_then_not_read(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1, at=NOW - timedelta(days=2)), order(2))
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
    assert await told(log, "PurchaseOrderChanged") == ["procurify/acme/purchase_order/2"]


async def test_poll_when_far_behind_then_stretch_by_stretch_up_to_now(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, *(order(day, at=NOW - timedelta(days=day)) for day in range(30)))
    async with poller_of(log, peer, since=date(2026, 10, 25)) as poller:
        outcome = await poller.poll_once("purchase_orders")
    assert outcome.is_caught_up
    assert len(await told(log, "PurchaseOrderChanged")) == 27
    sorts = [body(event)["window"]["sort"] for event in await events(log, "PollFinished")]
    assert sorts[:6] == ["backfill"] * 5 + ["regular"]
    assert sorts[6:] == ["recount"], "this peer filters nothing, and counts what is too old as well"


async def test_poll_when_the_process_dies_at_any_append_then_nothing_is_lost(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, *(order(number) for number in range(1, 431)))

    class Dying:
        def __init__(self) -> None:
            self.left = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(log, name)

        async def append(self, *arguments: Any, **named: Any) -> Sequence[Event]:
            if self.left == 0:
                raise Broken
            self.left -= 1
            return await log.append(*arguments, **named)

    dying = Dying()
    for lives in (0, 1, 0):
        dying.left = lives
        async with poller_of(dying, peer, page_size=100) as poller:
            with pytest.raises(Broken):
                await poller.poll_once("purchase_orders")
    assert len(await told(log, "PurchaseOrderChanged")) == 200
    assert await told(log, "PollFinished") == []
    async with poller_of(log, peer, page_size=100) as poller:
        outcome = await poller.poll_once("purchase_orders")
    assert (outcome.tally.new, outcome.tally.unchanged) == (230, 200)
    streams = await told(log, "PurchaseOrderChanged")
    assert len(set(streams)) == len(streams) == 430


async def test_poll_g11_when_the_clock_was_years_ahead_at_first_then_read_once_it_is_right(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1), order(2))
    async with poller_of(log, peer, since=date(2036, 11, 1)) as poller:
        await poller.poll_once("purchase_orders")
    assert await events(log, "PurchaseOrderChanged") == []
    async with poller_of(log, peer, since=date(2026, 11, 1)) as poller:
        while not (await poller.poll_once("purchase_orders")).is_caught_up:
            pass
    assert len(await events(log, "PurchaseOrderChanged")) == 2


async def test_poll_when_the_walk_breaks_then_the_cursor_stays_and_it_is_said_once(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
        before = body((await events(log))[-1])["cursor"]
        peer.faults.append(
            lambda request: peer.reply({}, status=503) if request.path == ORDERS else None
        )
        for _ in range(3):
            outcome = await poller.poll_once("purchase_orders")
            assert outcome.cause == "unavailable"
        peer.faults.clear()
        peer.faults.append(
            lambda request: peer.reply({}, status=403) if request.path == ORDERS else None
        )
        await poller.poll_once("purchase_orders")
        peer.faults.clear()
        assert (await poller.poll_once("purchase_orders")).is_complete
    told_of = [event for event in await events(log) if event.type.startswith("Poll")]
    assert [(event.type, body(event).get("cause")) for event in told_of] == [
        ("PollFinished", None),
        ("PollBroken", "unavailable"),
        ("PollBroken", "forbidden"),
        ("PollFinished", None),
    ]
    assert body(told_of[1])["cursor"] == before


async def test_poll_when_documents_are_sick_p04_p15_p27_then_said_once_and_the_rest_flows(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1), order(2), order(3), order(4), order(5))
    answers = {
        "/api/v2/purchase_orders/1/": peer.reply({}, status=403),
        "/api/v2/purchase_orders/2/": peer.reply(b'{"data": {"procurify_PO": 2, "a": "\\u0000"}}'),
        "/api/v2/purchase_orders/3/": peer.reply({"data": order(9)}),
        "/api/v2/purchase_orders/4/": peer.reply({"data": order(4, note="x" * (1 << 20))}),
    }

    def sick(request: web.Request) -> web.Response | None:
        planted = answers.get(request.path)
        if planted is None:
            return None
        assert isinstance(planted.body, bytes)
        return peer.reply(planted.body, status=planted.status)

    peer.faults.append(sick)
    async with poller_of(log, peer) as poller:
        for _ in range(2):
            outcome = await poller.poll_once("purchase_orders")
            assert outcome.is_complete
    async with poller_of(log, peer) as poller:
        assert (await poller.poll_once("purchase_orders")).is_complete
    unreadable = [body(event) for event in await events(log, "DocumentUnreadable")]
    assert [(each["id"], each["cause"]) for each in unreadable] == [
        ("1", "forbidden"),
        ("2", "malformed"),
        ("3", "malformed"),
        ("4", "too_large"),
    ]
    assert await told(log, "PurchaseOrderChanged") == ["procurify/acme/purchase_order/5"]
    peer.faults.clear()
    put(peer, *(order(number, version=2) for number in range(1, 6)))
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
    assert len(await told(log, "PurchaseOrderChanged")) == 6


async def test_poll_when_one_detail_never_comes_then_it_holds_the_cursor_only_for_a_while(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1), order(2))
    peer.faults.append(
        lambda request: (
            peer.reply({}, status=500) if request.path == "/api/v2/purchase_orders/1/" else None
        )
    )
    async with poller_of(log, peer) as poller:
        ended = [(await poller.poll_once("purchase_orders")).cause for _ in range(3)]
    assert ended == ["unavailable", "unavailable", ""]
    assert await told(log, "PurchaseOrderChanged") == ["procurify/acme/purchase_order/2"]
    assert body((await events(log, "DocumentUnreadable"))[0])["cause"] == "unavailable"


async def test_poll_when_every_detail_is_barred_then_the_resource_is(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, *(order(number) for number in range(1, 10)))
    peer.faults.append(
        lambda request: (
            peer.reply({}, status=403) if request.path.endswith(("1/", "2/", "3/", "4/")) else None
        )
    )
    async with poller_of(log, peer) as poller:
        assert (await poller.poll_once("purchase_orders")).cause == "forbidden"


async def test_poll_when_another_wrote_first_then_nothing_twice_and_the_next_goes_on(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))
    async with poller_of(log, peer) as left, poller_of(log, peer) as right:
        await left.poll_once("purchase_orders")
        await right.poll_once("purchase_orders")
        put(peer, order(1, version=2))
        assert (await left.poll_once("purchase_orders")).cause == "conflict"
        assert (await left.poll_once("purchase_orders")).is_complete
        assert (await right.poll_once("purchase_orders")).cause == "conflict"
        assert (await right.poll_once("purchase_orders")).tally.unchanged == 1
    assert len(await told(log, "PurchaseOrderChanged")) == 2


async def test_poll_when_the_lease_is_lost_then_fenced(log: PostgresLog, peer: Peer) -> None:
    put(peer, order(1))
    async with poller_of(log, peer, fence=Fence(role="poll:acme", epoch=3)) as poller:
        with pytest.raises(Fenced):
            await poller.poll_once("purchase_orders")
    assert await events(log) == []


async def test_poll_when_unknown_or_off_then_said(log: PostgresLog, peer: Peer) -> None:
    async with poller_of(log, peer) as poller:
        with pytest.raises(Misconfigured, match="no resource"):
            await poller.poll_once("orders")
        with pytest.raises(Misconfigured, match="payment_methods"):
            await poller.poll_once("vendor_payment_methods")


async def test_append_when_a_stream_moved_on_then_stale(log: PostgresLog) -> None:
    event = NewEvent(stream="poll/procurify/acme/bills", type="PollFinished", body={})
    author = Author(actor="poller", run_id="r", correlation="c")
    await log.append(TENANT, [event], author=author, expected={event.stream: 0})
    with pytest.raises(StaleVersion):
        await log.append(TENANT, [event], author=author, expected={event.stream: 0})


async def test_poll_when_the_log_is_away_then_broken_and_the_next_finds_everything(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))

    class Away:
        is_away = True

        def __getattr__(self, name: str) -> Any:
            return getattr(log, name)

        async def append(self, *arguments: Any, **named: Any) -> Sequence[Event]:
            if self.is_away:
                raise Transient("the database is away")
            return await log.append(*arguments, **named)

    away = Away()
    async with poller_of(away, peer) as poller:
        assert (await poller.poll_once("purchase_orders")).cause == "unavailable"
        away.is_away = False
        assert (await poller.poll_once("purchase_orders")).tally.new == 1
    assert len(await events(log)) == 2
