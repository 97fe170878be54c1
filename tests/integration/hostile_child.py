"""A process of its own in which hostile replies are read, and what reading them cost.

`python hostile_child.py xml` reads each document of the corpus; `... http PROCURIFY SYSPRO` asks
both addresses for an honest reply and for a bomb; each in a fork, for peaks of memory never fall.
Prints JSON: by name, how it ended, seconds, and KiB by which the peak of memory rose.
"""

import asyncio
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import date
from functools import partial

from engine.clock import SystemClock
from engine.errors import EngineError
from engine.procurify.client import ProcurifyClient
from engine.procurify.settings import ProcurifySettings
from engine.syspro import xml
from engine.syspro.gate import Gate
from engine.syspro.transport_http import HttpChannel, Limits, Lost


def plain() -> bytes:
    """A reply as a large site might send: 80,001 elements in 1.3 MB."""
    return b"<Query>" + b"<Row><Key>000000000000</Key></Row>" * 40_000 + b"</Query>"


def laughs() -> bytes:
    """Ten entities, each ten times the one before: 10^9 characters."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]><a>&l9;</a>'.encode()


def laughs_in_attribute() -> bytes:
    """The same where an attribute stands."""
    return laughs().replace(b"<a>&l9;</a>", b'<a b="&l9;"/>')


def quadratic() -> bytes:
    """One entity of 50,000 characters, used 50,000 times."""
    used = "&b;" * 50_000
    return f'<!DOCTYPE a [<!ENTITY b "{"b" * 50_000}">]><a>{used}</a>'.encode()


def deep() -> bytes:
    """200,000 elements, each in the one before."""
    return b"<a>" * 200_000 + b"</a>" * 200_000


def attributes() -> bytes:
    """One element of 200,000 attributes."""
    return ("<a " + " ".join(f'n{number}="v"' for number in range(200_000)) + "/>").encode()


def long_text() -> bytes:
    """100 MB of text in one element."""
    return b"<a>" + b"x" * 100_000_000 + b"</a>"


def text_within_the_cap() -> bytes:
    """One text as long as a reply may be at all."""
    return b"<a>" + b"x" * (xml.MAX_BYTES - 7) + b"</a>"


DOCUMENTS: tuple[Callable[[], bytes], ...] = (
    plain,
    laughs,
    laughs_in_attribute,
    quadratic,
    deep,
    attributes,
    long_text,
    text_within_the_cap,
)


def peak_kib() -> int:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def read(body: bytes) -> str:
    """How reading the reply ended."""
    try:
        xml.parse(xml.decode(body))
    except EngineError as error:
        return type(error).__name__
    return "read"


def in_a_fork(work: Callable[[], str]) -> dict[str, object]:
    """How the work ends, and what it costs, in a process that has held no more than this one now.

    What a process held before it was this program counts to its peak, so a fork is needed.
    """
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        before, began = peak_kib(), time.perf_counter()
        ended = work()
        seconds, kib = time.perf_counter() - began, peak_kib() - before
        os.write(into, json.dumps({"ended": ended, "seconds": seconds, "kib": kib}).encode())
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as source:
        said = source.read()
    os.waitpid(child, 0)
    return dict(json.loads(said))


def costs_of_reading() -> dict[str, dict[str, object]]:
    """What each document of the corpus comes to."""
    return {each.__name__: in_a_fork(partial(read, each())) for each in DOCUMENTS}


async def from_procurify(base_url: str, name: str) -> str:
    """How asking Procurify for the thing of that name ended."""
    settings = ProcurifySettings(
        source="acme",
        base_url=base_url,
        client_id="id",
        client_secret="secret",
        since=date(2026, 11, 1),
        requests_per_second=0,
    )
    async with ProcurifyClient(settings, clock=SystemClock(), chance=random.Random(7)) as client:
        try:
            reply = await client.get(f"/{name}")
        except EngineError as error:
            return type(error).__name__
        return "read" if reply.value else "empty"


async def from_syspro(base_url: str, name: str) -> str:
    """How asking SYSPRO for the thing of that name ended."""
    async with HttpChannel.open(Gate(0), Limits(connect_s=20, total_s=20)) as channel:
        got = await channel.exchange("GET", f"{base_url}/{name}")
    return got.loss if isinstance(got, Lost) else "read"


def ended(ask: Callable[[str, str], Coroutine[None, None, str]], base_url: str, name: str) -> str:
    """How asking for the thing of that name ended."""
    return asyncio.run(ask(base_url, name))


def costs_of_asking(base_urls: list[str]) -> dict[str, dict[str, object]]:
    """What an honest reply and a bomb come to, from either side."""
    return {
        f"{ask.__name__} {name}": in_a_fork(partial(ended, ask, base_url, name))
        for base_url, ask in zip(base_urls, (from_procurify, from_syspro), strict=True)
        for name in ("honest", "bomb")
    }


if __name__ == "__main__":
    costs = costs_of_reading() if sys.argv[1] == "xml" else costs_of_asking(sys.argv[2:])
    sys.stdout.write(json.dumps(costs))
