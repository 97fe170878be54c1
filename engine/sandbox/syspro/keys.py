"""Keys in the form that e.net shows: automatic numbers with leading zeros to presentation length.

In the tables numeric keys are zero-filled to 15 (syspro.md §4 "Keys and padding"). Pure.
"""

from engine.sandbox.syspro.ledger import GRN_DIGITS, KEY_DIGITS, ORDER_DIGITS, Ledger


def _shown(key: str, digits: int) -> str:
    return key.lstrip("0").zfill(digits) if len(key) == KEY_DIGITS and key.isdigit() else key


def shown_order(ledger: Ledger, key: str) -> str:
    """A purchase order key as e.net shows it: `000547`; a manual number as it is."""
    return _shown(key, ORDER_DIGITS) if ledger.po_numbering == "auto" else key


def shown_key(ledger: Ledger, column: str, key: str) -> str:
    """A cell of any table as e.net shows it, when its column holds a numeric key."""
    if column == "PurchaseOrder":
        return shown_order(ledger, key)
    return _shown(key, GRN_DIGITS) if column == "Grn" else key


def table_key(ledger: Ledger, column: str, shown: str) -> str:
    """A key as the tables hold it, given in either form."""
    if column == "PurchaseOrder":
        return ledger.order_key(shown)
    bare = shown.strip()
    return bare.zfill(KEY_DIGITS) if column == "Grn" and bare.isdigit() else shown
