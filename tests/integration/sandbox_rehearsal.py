"""A whole sandbox in this process, seen as a consultant sees it: two systems and a control port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import aiohttp
import orjson
from sandbox_syspro_site import Site
from test_sandbox_main_posting import ORDER_PARAMETERS, leaves, orders, stock_line

from engine.sandbox.main import Sandbox, SandboxOptions, open_sandbox
from engine.sandbox.scenario.model import PurchaseOrder
from engine.sandbox.sight import Sight, order_source
from engine.sandbox.syspro.settings import SysproSettings

ANCHOR = date(2026, 11, 16)
LOST = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)
BILLS = "/api/v3/ap/bills/?page_size=5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A sandbox that listens, a session with a bearer for Procurify, SYSPRO's raw client."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    site: Site
    bearer: dict[str, str]

    @property
    def origin(self) -> str:
        return self.sandbox.procurify.origin

    async def control(self, path: str, body: object = None, status: int = 200) -> Any:
        """The JSON of a GET, or of a POST if there is a body, once the status is the expected."""
        url = f"{self.sandbox.ready['control_url']}{path}"
        raw = None if body is None else orjson.dumps(body)
        async with self.http.request("POST" if raw else "GET", url, data=raw) as response:
            text = await response.text()
            assert response.status == status, text
            return orjson.loads(text)

    async def arm(self, *faults: dict[str, object]) -> None:
        """These faults and no others are armed."""
        await self.control("/faults", list(faults))

    async def fired(self) -> list[str]:
        """What fired, oldest first."""
        return [entry["do"] for entry in (await self.control("/faults"))["fired"]]

    async def logon(self) -> str:
        """A SYSPRO token."""
        syspro = cast(dict[str, str], self.sandbox.ready["syspro"])
        token = await self.site.logon(OperatorPassword=syspro["operator_password"])
        return token.strip()

    def order(self) -> PurchaseOrder:
        """An order of Procurify that SYSPRO would take at once."""
        sight = Sight(self.sandbox.world.companies, self.sandbox.world.tenant.bills_of)
        return next(
            order
            for order in self.sandbox.tenant.eligible_orders()
            if order_source(order) not in self.sandbox.scenario.must_hold
            and sight.holds_vendor(order.vendor)
        )

    async def post_order(self, token: str) -> str:
        """What SYSPRO answers to that order."""
        order = self.order()
        header = leaves(OrderActionType="A", Supplier=order.vendor.supplier)
        lines = "".join(stock_line(line) for line in order.lines)
        return await self.site.post(token, "PORTOI", orders(header, lines), ORDER_PARAMETERS)

    async def get(self, path: str = BILLS) -> tuple[int, bytes]:
        """Status and body of a request to Procurify."""
        async with self.http.get(self.origin + path, headers=self.bearer) as response:
            return response.status, await response.read()

    async def invoices(self, page: int = 1) -> list[str]:
        """The invoice numbers on a page of bills."""
        status, body = await self.get(f"{BILLS}&page={page}")
        assert status == 200, body
        return [row["uuid"] for row in orjson.loads(body)["data"]]


@asynccontextmanager
async def rehearse(folder: Path, **options: Any) -> AsyncIterator[Rehearsal]:
    """A rehearsal of 24 documents that listens for as long as the context is open."""
    chosen = SandboxOptions(
        **{"seed": 7, "documents": 24, "folder": folder, "anchor": ANCHOR, **options}
    )
    async with (
        open_sandbox(chosen) as sandbox,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http,
    ):
        grant = {**cast(dict[str, str], sandbox.ready["procurify"])}
        grant["grant_type"] = "client_credentials"
        grant["audience"] = "https://api.procurify.com/"
        url = f"{grant.pop('base_url')}/oauth/token"
        async with http.post(url, json=grant) as response:
            token = (await response.json())["access_token"]
        yield Rehearsal(
            sandbox=sandbox,
            http=http,
            site=Site(
                http=http,
                url=sandbox.syspro.origin,
                ledger=sandbox.ledger,
                settings=SysproSettings(),
            ),
            bearer={"Authorization": f"Bearer {token}", "X-Procurify-Client": "api"},
        )


def at(boundary: str, phase: str = "", **more: object) -> dict[str, object]:
    """The place of a fault."""
    return {"boundary": boundary, **({"phase": phase} if phase else {}), **more}
