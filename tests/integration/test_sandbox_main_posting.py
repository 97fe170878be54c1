"""The whole scenario posted by plain e.net calls: SYSPRO takes all that is not held.

A simple-minded poster, written from the facts, stands where the engine will: it shows that every
document of the scenario is postable, that the story runs to its end and that the oracle is content.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal, cast
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from sandbox_syspro_site import Site

from engine.sandbox.main import Sandbox, SandboxOptions, open_sandbox
from engine.sandbox.scenario.model import Bill, BillLine, OrderLine, PurchaseOrder, Vendor
from engine.sandbox.scenario.references import ledger_code
from engine.sandbox.sight import Sight, bill_source, order_source, vendor_source
from engine.sandbox.syspro.settings import SysproSettings

UNITS = {"each": "EA", "box": "BX", "hour": "HR", "kg": "KG", "month": "MTH"}
ORDER_PARAMETERS = (
    "<PostPurchaseOrders><Parameters><ValidateOnly>N</ValidateOnly>"
    "<IgnoreWarnings>N</IgnoreWarnings><AllowNonStockItems>S</AllowNonStockItems>"
    "</Parameters></PostPurchaseOrders>"
)


def leaves(**values: object) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items())


class Poster:
    """Posts whatever is eligible, not held and not there."""

    def __init__(self, sandbox: Sandbox, site: Site, token: str) -> None:
        self.sandbox = sandbox
        self.site = site
        self.token = token
        self.sight = Sight(sandbox.world.companies, sandbox.world.tenant.bills_of)

    async def post_everything(self) -> None:
        held, tenant = self.sandbox.scenario.must_hold, self.sandbox.tenant
        for vendor in tenant.eligible_vendors():
            if vendor_source(vendor) not in held and not self.sight.holds_vendor(vendor):
                await self.post_vendor(vendor)
        for order in tenant.eligible_orders():
            if order_source(order) not in held and not self.sight.holds_order(order):
                await self.post_order(order)
        self.sandbox.story.tick()
        for bill in tenant.eligible_bills():
            if bill_source(bill) not in held and not self.sight.holds_bill(bill):
                await self.post_bill(bill)

    async def post_vendor(self, vendor: Vendor) -> None:
        fields = leaves(
            SupplierName=vendor.name,
            Branch="10",
            TermsCode=vendor.term.code,
            Currency=vendor.currency.name,
            GrnMatchReqd="N",
            SupAddr1=vendor.address,
        )
        key = f"<Key>{leaves(Supplier=vendor.supplier)}</Key>"
        answer = await self.site.text(
            "Setup/Add",
            UserId=self.token,
            BusinessObject="APSSSP",
            XmlParameters="<SetupApSupplier><Parameters><IgnoreWarnings>N</IgnoreWarnings>"
            "</Parameters></SetupApSupplier>",
            XmlIn=f"<SetupApSupplier><Item>{key}{fields}</Item></SetupApSupplier>",
        )
        assert "ErrorDescription" not in answer, answer

    async def post_order(self, order: PurchaseOrder) -> None:
        number = {}
        if self.sandbox.scenario.po_numbering == "manual":
            number = {"PurchaseOrder": order.number}
        due_on = order.promised_at.astimezone(ZoneInfo(order.location.zone)).date()
        header = leaves(
            OrderActionType="A", Supplier=order.vendor.supplier, DueDate=due_on, **number
        )
        lines = "".join(stock_line(line) for line in order.lines)
        if order.other:
            lines += f"<MiscChargeLine>{leaves(MiscChargeValue=order.other)}</MiscChargeLine>"
        if order.freight:
            lines += f"<FreightLine>{leaves(FreightValue=order.freight)}</FreightLine>"
        await self.post("PORTOI", ORDER_PARAMETERS, orders(header, lines))

    async def revise(self, order: PurchaseOrder) -> None:
        (posted,) = self.sight.orders_of(order)
        rows = {str(row["MSupCatalogue"]): row for row in posted.lines}
        lines = ""
        for line in order.lines:
            row = rows.get(f"PI-{line.id}")
            place = {} if row is None else {"PurchaseOrderLine": row["Line"]}
            lines += stock_line(line, LineActionType="A" if row is None else "C", **place)
        shown = str(posted.header["PurchaseOrder"]).lstrip("0")
        header = leaves(OrderActionType="C", PurchaseOrder=shown)
        await self.post("PORTOI", ORDER_PARAMETERS, orders(header, lines))

    async def cancel(self, order: PurchaseOrder) -> None:
        for posted in self.sight.orders_of(order):
            shown = str(posted.header["PurchaseOrder"]).lstrip("0")
            header = leaves(OrderActionType="D", PurchaseOrder=shown)
            await self.post("PORTOI", ORDER_PARAMETERS, orders(header, ""))

    async def post_bill(self, bill: Bill) -> None:
        anchor = self.sandbox.scenario.anchor
        age = (anchor.year - bill.posted_on.year) * 12 + anchor.month - bill.posted_on.month
        parameters = leaves(
            PostingPeriod="CPB"[age],
            IgnoreWarnings="N",
            ApplyIfEntireDocumentValid="Y",
            ValidateOnly="N",
            LedgerDistributionCurrency="F",
        )
        fields = leaves(
            Supplier=bill.vendor.supplier,
            TransactionCode="I",
            Invoice=bill.invoice_number,
            TransactionValue=bill.grand_total,
            InvoiceDate=bill.invoiced_on,
        )
        fields += self.matches(bill) if bill.vendor.is_grn_matched else distribution(bill)
        await self.post(
            "APSTIN",
            f"<PostApInvoice><Parameters>{parameters}</Parameters></PostApInvoice>",
            f"<PostApInvoice><Item>{fields}</Item></PostApInvoice>",
        )

    def matches(self, bill: Bill) -> str:
        tax = next((line.tax for line in bill.lines if line.tax), None)
        fields = leaves(TaxBasis="E", TaxCode=tax.code, TaxValue=bill.tax_amount) if tax else ""
        for line in bill.lines:
            fields += f"<GrnDetails>{leaves(**self.grn_of(line), GrnMatchType='O')}</GrnDetails>"
        return fields

    def grn_of(self, line: BillLine) -> dict[str, object]:
        assert line.order_line is not None
        (grn,) = [
            row
            for row in self.sandbox.ledger.tables["GrnDetails"].in_order()
            if row["SupCatalogueNum"] == f"PI-{line.order_line.id}"
        ]
        names = {"GrnGrn": "Grn", "GrnJournal": "Journal", "GrnEntry": "JournalEntry"}
        shown = {name: str(grn[column]).lstrip("0") for name, column in names.items()}
        return {"GrnSupplier": grn["Supplier"], "GrnFlag": grn["GrnSource"], **shown}

    async def post(self, business_object: str, parameters: str, xml: str) -> None:
        answer = await self.site.post(self.token, business_object, xml, parameters)
        assert "ErrorDescription" not in answer, f"{xml}\n{answer}"
        assert "ERROR" not in answer, answer


def orders(header: str, lines: str) -> str:
    return (
        f"<PostPurchaseOrders><Orders><OrderHeader>{header}</OrderHeader>"
        f"<OrderDetails>{lines}</OrderDetails></Orders></PostPurchaseOrders>"
    )


def stock_line(line: OrderLine, **first: object) -> str:
    fields: dict[str, object] = {
        **first,
        "StockCode": line.sku or "SERVICE",
        "StockDescription": line.name[:50],
        "SupCatalogue": f"PI-{line.id}",
        "OrderQty": line.quantity,
        "OrderUom": UNITS[line.unit],
        "PriceMethod": "M",
        "Price": line.price,
        "Warehouse": line.account.department.warehouse if line.is_stocked else "**",
    }
    if line.tax:
        fields["TaxCode"] = line.tax.code
    if not line.is_stocked:
        fields |= {"NonStockedLine": "Y", "ProductClass": "NONS"}
        fields["LedgerCode"] = ledger_code(line.account)
    return f"<StockLine>{leaves(**fields)}</StockLine>"


def distribution(bill: Bill) -> str:
    parts: list[tuple[str, object, dict[str, object]]] = []
    for line in bill.lines:
        for place, part in enumerate(line.allocations):
            amount = part.amount if place else part.amount + line.shipping
            parts.append((ledger_code(part.account), amount, {}))
        if line.tax:
            extra: dict[str, object] = {"LedgerTaxCode": line.tax.code, "TaxOnlyLine": "Y"}
            parts.append((line.tax.ledger_code, line.tax_amount, extra))
    for cost in bill.costs:
        parts.append((ledger_code(cost.allocation.account), cost.allocation.amount, {}))
    return "".join(
        f"<LedgerDistribution>{leaves(LedgerCode=code, LedgerValue=amount, **extra)}"
        "</LedgerDistribution>"
        for code, amount, extra in parts
    )


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as opened:
        yield opened


@pytest.mark.parametrize("po_numbering", ["auto", "manual"])
@pytest.mark.parametrize("seed", [7, 8])
async def test_scenario_when_all_is_posted_then_syspro_takes_it_and_the_oracle_is_content(
    session: aiohttp.ClientSession, tmp_path: Path, po_numbering: str, seed: int
) -> None:
    numbering = cast(Literal["auto", "manual"], po_numbering)
    options = SandboxOptions(seed=seed, documents=120, po_numbering=numbering, folder=tmp_path)
    async with open_sandbox(options) as sandbox:
        syspro = cast(dict[str, str], sandbox.ready["syspro"])
        origin = syspro["base_url"].removesuffix("/SYSPROWCFService/Rest")
        site = Site(http=session, url=origin, ledger=sandbox.ledger, settings=SysproSettings())
        token = await site.logon(OperatorPassword=syspro["operator_password"])
        poster = Poster(sandbox, site, token.strip())
        await poster.post_everything()
        assert sandbox.story.left == 3

        for _ in range(3):
            sandbox.story.tick()
        await poster.revise(sandbox.tenant.orders[1042])
        await poster.cancel(sandbox.tenant.orders[sandbox.scenario.cancelled or 0])
        await poster.post_everything()

        verdict: Any = sandbox.oracle.verdict()
    assert verdict["story_left"] == 0
    assert verdict["differences"] == []
    assert verdict["duplicates"] == []
    assert verdict["order_violations"] == []
    named = [
        sorted((entry["kind"], entry["source_id"]) for entry in verdict[name])
        for name in ("missing", "must_hold")
    ]
    assert named[0] == named[1]
    for kind, total in verdict["eligible"].items():
        held = sum(entry["kind"] == kind for entry in verdict["must_hold"])
        assert verdict["posted"][kind] == total - held
