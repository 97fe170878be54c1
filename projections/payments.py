"""What SYSPRO's invoices owe and what was paid of them, as facts of their own. Pure.

`balance:<company>/<supplier>|<invoice>` {owed, original, reference} from ApInvoice,
`payments:<company>/<supplier>|<invoice>` {entry: {type, on, value}} from ApInvoicePay: payments
(P) and voided ones (V) alone, their values as posted, a payment's below zero. The letters are
inferred (syspro.md §3.4 names them only). Apart from the fact that bills are planned with, so that
a payment plans no bill again.
"""

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.projection import Overlay, Table
from projections.facts import object_of, text_of
from projections.syspro_rows import cell, fold_row

PAID, VOIDED = "P", "V"


def fold_invoice(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The invoice's facts are what SYSPRO's row says now, its balance in one of its own."""
    fold_row(overlay, event, body)
    if text_of(body, "kind") != "invoice":
        return
    fact = f"balance:{text_of(body, 'company')}/{text_of(body, 'key')}"
    row = None if event.type.endswith("Vanished") else object_of(body, "row")
    after: JsonObject | None = None
    if row is not None:
        after = {
            "owed": cell(row, "MthInvBal1"),
            "original": cell(row, "OrigInvValue"),
            "reference": cell(row, "Reference"),
        }
    overlay.put(Table.FACTS, fact, after)


def fold_posting(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The payments of the invoice are those before, with this entry as it is now."""
    invoice, _, entry = text_of(body, "key").rpartition("|")
    fact = f"payments:{text_of(body, 'company')}/{invoice}"
    row = None if event.type.endswith("Vanished") else object_of(body, "row")
    entries: dict[str, JsonValue] = dict(overlay.get(Table.FACTS, fact) or {})
    entries.pop(entry, None)
    if cell(row, "TrnType") in {PAID, VOIDED}:
        entries[entry] = {
            "type": cell(row, "TrnType"),
            "on": cell(row, "JournalDate")[:10],
            "value": cell(row, "TrnValue"),
        }
    overlay.put(Table.FACTS, fact, entries or None)
