"""What the engine may wish of SYSPRO, and of Procurify: suppliers, orders, invoices and more. Pure.

One module per noun; here the registry; what is addressed to Procurify has its own. A command is
planned by `projections`, rendered to XML by `syspro.objects` and sent by `syspro.writer`. Money and
quantities are Decimal, dates are business dates. Every class goes to plain JSON and back without
loss (`to_json`, `from_json`), because a command lives in the `commands` table and, once intended,
in its `PostIntended` event.
"""

from collections.abc import Mapping

from engine.core.canonical import JsonObject
from engine.core.commands.classes import CommandClass
from engine.core.commands.ledger import AccountType, LedgerCodeAdd
from engine.core.commands.order_lines import (
    ChargeKind,
    ChargeLine,
    CommentLine,
    CurrencyFlag,
    LineAction,
    OrderLine,
)
from engine.core.commands.orders import (
    OrderStatus,
    OrderStatusChange,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
)
from engine.core.commands.payables import (
    CreditNoteAdd,
    DebitNoteAdd,
    Discount,
    DiscountBasis,
    GrnMatch,
    InvoiceAdd,
    InvoiceEntry,
    InvoiceRegister,
    LedgerLine,
    PostingPeriod,
    TaxBasis,
)
from engine.core.commands.procurify import (
    PROCURIFY_STAGES,
    PROCURIFY_TYPES,
    ProcurifyPayload,
)
from engine.core.commands.receipts import ReceiptAdd
from engine.core.commands.seen import Seen
from engine.core.commands.suppliers import SupplierAdd, SupplierChange
from engine.core.shape import restore, store
from engine.errors import Malformed

__all__ = [
    "BUSINESS_OBJECTS",
    "CLASSES",
    "STAGES",
    "TYPES",
    "AccountType",
    "ChargeKind",
    "ChargeLine",
    "CommandClass",
    "CommentLine",
    "CreditNoteAdd",
    "CurrencyFlag",
    "DebitNoteAdd",
    "Discount",
    "DiscountBasis",
    "GrnMatch",
    "InvoiceAdd",
    "InvoiceEntry",
    "InvoiceRegister",
    "LedgerCodeAdd",
    "LedgerLine",
    "LineAction",
    "OrderLine",
    "OrderStatus",
    "OrderStatusChange",
    "Payload",
    "PostingPeriod",
    "ProcurifyPayload",
    "PurchaseOrderAdd",
    "PurchaseOrderCancel",
    "PurchaseOrderChange",
    "ReceiptAdd",
    "Seen",
    "SupplierAdd",
    "SupplierChange",
    "TaxBasis",
    "command_type",
    "from_json",
    "to_json",
]

Payload = (
    SupplierAdd
    | SupplierChange
    | LedgerCodeAdd
    | PurchaseOrderAdd
    | PurchaseOrderChange
    | PurchaseOrderCancel
    | OrderStatusChange
    | ReceiptAdd
    | InvoiceAdd
    | InvoiceRegister
    | CreditNoteAdd
    | DebitNoteAdd
)

TYPES: Mapping[str, type[Payload]] = {
    "supplier_add": SupplierAdd,
    "supplier_change": SupplierChange,
    "ledger_code_add": LedgerCodeAdd,
    "purchase_order_add": PurchaseOrderAdd,
    "purchase_order_change": PurchaseOrderChange,
    "purchase_order_cancel": PurchaseOrderCancel,
    "order_status_change": OrderStatusChange,
    "receipt_add": ReceiptAdd,
    "invoice_add": InvoiceAdd,
    "invoice_register": InvoiceRegister,
    "credit_note_add": CreditNoteAdd,
    "debit_note_add": DebitNoteAdd,
}
STAGES: Mapping[str, int] = {
    **PROCURIFY_STAGES,
    "supplier_add": 0,
    "supplier_change": 0,
    "ledger_code_add": 0,
    "purchase_order_add": 1,
    "purchase_order_change": 1,
    "purchase_order_cancel": 1,
    "order_status_change": 1,
    "receipt_add": 2,
    "invoice_add": 2,
    "invoice_register": 2,
    "credit_note_add": 2,
    "debit_note_add": 2,
}
BUSINESS_OBJECTS: Mapping[str, str] = {
    "supplier_add": "APSSSP",
    "supplier_change": "APSSSP",
    "ledger_code_add": "GENSCO",
    "purchase_order_add": "PORTOI",
    "purchase_order_change": "PORTOI",
    "purchase_order_cancel": "PORTOI",
    "order_status_change": "PORTOS",
    "receipt_add": "PORTOR",
    "invoice_add": "APSTIN",
    "invoice_register": "APSTRI",
    "credit_note_add": "APSTIN",
    "debit_note_add": "APSTIN",
}

CLASSES: Mapping[str, CommandClass] = {
    "supplier_add": "U",
    "supplier_change": "U",
    "ledger_code_add": "U",
    "purchase_order_add": "Q",
    "purchase_order_change": "Q",
    "purchase_order_cancel": "U",
    "order_status_change": "U",
    "receipt_add": "Q",
    "invoice_add": "U",
    "invoice_register": "U",
    "credit_note_add": "Q",
    "debit_note_add": "Q",
}
"""What may decide a doubt (reliability.md §4.3), by type.

`U`: SYSPRO itself refuses a second one: a supplier code, a ledger code, (supplier, invoice) over
invoices and registered ones; or a second one changes nothing: a supplier's fields, a status, a
cancellation. `Q`: nothing refuses it, but our key can be asked for: `CustomerPoNumber` of an order
(several may carry the same), `SupCatalogue` of a line that a change adds, `DeliveryNote` of a
receipt, `PaymentReference` of an entry (inferred). `N`: neither; only a person decides.
"""


def command_type(payload: Payload | ProcurifyPayload) -> str:
    """The name of the payload's class in tables and events, e.g. `purchase_order_add`."""
    found = TYPES if type(payload) in TYPES.values() else PROCURIFY_TYPES
    return next(name for name, kind in found.items() if type(payload) is kind)


def to_json(payload: Payload | ProcurifyPayload) -> JsonObject:
    """Plain JSON of a command: Decimals as text, dates as CCYY-MM-DD, None left out."""
    return store(payload)


def from_json(name: str, body: JsonObject) -> Payload:
    """The command to SYSPRO that `to_json` wrote; raises `Malformed` for anything else."""
    kind = TYPES.get(name)
    if kind is None:
        raise Malformed(f"no command is called {name[:40]!r}")
    return restore(kind, body)
