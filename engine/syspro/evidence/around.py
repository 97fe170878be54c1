"""What SYSPRO shows around a post that went to a person: all of its supplier's, a day either way.

For whoever has to tell whether it is there (reliability.md §4.4, the evidence pack). It decides
nothing, so it may be cut off at `FEW` rows a table, and says so.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from engine.core.canonical import JsonObject, JsonValue
from engine.core.commands import Payload
from engine.syspro.books import Books
from engine.syspro.objects.comfnd import Condition, Row

FEW = 50
DAY = timedelta(days=1)
_TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "PorMasterHdr": (
        "OrderEntryDate",
        ("PurchaseOrder", "CustomerPoNumber", "OrderStatus", "OrderEntryDate"),
    ),
    "ApInvoice": ("InvoiceDate", ("Invoice", "Reference", "OrigInvValue", "InvoiceDate")),
    "ApInvoicePay": (
        "JournalDate",
        ("Invoice", "PaymentReference", "TrnType", "TrnValue", "JournalDate"),
    ),
    "GrnDetails": (
        "OrigReceiptDate",
        ("Grn", "PurchaseOrder", "QtyReceived", "DeliveryNote", "OrigReceiptDate"),
    ),
}
"""What is shown of which table, by the column that says when it came."""


async def around(books: Books, payload: Payload, first: date, last: date) -> JsonObject:
    """By table, the rows of the payload's supplier from a day before `first` to a day after `last`.

    Empty for what is about no supplier; an invoice's own date counts as one of the days.
    """
    supplier = str(getattr(payload, "supplier", ""))
    if not supplier:
        return {}
    own = getattr(payload, "invoice_on", first)
    since = min(first, own if isinstance(own, date) else first) - DAY
    found: dict[str, JsonValue] = {}
    for table, (column, shown) in _TABLES.items():
        where = [
            Condition(column="Supplier", value=supplier),
            Condition(column=column, comparison="GE", value=since.isoformat()),
            Condition(column=column, comparison="LE", value=(last + DAY).isoformat()),
        ]
        rows = await books.rows(table, shown, where, limit=FEW)
        found[table] = _plain(rows)
    return {"supplier": supplier, "since": since.isoformat(), "tables": found}


def _plain(rows: Sequence[Row]) -> JsonValue:
    listed: list[JsonValue] = [dict(row) for row in rows]
    return listed
