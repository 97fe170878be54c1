"""One write over a real socket: sent once, as it should read, and judged by what came back."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web
from procurify_peer import SECRET, FakeClock, Peer, client_of, peer_up, served

from engine.procurify.write_answers import (
    Denied,
    Fault,
    NotSent,
    Refused,
    Taken,
    Unanswered,
    WriteAnswer,
)

PATH = "/api/v3/things/"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with peer_up() as up:
        yield up


async def written(peer: Peer | str, method: str = "POST", **changes: Any) -> WriteAnswer:
    async with client_of(peer, **changes) as client:
        return await client.write(method, PATH, {"quantity": Decimal("2.50000")}, resource="things")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_write_when_taken_then_its_decimals_were_text_and_its_headers_right(
    peer: Peer, method: str
) -> None:
    sent: list[tuple[str, bytes, dict[str, str]]] = []

    async def take(request: web.Request) -> web.Response:
        if request.path != PATH:
            return await peer.answer(request)  # pyright: ignore
        sent.append((request.method, await request.read(), dict(request.headers)))
        return peer.reply({"metadata": {}, "data": {"id": 7}}, status=201)

    async with served(take) as url:
        answer = await written(url, method)
    assert isinstance(answer, Taken)
    assert answer.row == {"id": 7}
    ((how, body, headers),) = sent
    assert (how, json.loads(body)) == (method, {"quantity": "2.50000"})
    assert headers["Authorization"] == "Bearer t1"
    assert headers["X-Procurify-Client"] == "api"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "body",
    [{"id": 7, "note": "bare"}, {"metadata": {}, "data": {"id": 7, "note": "bare"}}],
    ids=["bare", "enveloped"],
)
async def test_write_when_answered_in_either_shape_then_its_row_is_read(
    peer: Peer, body: object
) -> None:
    peer.fail(PATH, [peer.reply(body, status=201)])
    answer = await written(peer)
    assert isinstance(answer, Taken)
    assert answer.row == {"id": 7, "note": "bare"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>ok</html>", Unanswered),
        (201, b"", Unanswered),
        (200, [1], Unanswered),
        (200, {"data": [1]}, Unanswered),
        (302, {}, Unanswered),
        (400, {}, Refused),
        (403, {}, Denied),
        (404, {}, Refused),
        (405, {}, Refused),
        (408, {}, Unanswered),
        (409, {}, Refused),
        (413, {}, Refused),
        (425, {}, Unanswered),
        (429, {}, NotSent),
        (500, {}, Unanswered),
        (502, b"<html>Bad gateway</html>", Unanswered),
        (503, {}, Unanswered),
    ],
)
async def test_write_when_answered_then_only_what_is_known_is_said_and_nothing_repeated(
    peer: Peer, status: int, body: object, kind: type[object]
) -> None:
    peer.fail(PATH, [peer.reply(body, status=status)])
    assert type(await written(peer)) is kind
    assert peer.count(PATH) == 1


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (
            {"errors": {"name": {"message": "A vendor\nof this name exists.", "code": "unique"}}},
            [Fault(path="name", code="unique", text="A vendor of this name exists.")],
        ),
        (
            {"errors": {"null": {"message": "Already active.", "code": "VENDOR_ALREADY_ACTIVE"}}},
            [Fault(path="", code="VENDOR_ALREADY_ACTIVE", text="Already active.")],
        ),
        (
            {"name": ["Too long.", "Not unique."]},
            [
                Fault(path="name", code="", text="Too long."),
                Fault(path="name", code="", text="Not unique."),
            ],
        ),
        ({"detail": "No."}, [Fault(path="", code="", text="No.")]),
        ({"errors": ["No."]}, [Fault(path="", code="", text="No.")]),
        (
            {"errors": {"lines": [{"sku": ["Unknown."]}]}},
            [Fault(path="lines.sku", code="", text="Unknown.")],
        ),
        ({"errors": {"name": "x" * 1000}}, [Fault(path="name", code="", text="x" * 200)]),
        ({"errors": {"secret": SECRET}}, []),
        ({"errors": {str(n): "no" for n in range(99)}}, 20),
        (b"<html>no</html>", []),
    ],
)
async def test_write_when_refused_then_each_fault_is_said_bounded_and_without_a_secret(
    peer: Peer, body: object, faults: list[Fault] | int
) -> None:
    peer.fail(PATH, [peer.reply(body, status=400)])
    answer = await written(peer)
    assert isinstance(answer, Refused)
    assert SECRET not in answer.text
    found = len(answer.faults) if isinstance(faults, int) else list(answer.faults)
    assert found == faults


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_write_when_its_reply_is_lost_then_not_known_and_sent_only_once(
    peer: Peer, method: str
) -> None:
    def cut(request: web.Request) -> None:
        if request.path == PATH:
            assert request.transport is not None
            request.transport.abort()

    peer.faults.append(cut)
    answer = await written(peer, method)
    assert isinstance(answer, Unanswered)
    assert answer.cause == "lost"
    assert peer.count(PATH) == 1


async def test_write_when_no_answer_comes_in_time_then_not_known(peer: Peer) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        if request.path == PATH:
            response = web.StreamResponse(headers={"Content-Length": "10"})
            await response.prepare(request)
            return response
        return await peer.answer(request)

    async with served(hang) as url:
        answer = await written(url, timeout_s=0.2)
    assert isinstance(answer, Unanswered)
    assert answer.cause in ("timeout", "lost")


async def test_write_when_nobody_listens_then_not_sent(peer: Peer) -> None:
    tokens = f"{peer.base_url}/oauth/token"
    answer = await written("http://127.0.0.1:1", token_url=tokens)
    assert isinstance(answer, NotSent)
    assert answer.cause == "not_reached"
    assert peer.tokens_given == 1


async def test_write_when_its_token_is_refused_then_not_sent_and_the_next_has_a_new_one(
    peer: Peer,
) -> None:
    peer.fail(PATH, [peer.reply({}, status=401), peer.reply({"id": 1})])
    async with client_of(peer) as client:
        assert isinstance(await client.write("POST", PATH, {}, resource="things"), NotSent)
        assert peer.count(PATH) == 1
        assert isinstance(await client.write("POST", PATH, {}, resource="things"), Taken)
    assert peer.tokens_given == 2
    assert [found["Authorization"] for found in peer.headers[1:] if "Authorization" in found] == [
        "Bearer t1",
        "Bearer t2",
    ]


async def test_write_when_a_new_token_was_good_and_is_refused_later_then_renewed_again(
    peer: Peer,
) -> None:
    refused, good = peer.reply({}, status=401), peer.reply({"id": 1})
    peer.fail(PATH, [refused, good, peer.reply({}, status=401), peer.reply({"id": 2})])
    async with client_of(peer) as client:
        said = [await client.write("POST", PATH, {}, resource="things") for _ in range(4)]
    assert [type(answer) for answer in said] == [NotSent, Taken, NotSent, Taken]
    assert peer.tokens_given == 3


async def test_write_when_the_new_token_is_refused_too_then_not_sent_and_no_more_are_asked_for(
    peer: Peer,
) -> None:
    peer.fail(PATH, [peer.reply({}, status=401) for _ in range(4)])
    async with client_of(peer) as client:
        for sends in (1, 2, 3):
            answer = await client.write("POST", PATH, {}, resource="things")
            assert isinstance(answer, NotSent)
            assert peer.count(PATH) == sends
    assert peer.tokens_given == 2


async def test_write_when_throttled_then_the_wish_is_told_and_the_pace_rests(peer: Peer) -> None:
    peer.fail(PATH, [peer.reply({}, status=429, Retry_After="7")])
    clock = FakeClock()
    async with client_of(peer, clock=clock) as client:
        answer = await client.write("POST", PATH, {}, resource="things")
        assert isinstance(answer, NotSent)
        assert answer.retry_after_s == 7
        peer.details[PATH] = {}
        await client.get(PATH)
    assert sum(clock.slept) >= 7
