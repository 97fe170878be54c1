"""COMQKY: a key in the form it is shown in (Query/Query).

Documented are Function T with KeyType and FullValue, Function C with KeyColumn (`Table.Column`)
and the reply's `Key{KeyType,EditedValue}` (syspro.md §3.7). The root of the reply and the names of
key kinds besides Supplier are invented; a kind without a rule comes back as given.
"""

from typing import Final

from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.keys import shown_key
from engine.sandbox.syspro.replies import Reply

_COLUMNS: Final = {
    "supplier": "Supplier",
    "purchaseorder": "PurchaseOrder",
    "grn": "Grn",
    "stockcode": "StockCode",
}


def query(call: Call) -> str:
    """The edited value of the key."""
    key = call.document.path("Key")
    kind = key.value("KeyType")
    if key.value("Function") == "C":
        kind = kind or key.value("KeyColumn")
    column = _COLUMNS.get(kind.rpartition(".")[2].lower(), "")
    value = key.value("FullValue")
    reply = Reply("KeyQuery", "COMQKY")
    reply.open("Key")
    reply.leaf("KeyType", kind)
    reply.leaf("EditedValue", shown_key(call.ledger, column, value))
    reply.close("Key")
    return reply.text()
