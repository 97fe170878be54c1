"""The texts of waits, settled states and answers: code → sentence, cause, who, what to do. Pure.

Owned by `core.reasons`, as `core.reason_texts` is.
"""

from engine.core.reason_texts import NOBODY, PAYABLES, SYSPRO_SIDE, Texts

WAITING_TEXTS: Texts = {
    "SYSPRO_NOT_READ": (
        "SYSPRO has not been read completely yet.",
        "Nothing is planned before it is known what SYSPRO holds already.",
        NOBODY,
        "Wait for the first complete read; `ping` tells if SYSPRO cannot be reached.",
    ),
    "REFERENCE_NOT_READ": (
        "A reference row of Procurify has not been read yet.",
        "The location's time zone or a currency is not known.",
        NOBODY,
        "Wait for the next poll; if it stays, check the right to read locations and currencies.",
    ),
    "WAITS_FOR_SUPPLIER": (
        "The vendor is to become a supplier first.",
        "Suppliers are written before orders and invoices.",
        NOBODY,
        "Nothing to do.",
    ),
    "WAITS_FOR_ORDER": (
        "The order is to be in SYSPRO first.",
        "Orders are written before their invoices.",
        NOBODY,
        "Nothing to do.",
    ),
    "WAITING_RECEIPT": (
        "The goods are not received in SYSPRO yet.",
        "The supplier's invoices are matched against receipts.",
        "the warehouse",
        "Receive the goods in SYSPRO; the bill goes on by itself.",
    ),
    "WAITS_FOR_VERIFICATION": (
        "The order was sent, and its line numbers are not read back yet.",
        "A line of SYSPRO is changed by its number.",
        NOBODY,
        "Nothing to do.",
    ),
}

SETTLED_TEXTS: Texts = {
    "NOT_READY": (
        "The document is not to be carried to SYSPRO as it stands.",
        "Only purchased orders, approved order bills and active vendors are.",
        NOBODY,
        "Nothing to do; it is looked at again when it changes.",
    ),
    "NEWER_VERSION": (
        "A newer version of the bill took its place.",
        "Of one bill only the latest version is posted.",
        NOBODY,
        "Nothing to do.",
    ),
    "ALREADY_THERE": (
        "SYSPRO had the document already.",
        "It was found by mapping, code, name or the engine's key.",
        NOBODY,
        "Nothing to do.",
    ),
    "DIFFERS_IN_SYSPRO": (
        "What SYSPRO holds is not what was sent.",
        "Reading the document back showed differences; the detail lists them.",
        PAYABLES,
        "Compare the two and correct SYSPRO by hand.",
    ),
}

WRITER_TEXTS: Texts = {
    "REJECTED_BY_SYSPRO": (
        "SYSPRO refused the document.",
        "Its answer lists errors; the detail quotes them.",
        SYSPRO_SIDE,
        "Correct what the answer names; the document is sent again when an input changes.",
    ),
    "KEY_CONFLICT": (
        "SYSPRO holds another document under the engine's key.",
        "After a lost answer the look-up found something else than was sent.",
        SYSPRO_SIDE,
        "Compare both documents and decide which one stays.",
    ),
    "DOUBT_ESCALATED": (
        "It cannot be told whether SYSPRO took the document.",
        "The answer was lost and the look-ups contradict each other.",
        SYSPRO_SIDE,
        "Look the document up in SYSPRO and give the verdict.",
    ),
    "IN_DOUBT": (
        "The answer to a post was lost.",
        "It is looked up in SYSPRO before anything is repeated.",
        NOBODY,
        "Nothing to do; it resolves by itself.",
    ),
    "DEFERRED": (
        "The document could not be sent and is sent again later.",
        "The post provably did not reach SYSPRO, or was refused before it took effect.",
        NOBODY,
        "Nothing to do.",
    ),
}
