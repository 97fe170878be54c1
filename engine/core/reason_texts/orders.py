"""The texts of holds on purchase orders. Pure."""

from engine.core.reason_texts.entry import (
    BUYER,
    FINANCE,
    SETUP,
    SYSPRO_SIDE,
    Texts,
    acceptable,
    business,
    config,
    conflict,
    wrong,
)

HELD_TEXTS: Texts = {
    "MULTI_COMPANY_PO": business(
        "The order's lines belong to several SYSPRO companies.",
        "An order of SYSPRO is in one company; the detail names those of the lines.",
        BUYER,
        "Split the order in Procurify, one order a company.",
    ),
    "BLANKET_PO": business(
        "Blanket orders are not carried to SYSPRO.",
        "The order has blanket items, and blanket_orders does not say how they become lines.",
        BUYER,
        "Enter the order in SYSPRO by hand, or set blanket_orders.",
    ),
    "ZERO_PRICE": business(
        "A line has no price.",
        "Free goods are refused by SYSPRO unless a setting allows them.",
        BUYER,
        "Give the line a price in Procurify, or let zero_price allow it.",
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
    "NEGATIVE_LINE": business(
        "A line or a charge is below zero.",
        "SYSPRO orders no negative quantity, and negative_lines does not make it a charge.",
        BUYER,
        "Enter it as a credit, or let negative_lines make it a charge below zero.",
    ),
    "SPLIT_LINE": business(
        "A line is charged to several accounts.",
        "The policy split_lines holds such orders.",
        BUYER,
        "Order it in several lines, or change split_lines.",
    ),
    "TAX_MISMATCH": acceptable(
        wrong(
            "SYSPRO will compute another tax than the order states.",
            "The rate of the mapped tax code gives another amount; the detail shows both.",
            FINANCE,
            "Correct the tax mapping or the rate in SYSPRO, or accept SYSPRO's tax.",
        )
    ),
    "CHARGE_INVALID": wrong(
        "A charge is mapped to something that SYSPRO's orders do not have.",
        "The mapping charge takes freight, misc or misc:<code>.",
        SETUP,
        "Correct the mapping.",
    ),
    "STOCK_CODE_ON_HOLD": business(
        "The stock code of a line cannot be ordered.",
        "SYSPRO has it on hold, or does not have it though it is mapped; the detail says which.",
        BUYER,
        "Release the stock code in SYSPRO, or correct the mapping.",
    ),
    "WAREHOUSE_INVALID": wrong(
        "A stocked line has no warehouse that SYSPRO knows.",
        "Neither department nor location is mapped to one, or SYSPRO does not have it.",
        SETUP,
        "Approve a mapping of the department or the warehouse, or set default_warehouse.",
    ),
    "DUE_DATE_PAST": business(
        "A due date of the order has passed.",
        "The policy past_due_dates holds such orders.",
        BUYER,
        "Correct the date in Procurify.",
    ),
    "CHANGED_IN_SYSPRO": conflict(
        "Somebody changed the order in SYSPRO, and Procurify changed it as well.",
        "The detail shows what was written, what Procurify wants and what SYSPRO holds; SYSPRO's "
        "order is never overwritten.",
        BUYER,
        "Make the two agree, on either side; the order goes on by itself.",
    ),
    "BELOW_RECEIVED": acceptable(
        business(
            "The new quantity is less than what was received.",
            "SYSPRO cannot order less than it has.",
            BUYER,
            "Accept it to complete the line at what was received, or return goods.",
        )
    ),
    "DELETED_AFTER_RECEIPT": acceptable(
        business(
            "A line was deleted in Procurify after goods were received on it.",
            "The policy deleted_lines holds such orders.",
            BUYER,
            "Accept it to complete the line at what was received, or put the line back.",
        )
    ),
    "CANCELLED_IN_PROCURIFY": acceptable(
        business(
            "The order was cancelled in Procurify.",
            "The policy cancelled_orders holds such orders.",
            BUYER,
            "Accept it to have the order cancelled in SYSPRO, or its outstanding lines completed.",
        )
    ),
    "DELETED_IN_PROCURIFY": acceptable(
        business(
            "The order is no longer in Procurify, and SYSPRO has it.",
            "An order is cancelled there as a rule, not deleted; nothing is cancelled on a guess.",
            BUYER,
            "Accept it to have the order cancelled in SYSPRO, or its outstanding lines completed.",
        )
    ),
    "PRICE_AFTER_RECEIPT": acceptable(
        business(
            "The price of a line changed after goods were received on it.",
            "What was received keeps its value; the difference shows when it is invoiced.",
            BUYER,
            "Accept it to have the new price for the rest, or undo it in Procurify.",
        )
    ),
    "GL_AFTER_RECEIPT": acceptable(
        business(
            "The account of a line changed after goods were received on it.",
            "What was received stays on the old account; the detail says the journal to post.",
            FINANCE,
            "Post the journal and accept it to have the new account for the rest.",
        )
    ),
    "CHANGE_AFTER_RECEIPT": business(
        "A line changed after goods were received on it.",
        "Unit, warehouse, tax or product class of what was received stays; see the detail.",
        BUYER,
        "Change the order in SYSPRO by hand.",
    ),
    "VENDOR_CHANGE_AFTER_RECEIPT": business(
        "The vendor or currency changed after goods were received.",
        "An order of SYSPRO keeps its supplier; only one without receipts is replaced.",
        BUYER,
        "Close the order in Procurify and order the rest anew.",
    ),
    "CHANGE_UNSUPPORTED": business(
        "The stock code of a line that is in SYSPRO changed.",
        "A line of SYSPRO keeps its stock code; the detail says from which to which.",
        BUYER,
        "Take the line out in Procurify and add a new one.",
    ),
    "RIGHT_MISSING": config(
        "SYSPRO lets the engine's operator not do this.",
        "The policy says that the operator has no such right; the detail names it.",
        SYSPRO_SIDE,
        "Do it in SYSPRO, or give the right and set may_cancel_received or may_reopen_completed.",
    ),
    "REOPENED_AFTER_CANCEL": acceptable(
        business(
            "The order is open again, but was cancelled in SYSPRO.",
            "A cancelled order of SYSPRO does not come back.",
            BUYER,
            "Accept it to have a new order in SYSPRO, or create one in Procurify.",
        )
    ),
}
