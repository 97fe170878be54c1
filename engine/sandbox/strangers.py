"""Rows in SYSPRO that belong to no document of Procurify, or to one of another company."""

from engine.sandbox.findings import Entry, Findings, bill_entry, named_entry, order_entry
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.companies import Company
from engine.sandbox.scenario.model import BILL, PURCHASE_ORDER
from engine.sandbox.scenario.scenario import company_of
from engine.sandbox.sight import CREDIT, Sight, entry_key, item_of, order_key
from engine.sandbox.syspro.ledger import Ledger, Order, text


class Strangers:
    """Finds them in a ledger once every document's own rows are known."""

    def __init__(self, tenant: Tenant, sight: Sight) -> None:
        self._tenant = tenant
        self._sight = sight

    def judge(self, ledger: Ledger, found: Findings) -> None:
        """Every order, invoice and credit of the ledger that is nobody's differs."""
        hands = self._sight.hands_in(ledger)
        for posted in ledger.orders():
            (key,) = order_key(posted)
            if hands.typed("order", (key,)):
                continue
            if posted.is_live and (ledger.company, key) not in found.rows:
                self._strange_order(found, ledger, posted)
        for supplier, invoice in ledger.tables["ApInvoice"]:
            is_typed = hands.typed("invoice", (supplier, invoice))
            if (ledger.company, supplier, invoice) not in found.rows and not is_typed:
                self._strange_invoice(found, ledger, supplier, invoice)
        for row in ledger.tables["ApInvoicePay"].in_order():
            if row["TrnType"] == CREDIT and (ledger.company, *entry_key(row)) not in found.rows:
                what = f"credited (entry {row['EntryNumber']}) though no credit note says so"
                entry = named_entry(BILL, "", text(row["Invoice"]))
                found.differ(self.in_company(entry, ledger.company), [what])

    def _strange_order(self, found: Findings, ledger: Ledger, posted: Order) -> None:
        items = [item_of(line) for line in posted.lines]
        orders = (self._tenant.order_with_line(item) for item in items)
        order = next((order for order in orders if order is not None), None)
        if order is not None and company_of(order).id != ledger.company:
            self._misplaced(found, ledger, order_entry(order), company_of(order))
            return
        number = text(posted.header["PurchaseOrder"]).lstrip("0")
        entry = self.in_company(named_entry(PURCHASE_ORDER, "", number), ledger.company)
        found.differ(entry, [f"belongs to no purchase order (items {items})"])

    def _strange_invoice(
        self, found: Findings, ledger: Ledger, supplier: str, invoice: str
    ) -> None:
        named = self._tenant.bills_named(invoice)
        bill = next((row for row in named if row.vendor.supplier == supplier), None)
        if bill is not None and company_of(bill).id != ledger.company:
            self._misplaced(found, ledger, bill_entry(bill), company_of(bill))
            return
        entry = self.in_company(named_entry(BILL, "", invoice), ledger.company)
        found.differ(entry, [f"belongs to no bill (supplier {supplier})"])

    def _misplaced(self, found: Findings, ledger: Ledger, entry: Entry, own: Company) -> None:
        what = f"in company {ledger.company} though it belongs into {own.id}"
        found.differ(self.in_company(entry, own.id), [what])

    def in_company(self, entry: Entry, company: str) -> Entry:
        """The entry; with the company if there are several."""
        return {**entry, "company": company} if len(self._sight.companies) > 1 else entry
