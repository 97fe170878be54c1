"""A poller over a sandbox SYSPRO and a real log: what the tests of reading work with."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

from sandbox_syspro_site import Site, open_site
from syspro_wire import settings_for

from engine.core.events import Event
from engine.db import Database
from engine.errors import EngineError
from engine.log.contract import Author, Fence
from engine.log.store import PostgresLog
from engine.sandbox.syspro.ledger import Ledger
from engine.syspro.gate import Gate
from engine.syspro.objects.comfnd import Condition, Row
from engine.syspro.odata import ODataLookups
from engine.syspro.poller import PollResult, SysproPoller
from engine.syspro.reader import Lookups
from engine.syspro.transport_http import HttpChannel, Limits

AUTHOR = Author(actor="reader", run_id="run-1", correlation="test")
DAY = date(2026, 11, 16)


class Calendar:
    """A clock whose day can be turned."""

    def __init__(self) -> None:
        self.day = DAY

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Flaky:
    """Look-ups that can be told to fail, and that count."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups
        self.failing: EngineError | None = None
        self.fail_at: str | None = None
        self.calls: list[tuple[str, Sequence[Condition]]] = []

    async def rows(
        self,
        table: str,
        columns: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> Sequence[Row]:
        self.calls.append((table, where))
        if self.failing is not None and self.fail_at in (None, table):
            raise self.failing
        return await self.lookups.rows(table, columns, where, order_by=order_by, limit=limit)


@dataclass(kw_only=True)
class Desk:
    """A poller over a sandbox, its log and what may be changed about them."""

    site: Site
    log: PostgresLog
    clock: Calendar
    lookups: Flaky
    told: list[tuple[str, PollResult | EngineError]]

    @property
    def ledger(self) -> Ledger:
        return self.site.ledger

    def poller(self, fence: Fence | None = None, **changes: object) -> SysproPoller:
        given = {
            "odata_url": f"{self.site.url}/SYSPRO8Odata/SYSPROOData/EDU1",
            "odata_user": "ODATA",
            "odata_password": odata_password,
            **changes,
        }
        return SysproPoller(
            "acme",
            settings_for(f"{self.site.url}/SYSPROWCFService/Rest", **given),
            self.lookups,
            self.log,
            author=AUTHOR,
            clock=self.clock,
            random=Random(7),
            fence=fence,
            watcher=lambda resource, result: self.told.append((resource, result)),
        )

    async def events(self, prefix: str = "") -> list[Event]:
        return [
            event
            for event in await self.log.read("acme", 0, limit=1000)
            if event.stream.startswith(prefix)
        ]


async def odata_password() -> str:
    return "odata"


@asynccontextmanager
async def open_desk(database: Database) -> AsyncIterator[Desk]:
    """A desk over a fresh sandbox."""
    async with (
        open_site() as site,
        HttpChannel.open(Gate(0), Limits(connect_s=5, total_s=5)) as http,
    ):
        settings = settings_for(
            f"{site.url}/SYSPROWCFService/Rest",
            odata_url=f"{site.url}/SYSPRO8Odata/SYSPROOData/EDU1",
            odata_user="ODATA",
            odata_password=odata_password,
        )
        clock = Calendar()
        yield Desk(
            site=site,
            log=PostgresLog(database, clock),
            clock=clock,
            lookups=Flaky(ODataLookups(settings, http)),
            told=[],
        )


def order(ledger: Ledger, number: int, on: date, key: str = "") -> None:
    """An order with two lines is on file."""
    padded = str(number).zfill(15)
    ledger.tables["PorMasterHdr"].put(
        {
            "PurchaseOrder": padded,
            "OrderStatus": "1",
            "Supplier": "S00118",
            "OrderEntryDate": on,
            "CustomerPoNumber": key,
            "Currency": "USD",
        }
    )
    for line in (1, 2):
        ledger.tables["PorMasterDetail"].put(
            {
                "PurchaseOrder": padded,
                "Line": Decimal(line),
                "LineType": "1",
                "MStockCode": "A100",
                "MOrderQty": Decimal(line),
                "MSupCatalogue": f"PI-{line}",
            }
        )


def invoice(ledger: Ledger, number: str, on: date) -> None:
    """An invoice is on file."""
    ledger.tables["ApInvoice"].put(
        {"Supplier": "S00118", "Invoice": number, "InvoiceDate": on, "OrigInvValue": Decimal(5)}
    )
