"""The header of a purchase order in PORTOI: what the caller names and what it falls back to.

Rules (syspro.md §3.1): the supplier must allow orders and not be on hold; an unknown delivery
address code is a warning; with a single-warehouse setup the header's warehouse rules the lines and
its address is that of delivery unless one is given; working days are Monday to Friday,
ValidateWorkingDays moves a due date off the weekend (N next day, P previous, A not at all).
Decisions (unverified): no delivery address codes, customers and jobs are on file here, so that
naming one is a warning; header discounts are kept but value no line; ExchangeRate of a local order
is ignored. Pure but for the ledger it reads.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import digits, invented, refusals
from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_order
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.tables import Row

NO_WAREHOUSE: Final = "**"
_SATURDAY: Final = 5
_TEXTS: Final = {
    "CustomerPoNumber": 30,
    "Customer": 15,
    "PaymentTerms": 3,
    "ShippingInstrs": 50,
    "Buyer": 20,
    "DeliveryName": 50,
    "DeliveryAddr1": 40,
    "DeliveryAddr2": 40,
    "DeliveryAddr3": 40,
    "DeliveryAddr3Loc": 40,
    "DeliveryAddr4": 40,
    "DeliveryAddr5": 40,
    "PostalCode": 10,
    "DeliveryTerms": 3,
    "ShippingLocation": 10,
    "LanguageCode": 2,
}


def new_header(call: Call, fields: Fields, supplier: Row) -> Row:
    """The header of an order being added, without number; faults are collected."""
    ledger = call.ledger
    currency = text(supplier.get("Currency")) or ledger.local_currency
    is_local = currency == ledger.local_currency
    rate_row = ledger.tables["TblCurrency"].get((currency,), {})
    today = ledger.today()
    on = fields.day("OrderDate", today) or today
    rate = None if is_local else fields.number("ExchangeRate", 6, 6)
    memo_days = digits.whole(call.parameter("DefaultMemoDays", "0")[:3]) or 0
    memo_on = digits.days_after(on, memo_days)
    header: Row = {
        "Supplier": text(supplier.get("Supplier")),
        "SupplierClass": text(supplier.get("SupplierClass")),
        "OrderStatus": _status(call, fields),
        "ActiveFlag": "Y",
        "CancelledFlag": "N",
        "OrderEntryDate": on,
        "OrderDueDate": working_day(call, fields.day("DueDate", today) or today),
        "MemoDate": fields.day("MemoDate", memo_on),
        "MemoCode": fields.text("MemoCode", 1, default=call.parameter("DefaultMemoCode", "")),
        "OrderType": fields.choice("OrderType", "LIOF", "L" if is_local else "I"),
        "TaxStatus": fields.choice("TaxStatus", "EN", "N"),
        "Currency": currency,
        "ExchangeRate": rate or number(rate_row.get("BuyExchangeRate")) or Decimal(1),
        "MulDiv": text(rate_row.get("BuyMulDiv")) or "M",
        "ExchRateFixed": fields.choice(
            "ExchRateFixed", "NY", call.parameter("FixedExchangeRate", "N")
        ),
        "TermsCode": fields.text("InvoiceTerms", 2, default=text(supplier.get("TermsCode"))),
        "IncludeInMrp": fields.choice("IncludeInMrp", "YN", "Y"),
    }
    if call.parameter("DefaultDeliveryAddress", ""):
        code = call.parameter("DefaultDeliveryAddress", "")
        fields.fault(invented.DELIVERY_CODE_NOT_FOUND, "DefaultDeliveryAddress", code)
    header.update(named_values(ledger, fields))
    if ledger.purchasing.restricts_order_to_one_warehouse:
        header = {**_delivered_to(ledger, text(header.get("Warehouse"))), **header}
    check_terms(ledger, fields, header)
    check_buyer(ledger, fields, header)
    return header


def change_header(call: Call, fields: Fields, header: Row) -> None:
    """`header`, a copy of the stored one, has what the caller changes; faults are collected."""
    ledger = call.ledger
    supplier = text(header["Supplier"])
    given = fields.text("Supplier", 15)
    if given and ledger.key_rules["Supplier"].stored(given) != supplier:
        shown = shown_order(ledger, text(header["PurchaseOrder"]))
        fields.fault(invented.SUPPLIER_FIXED, "Supplier", given, given, shown)
    header.update(named_values(ledger, fields))
    if fields.has("MemoCode"):
        header["MemoCode"] = fields.text("MemoCode", 1)
    header["TaxStatus"] = fields.choice("TaxStatus", "EN", text(header["TaxStatus"]))
    header["IncludeInMrp"] = fields.choice("IncludeInMrp", "YN", text(header["IncludeInMrp"]))
    if fields.has("InvoiceTerms"):
        header["TermsCode"] = fields.text("InvoiceTerms", 2)
        check_terms(ledger, fields, header)
    due = fields.day("DueDate")
    if due is not None:
        header["OrderDueDate"] = working_day(call, due)
    header["MemoDate"] = fields.day("MemoDate") or header["MemoDate"]
    wants_reset = fields.choice("ChgPOStatToReadyToPrint", "YN", "N") == "Y"
    if wants_reset or ledger.purchasing.sets_ready_to_print_after_change:
        header["OrderStatus"] = "1" if header["OrderStatus"] == "4" else header["OrderStatus"]
    header["AmendedCount"] = min(number(header["AmendedCount"]) + 1, Decimal(99))
    check_buyer(ledger, fields, header)


def working_day(call: Call, day: date) -> date:
    """The day itself or the working day that ValidateWorkingDays moves it to."""
    way = call.parameter("ValidateWorkingDays", "N")
    if way == "A":
        return day
    step = timedelta(days=-1 if way == "P" else 1)
    while day.weekday() >= _SATURDAY:
        day += step
    return day


def named_values(ledger: Ledger, fields: Fields) -> Row:
    """The header columns that the caller names and that need no rule but their length."""
    row: Row = {
        name: fields.text(name, length) for name, length in _TEXTS.items() if fields.has(name)
    }
    if row.get("Customer"):
        fields.fault(invented.CUSTOMER_NOT_FOUND, "Customer", text(row["Customer"]))
    if fields.has("DeliveryAddrLoc"):
        row["DeliveryAddr3Loc"] = fields.text("DeliveryAddrLoc", 40)
    if fields.has("AutoVoucher"):
        row["AutoVoucherReqd"] = fields.choice("AutoVoucher", "YN", "N")
    sign = -1 if fields.choice("DiscountLessPlus", "LP", "L") == "P" else 1
    for position in (1, 2, 3):
        percent = fields.number(f"DiscPercent{position}", 3, 2)
        if percent is not None:
            row[f"DiscPct{position}"] = sign * percent
    if fields.has("Warehouse"):
        warehouse = fields.text("Warehouse", 10)
        row["Warehouse"] = warehouse
        if warehouse != NO_WAREHOUSE:
            warehouses = ledger.tables["InvWhControl"]
            fields.known("Warehouse", warehouse, warehouses, invented.WAREHOUSE_NOT_FOUND)
    return row


def check_terms(ledger: Ledger, fields: Fields, header: Row) -> None:
    """A fault is noted for invoice terms that are not on file."""
    terms = text(header.get("TermsCode"))
    fields.known("InvoiceTerms", terms, ledger.tables["TblApTerms"], invented.TERMS_NOT_FOUND)


def check_buyer(ledger: Ledger, fields: Fields, header: Row) -> None:
    """The setup says whether the buyer is free, must be on file, or must be there as well."""
    buyer, mode = text(header.get("Buyer")), ledger.purchasing.buyer
    if mode == "mandatory" and not buyer:
        fields.fault(invented.BUYER_NEEDED, "Buyer", "")
    buyers = ledger.tables["InvBuyer"]
    if mode != "optional" and buyers:
        fields.known("Buyer", buyer, buyers, invented.BUYER_NOT_FOUND)


def _delivered_to(ledger: Ledger, warehouse: str) -> Row:
    """Name and address of the order's one warehouse, which is where its goods go."""
    row = ledger.tables["InvWhControl"].get((warehouse,))
    if row is None:
        return {}
    names = [name for name in _TEXTS if name.startswith("DeliveryAddr") or name == "PostalCode"]
    return {"DeliveryName": row["Description"], **{name: row[name] for name in names}}


def _status(call: Call, fields: Fields) -> str:
    status = call.parameter("Status", "1")
    if status not in ("1", "4"):
        fields.fault(invented.NOT_ALLOWED, "Status", status, status, "Status")
    return "0" if call.parameter("StatusInProcess", "N") == "Y" else status


def new_key(ledger: Ledger, fields: Fields) -> str:
    """The manual key; empty with automatic numbering, whose number is taken at the commit."""
    rule = ledger.key_rules["PurchaseOrder"]
    given = fields.text("PurchaseOrder", 20, is_needed=not rule.is_automatic)
    if not given:
        return ""
    if rule.is_automatic:
        fields.fault(invented.NUMBER_IS_AUTOMATIC, "PurchaseOrder", given)
        return ""
    key = rule.stored(given)
    if not rule.takes(given):
        fields.fault(invented.KEY_FORM, "PurchaseOrder", given, given, "purchase order")
    elif (key,) in ledger.tables["PorMasterHdr"]:
        fields.fault(refusals.DUPLICATE, "PurchaseOrder", given, given, "PorMasterHdr")
    return key
