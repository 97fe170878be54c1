"""A sandbox Procurify on a free port, and a plain client with a token for it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import aiohttp
from aiohttp import web

from engine.sandbox.filling import fill_tenant
from engine.sandbox.procurify.app import build_app
from engine.sandbox.procurify.faults_port import Faults
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tokens import Credentials
from engine.sandbox.scenario.scenario import build_scenario

ANCHOR = date(2026, 11, 23)
SECRET = "canary-secret"
GRANT = {
    "client_id": "client",
    "client_secret": SECRET,
    "audience": "https://api.procurify.com/",
    "grant_type": "client_credentials",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The tenant that is served, where, and a session whose requests bear a token."""

    tenant: Tenant
    origin: str
    session: aiohttp.ClientSession
    noted: list[tuple[str, str, int]]

    async def get(self, path: str, status: int = 200) -> Any:
        """The JSON reply, its numbers exact, once the status is the expected one."""
        async with self.session.get(self.origin + path) as response:
            text = await response.text()
            assert response.status == status, text
            return json.loads(text, parse_float=Decimal)

    async def send(self, method: str, path: str, body: object, status: int = 200) -> Any:
        """The JSON reply to a write, None when it is empty, once the status is the expected."""
        async with self.session.request(method, self.origin + path, json=body) as response:
            text = await response.text()
            assert response.status == status, text
            return json.loads(text, parse_float=Decimal) if text else None

    async def rows(self, path: str) -> list[Any]:
        """The rows of every page, by following `next`."""
        rows: list[Any] = []
        url: str | None = self.origin + path
        while url:
            body = await self.get(url.removeprefix(self.origin))
            rows += body["data"]
            url = (body["metadata"]["pagination"] if "metadata" in body else body["pagination"])[
                "next"
            ]
        return rows


@asynccontextmanager
async def open_site(
    *,
    seed: int = 7,
    documents: int = 80,
    settings: ProcurifySettings | None = None,
    faults: Faults | None = None,
) -> AsyncIterator[Site]:
    """A site that listens for as long as the context is open."""
    tenant = fill_tenant(build_scenario(seed=seed, documents=documents, anchor=ANCHOR))
    noted: list[tuple[str, str, int]] = []

    def note(*, method: str, path: str, status: int) -> None:
        noted.append((method, path, status))

    credentials = Credentials(client_id="client", client_secret=SECRET)
    app = build_app(tenant, credentials, note, settings=settings, faults=faults)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        timeout = aiohttp.ClientTimeout(total=20)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.post(f"{origin}/oauth/token", json=GRANT) as response:
                token = (await response.json())["access_token"]
            session.headers["Authorization"] = f"Bearer {token}"
            session.headers["X-Procurify-Client"] = "api"
            yield Site(tenant=tenant, origin=origin, session=session, noted=noted)
    finally:
        await runner.cleanup()


def order_body(order: Any, **changes: Any) -> dict[str, Any]:
    """The body of a PUT that changes nothing but what is named."""
    sides = {
        f"{side}_{name}": order[f"{side}_{name}"]
        for side in ("buyer", "receiver")
        for name in ("name", "contact", "addressLineOne", "postalCode", "city", "country")
    }
    items = [
        {
            "id": line["id"],
            "name": line["name"],
            "price": line["price"],
            "quantity": str(line["quantity"]),
            "unit": line["unit"],
            "custom_fields": [],
        }
        for line in order["order_items"]
    ]
    return {
        **sides,
        "buyer_address": 1,
        "receiver_address": 2,
        "version": order["version"],
        "order_items": items,
        "discount": {"value": 0, "type": "amount"},
        "tax": {"value": 0, "type": "amount"},
        "promise_date": order["promise_date"],
        **changes,
    }
