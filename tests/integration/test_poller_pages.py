"""Pages that are byte for byte as they were: passed over, unless a row on them is still open."""

from typing import Any

import pytest
from procurify_log import BILLS, bill, events, log, order, peer, poller_of, put, put_bills
from procurify_peer import NOW, FakeClock, Peer

from engine.core.canonical import JsonObject
from engine.log.store import PostgresLog
from engine.procurify import harvest

__all__ = ["log", "peer"]

DETAIL = "/api/v2/purchase_orders/{}/"


async def test_poll_when_a_page_is_as_it_was_then_its_rows_are_not_looked_at(
    log: PostgresLog, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(peer, order(1), order(2))

    def never(document: JsonObject) -> str:
        raise AssertionError(f"looked at {document}")

    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
        await poller.poll_once("purchase_orders")  # the first one asked for an older window
        monkeypatch.setattr(harvest, "content_digest", never)
        outcome = await poller.poll_once("purchase_orders")
    assert outcome.is_complete
    assert (outcome.tally.read, outcome.tally.unchanged, outcome.tally.pages) == (2, 2, 1)


async def test_poll_when_bills_are_as_they_were_g17_then_known_whatever_the_instants_asked_for(
    log: PostgresLog, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page remembered under an instant that never comes again is memory lost."""
    clock = FakeClock()
    put_bills(peer, bill(1, NOW), bill(2, NOW))

    def never(document: JsonObject) -> str:
        raise AssertionError(f"looked at {document}")

    async with poller_of(log, peer, clock=clock) as poller:
        for _ in range(2):
            await poller.poll_once("bills")
        monkeypatch.setattr(harvest, "content_digest", never)
        for _ in range(5):
            await clock.sleep(60)
            outcome = await poller.poll_once("bills")
            assert (outcome.tally.read, outcome.tally.unchanged) == (2, 2)
    windows = [query for _, path, query in peer.hits if path == BILLS and len(query) > 1]
    assert len({query["last_modified_datetime_1"] for query in windows}) > 5


async def test_poll_when_a_page_goes_back_to_what_it_was_then_that_is_a_change_too(
    log: PostgresLog, peer: Peer
) -> None:
    before, after = order(1), order(1, total="90.00", version=2)
    async with poller_of(log, peer) as poller:
        for state in (before, after, before):
            put(peer, state)
            await poller.poll_once("purchase_orders")
    totals = [
        event.body and event.body["document"] for event in await events(log, "PurchaseOrderChanged")
    ]
    found = [document["total"] for document in totals if isinstance(document, dict)]
    assert found == [before["total"], "90.00", before["total"]]


@pytest.mark.parametrize("status", [404, 500])
async def test_poll_when_a_detail_had_no_answer_then_asked_again_though_the_page_is_the_same(
    log: PostgresLog, peer: Peer, status: int
) -> None:
    put(peer, order(1), order(2))
    peer.fail(DETAIL.format(2), [peer.reply({}, status=status) for _ in range(3)])
    async with poller_of(log, peer) as poller:
        await poller.poll_once("purchase_orders")
        first = len(await events(log, "PurchaseOrderChanged"))
        for _ in range(3):
            await poller.poll_once("purchase_orders")
    assert first == 1
    assert len(await events(log, "PurchaseOrderChanged")) == 2


async def test_poll_when_a_row_is_unreadable_then_said_once_and_counted_every_time(
    log: PostgresLog, peer: Peer
) -> None:
    put(peer, order(1))
    sick: dict[str, Any] = {**order(2), "procurify_PO": None, "uuid": None}
    peer.lists["/api/v2/purchase_orders/purchased/all/"].append(sick)
    async with poller_of(log, peer) as poller:
        counts = [(await poller.poll_once("purchase_orders")).tally.unreadable for _ in range(3)]
    assert counts == [1, 1, 1]
    assert len(await events(log, "DocumentUnreadable")) == 1
