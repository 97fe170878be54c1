"""Documents whose detail cannot be read, or not in time: asked for again, in turn, within bounds.

By the rows of the fault catalogue (reliability.md §2.1).
"""

import pytest
from procurify_log import BILLS, bill, body, events, log, peer, poller_of, put_bills, told
from procurify_peer import NOW, Peer

from engine.log.store import PostgresLog

__all__ = ["log", "peer"]


@pytest.mark.parametrize("is_listed", [False, True])
@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (403, b"{}"),
        (404, b"{}"),
        (500, b"{}"),
        (200, b'{"data": {"uui'),
        (200, b"<html>"),
        (200, b" " * 9999),
    ],
    ids=["p04", "p19", "p08", "p12", "p14", "p28"],
)
async def test_poll_when_a_detail_was_sick_then_asked_again_whether_a_list_shows_it_or_not(
    log: PostgresLog, peer: Peer, status: int, raw: bytes, is_restarted: bool, is_listed: bool
) -> None:
    """A right taken away for a minute, say: the document need not wait for the nightly sweep."""
    put_bills(peer, bill(1, NOW), bill(2, NOW))
    sick = f"/api/v2/ap/bills/{2:032x}/"
    peer.faults.append(
        lambda request: peer.reply(raw, status=status) if request.path == sick else None
    )
    async with poller_of(log, peer, largest_body=4096) as poller:
        for _ in range(3):
            await poller.poll_once("bills")
        if not is_listed:
            peer.lists[BILLS] = []
        await poller.poll_once("bills")
        assert len(await told(log, "BillChanged")) == 1
        if not is_restarted:
            peer.faults.clear()
            await poller.poll_once("bills")
    if is_restarted:
        peer.faults.clear()
        async with poller_of(log, peer) as poller:
            await poller.poll_once("bills")
    assert len(await told(log, "BillChanged")) == 2
    assert "sick" not in body((await events(log, "PollFinished"))[-1])["cursor"]


async def test_poll_when_details_come_too_slowly_p11_then_the_rest_waits_for_one_deadline_each_poll(
    log: PostgresLog, peer: Peer
) -> None:
    """The peer says more bytes than it sends and keeps the line open: only the deadline ends it."""
    slow = {f"/api/v2/ap/bills/{number:032x}/" for number in (1, 2)}
    peer.faults.append(
        lambda request: peer.reply(b"{", Content_Length="99") if request.path in slow else None
    )
    async with poller_of(log, peer, timeout_s=0.1) as poller:
        listed, unlisted = [], []
        await poller.poll_once("bills")
        put_bills(peer, *(bill(number, NOW) for number in (1, 2, 3)))
        for _ in range(3):
            peer.hits.clear()
            await poller.poll_once("bills")
            listed.append([path for path in peer.paths() if path in slow])
        assert len(await told(log, "BillChanged")) == 1
        peer.lists[BILLS] = []
        for _ in range(3):
            peer.hits.clear()
            await poller.poll_once("bills")
            unlisted.append([path for path in peer.paths() if path in slow])
        peer.faults.clear()
        await poller.poll_once("bills")
    assert [sorted(paths) for paths in listed] == [sorted(slow)] * 3
    assert [len(paths) for paths in unlisted] == [1] * 3
    assert set(unlisted[0] + unlisted[1]) == slow
    assert len(await told(log, "BillChanged")) == 3


async def test_poll_when_many_details_stay_barred_p04_then_ten_are_asked_for_at_each_poll_in_turn(
    log: PostgresLog, peer: Peer
) -> None:
    put_bills(peer, *(bill(number, NOW) for number in range(1, 41)))
    barred = {f"/api/v2/ap/bills/{number:032x}/" for number in range(2, 27)}
    peer.faults.append(
        lambda request: peer.reply({}, status=403) if request.path in barred else None
    )
    async with poller_of(log, peer) as poller:
        await poller.poll_once("bills")
        peer.lists[BILLS] = []
        asked = []
        for _ in range(5):
            peer.hits.clear()
            assert (await poller.poll_once("bills")).is_complete
            asked.append([path for path in peer.paths() if path in barred])
    assert [len(paths) for paths in asked] == [10] * 5
    assert set(asked[0] + asked[1] + asked[2]) == barred
