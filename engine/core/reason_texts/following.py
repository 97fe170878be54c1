"""The texts of holds on receipts and payments, both ways. Pure."""

from engine.core.reason_texts.entry import (
    BUYER,
    PAYABLES,
    Texts,
    acceptable,
    business,
    conflict,
)

WAREHOUSE = "the warehouse"

HELD_TEXTS: Texts = {
    "RECEIPT_CONFLICT": acceptable(
        conflict(
            "SYSPRO and Procurify differ about what was received.",
            "Goods were received, reversed or undone on the side that does not own receipts, or "
            "the line takes no more; the detail gives both quantities.",
            WAREHOUSE,
            "Reverse or undo the receipt that should not be there; `release --accept` leaves the "
            "two as they are, where goods are received in SYSPRO.",
        )
    ),
    "RECEIPT_UNDONE": conflict(
        "A receipt was undone or edited in Procurify after SYSPRO had it.",
        "What was received in SYSPRO is never taken back by itself.",
        WAREHOUSE,
        "Reverse the goods receipt named in SYSPRO, and receive there what is right; `ignore` "
        "takes note.",
    ),
    "RECEIPT_BY_VALUE": business(
        "Quantities received do not mean the same on both sides.",
        "The item is received by amount, or its line in SYSPRO is one of value or is split.",
        BUYER,
        "Receive it by hand on the other side, then `ignore` this.",
    ),
    "RECEIPT_NEEDS_DETAILS": business(
        "SYSPRO wants to know more of these goods than Procurify tells.",
        "They have lots, serial numbers, bins or an inspection; the detail names which.",
        WAREHOUSE,
        "Receive them in SYSPRO, then `ignore` this.",
    ),
    "PAID_ON_BOTH_SIDES": acceptable(
        conflict(
            "The bill is paid in SYSPRO and has a payment in Procurify.",
            "Somebody paid or marked it in Procurify, and a payment of its invoice is in SYSPRO.",
            PAYABLES,
            "At once: find out whether the money went out twice. `release --accept` says that it "
            "is one payment.",
        )
    ),
    "PAYMENT_VOIDED": acceptable(
        conflict(
            "The payment that was told to Procurify was voided in SYSPRO.",
            "The bill is paid in Procurify and its invoice owes again; nothing is un-paid by "
            "itself.",
            PAYABLES,
            "Pay it again in SYSPRO, or correct the bill in Procurify; `release --accept` takes "
            "note.",
        )
    ),
}
