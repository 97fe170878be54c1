"""The texts of holds on bills. Pure."""

from engine.core.reason_texts.entry import (
    FINANCE,
    PAYABLES,
    SETUP,
    Texts,
    acceptable,
    business,
    conflict,
    wrong,
)

HELD_TEXTS: Texts = {
    "MULTI_COMPANY_BILL": business(
        "The bill belongs to several SYSPRO companies.",
        "Its orders and allocations lead to more than one company; the detail names them.",
        PAYABLES,
        "Have it billed company by company, or correct the allocations in Procurify.",
    ),
    "CHARGE_NO_ACCOUNT": wrong(
        "A cost of the bill has no ledger code.",
        "Its account code is missing or not mapped; the detail names it.",
        SETUP,
        "Approve an account mapping.",
    ),
    "NO_INVOICE_NUMBER": wrong(
        "The bill has no invoice number.",
        "SYSPRO knows an invoice by supplier and number.",
        PAYABLES,
        "Enter the invoice number in Procurify.",
    ),
    "INVOICE_NUMBER_TOO_LONG": wrong(
        "The invoice number is longer than 20 characters.",
        "Numbers are never shortened.",
        PAYABLES,
        "Shorten the number in Procurify.",
    ),
    "DUPLICATE_INVOICE": acceptable(
        conflict(
            "The vendor's invoice number was used before.",
            "Another bill or an invoice in SYSPRO has the same number and supplier.",
            PAYABLES,
            "Deny the duplicate, or correct its number; accept it if it is really another invoice "
            "and SYSPRO does not have the number.",
        )
    ),
    "NEAR_DUPLICATE": acceptable(
        conflict(
            "The bill looks like one that is there already.",
            "Another bill or an invoice in SYSPRO has the same digits in its number, nearly the "
            "same value and day, and the same supplier or a vendor of the same name.",
            PAYABLES,
            "Compare the two; deny the duplicate, or accept it if it is really another invoice.",
        )
    ),
    "CREDIT_NOTE_UNSUPPORTED": business(
        "The bill's total is negative.",
        "Credit notes are not carried yet.",
        PAYABLES,
        "Enter the credit note in SYSPRO.",
    ),
    "ZERO_BILL": business(
        "The bill's total is zero.",
        "There is nothing to owe.",
        PAYABLES,
        "Deny the bill, or correct it.",
    ),
    "BILL_VENDOR_DIFFERS": business(
        "The bill's vendor is not the order's.",
        "An invoice is matched against its own supplier's receipts only.",
        PAYABLES,
        "Correct the vendor of the bill, or bill without the order.",
    ),
    "PO_BILL_CURRENCY": business(
        "The bill's currency is not the order's.",
        "An invoice is matched in the currency of its order.",
        PAYABLES,
        "Correct the currency of the bill.",
    ),
    "ORDER_NOT_ELIGIBLE": business(
        "The bill is for an order that is not carried to SYSPRO.",
        "The order was cancelled, closed, paid by card or ignored, or is of before the cut-over.",
        PAYABLES,
        "Bill it without the order, or enter the invoice in SYSPRO.",
    ),
    "ORDER_LINE_UNKNOWN": wrong(
        "The bill is for an order line that SYSPRO's order does not have.",
        "The order in SYSPRO carries no line of that item.",
        PAYABLES,
        "Compare bill and order, and correct the bill.",
    ),
    "OVERBILLED_QTY": business(
        "The bill is for more than was ordered or than is left to bill.",
        "Quantity billed is over the line's quantity less what is billed already.",
        PAYABLES,
        "Correct the bill, or raise the order.",
    ),
    "MATCH_BY_VALUE": business(
        "The bill gives a value without a quantity for received goods.",
        "Receipts are matched by quantity.",
        PAYABLES,
        "Bill by quantity in Procurify.",
    ),
    "PERIOD_CLOSED": business(
        "The posting date is in no open period.",
        "SYSPRO posts to the current and the two previous periods, if open.",
        FINANCE,
        "Open the period in SYSPRO, or change the bill's posting date.",
    ),
    "BILL_CHANGED_AFTER_POST": business(
        "The bill changed after it was posted.",
        "A posted invoice is never edited; amount, number or vendor differ from what was sent.",
        PAYABLES,
        "Correct it in SYSPRO with a credit note, or undo the change in Procurify.",
    ),
    "BILL_WITHDRAWN_AFTER_POST": business(
        "The bill was denied, withdrawn or deleted after it was posted.",
        "A posted invoice is never taken back by itself.",
        PAYABLES,
        "Enter a credit note in SYSPRO.",
    ),
}
