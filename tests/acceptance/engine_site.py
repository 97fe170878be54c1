"""A sandbox and engines as real processes, and what an auditor may ask of them.

`opened` starts a sandbox, edits its configuration file and gives a `Site`; whatever was started
through it is ended, by force if need be, when the block ends. The verdict comes from the
sandbox's oracle, its OData tables and the event log; never from the engine's own memory.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from site_config import Edit, nothing, read, through, write
from site_ledger import TABLES, normal
from site_programs import LOOK_EVERY_S, Program, roomy, said, sandbox, started
from wire_proxy import Rule, WireProxy

from engine.cli.status import caught_up, plain
from engine.config import load
from engine.core.events import Event
from engine.errors import EngineError
from engine.service.foundation import Foundation, foundation
from engine.standing import READY, SENDING, standing

HELD_EXIT = 3
SETTLED_S = 100.0
CLAIM_S = 60.0
"""Far more than it takes, also where two sites share a core."""
Tree = dict[str, Any]
Names = set[tuple[str, str]]


@dataclass(slots=True, kw_only=True, eq=False)
class Site:
    """One sandbox and the engines before it."""

    folder: Path
    config: Path
    ready: Tree
    ground: Foundation
    tenant: str
    web: aiohttp.ClientSession
    sandbox: Program
    engines: list[Program] = field(default_factory=list)

    async def engine(
        self,
        name: str = "engine",
        *,
        config: Path | None = None,
        also: Mapping[str, str] | None = None,
    ) -> Program:
        """One more engine runs."""
        words = ("run", f"--config={config or self.config}")
        engine = await started(self.folder, name, *words, also=also)
        self.engines.append(engine)
        return engine

    async def engine_elsewhere(self, place: Path) -> Program:
        """One more engine runs, as in another container: host, name, home and temporary folder are
        others, and empty; the configuration is the same in another file."""
        tree, config = read(self.config), place / "config.toml"
        tree["service"]["name"] = place.name
        write(config, tree)
        also = {"HOSTNAME": place.name, "HOME": str(place), "TMPDIR": str(place)}
        return await self.engine(place.name, config=config, also=also)

    async def oracle(self) -> Tree:
        async with self.web.get(f"{self.ready['control_url']}/oracle") as response:
            return dict(orjson.loads(await response.read()))

    async def state(self, kinds: str) -> Tree:
        """The books of both sides, of these kinds."""
        async with self.web.get(f"{self.ready['control_url']}/state?kind={kinds}") as response:
            return dict(orjson.loads(await response.read()))

    async def requests(self) -> list[Tree]:
        async with self.web.get(f"{self.ready['control_url']}/requests?after=0") as response:
            return list(orjson.loads(await response.read())["requests"])

    async def status(self) -> Tree:
        """What `engine status --json` prints, without the second that the verb takes to start."""
        found = await caught_up(self.ground, self.tenant)
        return plain({self.tenant: found}, self.ground.clock.now(), {self.tenant: 0})

    async def status_verb(self) -> tuple[int, Tree]:
        """Exit code and answer of `engine status --config FILE --json`."""
        return await said(self.folder, "status", f"--config={self.config}")

    async def head(self) -> int:
        return (await self.ground.log.head(self.tenant)).position

    async def events(self, *types: str, after: int = 0) -> list[Event]:
        """Every event of those types, in order."""
        found: list[Event] = []
        while batch := await self.ground.log.read(self.tenant, after):
            found += [event for event in batch if event.type in types]
            after = batch[-1].position
        return found

    async def is_settled(self) -> bool:
        """No change to come, nothing on its way, and what is missing is exactly what is held."""
        oracle = await self.oracle()
        found = await standing(self.ground.database, self.tenant)
        moving = found.many(READY | SENDING) + len(found.in_doubt) + len(found.waiting)
        held = {(entry.kind, entry.source_id) for entry in found.held}
        return (
            not moving
            and not oracle["story_left"]
            and names(oracle["missing"]) == held
            and found.checkpoint >= await self.head() - 50
        )

    async def settled(self, timeout_s: float = SETTLED_S) -> None:
        """Everything has come to rest, seen twice; fails with what is left after the time-out."""
        try:
            async with asyncio.timeout(timeout_s):
                still = 0
                while still < 2:
                    self.check_engines()
                    try:
                        still = still + 1 if await self.is_settled() else 0
                    except EngineError:
                        still = 0
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            pytest_fail(await self._left(timeout_s))

    async def until(self, claim: Callable[[], Awaitable[bool]], timeout_s: float = CLAIM_S) -> None:
        """The claim holds; fails after the time-out."""
        async with asyncio.timeout(timeout_s):
            while not await self._holds(claim):
                await asyncio.sleep(0.02)

    async def _holds(self, claim: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the claim holds; a database that does not answer says no."""
        try:
            return await claim()
        except EngineError:
            return False

    async def reached(self, position: int, *, at_most_s: float) -> None:
        """The log is that long, or the time is up."""

        async def is_reached() -> bool:
            return await self.head() >= position

        with suppress(TimeoutError):
            await self.until(is_reached, at_most_s)

    async def hit(self, rule: Rule) -> None:
        """A request is at the rule's stage, and waits there."""

        async def is_hit() -> bool:
            self.check_engines()
            return rule.hit.is_set()

        await self.until(is_hit)

    def check_engines(self) -> None:
        """No engine ended by itself."""
        for engine in self.engines:
            code = engine.child.returncode
            assert code in (None, 0, -signal.SIGKILL), f"exit {code}: {engine.words()[-3000:]}"

    async def ledger(self) -> Tree:
        """What the sandbox's SYSPRO holds, read past the engine and freed of its numbering."""
        found = {name: await self._table(name) for name in TABLES}
        return normal(found)

    async def _table(self, name: str) -> list[Tree]:
        syspro = self.ready["syspro"]
        login = aiohttp.encode_basic_auth(syspro["odata_user"], syspro["odata_password"])
        async with self.web.get(
            f"{syspro['odata_url']}/{name}", headers={"Authorization": login}
        ) as response:
            assert response.status == 200, name
            return list(orjson.loads(await response.read())["value"])

    async def _left(self, timeout_s: float) -> str:
        oracle = await self.oracle()
        found = await standing(self.ground.database, self.tenant)
        held = {(entry.kind, entry.source_id) for entry in found.held}
        return (
            f"not settled after {timeout_s} s: story {oracle['story_left']}, counts "
            f"{found.counts}, head {found.head}, checkpoint {found.checkpoint},\n"
            f"missing, not held {names(oracle['missing']) - held},\n"
            f"held, not missing {held - names(oracle['missing'])},\n"
            f"waiting {[entry.plain('') for entry in found.waiting]},\n"
            f"in doubt {[entry.plain('') for entry in found.in_doubt]},\n"
            f"engine: {self.engines[-1].words()[-3000:] if self.engines else ''}"
        )


def names(entries: Sequence[Tree]) -> Names:
    """Kind and id of each."""
    return {(entry["kind"], entry["source_id"]) for entry in entries}


def pytest_fail(text: str) -> None:
    """The test fails with the text."""
    raise AssertionError(text)


def assert_right(oracle: Tree, status: Tree) -> None:
    """Never lost, never twice, nothing changed on the way: by the oracle and by the engine."""
    assert oracle["duplicates"] == []
    assert oracle["differences"] == []
    assert oracle["order_violations"] == []
    assert oracle["story_left"] == 0
    assert status["in_doubt"] == [] and status["waiting"] == []
    assert status["ready"] == 0 and status["sending"] == 0
    assert names(oracle["missing"]) == names(status["held"]) == names(oracle["must_hold"])
    for kind, eligible in oracle["eligible"].items():
        missing = sum(entry["kind"] == kind for entry in oracle["missing"])
        assert oracle["posted"][kind] == eligible - missing


@asynccontextmanager
async def opened(
    *,
    seed: int = 7,
    documents: int = 30,
    numbering: str = "auto",
    scenario: str = "standard",
    edit: Edit = nothing,
) -> AsyncIterator[Site]:
    """A site with a sandbox that listens and no engine yet."""
    async with _opened(seed, documents, numbering, scenario, edit, None) as (site, _):
        yield site


@asynccontextmanager
async def proxied(
    *, seed: int = 7, documents: int = 30, numbering: str = "auto", edit: Edit = nothing
) -> AsyncIterator[tuple[Site, WireProxy]]:
    """A site whose engines reach SYSPRO through a proxy."""
    async with _opened(seed, documents, numbering, "standard", edit, "syspro") as (site, proxy):
        assert proxy is not None
        yield site, proxy


@asynccontextmanager
async def _opened(
    seed: int, documents: int, numbering: str, scenario: str, edit: Edit, host: str | None
) -> AsyncIterator[tuple[Site, WireProxy | None]]:
    folder = roomy()
    async with AsyncExitStack() as stack:
        program, ready = await sandbox(
            folder, seed=seed, documents=documents, numbering=numbering, scenario=scenario
        )
        stack.push_async_callback(program.kill)
        config = Path(ready["config"])
        tree = read(config)
        proxy = None
        if host is not None:
            origin = "/".join(ready[host]["base_url"].split("/")[:3])
            proxy = await stack.enter_async_context(WireProxy(origin).running())
            through(proxy, tree)
        edit(tree)
        write(config, tree)
        ground = await stack.enter_async_context(foundation(load(str(config))))
        web = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        )
        site = Site(
            folder=folder,
            config=config,
            ready=ready,
            ground=ground,
            tenant=tree["tenants"][0]["name"],
            web=web,
            sandbox=program,
        )
        stack.push_async_callback(_kill_all, site.engines)
        yield site, proxy


_UNKILLED: dict[str, Tree] = {}


async def unkilled(numbering: str) -> Tree:
    """The ledger at the end of a run that nothing happens to; run once for each numbering."""
    if numbering not in _UNKILLED:
        async with opened(numbering=numbering) as site:
            await site.engine()
            await site.settled()
            assert_right(await site.oracle(), await site.status())
            _UNKILLED[numbering] = await site.ledger()
    return _UNKILLED[numbering]


async def _kill_all(engines: list[Program]) -> None:
    for engine in engines:
        engine.send(signal.SIGCONT)
        await engine.kill()
