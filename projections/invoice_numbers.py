"""Invoice numbers as duplicates are told by: however they are spelt (rules.md §5.5, 19). Pure."""

INVOICE_WIDTH = 20
"""Characters of an invoice number in SYSPRO (syspro.md §4)."""
_IGNORED = str.maketrans("", "", " -/.")


def normalised_number(invoice: str) -> str:
    """The number in upper case, without blanks, hyphens, slashes, dots and leading zeros."""
    return invoice.upper().translate(_IGNORED).lstrip("0")


def number_stem(invoice: str) -> str:
    """The digits of the number without leading zeros; of one without digits, all of it.

    Numbers that are the same when normalised have the same stem: what is listed by stem holds
    every number that could be meant.
    """
    digits = "".join(character for character in invoice if character in "0123456789")
    return digits.lstrip("0") or normalised_number(invoice)
