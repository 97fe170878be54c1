"""How fast the sandbox's SYSPRO takes posts and serves rows, client and server on one core.

    python tests/benchmarks/bench_sandbox_posts.py [posts]

The client's own time is in the figures, so the server alone is faster. Asked for: at least 400
posts and 20,000 rows a second per core.
"""

import asyncio
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "integration"))

from sandbox_syspro_site import Site, open_site
from test_sandbox_syspro_invoices import distribution, invoice
from test_sandbox_syspro_orders import NON_STOCKED, PARAMETERS, STOCKED, orders


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


async def rate(name: str, count: int, posts: list[tuple[str, str, str]], site: Site) -> None:
    token = await site.logon()
    began = time.process_time()
    for business_object, document, parameters in posts:
        await site.post(token, business_object, document, parameters)
    say(f"{name}: {count / (time.process_time() - began):,.0f} posts/s")


async def rows(site: Site, table: str) -> None:
    began = time.process_time()
    _, body = await site.odata(table, {"$top": "5000"})
    found = body.count(b"{") - 1
    say(f"{table}: {found / (time.process_time() - began):,.0f} rows/s ({found} rows)")


async def main(count: int) -> None:
    parameters = PARAMETERS.format(trial="N", warnings="N")
    order = orders(STOCKED + NON_STOCKED)
    bills = [
        invoice(distribution("105.00"), Invoice=f"INV-{number}", TransactionReference=f"P{number}")
        for number in range(count)
    ]
    async with open_site() as site:
        await rate("PORTOI", count, [("PORTOI", order, parameters)] * count, site)
        await rate("APSTIN", count, [("APSTIN", bill, "") for bill in bills], site)
        for table in ("PorMasterHdr", "PorMasterDetail", "ApInvoice"):
            await rows(site, table)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
