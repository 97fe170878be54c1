"""Goods that go back: a receipt is reversed, in whole or in part.

Decisions (unverified): the GrnDetails row stays and tells what is left of the receipt, in quantity
and in value; what an invoice took cannot go back; the line and the order are open again. Works on
the ledger given.
"""

from decimal import Decimal

from engine.sandbox.syspro.ledger import COMPLETE, Ledger, cents, number, text
from engine.sandbox.syspro.tables import Row

SENT = "4"
_VALUES = ("CurrencyValue", "CurGrnValue", "StdGrnValue", "OrigPurchValue")


def reverse_receipt(ledger: Ledger, shown: str, quantity: Decimal | None, *, operator: str) -> Row:
    """What is left of the receipt after so much of it, or all of it, went back.

    Raises `ValueError` for an unknown receipt, one that an invoice took from, and more than is
    there.
    """
    grn = ledger.key_rules["Grn"].stored(shown)
    rows = ledger.tables["GrnDetails"].where("Grn", grn)
    order = ledger.order(text(rows[0]["PurchaseOrder"])) if rows else None
    if order is None:
        raise ValueError(f"there is no receipt {shown}")
    row = rows[0]
    line = next(line for line in order.lines if line["Line"] == row["PurchaseOrderLin"])
    received = number(row["QtyReceived"])
    back = received if quantity is None else quantity
    if ledger.tables["GrnMatch"].where("Grn", grn):
        raise ValueError(f"an invoice was matched to receipt {shown}")
    if not 0 < back <= received:
        raise ValueError(f"receipt {shown} is of {received}; {back} of it cannot go back")
    left = received - back
    values = {name: cents(number(row[name]) * left / received) for name in _VALUES}
    after = ledger.tables["GrnDetails"].put({**row, **values, "QtyReceived": left})
    still = number(line["MReceivedQty"]) - back
    is_complete = line["MCompleteFlag"] == "Y" and still >= number(line["MOrderQty"])
    line = ledger.tables["PorMasterDetail"].put(
        {**line, "MReceivedQty": still, "MCompleteFlag": "Y" if is_complete else "N"}
    )
    header = order.header
    if header["OrderStatus"] == COMPLETE and not is_complete:
        header = ledger.tables["PorMasterHdr"].put(
            {**header, "OrderStatus": SENT, "DatePoCompleted": None}
        )
    ledger.wrote(
        "receipt",
        ledger.tables["GrnDetails"].shape.key_of(after),
        business_object="",
        action="X",
        operator=operator,
        rows={"GrnDetails": [after], "PorMasterHdr": [header], "PorMasterDetail": [line]},
    )
    return after
