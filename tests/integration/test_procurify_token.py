"""Tokens: one call for all who wait, renewed in time, refused with words, nothing echoed."""

import asyncio
import traceback
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from procurify_peer import SECRET, FakeClock, Peer, client_of, peer_up, served

from engine.errors import EngineError, Malformed, Misconfigured, Throttled, Transient, Unauthorized

PATH = "/api/v3/things/"
TOKEN = "/oauth/token"


def asked_for_tokens(peer: Peer) -> int:
    return sum(1 for _, path, _ in peer.hits if path == TOKEN)


@pytest.fixture
async def peer() -> Any:
    async with peer_up() as up:
        up.details[PATH] = {"id": 1}
        yield up


async def test_token_when_twenty_wait_p33_then_one_call_is_made(peer: Peer) -> None:
    async with client_of(peer) as client, asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(client.get(PATH))
    assert peer.tokens_given == 1


async def test_token_when_twenty_meet_a_401_p01_then_it_is_renewed_once(peer: Peer) -> None:
    peer.faults.append(
        lambda request: (
            peer.reply({}, status=401)
            if request.path == PATH and request.headers["Authorization"] == "Bearer t1"
            else None
        )
    )
    async with client_of(peer) as client, asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(client.get(PATH))
    assert peer.tokens_given == 2


async def test_token_when_under_five_minutes_are_left_then_it_is_renewed_before_a_poll(
    peer: Peer,
) -> None:
    clock = FakeClock()
    peer.fail(TOKEN, [peer.reply({"access_token": "short", "expires_in": 1000})])
    async with client_of(peer, clock=clock) as client:
        await client.freshen()
        clock.pass_(690)
        await client.freshen()
        assert peer.tokens_given == 0
        clock.pass_(20)
        await client.freshen()
        assert peer.tokens_given == 1


@pytest.mark.parametrize("status", [200, 429, 503])
async def test_token_when_it_is_early_to_renew_and_none_is_given_then_the_old_one_serves_on(
    peer: Peer, status: int
) -> None:
    clock = FakeClock()
    short = peer.reply({"access_token": "short", "expires_in": 1000})
    peer.fail(TOKEN, [short, peer.reply({}, status=status), peer.reply({}, status=status)])
    async with client_of(peer, clock=clock) as client:
        await client.freshen()
        clock.pass_(710)
        await client.freshen()
        assert (await client.get(PATH)).status == 200
        assert asked_for_tokens(peer) == 2
        clock.pass_(50)
        await client.freshen()
        assert asked_for_tokens(peer) == 2
        clock.pass_(20)
        await client.freshen()
        assert (asked_for_tokens(peer), peer.tokens_given) == (3, 0)
        clock.pass_(220)
        await client.freshen()
        assert peer.tokens_given == 1


@pytest.mark.parametrize("years", [-10, 10])
async def test_token_k10_when_wall_time_jumps_by_years_then_its_life_is_as_long(
    peer: Peer, years: int
) -> None:
    clock = FakeClock()
    peer.fail(TOKEN, [peer.reply({"access_token": "short", "expires_in": 1000})])
    async with client_of(peer, clock=clock) as client:
        await client.freshen()
        clock.at += timedelta(days=365 * years)
        clock.pass_(690)
        await client.freshen()
        assert peer.tokens_given == 0
        clock.at -= timedelta(days=365 * years)
        clock.pass_(20)
        await client.freshen()
        assert peer.tokens_given == 1


async def test_token_when_refused_then_said_in_words_and_the_echo_leaks_nowhere(
    peer: Peer,
) -> None:
    echo = {
        "data": {"client_id": "id-1", "client_secret": SECRET},
        "errors": {"detail": {"message": f"Unauthorized {SECRET}"}},
    }
    peer.faults.append(
        lambda request: peer.reply(echo, status=401) if request.path == TOKEN else None
    )
    async with client_of(peer) as client:
        with pytest.raises(Unauthorized) as caught:
            await client.freshen()
        for _ in range(4):
            with pytest.raises(Unauthorized):
                await client.get(PATH)
    text = "".join(traceback.format_exception(caught.value))
    assert "client id or secret refused by 127.0.0.1 (401)" in text
    assert SECRET not in text
    assert len(peer.hits) == 1


async def test_token_when_the_secret_is_changed_then_it_is_tried_at_once(peer: Peer) -> None:
    secrets = ["wrong"]

    async def picky(request: web.Request) -> web.StreamResponse:
        if request.path == TOKEN and (await request.json())["client_secret"] != "right":
            return peer.reply({}, status=401)
        return await peer.answer(request)

    async with (
        served(picky) as base_url,
        client_of(base_url, client_secret=lambda: secrets[0]) as client,
    ):
        with pytest.raises(Unauthorized):
            await client.get(PATH)
        secrets[0] = "right"
        assert (await client.get(PATH)).status == 200


async def test_token_when_asked_for_then_the_body_is_the_documented_json(peer: Peer) -> None:
    bodies = []

    async def watched(request: web.Request) -> web.StreamResponse:
        if request.path == TOKEN:
            bodies.append(await request.json())
        return await peer.answer(request)

    async with served(watched) as base_url, client_of(base_url) as client:
        await client.freshen()
    assert bodies == [
        {
            "client_id": "id-1",
            "client_secret": SECRET,
            "audience": "https://api.procurify.com/",
            "grant_type": "client_credentials",
        }
    ]


@pytest.mark.parametrize(
    ("body", "status", "kind", "words"),
    [
        ({}, 200, Malformed, "no usable token"),
        ([], 200, Malformed, "no usable token"),
        (b"<html>", 200, Malformed, "no usable token"),
        ({"access_token": ""}, 200, Malformed, "no usable token"),
        ({"access_token": "a\r\nX-Evil: 1"}, 200, Malformed, "no usable token"),
        ({"access_token": "a b"}, 200, Malformed, "no usable token"),
        ({"access_token": "a" * 16_385}, 200, Malformed, "no usable token"),
        ({"access_token": 7}, 200, Malformed, "no usable token"),
        ({}, 404, Misconfigured, "check base_url"),
        ({}, 301, Misconfigured, "check base_url"),
        ({}, 429, Throttled, "too many"),
        ({}, 503, Transient, "no token now"),
        ({}, 418, Malformed, "unexpected"),
    ],
)
async def test_token_when_the_answer_is_odd_p32_then_a_typed_error(
    peer: Peer, body: Any, status: int, kind: type[EngineError], words: str
) -> None:
    peer.faults.append(
        lambda request: (
            peer.reply(body, status=status, Location=f"{peer.base_url}/stolen")
            if request.path == TOKEN
            else None
        )
    )
    async with client_of(peer) as client:
        with pytest.raises(kind, match=words):
            await client.get(PATH)
    assert {path for _, path, _ in peer.hits} == {TOKEN}


@pytest.mark.parametrize(
    ("expires_in", "life_s"),
    [(0, 60), (-1, 60), ("soon", 60), (None, 60), (True, 60), ("7200", 7200), (10**9, 86_400)],
)
async def test_token_when_the_life_is_odd_p32_then_it_is_clamped(
    peer: Peer, expires_in: Any, life_s: float
) -> None:
    clock = FakeClock()
    peer.fail(TOKEN, [peer.reply({"access_token": "odd", "expires_in": expires_in})])
    async with client_of(peer, clock=clock) as client:
        await client.get(PATH)
        clock.pass_(life_s - 1)
        await client.get(PATH)
        assert peer.tokens_given == 0
        clock.pass_(2)
        await client.get(PATH)
        assert peer.tokens_given == 1
