"""APSQRY: one supplier with address and, unless asked not to, its invoices (Query/Query).

Minimal: names and order of the reply schema (syspro.md §3.7); cash projection, receipts, monthly
statistics and notes are not served yet. A missing supplier is an `ERROR:` line (decision).
"""

from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.ledger import Ledger, text
from engine.sandbox.syspro.objects.comfnd import shown_cells
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES, Row

_HEAD: Final = ("Supplier", "SupplierName")
_SUPPLIER: Final = (
    "SupplierType Telephone Fax Contact OnHold Bank Currency Branch SupplierClass Area InvDiscCode "
    "LineDiscCode Nationality DefaultChequeDay BankAccount BankBranch TaxRegnNum"
)
_ADDRESS: Final = (
    "SupAddr1 SupAddr2 SupAddr3 SupAddr4 SupAddr5 SupPostalCode RemitName RemitAddr1 RemitAddr2 "
    "RemitAddr3 RemitAddr4 RemitAddr5 RemitPostalCode"
)
_REST: Final = (
    "UserField1 UserField2 PurchOrdAllowed Contracts FirstPurchDate LastPurchDate MinPoVal "
    "MinPoMass MinPoVolume PoDefaultDoc MerchGlCode FreightGlCode Email FaxContact EdiFax "
    "EdiTypeFlag EdiReceiverCode FaxRemitFlag FaxRemitNum CurrentBalance DateSuppAdded"
)
_INVOICE: Final = (
    "Invoice JournalDate Journal Branch InvoiceDate DiscountDate DueDate Reference OrigInvValue "
    "OrigDiscValue InvoiceStatus Currency Bank PaymGrossValue PaymDiscValue InvoiceYear "
    "InvoiceMonth ConvRate MulDiv EntryNumber"
)


def query(call: Call) -> str:
    """The supplier's document; raises `Refused` when it is not on file."""
    ledger = call.ledger
    code = call.document.value("Key", "Supplier")
    supplier = ledger.tables["ApSupplier"].get((code,))
    if supplier is None:
        raise Refused(invented.KEY_NOT_FOUND.format(code, "ApSupplier"))
    address = ledger.tables["ApSupplierAddr"].get((code,))
    reply = Reply("ApQuery", "APSQRY")
    reply.open("Supplier")
    reply.leaves((name, text(supplier[name])) for name in _HEAD)
    reply.leaf("EnquiryDate", ledger.today().isoformat())
    _write(reply, ledger, "ApSupplier", _SUPPLIER, supplier)
    if address is not None:
        _write(reply, ledger, "ApSupplierAddr", _ADDRESS, address)
    _write(reply, ledger, "ApSupplier", _REST, supplier)
    if (call.document.value("Option", "IncludeInvoices") or "Y") == "Y":
        for invoice in ledger.tables["ApInvoice"].where("Supplier", code):
            reply.open("InvoiceDetail")
            _write(reply, ledger, "ApInvoice", _INVOICE, invoice)
            reply.close("InvoiceDetail")
    reply.close("Supplier")
    return reply.text()


def _write(reply: Reply, ledger: Ledger, table: str, names: str, row: Row) -> None:
    columns = [SHAPES[table].columns[name] for name in names.split()]
    reply.leaves(shown_cells(ledger, row, columns, no_date=""))
