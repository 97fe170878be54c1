"""APSTRI: invoices registered for approval (Transaction/Post; documented).

Posts nothing to the ledger. (Supplier, Invoice) must be neither on file nor registered; the reply
has Item/Key and no StatusOfItems (syspro.md §3.5). Registered invoices are kept in a table of our
own, as SYSPRO's is not known. Decisions (unverified): a bad item spoils no other; an item in error
carries ItemNumber, and StatusOfItems then follows.
"""

from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call, rejects, write_faults
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_key, table_key
from engine.sandbox.syspro.ledger import text
from engine.sandbox.syspro.objects.apstin_invoice import discount_value, due_date, entry_rate
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import Row

ROOT: Final = "PostApRegisterInvoice"
_TEXTS: Final = {"AuthorisingPerson": 20, "Buyer": 20, "Department": 20, "Narration": 100}


def post(call: Call) -> str:
    """Each valid item is registered; the reply tells each."""
    warnings = call.parameter("IgnoreWarnings", "N")
    reply = Reply(ROOT.lower(), "APSTRI")
    items, invalid = call.items(ROOT, "Item"), 0
    for position, item in enumerate(items, start=1):
        faults: list[Fault] = []
        row = _planned(call, item, faults)
        is_refused = rejects(faults, warnings)
        invalid += is_refused
        reply.open("Item")
        if not is_refused:
            _apply(call, row)
            reply.open("Key")
            reply.leaf("Supplier", shown_key(call.ledger, "Supplier", text(row["Supplier"])))
            reply.leaf("Invoice", text(row["Invoice"]))
            reply.leaf("TransactionType", text(row["TransactionType"]))
            reply.leaf("EntryNumber", "00001")
            reply.close("Key")
        write_faults(reply, faults, warnings)
        if is_refused:
            reply.leaf("ItemNumber", f"{position:05}")
        reply.close("Item")
    if invalid:
        reply.open("StatusOfItems")
        reply.leaf("ItemsProcessed", f"{len(items) - invalid:05}")
        reply.leaf("ItemsInvalid", f"{invalid:05}")
        reply.close("StatusOfItems")
    return reply.text()


def _planned(call: Call, item: Element, faults: list[Fault]) -> Row:
    ledger = call.ledger
    fields = Fields(item, faults)
    shown = fields.text("Supplier", 15, is_needed=True)
    invoice = fields.text("Invoice", 20, is_needed=True)
    key = (table_key(ledger, "Supplier", shown), invoice)
    supplier = ledger.tables["ApSupplier"].get((key[0],))
    if shown and supplier is None:
        fields.fault(invented.SUPPLIER_NOT_FOUND, "Supplier", shown)
    if supplier is None or not invoice:
        return {}
    if supplier["OnHold"] == "Y":
        fields.fault(invented.SUPPLIER_HOLD_WARNING, "Supplier", shown)
    if key in ledger.tables["ApInvoice"] or key in ledger.tables["ApRegistered"]:
        fields.fault(invented.INVOICE_ON_FILE, "Invoice", invoice, invoice, shown)
    value = fields.number("InvoiceValue", 12, 2) or Decimal(0)
    if value <= 0:
        kind = invented.ZERO_INVOICE if value == 0 else invented.NEGATIVE_INVOICE
        fields.fault(kind, "InvoiceValue", str(value))
    branch = fields.text("Branch", 10, default=text(supplier["Branch"]))
    fields.known("Branch", branch, ledger.tables["ApBranch"], invented.BRANCH_NOT_FOUND)
    currency = text(supplier["Currency"]) or ledger.local_currency
    today = ledger.today()
    on = fields.day("InvoiceDate", today) or today
    parameters = Fields(call.parameters.path("Parameters"), faults)
    due = fields.day("DueDate") or parameters.day("DefaultDueDate")
    return {
        "Supplier": key[0],
        "Invoice": invoice,
        "EntryNumber": Decimal(1),
        "Branch": branch,
        "InvoiceDate": on,
        "DiscountDate": fields.day("DiscountDate") or parameters.day("DefaultDiscountDate") or on,
        "DueDate": due or due_date(text(supplier["TermsCode"]), on),
        "Reference": fields.text("Reference", 30),
        "InvoiceValue": value,
        "DiscountValue": discount_value(fields),
        "Currency": currency,
        "ExchRateAtEntry": entry_rate(ledger, fields, currency),
        "DateInvoiceSent": fields.day("DateInvoiceSent"),
        "FollowUpDate": fields.day("FollowUpDate"),
        "PurchaseOrder": _order(call, fields),
        "EntryDate": today,
        "TransactionType": fields.choice("TransactionType", "IC", "I"),
        "Operator": call.operator,
        **{name: fields.text(name, length) for name, length in _TEXTS.items()},
    }


def _order(call: Call, fields: Fields) -> str:
    """The first order named; every one must be on file."""
    named = [*fields.element.named("PurchaseOrder")]
    named += fields.element.path("Orders").named("PurchaseOrder")
    found = ""
    for element in named:
        shown = element.content.strip()
        if shown and call.ledger.order(shown) is None:
            fields.fault(invented.ORDER_NOT_FOUND, "PurchaseOrder", shown)
        found = found or call.ledger.order_key(shown)
    return found


def _apply(call: Call, row: Row) -> None:
    stored = call.ledger.tables["ApRegistered"].put(row)
    call.ledger.wrote(
        "registration",
        (text(stored["Supplier"]), text(stored["Invoice"])),
        business_object="APSTRI",
        action=text(stored["TransactionType"]),
        operator=call.operator,
        rows={"ApRegistered": [stored]},
    )
