"""One module per business object: a command becomes an `XmlIn`, a reply becomes a `PostReply`.

`render` and `read` choose the module by the command's class. Rendering sends every parameter
explicitly, because SYSPRO's defaults are unsafe (reliability.md §0.1, finding 7), and checks every
width: what does not fit raises `Malformed` naming the field, nothing is ever cut. Pure.
"""

from typing import assert_never

from engine.core.commands import (
    InvoiceAdd,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    SupplierAdd,
)
from engine.syspro.objects import apsssp, apstin, portoi
from engine.syspro.objects.answers import PostReply
from engine.syspro.objects.fields import XmlIn


def render(payload: Payload, *, local_currency: str) -> XmlIn:
    """The two documents of the call that fulfils `payload`; the same payload gives the same text.

    Raises `Malformed` when a field does not fit SYSPRO; the text names the element.
    """
    match payload:
        case SupplierAdd():
            return apsssp.render(payload)
        case PurchaseOrderAdd() | PurchaseOrderChange() | PurchaseOrderCancel():
            return portoi.render(payload, local_currency=local_currency)
        case InvoiceAdd():
            return apstin.render(payload, local_currency=local_currency)
        case _:
            assert_never(payload)


def read(payload: Payload, text: str) -> PostReply:
    """What the reply `text` to the post of `payload` says about our document; never raises."""
    match payload:
        case SupplierAdd():
            return apsssp.read(payload, text)
        case PurchaseOrderAdd() | PurchaseOrderChange() | PurchaseOrderCancel():
            return portoi.read(payload, text)
        case InvoiceAdd():
            return apstin.read(payload, text)
        case _:
            assert_never(payload)
