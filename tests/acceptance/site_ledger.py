"""What a sandbox's SYSPRO holds, freed of its numbering, so that two runs compare."""

from collections.abc import Mapping, Sequence
from typing import Any

Tree = dict[str, Any]

TABLES = ("ApSupplier", "PorMasterHdr", "PorMasterDetail", "ApInvoice")


LINE_COLUMNS = (
    "MSupCatalogue",
    "LineType",
    "MStockCode",
    "MOrderQty",
    "MForeignPrice",
    "MTaxCode",
    "MGlCode",
    "NMscChargeFor",
)


INVOICE_COLUMNS = ("OrigInvValue", "Currency", "Reference")


def normal(found: Mapping[str, Sequence[Tree]]) -> Tree:
    """Suppliers by code, live orders by their item ids, invoices by supplier and number."""
    lines: dict[str, list[Tree]] = {}
    for row in found["PorMasterDetail"]:
        lines.setdefault(row["PurchaseOrder"], []).append(row)
    orders = {}
    cancelled = 0
    for row in found["PorMasterHdr"]:
        if row["CancelledFlag"] == "Y" or row["OrderStatus"] == "*":
            cancelled += 1
            continue
        own = lines.get(row["PurchaseOrder"], [])
        items = sorted(line["MSupCatalogue"] for line in own if line["MSupCatalogue"])
        assert tuple(items) not in orders, f"two orders for {items}"
        orders[tuple(items)] = (
            row["Supplier"],
            row["Currency"],
            row["CustomerPoNumber"],
            sorted(_columns(line, LINE_COLUMNS) for line in own),
        )
    return {
        "suppliers": {
            row["Supplier"]: (row["SupplierName"], row["Currency"], row["Branch"])
            for row in found["ApSupplier"]
        },
        "orders": orders,
        "cancelled": cancelled,
        "invoices": {
            (row["Supplier"], row["Invoice"]): _columns(row, INVOICE_COLUMNS)
            for row in found["ApInvoice"]
        },
    }


def _columns(row: Tree, wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in wanted)
