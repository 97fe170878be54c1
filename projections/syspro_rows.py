"""What SYSPRO was last seen to hold, as facts with only the columns that plans consult. Pure.

Balances, journal counters and time stamps are left out: they move with every posting, and a fact
that moves makes its documents be planned again. Columns: syspro.md §4. Keys of facts are the
last part of the event's key, which the reader gives in comparable form; composite keys keep all.
"""

from collections.abc import Mapping, Sequence

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.keys import comparable_key, is_external_key
from engine.core.money import read_amount
from engine.core.projection import Overlay, Table
from projections.facts import object_of, syspro_fact, text_of
from projections.invoice_numbers import number_stem

_SIMPLE: Mapping[str, tuple[str, Sequence[str]]] = {
    "supplier": (
        "supplier",
        ("Supplier", "SupplierName", "Currency", "OnHold", "PurchOrdAllowed", "GrnMatchReqd"),
    ),
    "ledger_code": ("ledger", ("GlCode", "ControlAccFlag", "AccOnHldFlag")),
    "currency": ("currency", ("Currency", "BuyMulDiv")),
    "tax_code": ("tax", ("TaxCode", "ApTaxGlCode", "CurTaxRate")),
    "terms": ("terms", ("TermsCode",)),
    "stock_code": (
        "stock",
        (
            "StockCode",
            "StockUom",
            "StockOnHold",
            "PurchOnHold",
            "SerialMethod",
            "TraceableType",
            "InspectionFlag",
        ),
    ),
    "warehouse": ("warehouse", ("Warehouse", "UseMultipleBins")),
}
_PERIOD_COLUMNS = (
    "GlYear",
    "GlPeriod",
    *(
        f"{year}Prd{what}{number}"
        for year in ("CurYr", "PrvYr")
        for what in ("Stat", "End")
        for number in range(1, 16)
    ),
)
_HEADER = ("PurchaseOrder", "OrderStatus", "CancelledFlag", "Supplier", "Currency")
_LINE = {
    "line": "Line",
    "type": "LineType",
    "catalogue": "MSupCatalogue",
    "quantity": "MOrderQty",
    "received": "MReceivedQty",
    "price": "MPrice",
    "foreign_price": "MForeignPrice",
    "is_complete": "MCompleteFlag",
    "due_on": "MLatestDueDate",
    "ledger_code": "MGlCode",
}
_GRN = {
    "supplier": "Supplier",
    "grn": "Grn",
    "source": "GrnSource",
    "journal": "Journal",
    "entry": "JournalEntry",
    "line": "PurchaseOrderLin",
    "received": "QtyReceived",
    "original": "OrigGrnValue",
    "matched": "MatchedValue",
    "is_matched": "GrnMatchedFlag",
    "received_on": "OrigReceiptDate",
    "currency_value": "CurrencyValue",
}
_INVOICE = {
    "reference": "Reference",
    "value": "OrigInvValue",
    "currency": "Currency",
    "invoiced_on": "InvoiceDate",
}


def fold_row(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The fact is what SYSPRO's row says now; a vanished row leaves none."""
    kind, company = text_of(body, "kind"), text_of(body, "company")
    key = text_of(body, "key")
    row = None if event.type.endswith("Vanished") else object_of(body, "row")
    if kind in _SIMPLE:
        sort, columns = _SIMPLE[kind]
        fact = f"{sort}:{company}/{key.rpartition('|')[2]}"
        overlay.put(Table.FACTS, fact, None if row is None else _columns(row, columns))
        if kind == "currency":
            _fold_rate(overlay, company, key, row)
    elif kind == "periods":
        fact = f"periods:{company}"
        overlay.put(Table.FACTS, fact, None if row is None else _columns(row, _PERIOD_COLUMNS))
    elif kind == "invoice":
        _fold_invoice(overlay, company, key, row)
    elif kind == "purchase_order":
        _fold_order(overlay, event, company, key, row)
    elif kind == "grn":
        _fold_grn(overlay, company, key, row)


def cell(row: JsonObject | None, column: str) -> str:
    """The trimmed text of a column; "" where there is none."""
    value = row.get(column) if row else None
    return str(value).strip() if isinstance(value, str | int) else ""


def _columns(row: JsonObject, columns: Sequence[str]) -> JsonObject:
    return {column: cell(row, column) for column in columns if column in row}


def _fold_order(
    overlay: Overlay, event: Event, company: str, key: str, row: JsonObject | None
) -> None:
    fact = f"syspro_order:{company}/{key}"
    before = text_of(overlay.get(Table.FACTS, fact), "external_key")
    after = cell(row, "CustomerPoNumber")
    for external_key in {before, after}:
        if is_external_key(external_key):
            is_there = row is not None and external_key == after
            _list_order(overlay, company, external_key, key, is_there=is_there)
    if row is None:
        overlay.put(Table.FACTS, fact, None)
        return
    found = row.get("lines")
    lines = found if isinstance(found, list) else []
    overlay.put(
        Table.FACTS,
        fact,
        {
            **_columns(row, _HEADER),
            "external_key": after,
            "position": event.position,
            "lines": [_named(line, _LINE) for line in lines if isinstance(line, dict)],
        },
    )


def _list_order(
    overlay: Overlay, company: str, external_key: str, key: str, *, is_there: bool
) -> None:
    fact = f"order_by_key:{company}/{external_key}"
    known = overlay.get(Table.FACTS, fact)
    listed = known.get("orders") if known else None
    orders = {str(order) for order in listed} if isinstance(listed, list) else set()
    if is_there:
        orders.add(key)
    else:
        orders.discard(key)
    overlay.put(Table.FACTS, fact, {"orders": sorted(orders)} if orders else None)


def _fold_grn(overlay: Overlay, company: str, key: str, row: JsonObject | None) -> None:
    place = f"grn:{company}/{key}"
    before = text_of(overlay.get(Table.FACTS, place), "order")
    after = comparable_key(cell(row, "PurchaseOrder")) if row is not None else ""
    if before and before != after:
        _put_entry(overlay, f"grns:{company}/{before}", key, None)
    overlay.put(Table.FACTS, place, {"order": after} if after else None)
    if after and row is not None:
        _put_entry(overlay, f"grns:{company}/{after}", key, _named(row, _GRN))


def _put_entry(overlay: Overlay, fact: str, key: str, entry: JsonObject | None) -> None:
    """The fact lists the entry under its key, or no more; without entries there is no fact."""
    entries: dict[str, JsonValue] = dict(overlay.get(Table.FACTS, fact) or {})
    entries.pop(key, None)
    if entry is not None:
        entries[key] = entry
    overlay.put(Table.FACTS, fact, entries or None)


def _fold_rate(overlay: Overlay, company: str, currency: str, row: JsonObject | None) -> None:
    """Whether SYSPRO has a rate of the currency; not which one, because that moves every day."""
    has_rate = bool(read_amount(cell(row, "BuyExchangeRate")))
    fact = f"rate:{company}/{currency}"
    overlay.put(Table.FACTS, fact, {"has_rate": True} if has_rate else None)


def invoices_like_fact(company: str, supplier: str, invoice: str) -> str:
    """The key of the fact that lists the supplier's invoices whose numbers may mean this one.

    `{<key of the row>: {reference, value, currency, invoiced_on}}`, by the stem of the number.
    """
    return syspro_fact("invoices_like", company, supplier) + f"/{number_stem(invoice)}"


def _fold_invoice(overlay: Overlay, company: str, key: str, row: JsonObject | None) -> None:
    fact = f"invoice:{company}/{key}"
    overlay.put(Table.FACTS, fact, None if row is None else _columns(row, ("Reference",)))
    supplier, _, number = key.partition("|")
    _put_entry(
        overlay,
        invoices_like_fact(company, supplier, number),
        key,
        None if row is None else _named(row, _INVOICE),
    )


def _named(row: JsonObject, columns: Mapping[str, str]) -> dict[str, JsonValue]:
    return {name: cell(row, column) for name, column in columns.items()}
