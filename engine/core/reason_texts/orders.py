"""The texts of holds on purchase orders. Pure."""

from engine.core.reason_texts.entry import BUYER, SETUP, Texts, business, conflict, wrong

HELD_TEXTS: Texts = {
    "MULTI_COMPANY_PO": business(
        "The order's lines belong to several SYSPRO companies.",
        "An order of SYSPRO is in one company; the detail names those of the lines.",
        BUYER,
        "Split the order in Procurify, one order a company.",
    ),
    "BLANKET_PO": business(
        "Blanket orders are not carried to SYSPRO.",
        "The order has blanket items; how they become orders is not decided for this company.",
        BUYER,
        "Enter the order in SYSPRO by hand.",
    ),
    "NEGATIVE_LINE": business(
        "A line has a negative quantity or price.",
        "SYSPRO's purchase orders hold no negative lines.",
        BUYER,
        "Enter it as a credit, not as an order line.",
    ),
    "ZERO_PRICE": business(
        "A line has no price.",
        "Free goods are refused by SYSPRO unless a setting allows them.",
        BUYER,
        "Give the line a price in Procurify.",
    ),
    "PRICE_PRECISION": wrong(
        "A price needs more decimals than SYSPRO keeps, and the line would not tie.",
        "At five decimals quantity times price misses the line's total by more than 0.01.",
        BUYER,
        "Change quantity, unit or price so that five decimals are enough.",
    ),
    "QTY_PRECISION": wrong(
        "A quantity needs more than six decimals.",
        "SYSPRO keeps six.",
        BUYER,
        "Correct the quantity in Procurify.",
    ),
    "UNIT_UNMAPPED": wrong(
        "A stocked line has a unit that SYSPRO does not know for it.",
        "No unit mapping, and it is not the stock code's own unit.",
        SETUP,
        "Approve a unit mapping.",
    ),
    "DISCOUNT_UNSUPPORTED": business(
        "The order has a discount on the whole document.",
        "Discounts on a whole order are not carried yet.",
        BUYER,
        "Put the discount into the line prices.",
    ),
    "PO_NUMBER_TOO_LONG": wrong(
        "The order's number is longer than 20 characters.",
        "Numbers are never shortened.",
        BUYER,
        "Give the order a shorter number in Procurify.",
    ),
    "PO_NUMBER_REUSED": conflict(
        "Another order has the same number.",
        "Procurify lets a number be used twice; SYSPRO does not.",
        BUYER,
        "Give one of the two another number.",
    ),
    "CHANGED_IN_SYSPRO": conflict(
        "Somebody changed the order in SYSPRO, and Procurify changed it as well.",
        "SYSPRO's order is not what the engine last wrote; it is never overwritten.",
        BUYER,
        "Make the two agree by hand.",
    ),
    "CHANGE_AFTER_RECEIPT": business(
        "The order changed after goods were received on it.",
        "What was received keeps its value in SYSPRO; such a change is a person's decision.",
        BUYER,
        "Change the order in SYSPRO by hand.",
    ),
    "BELOW_RECEIVED": business(
        "The new quantity is less than what was received.",
        "SYSPRO cannot order less than it has.",
        BUYER,
        "Complete the line in SYSPRO, or return goods.",
    ),
    "CANCEL_AFTER_RECEIPT": business(
        "The order was cancelled after goods were received on it.",
        "An order with receipts cannot be cancelled as a whole.",
        BUYER,
        "Complete the outstanding lines in SYSPRO.",
    ),
    "VENDOR_CHANGED": business(
        "The vendor of an order that is in SYSPRO changed.",
        "An order's supplier cannot be changed.",
        BUYER,
        "Cancel the order in Procurify and create a new one.",
    ),
    "CHANGE_UNSUPPORTED": business(
        "The change cannot be carried to SYSPRO.",
        "Currency, freight or charges of a posted order changed; the detail says which.",
        BUYER,
        "Change the order in SYSPRO by hand.",
    ),
    "REOPENED_AFTER_CANCEL": business(
        "The order is open again, but was cancelled in SYSPRO.",
        "A cancelled order of SYSPRO does not come back.",
        BUYER,
        "Create a new order in Procurify.",
    ),
}
