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
    "CREDIT_BILL": acceptable(
        business(
            "The bill is below zero.",
            "The policy credit_bills holds such bills; the detail says how much it is.",
            PAYABLES,
            "Accept it to have it posted as a credit note, or enter it in SYSPRO and link it.",
        )
    ),
    "MIXED_BILL": acceptable(
        business(
            "Lines of the bill are below zero.",
            "The policy mixed_bills holds such bills; the detail says how much they come to.",
            PAYABLES,
            "Accept it to have one invoice of all lines, or have the credit billed by itself.",
        )
    ),
    "PREPAID_BILL": acceptable(
        business(
            "The vendor is paid before the goods come.",
            "The mapping prepayment holds its bills until the goods are there.",
            PAYABLES,
            "Wait for the goods, or accept it to charge the bill to its accounts.",
        )
    ),
    "NO_INVOICE_NUMBER": wrong(
        "The bill has no invoice number.",
        "SYSPRO knows an invoice by supplier and number.",
        PAYABLES,
        "Enter the invoice number in Procurify.",
    ),
    "INVOICE_NUMBER_TOO_LONG": wrong(
        "The invoice number is longer than 20 characters.",
        "Numbers are not shortened unless the policy `long_invoice_number` says so.",
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
    "CREDIT_WITHOUT_INVOICE": business(
        "It is not told which invoice the credit is for.",
        "SYSPRO takes a credit note against an invoice on file only. The bill's note names none by "
        "its number, or several, and there is not exactly one other bill over its order.",
        PAYABLES,
        "Write the invoice's number into the note of the bill, or enter the credit in SYSPRO.",
    ),
    "CREDIT_OVER_BALANCE": business(
        "The credit is more than what is still owed on its invoice.",
        "SYSPRO takes no credit note beyond the balance of the invoice; the detail has both.",
        PAYABLES,
        "Enter the credit in SYSPRO against another invoice.",
    ),
    "ZERO_BILL": business(
        "The bill's total is zero, though its lines are not.",
        "SYSPRO takes no invoice of zero, and the bill would charge accounts or match receipts.",
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
    "OVERBILLED_QTY": acceptable(
        business(
            "The bill is for more than was ordered or than is left to bill.",
            "Quantity billed is over the line's quantity less what is billed already, by more than "
            "the policy tolerates.",
            PAYABLES,
            "Correct the bill, or raise the order, or accept it: what is over the receipts is then "
            "charged to the line's account.",
        )
    ),
    "OVERBILLED_PRICE": acceptable(
        business(
            "The bill's price is over the order's.",
            "More is billed for the goods than they cost at the order's price, by more than the "
            "policy tolerates.",
            PAYABLES,
            "Have the bill or the order corrected, or accept the price.",
        )
    ),
    "OVERBILLED_VALUE": acceptable(
        business(
            "The bill is for more money than was ordered.",
            "The line is billed by value, and all bills of it together are over the order's value "
            "by more than the policy tolerates.",
            PAYABLES,
            "Have the bill or the order corrected, or accept the value.",
        )
    ),
    "OVERBILLED_LIMIT": business(
        "More is billed than may be accepted.",
        "The policy limits what a person may accept over the order; the detail has the limit.",
        PAYABLES,
        "Have the bill or the order corrected.",
    ),
    "MATCH_BY_VALUE": business(
        "The bill gives a value without a quantity, and the receipts' values are not known.",
        "Neither the receipt nor the order says what the goods are worth.",
        PAYABLES,
        "Bill by quantity in Procurify, or enter the invoice in SYSPRO.",
    ),
    "MATCH_REQUIRED": business(
        "The supplier's invoices are to be matched against receipts, and this one cannot be.",
        "SYSPRO takes no unmatched invoice of the supplier; the detail says why there is no match.",
        PAYABLES,
        "Bill it over its order, or have the supplier's matching requirement lifted in SYSPRO.",
    ),
    "NON_PO_BILL": acceptable(
        business(
            "The bill is for no order and over the limit.",
            "The policy's `non_po_bill_limit` is less than what is owed.",
            PAYABLES,
            "Bill it over an order, or accept it.",
        )
    ),
    "INTERCOMPANY_VENDOR": business(
        "The vendor is another company of the house.",
        "The mapping `intercompany` says that its bills are to be held.",
        FINANCE,
        "Enter the invoice in SYSPRO, or map the vendor to an intercompany ledger code.",
    ),
    "FUTURE_INVOICE_DATE": business(
        "The invoice is dated in the future.",
        "It is carried on the day that it bears.",
        PAYABLES,
        "Wait for the day, or correct the date in Procurify.",
    ),
    "NO_RATE": business(
        "SYSPRO has no exchange rate for the bill's currency.",
        "The currency's buying rate is missing or zero.",
        FINANCE,
        "Enter the rate in SYSPRO; the bill goes on by itself.",
    ),
    "SYNCED_ELSEWHERE": acceptable(
        conflict(
            "Another integration seems to have the bill.",
            "Procurify has locked the bill though it is not paid, as it does once a bill was "
            "marked as synced.",
            PAYABLES,
            "Look for the invoice in SYSPRO and ignore the bill, or accept it if it is not there.",
        )
    ),
    "PERIOD_CLOSED": business(
        "The posting date is in no open period.",
        "SYSPRO posts to the current and the two previous periods, if open.",
        FINANCE,
        "Open the period in SYSPRO, or change the bill's posting date.",
    ),
    "BILL_CHANGED_AFTER_POST": business(
        "The bill changed after it was posted.",
        "A posted invoice is never edited; amounts, accounts, number or vendor are not what was "
        "sent. The detail has the credit note and the bill that would set it right.",
        PAYABLES,
        "Correct it in SYSPRO with a credit note, or undo the change in Procurify.",
    ),
    "BILL_WITHDRAWN_AFTER_POST": business(
        "The bill was denied, withdrawn or deleted after it was posted.",
        "A posted invoice is never taken back by itself; the detail has the credit note for it.",
        PAYABLES,
        "Enter the credit note in SYSPRO, in an open period.",
    ),
}
