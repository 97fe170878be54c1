"""How fast the sandbox's Procurify serves: list rows and details per second of processor time.

    python tests/benchmarks/bench_sandbox.py [documents]

The client shares the core, so its own time is measured apart, by reading as many bytes from a
server that does nothing else, and taken off. Every list is walked once cold and then again; of long
ones, so many pages evenly spread over it. The first page of a list is timed alone, as are those by
day of change. `1000000` is the size that the sandbox promises.
"""

import asyncio
import resource
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
    "/api/v2/global/orders/",
    "/api/v2/ap/items/",
    "/api/public/v1/payments/",
    "/api/v2/ap/vendor-payment-methods/",
)
BY_CHANGE = (
    "/api/v2/purchase_orders/purchased/all/?modified_date_0=2026-11-20&modified_date_1=2026-11-21",
    "/api/v2/purchase_orders/purchased/all/?modified_date_0=2026-11-16",
    "/api/v3/ap/bills/?last_modified_datetime_0=2026-11-20T08:00:00Z",
    "/api/v3/order-items/?last_modified_0=2026-11-20",
)
ROUNDS = 3
MOST_PAGES = 150
DETAILS = 500


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def listen(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def walk(
    session: aiohttp.ClientSession, origin: str, path: str, count: int
) -> tuple[int, list[int]]:
    """About how many rows some pages of a list hold, and how many bytes each page has."""
    sizes = []
    last = -(-count // 100)
    for page in range(1, last + 1, -(-last // MOST_PAGES)):
        async with session.get(f"{origin}{path}?page_size=100&page={page}") as response:
            sizes.append(len(await response.read()))
    return min(100 * len(sizes), count), sizes


async def first_page(session: aiohttp.ClientSession, url: str) -> tuple[int, float]:
    """How many rows the list has, and how long its first page took."""
    began = time.perf_counter()
    async with session.get(url) as response:
        body = await response.json()
    pagination = body.get("metadata", body)["pagination"]
    return pagination["count"], time.perf_counter() - began


async def client_time_s(session: aiohttp.ClientSession, sizes: list[int]) -> float:
    """What it costs to send and read so many bytes when nothing has to be worked out."""
    bodies = iter([bytes(size) for size in sizes])

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=next(bodies), content_type="application/json")

    app = web.Application()
    app.router.add_get("/", answer)
    runner, origin = await listen(app)
    began = time.process_time()
    for _ in sizes:
        async with session.get(f"{origin}/") as response:
            await response.read()
    spent = time.process_time() - began
    await runner.cleanup()
    return spent


async def measure_list(session: aiohttp.ClientSession, origin: str, path: str) -> None:
    count, first_s = await first_page(session, origin + path)
    began = time.process_time()
    rows, sizes = await walk(session, origin, path, count)
    cold = time.process_time() - began
    for _ in range(ROUNDS):
        began = time.process_time()
        rows, sizes = await walk(session, origin, path, count)
        spent = time.process_time() - began
    floor = await client_time_s(session, sizes) / 2
    say(
        f"{path}: {count} rows of {sum(sizes) / rows:,.0f} bytes, first page in "
        f"{first_s:.2f} s; rows/s {rows / cold:,.0f} cold, {rows / spent:,.0f} warm, both with the "
        f"client; {rows / (cold - floor):,.0f} cold, {rows / (spent - floor):,.0f} warm without it"
    )


async def main(documents: int) -> None:
    began = time.perf_counter()
    tenant = fill_tenant(build_scenario(seed=1, documents=documents, anchor=date(2026, 11, 23)))
    say(
        f"{documents} documents there in {time.perf_counter() - began:.1f} s "
        f"({time.process_time():.1f} s of the processor), {peak_mb():,.0f} MB at most"
    )
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
            await measure_list(session, origin, path)
        for path in BY_CHANGE:
            count, spent = await first_page(session, origin + path)
            say(f"{path}: first page of {count} rows in {spent:.2f} s")
        orders, bills = tenant.orders, tenant.bills
        paths = [f"/api/v2/purchase_orders/{one}/" for one in orders.ids[-DETAILS:]]
        paths += [f"/api/v2/ap/bills/{bills[one].uuid}/" for one in bills.ids[-DETAILS:]]
        for name in ("cold", "warm"):
            began = time.process_time()
            for path in paths:
                async with session.get(origin + path) as response:
                    await response.read()
            spent = time.process_time() - began
            say(f"details: {len(paths) / spent:,.0f} details/s with the client ({name})")
        say(f"{peak_mb():,.0f} MB at most")
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000))
