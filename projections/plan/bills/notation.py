"""What an invoice's notations say: its number in full, then the note. Pure."""

from projections.invoices import BillContent
from projections.plan.texts import spelled, split_words

WIDTH = 30
"""Characters of Notation and of JournalNotation (syspro.md §3.4)."""


def notations(content: BillContent) -> tuple[str, str]:
    """The notation of the invoice and of its journal.

    The number, of at most 50 characters (procurify.md §4.1), stands in the first and goes on in
    the second; the first words of the note fill the rest of the second.
    """
    number = spelled(content.invoice)
    note = spelled(content.note)
    rest = number[WIDTH:]
    return number[:WIDTH], split_words(f"{rest} {note}".strip(), WIDTH)[0]


def narration(content: BillContent, width: int) -> str:
    """The number and the first words of the note, for a registered invoice."""
    return split_words(f"{spelled(content.invoice)} {spelled(content.note)}".strip(), width)[0]
