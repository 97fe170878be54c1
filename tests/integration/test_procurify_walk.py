"""Walks over pages: whole or an error, never to another host, smaller pages when they stall."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from procurify_peer import Peer, client_of, peer_up, served

from engine.errors import Malformed, TimedOut
from engine.procurify.client import ProcurifyClient
from engine.procurify.models.pages import Unreadable
from engine.procurify.walk import Moved, Walker

PATH = "/api/v3/things/"


@pytest.fixture
async def peer() -> Any:
    async with peer_up() as up:
        yield up


async def ids(client: ProcurifyClient, walker: Walker | None = None) -> list[Any]:
    """The ids of a walk as a consumer sees them: forgotten when the walk begins anew."""
    found: list[Any] = []
    async for step in (walker or Walker(client)).walk(PATH, {}, resource="things"):
        if step.is_first:
            found.clear()
        found += [None if isinstance(row, Unreadable) else row["id"] for row in step.read().rows]
    return found


@pytest.mark.parametrize("is_on_top", [False, True])
@pytest.mark.parametrize("rows", [0, 1, 10, 11, 35])
async def test_walk_when_either_envelope_then_every_row_once(
    peer: Peer, rows: int, is_on_top: bool
) -> None:
    peer.is_pagination_on_top = is_on_top
    peer.lists[PATH] = [{"id": number} for number in range(rows)]
    async with client_of(peer, page_size=10) as client:
        assert await ids(client) == list(range(rows))
    assert peer.count(PATH) == max(1, -(-rows // 10))


async def test_walk_when_a_page_is_past_the_end_then_404_ends_it(peer: Peer) -> None:
    peer.lists[PATH] = [{"id": number} for number in range(10)]
    peer.faults.append(
        lambda request: (
            peer.page(request, peer.lists[PATH], next=f"{peer.base_url}{PATH}?page=2")
            if "page" not in request.query and request.path == PATH
            else peer.reply({"detail": "Invalid page."}, status=404)
            if request.query.get("page") == "2"
            else None
        )
    )
    async with client_of(peer, page_size=10) as client:
        assert len(await ids(client)) == 10


async def test_walk_when_a_row_comes_in_between_p18_then_it_walks_again(peer: Peer) -> None:
    peer.lists[PATH] = [{"id": number} for number in range(20)]

    def insert(request: web.Request) -> None:
        if request.query.get("page") == "2" and len(peer.lists[PATH]) == 20:
            peer.lists[PATH].insert(0, {"id": 99})

    peer.faults.append(insert)
    async with client_of(peer, page_size=10) as client:
        assert await ids(client) == [99, *range(20)]


async def test_walk_when_the_list_never_rests_p18_then_it_fails(peer: Peer) -> None:
    peer.lists[PATH] = [{"id": number} for number in range(20)]

    def insert(request: web.Request) -> None:
        if request.query.get("page") == "2":
            peer.lists[PATH].insert(0, {"id": 99})

    peer.faults.append(insert)
    async with client_of(peer, page_size=10) as client:
        with pytest.raises(Moved, match="changed while it was read"):
            await ids(client)


@pytest.mark.parametrize("count", [4, 6, 0])
async def test_walk_when_rows_and_count_differ_p13_then_it_fails(peer: Peer, count: int) -> None:
    rows = [{"id": number} for number in range(5)]
    peer.faults.append(
        lambda request: peer.page(request, rows, count=count) if request.path == PATH else None
    )
    async with client_of(peer, page_size=10) as client:
        with pytest.raises(Moved, match="5 rows were read"):
            await ids(client)
    assert peer.count(PATH) == 2


@pytest.mark.parametrize(
    "evil",
    [
        "http://{canary}/api/v3/things/?page=2",
        "https://{own}/api/v3/things/?page=2",
        "//{canary}/api/v3/things/?page=2",
        "http://{own}@{canary}/?page=2",
        "http://user:word@{own}/api/v3/things/?page=2",
        "http://[::ffff:127.0.0.1]:{port}/?page=2",
        "http://localhost:{port}/api/v3/things/?page=2",
        "javascript:alert(1)",
        "http://[bad",
    ],
)
async def test_walk_when_next_leads_elsewhere_p30_then_refused_unasked(
    peer: Peer, evil: str
) -> None:
    hits: list[str] = []

    async def canary(request: web.Request) -> web.StreamResponse:
        hits.append(request.path)
        return web.json_response({})

    rows = [{"id": number} for number in range(20)]
    async with served(canary) as elsewhere:
        own = peer.base_url.removeprefix("http://")
        address = evil.format(
            canary=elsewhere.removeprefix("http://"), own=own, port=own.split(":")[1]
        )
        peer.faults.append(
            lambda request: peer.page(request, rows, next=address) if request.path == PATH else None
        )
        async with client_of(peer, page_size=10) as client:
            with pytest.raises(Malformed, match="on another host; not followed"):
                await ids(client)
    assert hits == []
    assert peer.count(PATH) == 1


@pytest.mark.parametrize("shape", ["?page={n}", "/api/v3/things/?show=True&page={n}", "?cursor=x"])
async def test_walk_when_next_is_relative_p30_then_followed_on_our_own_host(
    peer: Peer, shape: str
) -> None:
    rows = [{"id": number} for number in range(20)]

    def answer(request: web.Request) -> web.Response | None:
        if request.path != PATH:
            return None
        number = int(request.query.get("page", "1"))
        following = shape.format(n=number + 1) if number < 2 else None
        return peer.page(request, rows, next=following)

    peer.faults.append(answer)
    async with client_of(peer, page_size=10) as client:
        assert await ids(client) == list(range(20))


@pytest.mark.parametrize(("number", "words"), [(1, "20"), (3, "in order"), ("x", "in order")])
async def test_walk_when_next_loops_or_jumps_p30_then_it_fails(
    peer: Peer, number: object, words: str
) -> None:
    rows = [{"id": number} for number in range(20)]
    peer.faults.append(
        lambda request: (
            peer.page(request, rows, next=f"{peer.base_url}{PATH}?page={number}")
            if request.path == PATH
            else None
        )
    )
    async with client_of(peer, page_size=10) as client:
        with pytest.raises(Malformed, match=words):
            await ids(client)
    assert peer.count(PATH) <= 2


async def test_walk_when_it_never_ends_p30_then_the_page_cap_ends_it(peer: Peer) -> None:
    peer.faults.append(
        lambda request: (
            peer.reply(
                {
                    "data": [{"id": 1}],
                    "pagination": {"next": f"?page={int(request.query.get('page', '1')) + 1}"},
                }
            )
            if request.path == PATH
            else None
        )
    )
    async with client_of(peer) as client:
        with pytest.raises(Malformed, match="more than 7 pages"):
            await ids(client, Walker(client, most_pages=7))
    assert peer.count(PATH) == 7


async def test_walk_when_pages_are_too_large_p27_then_smaller_ones_are_asked_for(
    peer: Peer,
) -> None:
    peer.lists[PATH] = [{"id": number} for number in range(30)]
    asked: list[int] = []

    def bloat(request: web.Request) -> web.Response | None:
        if request.path != PATH:
            return None
        asked.append(int(request.query["page_size"]))
        return peer.reply({"data": ["x" * 4000]}) if asked[-1] > 15 else None

    peer.faults.append(bloat)
    async with client_of(peer, page_size=50, largest_body=2000) as client:
        walker = Walker(client)
        assert await ids(client, walker) == list(range(30))
        assert asked == [50, 25, 12, 12, 12]
        asked.clear()
        assert await ids(client, walker) == list(range(30))
    assert asked == [15, 15]


async def test_walk_when_pages_stall_p10_then_halved_to_five_and_then_it_fails(peer: Peer) -> None:
    asked: list[int] = []
    release = asyncio.Event()

    async def stall(request: web.Request) -> web.StreamResponse:
        if request.path != PATH:
            return await peer.answer(request)
        asked.append(int(request.query["page_size"]))
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        await release.wait()
        return answer

    async with served(stall) as base_url:
        async with client_of(base_url, page_size=20, timeout_s=0.05) as client:
            with pytest.raises(TimedOut):
                await ids(client)
        release.set()
    assert asked == [20, 10, 5]
