"""APSQRY: one supplier with address, invoices, payments, receipts (Query/Query; documented).

Names and order are those of the reply schema (syspro.md §3.7): every option defaults as there.
Padding, the age bands of the cash projection (30 and 60 days), and that a missing supplier is an
`ERROR:` line, are decisions, as is that SystemInformation is left out: PORQRY's schema has it too,
and the recorded reply has its contents as attributes of the root instead. Nothing is retained,
scrapped or noted in this company.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.keys import shown_key, shown_order, table_key
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.objects.comfnd import shown_cells
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES, Row

_TRADE: Final = (
    "SupplierClass Area InvDiscCode LineDiscCode Nationality DefaultChequeDay BankAccount "
    "BankBranch TaxRegnNum"
)
_ADDRESS: Final = (
    "SupAddr1 SupAddr2 SupAddr3 SupAddr4 SupAddr5 SupPostalCode RemitName RemitAddr1 RemitAddr2 "
    "RemitAddr3 RemitAddr4 RemitAddr5 RemitPostalCode"
)
_REST: Final = (
    "UserField1 UserField2 PurchOrdAllowed Contracts FirstPurchDate LastPurchDate MinPoVal "
    "MinPoMass MinPoVolume PoDefaultDoc MerchGlCode FreightGlCode Email FaxContact EdiFax "
    "EdiTypeFlag EdiReceiverCode FaxRemitFlag FaxRemitNum"
)
_TOTALS: Final = (
    "CurrentBalance MtdMerchVal MtdFreightVal MtdOtherVal MtdDsbVal MtdTaxVal MtdTax2Val "
    "YtdMerchVal YtdFreightVal YtdOtherVal YtdDsbVal YtdTaxVal YtdTax2Val PyrMerchVal "
    "PyrFreightVal PyrOtherVal PyrDsbVal"
)
_LAST: Final = "LastChequeDate LastChequeVal LastCheque LastChequeBank DateSuppAdded"
_INVOICE: Final = (
    "Invoice JournalDate Journal Branch InvoiceDate DiscountDate DueDate Reference OrigInvValue "
    "OrigDiscValue"
)
_INVOICE_REST: Final = (
    "InvoiceStatus Currency Bank PaymGrossValue PaymDiscValue InvoiceYear InvoiceMonth ConvRate "
    "MulDiv EntryNumber"
)
_PAYMENT: Final = (
    "EntryNumber JournalDate Journal PaymentReference TrnValue TrnType PostValue PostCurrency "
    "PostConvRate PostMulDiv"
)
_REGISTERED: Final = (
    "Invoice Branch EntryDate InvoiceDate DiscountDate DueDate Reference InvoiceValue "
    "DiscountValue DiscActiveFlag Currency ExchRateAtEntry MulDiv AuthorisingPerson Buyer "
    "DateInvoiceSent DateApprOrPurg FollowUpDate Department InvRegnStatus InvoiceModified "
    "DateLastModified Operator ReasonForChange InvAppliedToLct"
)
_GRN: Final = "GrnSource Journal JournalEntry OrigReceiptDate"
_GRN_REST: Final = "StockCode QtyReceived DeliveryNote CurGrnValue MatchedValue GrnMatchedFlag"


def query(call: Call) -> str:
    """The supplier's document; raises `Refused` when it is not on file."""
    ledger = call.ledger
    shown = call.document.value("Key", "Supplier")
    code = table_key(ledger, "Supplier", shown)
    supplier = ledger.tables["ApSupplier"].get((code,))
    if supplier is None:
        raise Refused(invented.KEY_NOT_FOUND.format(shown, "ApSupplier"))
    reply = Reply("ApQuery", "APSQRY")
    reply.open("Supplier")
    reply.leaves(_head(ledger, supplier))
    _write(reply, ledger, "ApSupplier", _TRADE, supplier)
    address = ledger.tables["ApSupplierAddr"].get((code,))
    if address is not None:
        _write(reply, ledger, "ApSupplierAddr", _ADDRESS, address)
    _write(reply, ledger, "ApSupplier", _REST, supplier)
    reply.leaf("FaxRemitContact", text((address or {}).get("FaxRemitContact")))
    _write(reply, ledger, "ApSupplier", _TOTALS, supplier)
    reply.open("MonthlyPurchases")
    months = " ".join(f"PurchValMth{month}" for month in range(1, 13))
    _write(reply, ledger, "ApSupplier", months, supplier)
    reply.close("MonthlyPurchases")
    _write(reply, ledger, "ApSupplier", _LAST, supplier)
    _write_documents(call, reply, code)
    reply.close("Supplier")
    return reply.text()


def _asks(call: Call, option: str, default: str) -> str:
    return call.document.value("Option", option) or default


def _head(ledger: Ledger, supplier: Row) -> Iterator[tuple[str, str]]:
    def described(table: str, column: str) -> str:
        row = ledger.tables[table].get((text(supplier[column]),), {})
        return text(row.get("Description"))

    yield "Supplier", shown_key(ledger, "Supplier", text(supplier["Supplier"]))
    yield "SupplierName", text(supplier["SupplierName"])
    yield "EnquiryDate", ledger.today().isoformat()
    for name in ("SupplierType", "Telephone", "Fax", "Contact", "OnHold"):
        yield name, text(supplier[name])
    yield "DiscPct", ""
    yield "TBLAPT_Description", described("TblApTerms", "TermsCode")
    yield "Bank", text(supplier["Bank"])
    yield "APSBNK_Description", described("ApBank", "Bank")
    yield "Currency", text(supplier["Currency"])
    yield "TBLCUR_Description", described("TblCurrency", "Currency")
    yield "Branch", text(supplier["Branch"])
    yield "APSBRN_Description", described("ApBranch", "Branch")


def _write_documents(call: Call, reply: Reply, code: str) -> None:
    ledger = call.ledger
    invoices = ledger.tables["ApInvoice"].where("Supplier", code)
    if _asks(call, "IncludeInvoices", "Y") == "Y":
        for invoice in invoices:
            _write_invoice(call, reply, invoice)
    if _asks(call, "IncludeRegisteredInvoices", "N") == "Y":
        for row in ledger.tables["ApRegistered"].where("Supplier", code):
            reply.open("RegisteredInvoices")
            reply.open("RegisteredInvoiceDetail")
            _write(reply, ledger, "ApRegistered", _REGISTERED, row)
            reply.close("RegisteredInvoiceDetail")
            reply.close("RegisteredInvoices")
    _write_projection(reply, invoices, ledger.today())
    if _asks(call, "IncludeUnapprovedInvInCashProj", "N") == "Y":
        _write_unapproved(reply, ledger.tables["ApRegistered"].where("Supplier", code))
    reply.close("CashProjection")
    grns = ledger.tables["GrnDetails"].where("Supplier", code)
    wanted = _asks(call, "IncludeGoodsReceivedNotes", "N")
    if wanted in ("Y", "M"):
        for grn in grns:
            if wanted == "M" and grn["GrnMatchedFlag"] == "Y":
                continue
            _write_grn(reply, ledger, grn)
    if _asks(call, "IncludeReceipts", "Y") == "Y":
        for grn in grns:
            _write_receipt(reply, ledger, grn)


def _write_invoice(call: Call, reply: Reply, invoice: Row) -> None:
    ledger = call.ledger
    reply.open("InvoiceDetail")
    _write(reply, ledger, "ApInvoice", _INVOICE, invoice)
    reply.leaf("MthInvBal", f"{number(invoice['MthInvBal1']):>15.2f}")
    _write(reply, ledger, "ApInvoice", _INVOICE_REST, invoice)
    currency, rate = text(invoice["Currency"]), number(invoice["ExchangeRate"])
    local = ledger.local_value(currency, number(invoice["OrigInvValue"]), rate)
    reply.leaf("BaseCurrencyValue", f"{local:>15.2f}")
    reply.leaf("ForeignToLocalConversion", f"{rate:>13.6f}")
    if _asks(call, "IncludeInvoicePayments", "N") == "Y":
        reply.open("Payments")
        for entry in ledger.tables["ApInvoicePay"].where("Invoice", invoice["Invoice"]):
            if entry["Supplier"] == invoice["Supplier"]:
                reply.open("PaymentDetail")
                _write(reply, ledger, "ApInvoicePay", _PAYMENT, entry)
                reply.close("PaymentDetail")
        reply.close("Payments")
    reply.close("InvoiceDetail")


def _write_projection(reply: Reply, invoices: list[Row], today: date) -> None:
    """The ages of what is to be paid; the CashProjection is left open."""
    bands: dict[str, list[Row]] = {
        name: [] for name in ("PastDue", "Current", "Age1", "Age2", "AgeOver")
    }
    for invoice in invoices:
        due = invoice["DueDate"]
        days = (due - today).days if isinstance(due, date) else 0
        name = "PastDue" if days < 0 else "Current" if days == 0 else "Age1"
        name = "AgeOver" if days > 60 else "Age2" if days > 30 else name
        bands[name].append(invoice)
    limits = {
        "Age1": (("DaysFrom", "1"), ("DaysTo", "30")),
        "Age2": (("DaysFrom", "31"), ("DaysTo", "60")),
        "AgeOver": (("DaysOver", "60"),),
    }
    reply.open("CashProjection")
    for name, rows in {**bands, "Totals": invoices}.items():
        reply.open(name)
        amount = sum((number(row["MthInvBal1"]) for row in rows), Decimal(0))
        discount = sum((number(row["OrigDiscValue"]) for row in rows), Decimal(0))
        reply.leaf("Amount", f"{amount:>15.2f}")
        reply.leaf("Discount", f"{discount:>15.2f}")
        reply.leaf("NumberofInvoices", f"{len(rows):>5}")
        reply.leaves(limits.get(name, ()))
        reply.close(name)


def _write_unapproved(reply: Reply, registered: list[Row]) -> None:
    """What the registered invoices come to, besides the totals."""
    reply.open("Unapproved")
    for shown, column in (("Amount", "InvoiceValue"), ("Discount", "DiscountValue")):
        total = sum((number(row[column]) for row in registered), Decimal(0))
        reply.leaf(shown, f"{total:>15.2f}")
    reply.leaf("NumberofInvoices", f"{len(registered):>5}")
    reply.close("Unapproved")


def _write_grn(reply: Reply, ledger: Ledger, grn: Row) -> None:
    reply.open("GRNDetail")
    reply.leaf("Grn", shown_key(ledger, "Grn", text(grn["Grn"])))
    _write(reply, ledger, "GrnDetails", _GRN, grn)
    reply.leaf("PurchaseOrder", shown_order(ledger, text(grn["PurchaseOrder"])))
    _write(reply, ledger, "GrnDetails", _GRN_REST, grn)
    reply.leaf("MVersion")
    reply.leaf("MRelease")
    reply.close("GRNDetail")


def _write_receipt(reply: Reply, ledger: Ledger, grn: Row) -> None:
    quantity = number(grn["QtyReceived"])
    price = number(grn["CurrencyValue"]) / quantity if quantity else Decimal(0)
    order = ledger.order(text(grn["PurchaseOrder"]))
    header: Row = order.header if order is not None else {}
    on = str(grn["OrigReceiptDate"] or "")
    reply.open("ReceiptDetail")
    reply.leaf("StockCode", text(grn["StockCode"]))
    reply.leaf("Description", text(grn["StockDescription"]))
    reply.leaf("Warehouse", text(grn["Warehouse"]))
    reply.leaf("PurchaseOrder", shown_order(ledger, text(grn["PurchaseOrder"])))
    reply.leaf("PurchaseOrderLin", f"{number(grn['PurchaseOrderLin']):.0f}")
    reply.leaf("QtyReceived", f"{quantity:>19.6f}")
    reply.leaf("PriceReceived", f"{price:>16.5f}")
    reply.leaf("OrigPurchPrcFor", f"{price:>16.5f}")
    reply.leaf("Currency", text(grn["PostCurrency"]))
    reply.leaf("Reference", text(grn["DeliveryNote"]))
    reply.leaf("AddReference")
    reply.leaf("JnlDate", on)
    reply.leaf("PoDate", str(header.get("OrderEntryDate") or ""))
    reply.leaf("LineDueDate", str(header.get("OrderDueDate") or ""))
    reply.leaf("DateReceived", on)
    reply.leaf("Journal", f"{int(number(grn['Journal'])):05}")
    reply.close("ReceiptDetail")


def _write(reply: Reply, ledger: Ledger, table: str, names: str, row: Row) -> None:
    """The columns of the row; a name that the table has not is an empty element."""
    columns = SHAPES[table].columns
    for name in names.split():
        if name in columns:
            reply.leaves(shown_cells(ledger, row, (columns[name],), no_date=""))
        else:
            reply.leaf(name)
