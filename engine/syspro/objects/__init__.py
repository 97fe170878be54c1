"""One module per business object: a command becomes an `XmlIn`, a reply becomes a `PostReply`.

`render` and `read` choose the module by the command's class. Rendering sends every parameter
explicitly, because SYSPRO's defaults are unsafe (reliability.md §0.1, finding 7), and checks every
width: what does not fit raises `Malformed` naming the field, nothing is ever cut. Pure.
"""

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
from engine.syspro.objects import apsssp, apstin, apstri, gensco, portoi, portor, portos
from engine.syspro.objects.answers import PostReply
from engine.syspro.objects.fields import XmlIn


def render(payload: Payload, *, local_currency: str) -> XmlIn:
    """The two documents of the call that fulfils `payload`; the same payload gives the same text.

    Raises `Malformed` when a field does not fit SYSPRO; the text names the element.
    """
    match payload:
        case SupplierAdd() | SupplierChange():
            return apsssp.render(payload)
        case LedgerCodeAdd():
            return gensco.render(payload)
        case PurchaseOrderAdd() | PurchaseOrderChange() | PurchaseOrderCancel():
            return portoi.render(payload, local_currency=local_currency)
        case OrderStatusChange():
            return portos.render(payload)
        case ReceiptAdd():
            return portor.render(payload)
        case InvoiceAdd() | CreditNoteAdd() | DebitNoteAdd():
            return apstin.render(payload, local_currency=local_currency)
        case InvoiceRegister():
            return apstri.render(payload, local_currency=local_currency)
        case _:
            assert_never(payload)


def read(payload: Payload, text: str) -> PostReply:
    """What the reply `text` to the post of `payload` says about our document; never raises."""
    match payload:
        case SupplierAdd() | SupplierChange():
            return apsssp.read(payload, text)
        case LedgerCodeAdd():
            return gensco.read(payload, text)
        case PurchaseOrderAdd() | PurchaseOrderChange() | PurchaseOrderCancel():
            return portoi.read(payload, text)
        case OrderStatusChange():
            return portos.read(payload, text)
        case ReceiptAdd():
            return portor.read(payload, text)
        case InvoiceAdd() | CreditNoteAdd() | DebitNoteAdd():
            return apstin.read(payload, text)
        case InvoiceRegister():
            return apstri.read(payload, text)
        case _:
            assert_never(payload)
