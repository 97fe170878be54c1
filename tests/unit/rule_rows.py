"""The rows that the auditor's table must cover: 50 edge cases, and every field of three tables.

The rules on receipts and payments (rules.md §5.4) beside them.
"""

EDGE_CASES = {
    1: "order changed, nothing received or invoiced",
    2: "quantity raised after partial receipt",
    3: "quantity lowered, not below what was received",
    4: "quantity lowered below what was received",
    5: "price changed on a partly received line",
    6: "account changed after receipt",
    7: "description, date or notes only",
    8: "vendor changed",
    9: "currency changed",
    10: "line deleted",
    11: "order cancelled",
    12: "order closed or reopened",
    13: "order changed in SYSPRO by a person",
    14: "bill without an order",
    15: "bill for an order that is not in SYSPRO yet",
    16: "bill before the receipt",
    17: "closed period",
    18: "billed more than available, or over tolerance",
    19: "invoice number used before by the same supplier",
    20: "bill issued again after it was posted",
    21: "bill withdrawn or denied after it was posted",
    22: "net-negative bill",
    23: "positive and negative lines, net positive",
    24: "order line with negative or zero quantity",
    25: "bill of zero",
    26: "tax without a tax code",
    27: "freight or charge without an account",
    28: "line without an account",
    29: "account closed in SYSPRO",
    30: "vendor renamed",
    31: "vendors merged",
    32: "vendor deleted or gone",
    33: "new vendor",
    34: "rounding difference on a document",
    35: "long description, emoji, other alphabets",
    36: "inclusive tax, rounding by line or by document",
    37: "document edited while a command is in flight",
    38: "write without an answer",
    39: "accepted with warnings",
    40: "SYSPRO gives another number than asked",
    41: "supplier on hold after the order was sent",
    42: "two domains or locations use one company",
    43: "company restored from a backup",
    44: "modified near midnight",
    45: "recurring items",
    46: "prepaid bill before the goods",
    47: "intercompany vendor",
    48: "no exchange rate for the date",
    49: "order and bill in different currencies",
    50: "credit-card or expense bill",
}
ORDER_FIELDS = (
    "marker", "number", "version", "state", "vendor", "currency", "rate", "date", "due",
    "purchaser", "terms", "location", "receiver", "tax", "discount", "freight", "other",
    "comment", "blanket", "card",
)  # fmt: skip
LINE_FIELDS = (
    "id", "number", "sku", "name", "quantity", "amount", "unit", "price", "zero_price", "taxes",
    "account", "splits", "status", "received",
)  # fmt: skip
BILL_FIELDS = (
    "marker", "status", "vendor", "invoice_number", "invoice_date", "due_date", "gl_post_date",
    "currency", "totals", "order_lines", "quantity", "no_order", "allocations", "costs",
    "shipping", "tax", "edited", "note", "payment", "locked",
)  # fmt: skip
RECEIPT_RULES = (
    "owner", "reported", "posted", "details", "conflict", "undone", "by_value", "order",
)  # fmt: skip
PAYMENT_RULES = ("full", "part", "voided", "both_sides", "owner", "status", "once")


def prefixes() -> list[str]:
    """How the names of cases begin, one for each row that must have a case."""
    return [
        *(f"row_{number:02}_" for number in EDGE_CASES),
        *(f"po_{name}_" for name in ORDER_FIELDS),
        *(f"line_{name}_" for name in LINE_FIELDS),
        *(f"bill_{name}_" for name in BILL_FIELDS),
        *(f"receipt_{name}_" for name in RECEIPT_RULES),
        *(f"payment_{name}_" for name in PAYMENT_RULES),
    ]
