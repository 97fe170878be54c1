"""The planning projection: an event changes facts, facts plan documents again. Pure.

`fold` gives the rows that the event itself changes, the event's own documents and the facts that
changed; `replan` gives the rows of one document. `evolve` is both, for all documents that are
dirty; a projector may instead replan document by document, in sorted order, under its checkpoint
(position, after_key). Plans read facts only and write none, so their order does not matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.core.canonical import JsonObject, canonical
from engine.core.events import Event
from engine.core.keys import DocumentKey
from engine.core.lifecycle import COMMAND_EVENTS
from engine.core.projection import Address, Ask, Changes, Overlay, Table, View
from projections import (
    commands,
    decisions,
    documents,
    lines,
    mappings,
    payments,
    policy,
    receipts,
    reference_rows,
    references,
    runs,
    standstill,
    supplier_rows,
    syspro_rows,
)
from projections.facts import dependants, require
from projections.followers import followers
from projections.replanning import replan
from projections.roster import newly_wanted

Folder = Callable[[Overlay, Event, JsonObject], str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What one event does by itself: rows, its own documents, and the facts that changed."""

    changes: Changes
    documents: tuple[str, ...]
    needs: tuple[str, ...]


def _finished(overlay: Overlay, event: Event, body: JsonObject) -> None:
    runs.fold_finished(overlay, event, body)
    references.fold_snapshot(overlay, event, body)


_SYSPRO_KINDS = (
    "PurchaseOrder",
    "Grn",
    "Currency",
    "TaxCode",
    "Periods",
    "Terms",
    "StockCode",
)
DECISIONS = (
    "DocumentHeld",
    "DocumentReleased",
    "DocumentApproved",
    "DocumentIgnored",
    "DocumentLinked",
    "RetryAsked",
)
FOLDERS: Mapping[str, Folder] = {
    **{
        f"{kind}{what}": documents.fold_document
        for kind in ("PurchaseOrder", "Bill", "Vendor")
        for what in ("Changed", "Vanished")
    },
    "DocumentUnreadable": documents.fold_document,
    **{
        f"Syspro{kind}{what}": syspro_rows.fold_row
        for kind in _SYSPRO_KINDS
        for what in ("Changed", "Vanished")
    },
    **{
        f"{name}{what}": folder
        for name, folder in (
            ("SysproSupplier", supplier_rows.fold_supplier),
            ("SysproSupplierAddress", supplier_rows.fold_address),
            ("SysproLedgerCode", reference_rows.fold_syspro),
            ("SysproWarehouse", reference_rows.fold_syspro),
            ("AccountCode", reference_rows.fold_account_code),
            ("Department", reference_rows.fold_department),
            ("SysproInvoice", payments.fold_invoice),
            ("SysproPosting", payments.fold_posting),
            ("OrderItem", receipts.fold_item),
            ("Receipt", receipts.fold_receipt),
        )
        for what in ("Changed", "Vanished")
    },
    "SysproPurchaseOrderVanished": standstill.fold_order_gone,
    "CompanyIdentified": standstill.fold_identity,
    "CompanyConfirmed": standstill.fold_identity,
    **dict.fromkeys(COMMAND_EVENTS, commands.fold_command),
    **dict.fromkeys(("LineStopped", "LineReleased"), lines.fold_line),
    "LocationChanged": references.fold_location,
    "CurrencyChanged": references.fold_currency,
    "MappingApproved": mappings.fold_mapping,
    "MappingRetired": mappings.fold_mapping,
    "PolicySet": policy.fold_policy,
    "PolicyChanged": policy.fold_change,
    **dict.fromkeys(DECISIONS, decisions.fold_decision),
    "DayBegan": references.fold_day,
    "PollFinished": _finished,
    "PollBroken": runs.fold_broken,
}


class Planning:
    """Documents, commands, facts and polls, as the log has them. Holds no state of its own."""

    name = "planning"
    version = 5

    def fold(self, view: View, event: Event) -> Fold:
        """What the event changes before any document is planned again. May raise `Ask`."""
        folder = FOLDERS.get(event.type)
        if folder is None or event.body is None:
            return Fold(changes={}, documents=(), needs=())
        overlay = Overlay(view)
        own = folder(overlay, event, event.body)
        wanted = newly_wanted(overlay, event)
        require(view, overlay.changes)
        changes = {
            address: body
            for address, body in overlay.changes.items()
            if not _is_same(view.get(address.table, address.key), body)
        }
        return Fold(
            changes=changes,
            documents=(*((own,) if isinstance(own, str) else own or ()), *wanted),
            needs=tuple(sorted(a.key for a in changes if a.table is Table.FACTS)),
        )

    def replan(self, view: View, document: str, event: Event) -> Changes:
        """The rows of one document and of what follows from it, planned with the facts as they
        are now. May raise `Ask`."""
        overlay = Overlay(view)
        overlay.changes.update(replan(view, document, event))
        for follower in followers(overlay, DocumentKey.parse(document)):
            overlay.changes.update(replan(overlay, str(follower), event))
        return overlay.changes

    def dirty(self, view: View, fold: Fold) -> tuple[str, ...]:
        """The documents to be planned again after a fold, sorted. May raise `Ask`."""
        return tuple(sorted({*fold.documents, *dependants(view, fold.needs)}))

    def evolve(self, view: View, event: Event) -> Changes:
        """The rows that the event leaves behind: the fold's, then those of each dirty document."""
        fold = self.fold(view, event)
        overlay = Overlay(view)
        overlay.changes.update(fold.changes)
        missing: set[Address] = set()
        for document in self.dirty(view, fold):
            try:
                overlay.changes.update(self.replan(overlay, document, event))
            except Ask as ask:
                missing |= ask.rows
        if missing:
            raise Ask(rows=missing)
        return overlay.changes


def _is_same(before: JsonObject | None, after: JsonObject | None) -> bool:
    if before is None or after is None:
        return before is after
    return canonical(before) == canonical(after)
