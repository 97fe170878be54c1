"""A stand-in for a faultless engine: writes scenario documents straight into the ledgers' tables.

A document goes into the ledger of its company unless another is named, a vendor into every one
that has no such supplier.
"""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.sandbox.filling import fill_companies, fill_tenant
from engine.sandbox.oracle import Oracle
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import Bill, PurchaseOrder, Vendor
from engine.sandbox.scenario.references import ledger_code
from engine.sandbox.scenario.scenario import Scenario, build_scenario, company_of
from engine.sandbox.scenario.story import Story
from engine.sandbox.sight import Sight, bill_source, order_source, vendor_source
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import Row

ANCHOR = date(2026, 11, 23)


class Poster:
    """The scenario's world and one method per kind of document."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.tenant: Tenant = fill_tenant(scenario)
        self.companies = fill_companies(scenario, "auto")
        self.ledger: Ledger = self.companies.first
        self.sight = Sight(self.companies, self.tenant.bills_of)
        self.story = Story(scenario, self.tenant, self.sight)
        self.oracle = Oracle(self.tenant, self.sight, self.story)

    def post_vendor(self, vendor: Vendor, code: str = "") -> None:
        """The vendor is a supplier that needs no GRN matching, wherever it was none."""
        key = code or vendor.supplier
        row: Row = {
            "Supplier": key,
            "SupplierName": vendor.name,
            "Currency": vendor.currency.name,
            "GrnMatchReqd": "N",
        }
        for ledger in self.companies:
            if (key,) not in ledger.tables["ApSupplier"]:
                ledger.tables["ApSupplier"].put(row)
                _wrote(ledger, "supplier", key, "Add", {"ApSupplier": [row]})

    def post_order(self, order: PurchaseOrder, key: str = "", into: Ledger | None = None) -> str:
        """The order is in SYSPRO as it is in Procurify now, under a new number or the given one."""
        ledger = into or self.sight.ledger_of(order)
        number = key or ledger.next_order_key()
        zone = ZoneInfo(order.location.zone)
        due_on = order.promised_at.astimezone(zone).date()
        header = ledger.tables["PorMasterHdr"].put(
            {
                "PurchaseOrder": number,
                "Supplier": order.vendor.supplier,
                "Currency": order.currency.name,
                "OrderEntryDate": order.placed_at.astimezone(zone).date(),
                "OrderDueDate": due_on,
                "OrderStatus": "1",
                "ExchangeRate": Decimal(1),
                "MulDiv": "M",
            }
        )
        details = ledger.tables["PorMasterDetail"]
        for line in order.lines:
            details.put(
                {
                    "PurchaseOrder": number,
                    "Line": Decimal(line.number),
                    "LineType": "1" if line.is_stocked else "7",
                    "MSupCatalogue": f"PI-{line.id}",
                    "MOrderQty": line.quantity,
                    "MLatestDueDate": due_on,
                    "MForeignPrice": line.price.quantize(Decimal("0.00001")),
                    "MTaxCode": line.tax.code if line.tax else "",
                    "MGlCode": "" if line.is_stocked else ledger_code(line.account),
                }
            )
        for place, (kind, value) in enumerate((("4", order.freight), ("5", order.other)), 90):
            if value:
                details.put(
                    {
                        "PurchaseOrder": number,
                        "Line": Decimal(place),
                        "LineType": kind,
                        "NMscChargeFor": value,
                    }
                )
        rows = {"PorMasterHdr": [header], "PorMasterDetail": details.where("PurchaseOrder", number)}
        _wrote(ledger, "order", number, "A", rows)
        return number

    def post_bill(self, bill: Bill, into: Ledger | None = None) -> None:
        """The bill is an invoice, matched to receipts or distributed."""
        ledger = into or self.sight.ledger_of(bill)
        key: Row = {"Supplier": bill.vendor.supplier, "Invoice": bill.invoice_number}
        values: Row = {
            "OrigInvValue": bill.grand_total,
            "Currency": bill.currency.name,
            "InvoiceYear": Decimal(bill.posted_on.year),
            "InvoiceMonth": Decimal(bill.posted_on.month),
        }
        ledger.tables["ApInvoice"].put({**key, **values})
        rows: dict[str, list[Row]] = {"GrnMatch": [], "ApDistribution": []}
        if bill.vendor.is_grn_matched:
            rows["GrnMatch"] = self.matches(bill)
        else:
            rows["ApDistribution"] = distribution(bill)
        for table, lines in rows.items():
            for place, line in enumerate(lines, 1):
                ledger.tables[table].put({**key, "Line": Decimal(place), **line})
        ledger.wrote(
            "invoice",
            (bill.vendor.supplier, bill.invoice_number),
            business_object="APSTIN",
            action="I",
            operator="TEST",
            rows=rows,
        )

    def post_everything(self) -> None:
        """Whatever is eligible, not held and not there yet is posted; bills after receipts."""
        held = self.scenario.must_hold
        for vendor in self.tenant.eligible_vendors():
            if vendor_source(vendor) not in held and not self.sight.holds_vendor(vendor):
                self.post_vendor(vendor)
        for order in self.tenant.eligible_orders():
            if order_source(order) not in held and not self.sight.holds_order(order):
                self.post_order(order)
        self.story.tick()
        for bill in self.tenant.eligible_bills():
            if bill_source(bill) not in held and not self.sight.holds_bill(bill):
                self.post_bill(bill)

    def cancel(self, order: PurchaseOrder) -> None:
        """The order is cancelled in SYSPRO."""
        for posted in self.sight.orders_of(order):
            ledger = self.sight.ledger_of(order)
            ledger.tables["PorMasterHdr"].put({**posted.header, "OrderStatus": "*"})

    def matches(self, bill: Bill) -> list[Row]:
        """What the bill takes of the lines of its orders, as far as these are there."""
        matches: list[Row] = []
        for billed in bill.lines:
            assert billed.order is not None
            assert billed.order_line is not None
            for posted in self.sight.orders_of(billed.order):
                for line in posted.lines:
                    if line["MSupCatalogue"] == f"PI-{billed.order_line.id}":
                        matches.append(
                            {
                                "PurchaseOrder": line["PurchaseOrder"],
                                "PurchaseOrderLin": line["Line"],
                                "Quantity": billed.quantity,
                                "Value": billed.total,
                            }
                        )
        return matches


def _wrote(ledger: Ledger, kind: str, key: str, action: str, rows: dict[str, list[Row]]) -> None:
    assert kind in {"supplier", "order"}
    ledger.wrote(
        "supplier" if kind == "supplier" else "order",
        (key,),
        business_object="TEST",
        action=action,
        operator="TEST",
        rows=rows,
    )


def distribution(bill: Bill) -> list[Row]:
    """The distribution written out from the lines, not by the oracle's own sums."""
    parts = [
        (ledger_code(part.account), part.amount) for line in bill.lines for part in line.allocations
    ]
    parts += [(ledger_code(line.allocations[0].account), line.shipping) for line in bill.lines]
    prefix = company_of(bill).ledger_prefix
    parts += [
        (f"{prefix}{line.tax.ledger_code}", line.tax_amount) for line in bill.lines if line.tax
    ]
    parts += [(ledger_code(cost.allocation.account), cost.allocation.amount) for cost in bill.costs]
    return [{"GlCode": code, "Value": amount} for code, amount in parts if amount]


def poster(seed: int = 7, documents: int = 80, companies: int = 1) -> Poster:
    """A world in which nothing was posted yet."""
    scenario = build_scenario(seed=seed, documents=documents, anchor=ANCHOR, companies=companies)
    return Poster(scenario)
