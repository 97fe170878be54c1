"""Keys of any table column in the form that the tables hold or that e.net shows.

In the tables numeric keys are zero-filled to 15, over e.net they have their presentation length
(syspro.md §4 "Keys and padding"). Pure.
"""

from typing import Final

from engine.sandbox.syspro.ledger import Ledger

_KIND_OF: Final = {
    "PurchaseOrder": "PurchaseOrder",
    "Grn": "Grn",
    "Supplier": "Supplier",
    "GrnSupplier": "Supplier",
    "StockCode": "StockCode",
    "MStockCode": "StockCode",
}


def shown_order(ledger: Ledger, key: str) -> str:
    """A purchase order key as e.net shows it: `000547`; a manual number as it is."""
    return ledger.key_rules["PurchaseOrder"].shown(key)


def shown_key(ledger: Ledger, column: str, key: str) -> str:
    """A cell of any table as e.net shows it, when its column holds a key."""
    kind = _KIND_OF.get(column)
    return key if kind is None else ledger.key_rules[kind].shown(key)


def table_key(ledger: Ledger, column: str, shown: str) -> str:
    """A key as the tables hold it, given in either form."""
    kind = _KIND_OF.get(column)
    return shown if kind is None else ledger.key_rules[kind].stored(shown)
