"""Which rows of SYSPRO's ledgers belong to which document of Procurify.

A document's rows are looked for in the ledger of its own company, a vendor's in every one.
Documents are recognised by content, without trusting the engine: a vendor by its supplier code, a
purchase order by the order-item ids in its lines' catalogue texts (else by supplier and value), a
bill by supplier and invoice number, a credit note by the entry against the invoice that it credits.
What people typed (`hands`) is no document of Procurify.
"""

from collections.abc import Callable
from decimal import Decimal

from engine.sandbox.scenario.bills import normalised_number
from engine.sandbox.scenario.model import (
    BILL,
    PURCHASE_ORDER,
    VENDOR,
    ZERO,
    Bill,
    PurchaseOrder,
    Source,
    Vendor,
)
from engine.sandbox.scenario.month_bills import credited_number
from engine.sandbox.scenario.scenario import company_of
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.hands import Hands
from engine.sandbox.syspro.ledger import Ledger, Order, number, text
from engine.sandbox.syspro.receipts import MERCHANDISE, line_value
from engine.sandbox.syspro.tables import Key, Row

LINE_PREFIX = "PI-"
CREDIT = "C"
"""The type of an entry that credits an invoice (syspro.md §3.4)."""


def vendor_source(vendor: Vendor) -> Source:
    """The vendor's kind and id."""
    return Source(VENDOR, str(vendor.id))


def order_source(order: PurchaseOrder) -> Source:
    """The order's kind and id."""
    return Source(PURCHASE_ORDER, str(order.id))


def bill_source(bill: Bill) -> Source:
    """The bill's kind and id."""
    return Source(BILL, bill.uuid)


def item_of(line: Row) -> int | None:
    """The order-item id in a line's catalogue text, or None."""
    catalogue = text(line["MSupCatalogue"])
    identity = catalogue.removeprefix(LINE_PREFIX)
    return int(identity) if catalogue != identity and identity.isdigit() else None


class Sight:
    """Looks documents up in the ledgers; `bills_over` knows an order's bills in Procurify."""

    def __init__(
        self, companies: Companies, bills_over: Callable[[PurchaseOrder], list[Bill]]
    ) -> None:
        self.companies = companies
        self._bills_over = bills_over
        self._hands = {ledger.company: Hands(ledger.writes) for ledger in companies}

    def hands_in(self, ledger: Ledger) -> Hands:
        """What people did in the ledger."""
        return self._hands[ledger.company]

    def ledger_of(self, document: PurchaseOrder | Bill) -> Ledger:
        """The ledger of the company that the document goes to."""
        return self.companies[company_of(document).id]

    def orders_of(self, order: PurchaseOrder) -> list[Order]:
        """The live orders in SYSPRO that are this purchase order."""
        ledger = self.ledger_of(order)
        hands = self.hands_in(ledger)
        details = ledger.tables["PorMasterDetail"]
        keys = {
            text(row["PurchaseOrder"])
            for line in order.lines
            for row in details.where("MSupCatalogue", f"{LINE_PREFIX}{line.id}")
        }
        found = [ledger.order(key) for key in sorted(keys)]
        live = [row for row in found if row is not None and row.is_live]
        found_here = live or _orders_by_value(ledger, order)
        return [row for row in found_here if not hands.typed("order", order_key(row))]

    def invoices_of(self, bill: Bill) -> list[Row]:
        """The invoices in SYSPRO that are this bill: the one of its number first; no credit notes.

        Further ones bear the same reference, or the same number in another spelling; one that a
        person typed counts among these if it was there before.
        """
        if is_credit(bill):
            return []
        wanted = bill.invoice_number.strip()
        invoices = self.ledger_of(bill).tables["ApInvoice"]
        first = invoices.get((bill.vendor.supplier, wanted))
        hands = self.hands_in(self.ledger_of(bill))
        if first is None or not wanted or hands.typed("invoice", invoice_key(first)):
            return []
        of_supplier = invoices.where("Supplier", bill.vendor.supplier)
        reference = text(first["Reference"])
        return [
            first,
            *(
                row
                for row in of_supplier
                if row["Invoice"] != first["Invoice"]
                and not (hands.typed("invoice", invoice_key(row)) and _is_later(row, first))
                and (
                    (reference and row["Reference"] == reference)
                    or normalised_number(text(row["Invoice"])) == normalised_number(wanted)
                )
            ),
        ]

    def credited_by(self, credit: Bill) -> list[Row]:
        """The entries in SYSPRO that are this credit note, the first posted first."""
        number_of_original = self._credited_number(credit)
        if not number_of_original:
            return []
        entries = self.ledger_of(credit).tables["ApInvoicePay"].where("Invoice", number_of_original)
        return sorted(
            (
                row
                for row in entries
                if row["Supplier"] == credit.vendor.supplier and row["TrnType"] == CREDIT
            ),
            key=lambda row: number(row["EntryNumber"]),
        )

    def _credited_number(self, credit: Bill) -> str:
        """The invoice that a credit note credits: as its note says, else over the same order."""
        named = credited_number(credit)
        if named or not credit.orders:
            return named
        others = (bill for order in credit.orders for bill in self._bills_over(order))
        numbers = {bill.invoice_number for bill in others if bill.grand_total > 0}
        return numbers.pop() if len(numbers) == 1 else ""

    def holds_vendor(self, vendor: Vendor) -> bool:
        """Whether the vendor's supplier is there, in every company."""
        return not self.lacking(vendor)

    def lacking(self, vendor: Vendor) -> list[str]:
        """The companies in which the vendor is no supplier."""
        key = (vendor.supplier,)
        return [
            ledger.company for ledger in self.companies if key not in ledger.tables["ApSupplier"]
        ]

    def holds_order(self, order: PurchaseOrder) -> bool:
        """Whether a live order is there."""
        return bool(self.orders_of(order))

    def holds_bill(self, bill: Bill) -> bool:
        """Whether the invoice, or the credit note, is there."""
        return bool(self.credited_by(bill) if is_credit(bill) else self.invoices_of(bill))


def is_credit(bill: Bill) -> bool:
    """Whether the bill is a credit note: net negative, which takes a part that is."""
    amounts = (
        *(line.total for line in bill.lines),
        *(line.shipping for line in bill.lines),
        *(cost.allocation.amount for cost in bill.costs),
    )
    return min(amounts, default=ZERO) < 0 and bill.grand_total < 0


def order_key(order: Order) -> Key:
    """The key of an order in the tables."""
    return (text(order.header["PurchaseOrder"]),)


def invoice_key(invoice: Row) -> Key:
    """The key of an invoice in the tables."""
    return text(invoice["Supplier"]), text(invoice["Invoice"])


def entry_key(entry: Row) -> Key:
    """The key of an entry of an invoice in the tables."""
    return *invoice_key(entry), str(int(number(entry["EntryNumber"])))


def _is_later(invoice: Row, other: Row) -> bool:
    return number(invoice["Journal"]) > number(other["Journal"])


def _orders_by_value(ledger: Ledger, order: PurchaseOrder) -> list[Order]:
    """Orders whose lines name no item, of the same supplier and the same goods' value."""
    headers = ledger.tables["PorMasterHdr"].where("Supplier", order.vendor.supplier)
    found = [ledger.order(text(row["PurchaseOrder"])) for row in headers]
    return [
        row
        for row in found
        if row is not None
        and row.is_live
        and all(item_of(line) is None for line in row.lines)
        and goods_value(row) == order.subtotal
    ]


def goods_value(order: Order) -> Decimal:
    """The value of an order's goods, in its currency."""
    goods = [line for line in order.lines if line["LineType"] in MERCHANDISE]
    return sum((line_value(line) for line in goods), ZERO)


def charges(order: Order, line_type: str) -> Decimal:
    """The sum of an order's freight or charge lines, in its currency."""
    rows = [line for line in order.lines if line["LineType"] == line_type]
    return sum((number(row["NMscChargeFor"]) for row in rows), ZERO)
