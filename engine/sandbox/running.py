"""A sandbox at work: the present world, the applications over it, and how it begins again."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from engine.sandbox.clock import Clock
from engine.sandbox.configuration import DOMAIN, ODATA_USER, Secrets
from engine.sandbox.door import Door
from engine.sandbox.faults.plan import FaultPlan
from engine.sandbox.faults.ports import ProcurifyFaults, SysproFaults
from engine.sandbox.filling import begin_world
from engine.sandbox.options import SandboxOptions
from engine.sandbox.oracle import Oracle
from engine.sandbox.procurify.app import build_app as build_procurify
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Credentials
from engine.sandbox.requests import RequestLog
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.scenario.story import Story
from engine.sandbox.syspro.app import build_app as build_syspro
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.settings import SysproSettings
from engine.sandbox.syspro.settings_file import changed_settings
from engine.sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """What files say of either side, as its `settings_file` reads it."""

    syspro: object
    procurify: object


class Sandbox:
    """Both systems of one scenario; `ready` is what the ready line says, once all listens."""

    def __init__(
        self,
        options: SandboxOptions,
        scenario: Scenario,
        drawn: Secrets,
        plan: FaultPlan,
        sites: Sites,
        group: asyncio.TaskGroup,
    ) -> None:
        """Raises `BadInput` by `sites`."""
        self.ready: dict[str, object] = {}
        self.scenario = scenario
        self.requests = RequestLog()
        self.plan = plan
        self.clock = Clock()
        self.procurify = Door(options.procurify_port, group)
        self.syspro = Door(options.syspro_port, group)
        self._options = options
        self._drawn = drawn
        self._turn = asyncio.Lock()
        settings = SysproSettings(
            operators=drawn.operators,
            odata_user=ODATA_USER,
            odata_password=drawn.odata_password,
            seed=options.seed,
            query=options.query,
            post=options.post,
        )
        self._settings = changed_settings(settings, sites.syspro)
        self._site = sites.procurify
        self.world = self._begun()
        plan.shut = self.shut

    @property
    def tenant(self) -> Tenant:
        """What Procurify holds now."""
        return self.world.tenant

    @property
    def ledger(self) -> Ledger:
        """What SYSPRO holds now."""
        return self.world.ledger

    @property
    def story(self) -> Story:
        """What is still to come."""
        return self.world.story

    @property
    def oracle(self) -> Oracle:
        """The judge over the present world."""
        return self.world.oracle

    def tick(self) -> None:
        """The story of the present world goes on."""
        self.world.story.tick()

    async def start(self) -> None:
        """Both systems listen. Raises `OSError` when a port is taken, `BadInput` by the plan."""
        self.plan.arm(self.world)
        await self._listen()

    async def reset(self) -> None:
        """The scenario begins again at the same addresses; connections and tokens are gone.

        The faults stay armed and count anew, the clock is the machine's, requests stay listed.
        Raises `BadInput` when a fault cannot be armed again; then none is.
        """
        async with self._turn:
            self.clock.offset_s = 0
            self.world = self._begun()
            try:
                self.plan.arm(self.world)
            finally:
                await self._listen()

    def _begun(self) -> World:
        rules = self._settings.session_rules
        return begin_world(self.scenario, self._options, self.clock, rules, self._site)

    async def _listen(self) -> None:
        """The applications over the present world listen, and no others."""
        await self.procurify.serve(self._procurify_app())
        await self.syspro.serve(self._syspro_app())

    async def close(self) -> None:
        """Neither listens; whoever a fault holds goes on."""
        self.plan.replace([])
        await self.procurify.close()
        await self.syspro.close()

    def shut(self, side: str, seconds: float) -> None:
        """One side refuses connections for so many seconds."""
        (self.procurify if side == "procurify" else self.syspro).shut(seconds)

    def _procurify_app(self) -> web.Application:
        def note(*, method: str, path: str, status: int) -> None:
            self.requests.note(host="procurify", method=method, path=path, status=status)

        drawn = self._drawn
        return build_procurify(
            self.world.tenant,
            Credentials(client_id=drawn.client_id, client_secret=drawn.client_secret),
            note,
            domain=DOMAIN,
            settings=self.world.settings,
            faults=ProcurifyFaults(self.plan),
        )

    def _syspro_app(self) -> web.Application:
        def note(host: str, method: str, path: str, business_object: str, status: int) -> None:
            self.requests.note(
                host=host, method=method, path=path, business_object=business_object, status=status
            )

        return build_syspro(
            [*self.world.companies, *self.world.test_companies],
            self._settings,
            note,
            clock=self.clock.monotonic,
            faults=SysproFaults(self.plan),
            sessions=self.world.sessions,
        )
