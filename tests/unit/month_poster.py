"""A stand-in for a faultless engine that follows a month: changes, cancellations, credit notes."""

from collections.abc import Iterator
from decimal import Decimal

from ledger_poster import ANCHOR, Poster, distribution

from engine.sandbox.differences import order_differences
from engine.sandbox.scenario.model import Bill, PurchaseOrder, is_order_eligible
from engine.sandbox.scenario.scenario import build_scenario
from engine.sandbox.sight import bill_source, item_of, order_source, vendor_source
from engine.sandbox.syspro.tables import Row

MOST_TURNS = 200
PREFIX = "Credit for invoice "


class MonthPoster(Poster):
    """Follows the story turn by turn."""

    def to_the_end(self) -> None:
        """Nothing is left of the story, and what it asked for last is done."""
        for _ in range(MOST_TURNS):
            self.follow()
            self.story.tick()
            if not self.story.left:
                break
        self.follow()

    def follow(self) -> None:
        """SYSPRO has what Procurify has, but for what must be held; no bill before its goods."""
        held = self.story.must_hold
        for order in list(self.tenant.orders.values()):
            if order_source(order) not in held:
                self._follow_order(order)
        for vendor in self.tenant.eligible_vendors():
            if vendor_source(vendor) not in held and not self.sight.holds_vendor(vendor):
                self.post_vendor(vendor)
        for order in self.tenant.eligible_orders():
            if order_source(order) not in held and not self.sight.holds_order(order):
                self.post_order(order)
        for bill in list(self.tenant.eligible_bills()):
            if bill_source(bill) in held or self.sight.holds_bill(bill):
                continue
            if bill.grand_total < 0:
                self.post_credit(bill)
            elif self._has_goods(bill):
                self.post_bill(bill)

    def post_credit(self, credit: Bill, invoice: str = "") -> None:
        """The credit note is an entry of the invoice that it credits, or of the one named."""
        ledger = self.sight.ledger_of(credit)
        key = (credit.vendor.supplier, invoice or self._credited(credit))
        entries = ledger.tables["ApInvoicePay"].where("Invoice", key[1])
        named: Row = {
            "Supplier": key[0],
            "Invoice": key[1],
            "EntryNumber": Decimal(2 + len(entries)),
        }
        ledger.tables["ApInvoicePay"].put(
            {
                **named,
                "TrnType": "C",
                "TrnValue": credit.grand_total,
                "PostCurrency": credit.currency.name,
                "TrnYear": Decimal(credit.posted_on.year),
                "TrnMonth": Decimal(credit.posted_on.month),
            }
        )
        for place, line in enumerate(distribution(credit), 1):
            ledger.tables["ApDistribution"].put({**named, "Line": Decimal(place), **line})
        ledger.wrote("invoice", key, business_object="APSTIN", action="C", operator="TEST", rows={})

    def credits(self) -> Iterator[Bill]:
        """The credit notes that are in SYSPRO."""
        return (
            bill
            for bill in self.tenant.eligible_bills()
            if bill.grand_total < 0 and self.sight.holds_bill(bill)
        )

    def _follow_order(self, order: PurchaseOrder) -> None:
        posted = self.sight.orders_of(order)
        if order.state == 1:
            self.cancel(order)
        elif posted and is_order_eligible(order) and order_differences(order, posted[0]):
            self._rewrite(order, str(posted[0].header["PurchaseOrder"]))

    def _rewrite(self, order: PurchaseOrder, number: str) -> None:
        """The order is there as it is now, under the number that it has; gone lines are gone."""
        details = self.sight.ledger_of(order).tables["PorMasterDetail"]
        wanted = {line.id for line in order.lines}
        for row in details.where("PurchaseOrder", number):
            if item_of(row) not in {None, *wanted}:
                del details[details.shape.key_of(row)]
        self.post_order(order, number)

    def _credited(self, credit: Bill) -> str:
        """The number of the invoice by the note, else of the other bill over the same order."""
        if credit.note.startswith(PREFIX):
            return credit.note.removeprefix(PREFIX)
        bills = self.tenant.bills_of(credit.orders[0])
        (other,) = [bill for bill in bills if bill.id != credit.id]
        return other.invoice_number

    def _has_goods(self, bill: Bill) -> bool:
        """Whether all that a bill over goods bills was received and not billed before."""
        if not bill.vendor.is_grn_matched:
            return True
        matches = self.matches(bill)
        is_whole = len(matches) == len(bill.lines)
        return is_whole and all(self._has_left(bill, match) for match in matches)

    def _has_left(self, bill: Bill, match: Row) -> bool:
        ledger = self.sight.ledger_of(bill)
        key = (str(match["PurchaseOrder"]), str(match["PurchaseOrderLin"]))
        received = ledger.tables["PorMasterDetail"][key]["MReceivedQty"]
        billed = [
            row["Quantity"]
            for row in ledger.tables["GrnMatch"].in_order()
            if (row["PurchaseOrder"], str(row["PurchaseOrderLin"])) == key
        ]
        left = Decimal(str(received)) - sum(Decimal(str(quantity)) for quantity in billed)
        return left >= Decimal(str(match["Quantity"]))


def month_poster(seed: int = 7, documents: int = 200) -> MonthPoster:
    """A month in which nothing was posted yet."""
    scenario = build_scenario(seed=seed, documents=documents, anchor=ANCHOR, kind="month")
    return MonthPoster(scenario)
