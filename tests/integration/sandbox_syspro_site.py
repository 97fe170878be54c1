"""A sandbox SYSPRO on a loopback port with a small company, and a raw client for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import aiohttp
from aiohttp import web
from yarl import URL

from engine.sandbox.syspro.app import build_app
from engine.sandbox.syspro.faults_port import Faults
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.settings import SERVER_LIMITS, SysproSettings

SAMPLES = Path(__file__).parent.parent / "samples" / "syspro"
REST = "/SYSPROWCFService/Rest"
TODAY = date(2026, 11, 16)

SEED = {
    "TblCurrency": [
        {"Currency": "USD", "Description": "US DOLLAR", "BuyExchangeRate": Decimal(1)},
        {
            "Currency": "EUR",
            "Description": "EURO",
            "BuyExchangeRate": Decimal("1.100000"),
            "BuyMulDiv": "M",
        },
    ],
    "ApBranch": [{"Branch": "10", "Description": "Head office"}],
    "TblApTerms": [{"TermsCode": "30", "Description": "NET 30"}],
    "ApBank": [{"Bank": "B1", "Description": "Main bank"}],
    "AdmTax": [{"TaxCode": "G5", "Description": "GST", "CurTaxRate": Decimal(5)}],
    "SalProductClassDes": [{"ProductClass": "NONS", "Description": "Non-stocked"}],
    "InvWhControl": [{"Warehouse": "FG", "Description": "Goods", "WhLdgCtlAcc": "1300"}],
    "InvMaster": [
        {"StockCode": "A100", "Description": "Bolt", "StockUom": "EA", "WarehouseToUse": "FG"},
        {"StockCode": "B100", "Description": "Nut", "StockUom": "EA"},
    ],
    "InvWarehouse": [{"StockCode": "A100", "Warehouse": "FG", "UnitCost": Decimal("1.25")}],
    "GenMaster": [
        {"Company": "EDU1", "GlCode": "6100", "Description": "Supplies", "AccountType": "E"},
        {"Company": "EDU1", "GlCode": "2200", "Description": "Input tax", "AccountType": "A"},
        {"Company": "EDU1", "GlCode": "6900", "AccOnHldFlag": "Y"},
        {"Company": "EDU1", "GlCode": "2000", "ControlAccFlag": "Y"},
    ],
    "GenControl": [
        {
            "Company": "EDU1",
            "GlYear": 2026,
            "GlPeriod": 11,
            **{f"CurYrPrdStat{period}": "O" for period in (10, 11, 12)},
            "CurYrPrdStat9": "C",
        }
    ],
    "ApSupplier": [
        {
            "Supplier": "S00118",
            "SupplierName": "Stationers Ltd",
            "Branch": "10",
            "TermsCode": "30",
            "Currency": "USD",
            "OnHold": "N",
            "PurchOrdAllowed": "Y",
            "GrnMatchReqd": "N",
        },
        {
            "Supplier": "G00001",
            "SupplierName": "Goods GmbH",
            "Branch": "10",
            "TermsCode": "30",
            "Currency": "EUR",
            "OnHold": "N",
            "PurchOrdAllowed": "Y",
            "GrnMatchReqd": "Y",
        },
    ],
}


def seeded_ledger(**options: object) -> Ledger:
    """A ledger with the small company, its clock standing still."""
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
    ledger = Ledger(clock=lambda: at, **options)
    ledger.load(SEED)
    return ledger


def sample_body(name: str) -> bytes:
    """The body of a recorded response."""
    raw = (SAMPLES / f"{name}.response.txt").read_bytes()
    return raw.partition(b"\n\n")[2]


def sample_parameter(name: str, parameter: str) -> str:
    """A decoded query parameter of a recorded request."""
    text = (SAMPLES / f"{name}.request.txt").read_text("cp1252")
    after = text.partition(f"[query parameter {parameter}, url-decoded]\n")[2]
    ends = (after.find("\n\n[query parameter"), after.find("\n\n[encoded query"))
    return after[: min(end for end in ends if end >= 0)]


@dataclass(kw_only=True)
class Site:
    """The server's address, its ledger, what its request hook saw, and a raw HTTP client."""

    http: aiohttp.ClientSession
    url: str
    ledger: Ledger
    settings: SysproSettings
    seen: list[tuple[str, str, str, str, int]] = field(default_factory=list)
    now_s: list[float] = field(default_factory=lambda: [0.0])
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, path: str, **query: str) -> tuple[int, bytes]:
        """Status and body of a GET."""
        text = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        url = URL(f"{self.url}{REST}/{path}?{text}", encoded=True)
        async with self.http.get(url) as response:
            return response.status, await response.read()

    async def text(self, path: str, **query: str) -> str:
        """The body of a GET."""
        return (await self.get(path, **query))[1].decode("cp1252")

    async def logon(self, **changes: str) -> str:
        """The body of a logon, good unless changed."""
        good = {
            "Operator": "PROCSYNC",
            "OperatorPassword": "procsync",
            "CompanyId": "EDU1",
            "CompanyPassword": "",
        }
        return await self.text("Logon", **(good | changes))

    async def query(self, token: str, business_object: str, xml: str) -> ElementTree.Element:
        """The document that a query answers."""
        text = await self.text(
            "Query/Query", UserId=token, BusinessObject=business_object, XmlIn=xml
        )
        return document(text)

    async def post(self, token: str, business_object: str, xml: str, parameters: str = "") -> str:
        """The body that PostLD answers."""
        body = (
            '<TransactionPostLD xmlns="http://SYSPROWcfService">'
            f"<UserId>{token}</UserId><BusinessObject>{business_object}</BusinessObject>"
            f"<XmlParameters><![CDATA[{parameters}]]></XmlParameters>"
            f"<XmlIn><![CDATA[{xml}]]></XmlIn></TransactionPostLD>"
        )
        async with self.http.post(
            f"{self.url}{REST}/Transaction/PostLD",
            data=body.encode(),
            headers={"Content-Type": "application/xml"},
        ) as response:
            return (await response.read()).decode("cp1252")

    async def odata(
        self, table: str, options: Mapping[str, str] | None = None, **arguments: object
    ) -> tuple[int, bytes]:
        """Status and body of an OData read."""
        text = "&".join(f"{name}={quote(value)}" for name, value in (options or {}).items())
        url = URL(f"{self.url}/SYSPRO8Odata/SYSPROOData/EDU1/{table}?{text}", encoded=True)
        login = aiohttp.encode_basic_auth("ODATA", "odata")
        headers = {"Authorization": login} | dict(arguments)
        async with self.http.get(url, headers=headers) as response:
            return response.status, await response.read()


def document(text: str) -> ElementTree.Element:
    """The parsed document of a reply, which must be one."""
    assert not text.startswith("ERROR"), text
    return ElementTree.fromstring(text.strip())


def errors(text: str) -> list[str]:
    """Every error text in a reply."""
    return [node.text or "" for node in document(text).iter("ErrorDescription")]


@asynccontextmanager
async def open_site(
    ledger: Ledger | None = None,
    settings: SysproSettings | None = None,
    faults: Faults | None = None,
    beside: Sequence[Ledger] = (),
    **changes: object,
) -> AsyncIterator[Site]:
    """A running server and its client; both are gone afterwards. `beside`: further companies."""
    ledger = ledger or seeded_ledger()
    settings = replace(settings or SysproSettings(), **changes)
    seen: list[tuple[str, str, str, str, int]] = []
    now_s = [0.0]
    arrived = asyncio.Event()

    def note(*call: object) -> None:
        seen.append(call)
        if call[3]:
            arrived.set()

    app = build_app([ledger, *beside], settings, note, clock=lambda: now_s[0], faults=faults)
    runner = web.AppRunner(app, access_log=None, **SERVER_LIMITS)
    await runner.setup()
    try:
        tcp = web.TCPSite(runner, "127.0.0.1", 0)
        await tcp.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as http:
            yield Site(
                http=http,
                url=f"http://127.0.0.1:{port}",
                ledger=ledger,
                settings=settings,
                seen=seen,
                now_s=now_s,
                arrived=arrived,
            )
    finally:
        await runner.cleanup()
