"""`demo`: the whole main job on this machine, in a minute, with processes and sockets of its own.

Starts both sandboxes, PostgreSQL and the engine, after a probe of its SYSPRO, shows progress, lets
the scenario go on until all is settled, then proves: nothing twice, nothing lost, chain verified,
replay identical; and tells the story of one order. Everything is taken away afterwards.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp
import orjson

from engine.audit import story
from engine.cli import audit
from engine.cli.demo_processes import Child, ready_line, started
from engine.cli.demo_summary import Oracle, Summary, named, summarised
from engine.cli.exits import Exit
from engine.cli.output import complain, print_json, say
from engine.cli.status import caught_up
from engine.cli.verb import SCENARIOS, Verb, document_count
from engine.config import load
from engine.embedded import wait_until_gone
from engine.errors import NotFound, Transient
from engine.log.verify import verify
from engine.replay import Replay
from engine.service.bootstrap import take_bootstrap
from engine.service.foundation import Foundation, foundation
from engine.service.probing import probe_site
from engine.standing import DONE, READY, SENDING, Standing
from projections import planning

LOOK_EVERY_S = 0.4
BREATH = 4
"""The sandbox is left alone for so many times the time that its judgement took."""
ANSWER_S = 60.0
SAY_EVERY_S = 5.0
STILL_LOOKS = 3
TOLD_ORDER = "PO-1042"


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The size and seed of the story, and how long to wait for its end."""
    child.add_argument("--seed", type=int, default=7)
    child.add_argument("--documents", type=document_count, default=200)
    child.add_argument("--scenario", choices=SCENARIOS, default="standard")
    child.add_argument("--po-numbering", choices=("auto", "manual"), default="auto")
    child.add_argument("--profile", choices=("fast", "site"), default="fast")
    child.add_argument("--timeout", type=float, default=300.0, metavar="S")


async def run(options: argparse.Namespace) -> int:
    """Exit 0 or 3 (documents are held for a person) when all is as promised, else 1."""
    started_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="procurify-syspro-demo-") as name:
        folder = Path(name)
        os.chmod(folder, 0o711)  # so that PostgreSQL's own account can pass, and all lies here
        verb = [
            "sandbox",
            f"--seed={options.seed}",
            f"--documents={options.documents}",
            f"--scenario={options.scenario}",
            f"--po-numbering={options.po_numbering}",
            f"--profile={options.profile}",
            f"--folder={folder}",
        ]
        complain("starting a Procurify and a SYSPRO of our own, PostgreSQL, and the engine")
        async with started("sandbox", verb, folder, stdout=asyncio.subprocess.PIPE) as sandbox:
            ready = await ready_line(sandbox)
            config = load(str(ready["config"]))
            async with foundation(config) as ground:
                probe = await probed(ground)
                run_verb = ["run", f"--config={ready['config']}"]
                async with started("engine", run_verb, folder) as engine:
                    summary = await watched(ground, engine, ready, options, started_s, probe)
        await asyncio.to_thread(wait_until_gone, Path(config.database.folder))
    if options.json:
        print_json(summary.plain())
    else:
        summary.show()
    if not summary.is_as_promised:
        return Exit.ERROR
    return Exit.WAITING_FOR_PERSON if summary.held else Exit.OK


async def probed(ground: Foundation) -> str:
    """Whether the sandbox does what the engine rests on, asked as of any site: passed or failed."""
    complain("asking in SYSPRO's test company whether it does what posting rests on")
    vault = await ground.vault()
    await take_bootstrap(ground, vault)
    found = [
        await probe_site(ground, vault, tenant, company, actor="demo", orders=1)
        for tenant in ground.config.tenants
        for company in tenant.companies
    ]
    return "passed" if all(body["result"] == "passed" for body in found) else "failed"


async def watched(
    ground: Foundation,
    engine: Child,
    ready: Mapping[str, object],
    options: argparse.Namespace,
    started_s: float,
    probe: str,
) -> Summary:
    """The summary, once everything has settled; tells the story of one order before."""
    tenant = ground.config.tenants[0].name
    oracle, found = await settled(ground, engine, ready, options.timeout)
    wall_s = time.monotonic() - started_s
    chain = await verify(ground.database, tenant)
    replayed = await Replay(ground.database, ground.log, planning()).verify(tenant)
    if not options.json:
        await tell(ground, tenant)
    return summarised(
        oracle,
        found.held,
        events=chain.positions,
        chain="verified" if chain.is_whole else f"broken at {chain.bad_position}",
        replay="identical" if replayed.is_identical else "different",
        probe=probe,
        wall_s=wall_s,
    )


async def settled(
    ground: Foundation, engine: Child, ready: Mapping[str, object], timeout_s: float
) -> tuple[Oracle, Standing]:
    """The oracle and the standing once nothing moves any more, or when the time is up."""
    tenant = ground.config.tenants[0].name
    still = 0
    progress = Progress()
    ends_s = time.monotonic() + timeout_s
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as session:
        while True:
            began_s = time.monotonic()
            oracle = await ask(session, f"{ready['control_url']}/oracle")
            took_s = time.monotonic() - began_s
            found = await caught_up(ground, tenant)
            progress.show(oracle, found)
            still = still + 1 if is_settled(oracle, found) else 0
            if still >= STILL_LOOKS or time.monotonic() > ends_s:
                progress.end()
                return oracle, found
            if not engine.is_running:
                raise Transient(f"the engine ended: {engine.last_words()}")
            await asyncio.sleep(max(LOOK_EVERY_S, BREATH * took_s))


def is_settled(oracle: Oracle, found: Standing) -> bool:
    """No change to come, nothing on its way, nothing missing that is not held.

    What must be held is, and nothing differs: else the engine may not have seen the last change.
    """
    moving = found.many(READY) + found.many(SENDING) + len(found.in_doubt) + len(found.waiting)
    held = {(entry.kind, entry.source_id) for entry in found.held}
    is_seen = named(oracle, "must_hold") <= held and not oracle["differences"]
    is_still = oracle["story_left"] == 0 and moving == 0
    return is_still and is_seen and named(oracle, "missing") <= held


async def tell(ground: Foundation, tenant: str) -> None:
    """The story of one order is told, if there is that order."""
    with suppress(NotFound):
        told = await story(ground.database, ground.log, tenant, TOLD_ORDER)
        say()
        say(f"The story of {TOLD_ORDER} (`audit {TOLD_ORDER}` shows the XML as well)")
        say()
        audit.show(tenant, told, has_xml=False)


class Progress:
    """One line on standard error: written over itself on a terminal, else now and then."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._said_s = float("-inf")

    def show(self, oracle: Oracle, found: Standing) -> None:
        """How far it is now."""
        line = (
            f"in SYSPRO {found.many(DONE)}, on the way {found.many(READY | SENDING)}, "
            f"waiting {len(found.waiting)}, held {len(found.held)}, "
            f"changes to come {oracle['story_left']}"
        )
        if self._is_terminal:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        elif time.monotonic() - self._said_s > SAY_EVERY_S:
            self._said_s = time.monotonic()
            complain(line)

    def end(self) -> None:
        """The line is left standing."""
        if self._is_terminal:
            complain("")


async def ask(session: aiohttp.ClientSession, url: str) -> Oracle:
    """The control port's answer; raises `Transient` when it has none."""
    try:
        async with session.get(url) as response:
            answer = orjson.loads(await response.read())
    except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError) as error:
        raise Transient(f"the sandbox's control port does not answer: {error}") from error
    assert isinstance(answer, dict)
    return answer


VERB = Verb(
    name="demo",
    summary="the whole main job on this machine, in a minute",
    add_arguments=add_arguments,
    run=run,
)
