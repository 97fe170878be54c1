"""The texts of waits and of what is settled. Pure."""

from engine.core.reason_texts.entry import NOBODY, PAYABLES, Texts, nothing

WAITING_TEXTS: Texts = {
    "SYSPRO_NOT_READ": nothing(
        "SYSPRO has not been read completely yet.",
        "Nothing is planned before it is known what SYSPRO holds already.",
        NOBODY,
        "Wait for the first complete read; `ping` tells if SYSPRO cannot be reached.",
    ),
    "REFERENCE_NOT_READ": nothing(
        "A reference row of Procurify has not been read yet.",
        "A location's time zone, a currency or an order item is not known.",
        NOBODY,
        "Wait for the next poll; if it stays, check the right to read locations and currencies.",
    ),
    "WAITS_FOR_SUPPLIER": nothing(
        "The vendor is to become a supplier first.",
        "Suppliers are written before orders and invoices.",
        NOBODY,
        "Nothing to do.",
    ),
    "WAITS_FOR_ORDER": nothing(
        "The order is to be in SYSPRO first.",
        "Orders are written before their invoices.",
        NOBODY,
        "Nothing to do.",
    ),
    "WAITING_RECEIPT": nothing(
        "The goods are not received in SYSPRO yet.",
        "Invoices are matched against receipts, and an order that ended takes none.",
        "the warehouse",
        "Receive the goods in SYSPRO; it goes on by itself.",
    ),
    "WAITS_FOR_RECEIPT": nothing(
        "Goods received in Procurify are to be received in SYSPRO first.",
        "The receipts of an order line are written one after the other, and before the order ends.",
        NOBODY,
        "Nothing to do.",
    ),
    "WAITS_FOR_INVOICE": nothing(
        "The invoice that is credited is to be in SYSPRO first.",
        "A credit note is an entry against an invoice on file.",
        NOBODY,
        "Nothing to do.",
    ),
    "WAITS_FOR_VERIFICATION": nothing(
        "The order was sent, and its line numbers are not read back yet.",
        "A line of SYSPRO is changed by its number.",
        NOBODY,
        "Nothing to do.",
    ),
}

SETTLED_TEXTS: Texts = {
    "NOT_READY": nothing(
        "The document is not to be carried to SYSPRO as it stands.",
        "Only purchased orders, approved order bills and active vendors are.",
        NOBODY,
        "Nothing to do; it is looked at again when it changes.",
    ),
    "BILL_TYPE_OFF": nothing(
        "Bills of this type are not carried to SYSPRO.",
        "The policy carries no expense bills, or no credit-card bills; the detail says which.",
        NOBODY,
        "Nothing to do; the policies `expense_bills` and `card_bills` say otherwise.",
    ),
    "NOTHING_OWED": nothing(
        "The bill is for nothing.",
        "It owes nothing, charges nothing and bills no order.",
        NOBODY,
        "Nothing to do.",
    ),
    "IGNORED_BY_PERSON": nothing(
        "A person said that the document is not to be carried.",
        "It was ignored with `ignore`; the detail says by whom and why.",
        NOBODY,
        "Nothing to do; `release` takes it up again.",
    ),
    "CARD_ORDER": nothing(
        "The order was paid by card.",
        "Such orders are not carried to SYSPRO, unless card_orders says so.",
        NOBODY,
        "Nothing to do.",
    ),
    "BLANKET_ORDER": nothing(
        "The order has blanket items.",
        "The policy blanket_orders leaves such orders out.",
        NOBODY,
        "Nothing to do.",
    ),
    "NEWER_VERSION": nothing(
        "A newer version of the bill took its place.",
        "Of one bill only the latest version is posted.",
        NOBODY,
        "Nothing to do.",
    ),
    "ALREADY_THERE": nothing(
        "SYSPRO had the document already.",
        "It was found by mapping, code, name or the engine's key, or a person linked it.",
        NOBODY,
        "Nothing to do.",
    ),
    "VENDOR_MERGED": nothing(
        "The vendor was merged into another supplier than the one created for it.",
        "A mapping or a link names the surviving supplier; what was sent before stays where it is.",
        PAYABLES,
        "Finish in SYSPRO what is open on the old supplier; `map merged` lists it.",
    ),
    "ACCEPTED_WITH_WARNINGS": nothing(
        "SYSPRO accepted it and gave warnings.",
        "No warning is known to be harmless; the detail quotes them.",
        PAYABLES,
        "Look at the document in SYSPRO.",
    ),
    "DIFFERS_IN_SYSPRO": nothing(
        "What SYSPRO holds is not what was sent.",
        "Reading the document back showed differences; the detail lists them.",
        PAYABLES,
        "Compare the two and correct SYSPRO by hand.",
    ),
}
