"""Replies made to hurt the reader: nothing is fetched for them, and they cost little to refuse."""

import asyncio
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from canary import canary
from lxml import etree
from procurify_peer import served
from syspro_wire import answer, open_transport, peer

from engine.errors import Malformed

CHILD = Path(__file__).with_name("hostile_child.py")
TOKEN = "CANARYTOKEN0123456789ABCDEF01234500"
CANARY = "what only the canary holds"
DEADLINE_S = 60.0
SECONDS = 1.0
MEBIBYTES = 96
BOMB_MIB = 600


def documents(port: int, file: Path) -> dict[str, str]:
    """Every way in which a document can ask its reader to fetch something."""
    url = f"http://127.0.0.1:{port}/x"
    entity = f'<!ENTITY b SYSTEM "{file.as_uri()}">'
    parameter = f'<!ENTITY % b SYSTEM "{url}.dtd"> %b;'
    return {
        "external subset": f'<!DOCTYPE a SYSTEM "{url}.dtd"><a/>',
        "public subset": f'<!DOCTYPE a PUBLIC "-//x//y" "{url}.dtd"><a/>',
        "entity by http": f'<!DOCTYPE a [<!ENTITY b SYSTEM "{url}">]><a>&b;</a>',
        "entity from a file": f"<!DOCTYPE a [{entity}]><a>&b;</a>",
        "parameter entity": f"<!DOCTYPE a [{parameter}]><a/>",
        "entity by ftp": f'<!DOCTYPE a [<!ENTITY b SYSTEM "ftp://127.0.0.1:{port}/x">]><a>&b;</a>',
    }


def unread(port: int, file: Path) -> dict[str, str]:
    """Documents without a DTD that name something to fetch: read, and nothing is fetched."""
    url = f"http://127.0.0.1:{port}/x"
    include = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    named = f'href="{file.as_uri()}" parse="text"'
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return {
        "include": f"<UserInfo {include}><xi:include {named}/></UserInfo>",
        "include by http": f'<UserInfo {include}><xi:include href="{url}"/></UserInfo>',
        "schema": f'<UserInfo {schema} xsi:schemaLocation="x {url}.xsd"/>',
        "stylesheet": f'<?xml-stylesheet type="text/xsl" href="{url}.xsl"?><UserInfo/>',
    }


def test_canary_file_when_a_trusting_reader_meets_it_then_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "canary"
    file.write_text(CANARY)
    trusting = etree.XMLParser(load_dtd=True, resolve_entities=True)
    found = etree.fromstring(documents(1, file)["entity from a file"], trusting)
    assert found.text == CANARY


async def test_reply_x01_when_it_asks_to_fetch_then_refused_and_nothing_is_fetched(
    tmp_path: Path,
) -> None:
    file = tmp_path / "canary"
    file.write_text(CANARY)
    async with canary() as (port, called):
        _, ours = await asyncio.open_connection("127.0.0.1", port)
        ours.close()
        for text in documents(port, file).values():
            async with peer(answer(text.encode())) as site, open_transport(site.url) as transport:
                with pytest.raises(Malformed, match="refused") as caught:
                    await transport.get_logon_profile(TOKEN)
                assert CANARY not in str(caught.value)
        for text in unread(port, file).values():
            async with peer(answer(text.encode())) as site, open_transport(site.url) as transport:
                profile = await transport.get_logon_profile(TOKEN)
                assert CANARY not in str(profile)
        assert len(called) == 1, "our own call, and nobody else's"


async def measured(*words: str) -> dict[str, dict[str, Any]]:
    """What the child found, by name."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, str(CHILD), *words), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(DEADLINE_S):
            out, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode == 0
    return dict(json.loads(out))


async def test_bomb_x02_when_read_in_a_process_of_its_own_then_neither_time_nor_memory() -> None:
    found = await measured("xml")
    plain = found.pop("plain")
    assert plain["ended"] == "read"
    assert {name: case["ended"] for name, case in found.items()} == dict.fromkeys(
        found, "Malformed"
    )
    assert len(found) == 7
    for name, case in found.items():
        assert case["seconds"] <= SECONDS + 2 * plain["seconds"], (name, case, plain)
        assert case["kib"] <= MEBIBYTES * 1024, (name, case, plain)


def bomb() -> bytes:
    """A gzip stream of about 0.6 MB that unpacks to 600 MiB of blanks."""
    block, packer = b" " * (1 << 20), zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    total = 0
    for _ in range(BOMB_MIB):
        total = zlib.crc32(block, total)
    end = total.to_bytes(4, "little") + (BOMB_MIB << 20).to_bytes(4, "little")
    return head + piece * BOMB_MIB + b"\x03\0" + end


async def test_bomb_p28_when_it_unpacks_to_600_mib_then_refused_in_bounded_memory() -> None:
    packed = bomb()
    assert len(packed) < 1 << 20

    async def say(request: web.Request) -> web.Response:
        if request.path == "/oauth/token":
            return web.json_response({"access_token": "t", "expires_in": 900})
        if request.path.endswith("/honest"):
            return web.json_response({"data": {"id": 1}, "metadata": {}})
        packing = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        return web.Response(body=packed, headers=packing)

    async with served(say) as base_url:
        found = await measured("http", base_url, base_url)
    assert {name: case["ended"] for name, case in found.items()} == {
        "from_procurify honest": "read",
        "from_procurify bomb": "Oversized",
        "from_syspro honest": "read",
        "from_syspro bomb": "too_large",
    }
    for case in found.values():
        assert case["kib"] <= MEBIBYTES * 1024, found
