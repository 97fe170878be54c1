"""PORQPO: purchase orders listed by filters (Query/Query; documented, syspro.md §3.2).

Filters are elements with FilterType A all, S single or R range and FilterValue (`000305,000313`);
completed and cancelled orders are left out unless asked for; there is no filter on
CustomerPoNumber. Elements and order are those of the reply schema; their padding is inferred.
"""

from typing import Final

from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.keys import shown_order, table_key
from engine.sandbox.syspro.ledger import CANCELLED, COMPLETE, Ledger, text
from engine.sandbox.syspro.objects.comfnd import shown_cells
from engine.sandbox.syspro.replies import Reply
from engine.sandbox.syspro.tables import SHAPES, Row

_FILTERS: Final = {
    "Supplier": "Supplier",
    "Customer": "Customer",
    "Currency": "Currency",
    "Buyer": "Buyer",
    "Memo": "MemoCode",
    "PurchaseOrder": "PurchaseOrder",
    "OrderDate": "OrderEntryDate",
}
_COLUMNS: Final = (
    "OrderStatus Supplier DeliveryName OrderDueDate MemoDate MemoCode OrderType SupplierClass "
    "Customer CustomerPoNumber PaymentTerms ShippingInstrs Currency PrintCount AmendedCount "
    "ExchangeRate Nationality TermsCode UserConfirmation Buyer"
)


def query(call: Call) -> str:
    """The orders that pass every filter, in key order."""
    ledger, options = call.ledger, call.document.path("Option")
    hidden = set()
    if (options.value("IncludeCompletedOrders") or "N") != "Y":
        hidden.add(COMPLETE)
    if (options.value("IncludeCancelledOrders") or "N") != "Y":
        hidden.add(CANCELLED)
    filters = call.document.path("Filter")
    columns = [SHAPES["PorMasterHdr"].columns[name] for name in _COLUMNS.split()]
    reply = Reply("PorQuery", "PORQPO")
    for row in ledger.tables["PorMasterHdr"].in_order():
        if row["OrderStatus"] in hidden or not _passes(ledger, filters, row):
            continue
        reply.open("PurchaseOrderItem")
        reply.leaf("PurchaseOrder", shown_order(ledger, text(row["PurchaseOrder"])))
        reply.leaves(shown_cells(ledger, row, columns, no_date=""))
        reply.close("PurchaseOrderItem")
    return reply.text()


def _passes(ledger: Ledger, filters: Element, row: Row) -> bool:
    for name, column in _FILTERS.items():
        wanted = filters.path(name)
        attributes = {key.lower(): value for key, value in wanted.attributes.items()}
        kind = attributes.get("filtertype", "A")
        values = [
            table_key(ledger, column, value.strip())
            for value in attributes.get("filtervalue", "").split(",")
        ]
        cell = str(row[column] or "")
        if kind == "S" and cell != values[0]:
            return False
        if kind == "R" and len(values) == 2 and not values[0] <= cell <= values[1]:
            return False
    return True
