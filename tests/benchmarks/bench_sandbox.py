"""How fast the sandbox's Procurify serves: list rows and details per second of processor time.

    python tests/benchmarks/bench_sandbox.py [documents]

The client shares the core, so its own time is measured apart, by reading the same bytes from a
server that does nothing else, and taken off. Every list is walked once cold and then warm.
"""

import asyncio
import sys
import time
from datetime import date

import aiohttp
from aiohttp import web

from engine.sandbox.filling import fill_tenant
from engine.sandbox.procurify.app import build_app
from engine.sandbox.procurify.tokens import Credentials
from engine.sandbox.scenario.scenario import build_scenario

SECRET = "secret"
LISTS = (
    "/api/v2/purchase_orders/purchased/all/",
    "/api/v3/ap/bills/",
    "/api/v3/order-items/",
    "/api/v3/vendors/",
)
ROUNDS = 3


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


async def listen(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def walk(session: aiohttp.ClientSession, origin: str, path: str) -> tuple[int, list[bytes]]:
    """The number of rows of a list, and its pages."""
    pages, rows, page, last = [], 0, 1, 1
    while page <= last:
        async with session.get(f"{origin}{path}?page_size=100&page={page}") as response:
            raw = await response.read()
        pages.append(raw)
        if page == 1:
            body = await response.json()
            last, rows = (body["metadata"]["pagination"][key] for key in ("num_pages", "count"))
        page += 1
    return rows, pages


async def client_time_s(session: aiohttp.ClientSession, pages: list[bytes]) -> float:
    """What it costs to send and read these bytes when nothing has to be worked out."""
    left = iter(pages)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=next(left), content_type="application/json")

    app = web.Application()
    app.router.add_get("/", answer)
    runner, origin = await listen(app)
    began = time.process_time()
    for _ in pages:
        async with session.get(f"{origin}/") as response:
            await response.read()
    spent = time.process_time() - began
    await runner.cleanup()
    return spent


async def main(documents: int) -> None:
    began = time.perf_counter()
    tenant = fill_tenant(build_scenario(seed=1, documents=documents, anchor=date(2026, 11, 23)))
    say(f"{documents} documents made in {time.perf_counter() - began:.1f} s")
    credentials = Credentials(client_id="client", client_secret=SECRET)
    runner, origin = await listen(build_app(tenant, credentials, lambda **_: None))
    grant = {
        "client_id": "client",
        "client_secret": SECRET,
        "audience": "https://api.procurify.com/",
        "grant_type": "client_credentials",
    }
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{origin}/oauth/token", json=grant) as response:
            session.headers["Authorization"] = f"Bearer {(await response.json())['access_token']}"
        for path in LISTS:
            began = time.process_time()
            rows, _ = await walk(session, origin, path)
            cold = time.process_time() - began
            for _ in range(ROUNDS):
                began = time.process_time()
                rows, pages = await walk(session, origin, path)
                spent = time.process_time() - began
            floor = await client_time_s(session, pages)
            own = max(spent - floor / 2, 1e-9)
            say(
                f"{path}: {rows} rows of {sum(map(len, pages)) / rows:,.0f} bytes; rows/s "
                f"{rows / cold:,.0f} cold, {rows / spent:,.0f} warm, both with the client; "
                f"{rows / own:,.0f} warm without it"
            )
        paths = [f"/api/v2/purchase_orders/{one}/" for one in list(tenant.orders)[:500]]
        paths += [f"/api/v2/ap/bills/{row.uuid}/" for row in list(tenant.bills.values())[:500]]
        for name in ("cold", "warm"):
            began = time.process_time()
            for path in paths:
                async with session.get(origin + path) as response:
                    await response.read()
            spent = time.process_time() - began
            say(f"details: {len(paths) / spent:,.0f} details/s with the client ({name})")
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000))
