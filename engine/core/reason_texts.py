"""The texts of the holds: code → sentence, cause, who acts, what to do. Pure.

Owned by `core.reasons`, which gives them their shape; nothing else reads this module.
"""

from collections.abc import Mapping

Texts = Mapping[str, tuple[str, str, str, str]]

BUYER = "purchasing"
PAYABLES = "accounts payable"
SETUP = "whoever keeps the mappings"
FINANCE = "finance"
SYSPRO_SIDE = "the SYSPRO administrator"
NOBODY = "nobody"

HELD_TEXTS: Texts = {
    "NO_COMPANY": (
        "No SYSPRO company is set up for this tenant.",
        "The log holds no policy of a company.",
        SETUP,
        "Name a company under [[tenants.companies]] and start the service again.",
    ),
    "COMPANY_UNMAPPED": (
        "Nothing says which SYSPRO company the document is for.",
        "Several companies are set up, and its location or department is mapped to none of them.",
        SETUP,
        "Approve a company mapping for the location, or for department:<name>.",
    ),
    "MULTI_COMPANY_PO": (
        "The order's lines belong to several SYSPRO companies.",
        "An order of SYSPRO is in one company; the detail names those of the lines.",
        BUYER,
        "Split the order in Procurify, one order a company.",
    ),
    "MULTI_COMPANY_BILL": (
        "The bill belongs to several SYSPRO companies.",
        "Its orders and allocations lead to more than one company; the detail names them.",
        PAYABLES,
        "Have it billed company by company, or correct the allocations in Procurify.",
    ),
    "SOURCE_UNREADABLE": (
        "Procurify's document cannot be read as its interface describes it.",
        "A field is missing or is of another type than documented; the detail names its path.",
        SETUP,
        "Look at the document in Procurify and correct it; it is planned again when it changes.",
    ),
    "VENDOR_UNMAPPED": (
        "The vendor is no supplier of SYSPRO yet, and the engine may not create suppliers.",
        "No mapping, no external id that names a supplier, and create_suppliers is off.",
        SETUP,
        "Approve a vendor mapping, or set create_suppliers.",
    ),
    "VENDOR_NOT_ELIGIBLE": (
        "The vendor is inactive or not of a type that becomes a supplier.",
        "Only active vendors of type other, preferred or regular are carried to SYSPRO.",
        BUYER,
        "Activate the vendor in Procurify, or map it to an existing supplier.",
    ),
    "VENDOR_MISSING": (
        "The document names no vendor.",
        "Procurify delivered it without one.",
        BUYER,
        "Choose a vendor in Procurify.",
    ),
    "SUPPLIER_UNKNOWN": (
        "The vendor is mapped to a supplier that SYSPRO does not have.",
        "The mapping's target was not found when SYSPRO's suppliers were last read.",
        SETUP,
        "Correct the mapping, or create the supplier in SYSPRO.",
    ),
    "SUPPLIER_CODE_TAKEN": (
        "The supplier code that the rule gives belongs to another supplier.",
        "SYSPRO has that code under a different name.",
        SETUP,
        "Approve a vendor mapping to the right supplier, or change supplier_prefix.",
    ),
    "SUPPLIER_ON_HOLD": (
        "The supplier is on hold in SYSPRO.",
        "SYSPRO refuses new order lines for suppliers on hold.",
        PAYABLES,
        "Release the supplier in SYSPRO; the document goes on by itself.",
    ),
    "SUPPLIER_NO_ORDERS": (
        "The supplier does not allow purchase orders in SYSPRO.",
        "Its flag PurchOrdAllowed is N.",
        PAYABLES,
        "Allow purchase orders for the supplier, or map the vendor to another one.",
    ),
    "FIELD_TOO_LONG": (
        "A text is longer than SYSPRO's field, and shortening it would change its meaning.",
        "The detail names the field, its width and the length.",
        BUYER,
        "Shorten it in Procurify.",
    ),
    "NOT_IN_CODE_PAGE": (
        "A text holds characters that SYSPRO cannot keep.",
        "SYSPRO takes Windows-1252 only; the detail names the field and the characters.",
        BUYER,
        "Spell it in Latin letters in Procurify, or map the vendor to an existing supplier.",
    ),
    "CURRENCY_UNMAPPED": (
        "The currency has no counterpart in SYSPRO.",
        "No currency mapping, and SYSPRO has no currency of that code.",
        SETUP,
        "Approve a currency mapping, or add the currency in SYSPRO.",
    ),
    "CURRENCY_MISMATCH": (
        "The document's currency is not the supplier's.",
        "A supplier of SYSPRO has one currency, and documents always take it.",
        BUYER,
        "Correct the currency in Procurify, or map the vendor to a supplier in that currency.",
    ),
    "TERMS_UNMAPPED": (
        "No payment terms are known for the supplier to be created.",
        "The vendor's payment term is not mapped and supplier_terms is empty.",
        SETUP,
        "Approve a terms mapping, or set supplier_terms.",
    ),
    "BLANKET_PO": (
        "Blanket orders are not carried to SYSPRO.",
        "The order has blanket items; how they become orders is not decided for this company.",
        BUYER,
        "Enter the order in SYSPRO by hand.",
    ),
    "NO_LINES": (
        "The document has no line to post.",
        "Every line is inactive, denied or of quantity zero.",
        BUYER,
        "Correct the lines in Procurify.",
    ),
    "NEGATIVE_LINE": (
        "A line has a negative quantity or price.",
        "SYSPRO's purchase orders hold no negative lines.",
        BUYER,
        "Enter it as a credit, not as an order line.",
    ),
    "ZERO_PRICE": (
        "A line has no price.",
        "Free goods are refused by SYSPRO unless a setting allows them.",
        BUYER,
        "Give the line a price in Procurify.",
    ),
    "PRICE_PRECISION": (
        "A price needs more decimals than SYSPRO keeps, and the line would not tie.",
        "At five decimals quantity times price misses the line's total by more than 0.01.",
        BUYER,
        "Change quantity, unit or price so that five decimals are enough.",
    ),
    "QTY_PRECISION": (
        "A quantity needs more than six decimals.",
        "SYSPRO keeps six.",
        BUYER,
        "Correct the quantity in Procurify.",
    ),
    "LINE_NO_ACCOUNT": (
        "A line has no ledger code.",
        "Its account code is missing or not mapped; the detail names it.",
        SETUP,
        "Approve an account mapping; every document with that account goes on by itself.",
    ),
    "CHARGE_NO_ACCOUNT": (
        "A cost of the bill has no ledger code.",
        "Its account code is missing or not mapped; the detail names it.",
        SETUP,
        "Approve an account mapping.",
    ),
    "GL_CLOSED": (
        "The ledger code cannot be posted to.",
        "SYSPRO does not have it, has it on hold, or keeps it as a control account.",
        FINANCE,
        "Open the ledger code in SYSPRO, or map the account to another one.",
    ),
    "UNIT_UNMAPPED": (
        "A stocked line has a unit that SYSPRO does not know for it.",
        "No unit mapping, and it is not the stock code's own unit.",
        SETUP,
        "Approve a unit mapping.",
    ),
    "TAX_UNMAPPED": (
        "A tax has no tax code in SYSPRO.",
        "No tax mapping of that name; the detail names it.",
        SETUP,
        "Approve a tax mapping.",
    ),
    "TAX_SEVERAL": (
        "A line carries several taxes.",
        "SYSPRO takes one tax code a line.",
        FINANCE,
        "Set up one combined tax in Procurify and map it.",
    ),
    "TAX_NO_ACCOUNT": (
        "The tax code has no ledger code for payables.",
        "The tax code is not in SYSPRO, or its ApTaxGlCode is empty.",
        FINANCE,
        "Complete the tax code in SYSPRO.",
    ),
    "DISCOUNT_UNSUPPORTED": (
        "The order has a discount on the whole document.",
        "Discounts on a whole order are not carried yet.",
        BUYER,
        "Put the discount into the line prices.",
    ),
    "TOTAL_MISMATCH": (
        "The parts of the document do not add up to its total.",
        "Lines, charges, tax and total differ by more than the tolerance; see the detail.",
        PAYABLES,
        "Correct the document in Procurify.",
    ),
    "PO_NUMBER_TOO_LONG": (
        "The order's number is longer than 20 characters.",
        "Numbers are never shortened.",
        BUYER,
        "Give the order a shorter number in Procurify.",
    ),
    "PO_NUMBER_REUSED": (
        "Another order has the same number.",
        "Procurify lets a number be used twice; SYSPRO does not.",
        BUYER,
        "Give one of the two another number.",
    ),
    "CHANGED_IN_SYSPRO": (
        "Somebody changed the order in SYSPRO, and Procurify changed it as well.",
        "SYSPRO's order is not what the engine last wrote; it is never overwritten.",
        BUYER,
        "Make the two agree by hand.",
    ),
    "CHANGE_AFTER_RECEIPT": (
        "The order changed after goods were received on it.",
        "What was received keeps its value in SYSPRO; such a change is a person's decision.",
        BUYER,
        "Change the order in SYSPRO by hand.",
    ),
    "BELOW_RECEIVED": (
        "The new quantity is less than what was received.",
        "SYSPRO cannot order less than it has.",
        BUYER,
        "Complete the line in SYSPRO, or return goods.",
    ),
    "CANCEL_AFTER_RECEIPT": (
        "The order was cancelled after goods were received on it.",
        "An order with receipts cannot be cancelled as a whole.",
        BUYER,
        "Complete the outstanding lines in SYSPRO.",
    ),
    "VENDOR_CHANGED": (
        "The vendor of an order that is in SYSPRO changed.",
        "An order's supplier cannot be changed.",
        BUYER,
        "Cancel the order in Procurify and create a new one.",
    ),
    "CHANGE_UNSUPPORTED": (
        "The change cannot be carried to SYSPRO.",
        "Currency, freight or charges of a posted order changed; the detail says which.",
        BUYER,
        "Change the order in SYSPRO by hand.",
    ),
    "REOPENED_AFTER_CANCEL": (
        "The order is open again, but was cancelled in SYSPRO.",
        "A cancelled order of SYSPRO does not come back.",
        BUYER,
        "Create a new order in Procurify.",
    ),
    "NO_INVOICE_NUMBER": (
        "The bill has no invoice number.",
        "SYSPRO knows an invoice by supplier and number.",
        PAYABLES,
        "Enter the invoice number in Procurify.",
    ),
    "INVOICE_NUMBER_TOO_LONG": (
        "The invoice number is longer than 20 characters.",
        "Numbers are never shortened.",
        PAYABLES,
        "Shorten the number in Procurify.",
    ),
    "DUPLICATE_INVOICE": (
        "The vendor's invoice number was used before.",
        "Another bill or an invoice in SYSPRO has the same number and supplier.",
        PAYABLES,
        "Deny the duplicate, or correct its number.",
    ),
    "CREDIT_NOTE_UNSUPPORTED": (
        "The bill's total is negative.",
        "Credit notes are not carried yet.",
        PAYABLES,
        "Enter the credit note in SYSPRO.",
    ),
    "ZERO_BILL": (
        "The bill's total is zero.",
        "There is nothing to owe.",
        PAYABLES,
        "Deny the bill, or correct it.",
    ),
    "BILL_VENDOR_DIFFERS": (
        "The bill's vendor is not the order's.",
        "An invoice is matched against its own supplier's receipts only.",
        PAYABLES,
        "Correct the vendor of the bill, or bill without the order.",
    ),
    "PO_BILL_CURRENCY": (
        "The bill's currency is not the order's.",
        "An invoice is matched in the currency of its order.",
        PAYABLES,
        "Correct the currency of the bill.",
    ),
    "ORDER_NOT_ELIGIBLE": (
        "The bill is for an order that is not carried to SYSPRO.",
        "The order was cancelled, closed or paid by card before it was posted.",
        PAYABLES,
        "Bill it without the order, or enter the invoice in SYSPRO.",
    ),
    "ORDER_LINE_UNKNOWN": (
        "The bill is for an order line that SYSPRO's order does not have.",
        "The order in SYSPRO carries no line of that item.",
        PAYABLES,
        "Compare bill and order, and correct the bill.",
    ),
    "OVERBILLED_QTY": (
        "The bill is for more than was ordered or than is left to bill.",
        "Quantity billed is over the line's quantity less what is billed already.",
        PAYABLES,
        "Correct the bill, or raise the order.",
    ),
    "MATCH_BY_VALUE": (
        "The bill gives a value without a quantity for received goods.",
        "Receipts are matched by quantity.",
        PAYABLES,
        "Bill by quantity in Procurify.",
    ),
    "PERIOD_CLOSED": (
        "The posting date is in no open period.",
        "SYSPRO posts to the current and the two previous periods, if open.",
        FINANCE,
        "Open the period in SYSPRO, or change the bill's posting date.",
    ),
    "BILL_CHANGED_AFTER_POST": (
        "The bill changed after it was posted.",
        "A posted invoice is never edited; amount, number or vendor differ from what was sent.",
        PAYABLES,
        "Correct it in SYSPRO with a credit note, or undo the change in Procurify.",
    ),
    "BILL_WITHDRAWN_AFTER_POST": (
        "The bill was denied, withdrawn or deleted after it was posted.",
        "A posted invoice is never taken back by itself.",
        PAYABLES,
        "Enter a credit note in SYSPRO.",
    ),
    "WAITS_FOR_HELD": (
        "The document waits only for others that are held.",
        "Its vendor or order is held; the detail names it.",
        "whoever acts on the other document",
        "Resolve the other document; this one goes on by itself.",
    ),
}
