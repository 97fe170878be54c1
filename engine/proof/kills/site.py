"""A sandbox that survives, a fresh database for each life before it, and the verdict over both.

The verdict comes from the sandbox's oracle, the event log's chain and a replay; never from an
engine's memory. A `Site` serves one world after the other; several sites may stand side by side on
one PostgreSQL.
"""

import asyncio
import itertools
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import aiohttp
import orjson
from pydantic import SecretStr

from engine.config import Config, load
from engine.core.events import Event
from engine.db import Database
from engine.errors import EngineError, Transient
from engine.log.verify import verify
from engine.proof.evidence.figures import Doubts
from engine.proof.kills.programs import Program, Programs
from engine.replay import Replay
from engine.sandbox.main import SandboxOptions
from engine.service.foundation import Foundation, foundation
from engine.standing import READY, SENDING, standing
from projections import planning

PATIENCE_S: Final = 90.0
LONGEST_S: Final = 900.0
LOOK_S: Final = 0.1
STILL: Final = 2
ANSWER_S: Final = 60.0
DOCUMENTS: Final = 6
"""Suppliers, orders and bills, eight posts in all, a bill against an order among them."""
TEMPLATE: Final = "template_life"
"""The database with the schema and nothing else."""
FIRST_INTENT: Final = "step.PostIntended before"
MORTAL_S: Final = 2.0
"""How long the leases last of an engine that is to die: so long the next one waits for them."""
LASTING_S: Final = 6.0
"""How long those of an engine last that is to live: a busy machine may not take them from it."""
TIMEOUT_S: Final = 1.9
DRAIN_S: Final = 2.0
DOUBLE_READ_S: Final = 0.1

Json = Mapping[str, object]
Around = Callable[[str], AbstractAsyncContextManager[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was left once all was quiet; `wrong` has a sentence for each thing that must not be."""

    duplicates: int
    lost: int
    ambiguous_posts: int
    doubts: Doubts
    wrong: tuple[str, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """One story from its beginning: an empty log, a reset sandbox, and the engines that come."""

    site: "Site"
    folder: Path
    config: Config
    ground: Foundation
    engines: list[Program] = field(default_factory=list)

    @property
    def tenant(self) -> str:
        """The one tenant."""
        return self.config.tenants[0].name

    def engine(self, chaos: str = "") -> Program:
        """One more engine runs; `chaos` as `engine.crossings.arm` takes it."""
        log = self.folder / f"engine-{len(self.engines) + 1}.log"
        ttl_s = MORTAL_S if "=" in chaos.partition("trace=")[0] else LASTING_S
        service = self.config.service.model_copy(update={"lease_ttl_s": ttl_s})
        config = self.config.model_copy(update={"service": service})
        engine = self.site.programs.engine(config, log, chaos)
        self.engines.append(engine)
        return engine

    async def events(self, after: int = 0) -> list[Event]:
        """Every event after that position, in order."""
        found: list[Event] = []
        while batch := await self.ground.log.read(self.tenant, after):
            found += batch
            after = batch[-1].position
        return found

    async def head(self) -> int:
        """The log's last position."""
        return (await self.ground.log.head(self.tenant)).position

    def trace(self, number: int) -> Path:
        """Where the engine of that number, from 1, is to trace its crossings."""
        return self.folder / f"trace-{number}"

    async def settled(self, or_ended: Program | None = None) -> str:
        """Empty once all has come to rest, or that engine has ended; else what still moves.

        Given up when nothing changed for `PATIENCE_S`: a slow machine is no breach.
        """
        still, moving, seen = 0, "", "nothing"
        began = changed = time.monotonic()
        while still < STILL and (or_ended is None or or_ended.is_running):
            now = time.monotonic()
            if now - changed > PATIENCE_S or now - began > LONGEST_S:
                return (
                    f"not quiet {now - began:.0f} s after: {moving or 'it moves again and again'}"
                )
            try:
                moving = await self.moving()
            except EngineError as error:
                moving = str(error)
            if moving != seen:
                seen, changed = moving, now
            still = 0 if moving else still + 1
            await asyncio.sleep(LOOK_S)
        return ""

    async def judged(self) -> Verdict:
        """The verdict, once all has come to rest or the time for that is up."""
        unsettled = await self.settled()
        verdict = await self.verdict()
        return replace(verdict, wrong=(unsettled, *verdict.wrong)) if unsettled else verdict

    async def verdict(self) -> Verdict:
        """What the oracle, the chain and a replay say now, whether or not anything still moves."""
        wrong: list[str] = []
        oracle = await self.site.ask("oracle")
        found = await standing(self.ground.database, self.tenant)
        held = {(entry.kind, entry.source_id) for entry in found.held}
        lost = _named(oracle, "missing") - held
        wrong += [f"{name}: {oracle[name]}" for name in _NEVER if oracle[name]]
        if lost:
            wrong.append(f"lost: {sorted(lost)}")
        if held != _named(oracle, "must_hold"):
            wrong.append(f"held {sorted(held)}, not {sorted(_named(oracle, 'must_hold'))}")
        chain = await verify(self.ground.database, self.tenant)
        if not chain.is_whole:
            wrong.append(f"chain broken at {chain.bad_position}: {chain.what}")
        replay = Replay(self.ground.database, self.ground.log, planning())
        if not (await replay.verify(self.tenant)).is_identical:
            wrong.append("replay differs")
        events = await self.events()
        duplicates = len(_listed(oracle, "duplicates"))
        doubts = _doubts(events, duplicates + len(lost))
        return Verdict(
            duplicates=duplicates,
            lost=len(lost),
            ambiguous_posts=sum(event.type == "PostInDoubt" for event in events),
            doubts=doubts,
            wrong=tuple(wrong),
        )

    async def end(self) -> None:
        """No engine of this world runs any more."""
        for engine in self.engines:
            await engine.kill()

    async def moving(self) -> str:
        """What still moves; empty when nothing does."""
        oracle = await self.site.ask("oracle")
        found = await standing(self.ground.database, self.tenant)
        held = {(entry.kind, entry.source_id) for entry in found.held}
        moving = {
            "to come": oracle["story_left"],
            "ready or sending": found.many(READY | SENDING),
            "in doubt": len(found.in_doubt),
            "waiting": len(found.waiting),
            "missing": len(_named(oracle, "missing") - held),
            "not yet held": len(_named(oracle, "must_hold") - held),
            "differing": len(_listed(oracle, "differences")),
        }
        return ", ".join(f"{name} {many}" for name, many in moving.items() if many)


class Site:
    """One sandbox and the folder it lies in."""

    def __init__(
        self,
        *,
        programs: Programs,
        folder: Path,
        databases: "Databases",
        control_url: str,
        config: Config,
        web: aiohttp.ClientSession,
    ) -> None:
        self.programs = programs
        self.folder = folder
        self._databases = databases
        self._control_url = control_url
        self._config = config
        self._web = web
        self._template = TEMPLATE

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, programs: Programs, databases: "Databases", folder: Path, seed: int
    ) -> "AsyncIterator[Site]":
        """A site whose sandbox tells the same story again at every reset."""
        options = SandboxOptions(seed=seed, documents=DOCUMENTS, folder=folder, is_quiet=True)
        async with AsyncExitStack() as stack:
            program, ready = await programs.sandbox(options, folder / "sandbox.log")
            stack.push_async_callback(program.kill)
            web = await stack.enter_async_context(
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S))
            )
            yield cls(
                programs=programs,
                folder=folder,
                databases=databases,
                control_url=ready["control_url"],
                config=load(ready["config"]),
                web=web,
            )

    @asynccontextmanager
    async def world(
        self, *, around: Around = nullcontext, is_new: bool = False, kept: str = ""
    ) -> AsyncIterator[World]:
        """A story begins; its engines are gone at the end of the block, its database too, unless
        it is `kept` under that name.

        `around` makes of the database's address the one by which engines reach it. `is_new`: from
        an empty log, also where the site is prepared.
        """
        await self.ask("reset", method="POST")
        template = TEMPLATE if is_new else self._template
        async with AsyncExitStack() as stack:
            dsn = await stack.enter_async_context(self._databases.fresh(template, kept))
            folder = stack.enter_context(_folder(self.folder))
            ground = await stack.enter_async_context(foundation(_impatient(self._config, dsn)))
            seen = await stack.enter_async_context(around(dsn))
            config = _impatient(self._config, seen)
            world = World(site=self, folder=folder, config=config, ground=ground)
            stack.push_async_callback(world.end)
            yield world

    async def prepare(self) -> None:
        """Stories begin, from now on, when everything is read and nothing posted.

        An engine lives up to its first intent; the database that it leaves is what later lives
        take over, from an owner that is dead and under a session that is no more.
        """
        name = f"prepared_{self.folder.name}"
        async with self.world(is_new=True, kept=name) as world:
            engine = world.engine(f"kill={FIRST_INTENT}#1")
            await world.settled(or_ended=engine)
        self._template = name

    async def ask(self, what: str, *, method: str = "GET") -> Json:
        """The control port's answer."""
        try:
            async with self._web.request(method, f"{self._control_url}/{what}") as response:
                answer = orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Transient(f"the sandbox does not answer to {what}: {error!r}") from error
        if not isinstance(answer, dict) or response.status != 200:
            raise Transient(f"the sandbox's control port said {response.status} to {what}")
        return answer


class Databases:
    """Fresh databases, each a copy of a template."""

    def __init__(self, maintenance: Database, dsn: Callable[[str], str]) -> None:
        self._maintenance = maintenance
        self._dsn = dsn
        self._numbers = itertools.count(1)

    @asynccontextmanager
    async def fresh(self, template: str, kept: str = "") -> AsyncIterator[str]:
        """The address of a copy of the template; after the block it is gone, or has that name."""
        name = f"life_{next(self._numbers)}"
        await self._maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self._dsn(name)
            if kept:
                await self._maintenance.execute(f'ALTER DATABASE "{name}" RENAME TO "{kept}"')
        finally:
            await self._maintenance.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """A folder of one world's own, gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="world-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_NEVER: Final = ("duplicates", "differences", "order_violations")


def _impatient(config: Config, dsn: str) -> Config:
    """The sandbox's configuration on that database, with waits as short as can be."""
    tenant = config.tenants[0]
    company = tenant.companies[0].model_copy(
        update={"timeout_s": TIMEOUT_S, "drain_s": DRAIN_S, "double_read_s": DOUBLE_READ_S}
    )
    return config.model_copy(
        update={
            "database": config.database.model_copy(update={"url": SecretStr(dsn), "pool_size": 5}),
            "tenants": (tenant.model_copy(update={"companies": (company,)}),),
        }
    )


def _listed(oracle: Json, name: str) -> Sequence[object]:
    found = oracle[name]
    return found if isinstance(found, list) else []


def _named(oracle: Json, name: str) -> set[tuple[str, str]]:
    """Kind and id of each document on that list of the oracle's."""
    return {
        (str(entry["kind"]), str(entry["source_id"]))
        for entry in _listed(oracle, name)
        if isinstance(entry, dict)
    }


def _doubts(events: Sequence[Event], breaches: int) -> Doubts:
    """What became of the doubts; where a document is twice or lost, one was settled wrongly."""
    outcomes = [
        str(event.body["outcome"])
        for event in events
        if event.type == "DoubtResolved" and event.body is not None
    ]
    escalated = sum(outcome == "escalated" for outcome in outcomes)
    return Doubts(
        opened=sum(event.type == "PostInDoubt" for event in events),
        resolved=len(outcomes) - escalated,
        escalated=escalated,
        wrong=breaches if outcomes else 0,
    )
