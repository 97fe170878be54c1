"""Is what a command wished for in SYSPRO? Sightings for a doubt, differences for a read-back.

Each command class has one way to be found again (reliability.md §4.3), in the module of its noun;
here the choice by the command's class. `hindrances` is the look before a send: what forbids it,
because a person's change would be overwritten or a thing without a unique key be there twice.
"""

from collections.abc import Sequence
from typing import assert_never

from engine.core.commands import (
    CreditNoteAdd,
    DebitNoteAdd,
    InvoiceAdd,
    InvoiceRegister,
    LedgerCodeAdd,
    OrderStatusChange,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    ReceiptAdd,
    SupplierAdd,
    SupplierChange,
)
from engine.core.protocol import Sighting
from engine.syspro.books import Books
from engine.syspro.evidence.cells import ReadBack
from engine.syspro.evidence.ledger import added_ledger_codes
from engine.syspro.evidence.orders import (
    added_orders,
    changed_orders,
    order_hindrances,
    order_read_back,
)
from engine.syspro.evidence.payables import (
    added_entries,
    added_invoices,
    entry_hindrances,
    registered_invoices,
)
from engine.syspro.evidence.receipts import (
    added_receipts,
    receipt_differences,
    receipt_hindrances,
)
from engine.syspro.evidence.suppliers import (
    added_suppliers,
    changed_suppliers,
    supplier_differences,
    supplier_hindrances,
)


async def sightings(books: Books, payload: Payload) -> Sequence[Sighting]:
    """Every document in SYSPRO that may be the command's effect; empty: it has none."""
    match payload:
        case SupplierAdd():
            return await added_suppliers(books, payload)
        case SupplierChange():
            return await changed_suppliers(books, payload)
        case LedgerCodeAdd():
            return await added_ledger_codes(books, payload)
        case PurchaseOrderAdd():
            return await added_orders(books, payload)
        case PurchaseOrderChange() | PurchaseOrderCancel() | OrderStatusChange():
            return await changed_orders(books, payload)
        case ReceiptAdd():
            return await added_receipts(books, payload)
        case InvoiceAdd():
            return await added_invoices(books, payload)
        case InvoiceRegister():
            return await registered_invoices(books, payload)
        case CreditNoteAdd() | DebitNoteAdd():
            return await added_entries(books, payload)
        case _:
            assert_never(payload)


async def read_back(books: Books, payload: Payload, syspro_key: str) -> ReadBack:
    """How the document reads in SYSPRO now; a missing one is one difference."""
    match payload:
        case (
            PurchaseOrderAdd() | PurchaseOrderChange() | PurchaseOrderCancel() | OrderStatusChange()
        ):
            return await order_read_back(books, payload, syspro_key)
        case SupplierChange():
            said = await supplier_differences(books, payload)
        case ReceiptAdd():
            said = await receipt_differences(books, payload)
        case CreditNoteAdd() | DebitNoteAdd():
            found = await added_entries(books, payload)
            said = _said([sighting for sighting in found if sighting.is_ours])
        case SupplierAdd() | LedgerCodeAdd() | InvoiceAdd() | InvoiceRegister():
            said = _said(await sightings(books, payload))
        case _:
            assert_never(payload)
    return ReadBack(differences=tuple(said), lines={})


async def hindrances(books: Books, payload: Payload) -> Sequence[str]:
    """Why the command must not be sent as SYSPRO stands now; empty where nothing forbids it.

    What SYSPRO itself refuses twice (class U) is not looked for, save where a person's change
    would be overwritten.
    """
    match payload:
        case SupplierChange():
            return await supplier_hindrances(books, payload)
        case PurchaseOrderChange() | PurchaseOrderCancel() | OrderStatusChange():
            return await order_hindrances(books, payload)
        case ReceiptAdd():
            return await receipt_hindrances(books, payload)
        case CreditNoteAdd() | DebitNoteAdd():
            return await entry_hindrances(books, payload)
        case (
            SupplierAdd() | LedgerCodeAdd() | PurchaseOrderAdd() | InvoiceAdd() | InvoiceRegister()
        ):
            return ()
        case _:
            assert_never(payload)


def _said(found: Sequence[Sighting]) -> Sequence[str]:
    if not found:
        return ["it is not there"]
    return [] if all(sighting.is_equal for sighting in found) else ["other values"]
