"""How plans look at facts: every look is noted with its digest, many are fetched at once. Pure.

A fact is one row of the table `facts`. What a document consulted stands in its row's `needs`
({fact key: digest, "" where there was none}); that is the needs-index of the architecture §5.
"""

from collections.abc import Iterable

from engine.core.canonical import JsonObject, JsonValue, digest
from engine.core.keys import (
    ACCOUNT_CODE,
    BILL,
    LEDGER_CODE,
    PAYMENT,
    PURCHASE_ORDER,
    RECEIPT,
    RECEIPT_REPORT,
    SUPPLIER,
    VENDOR,
    VENDOR_CODE,
    WAREHOUSE,
    DocumentKey,
    comparable_key,
    whole_order,
)
from engine.core.projection import Address, Ask, Table, View

_SOURCE_FACTS = {
    VENDOR: "vendor",
    PURCHASE_ORDER: "order",
    BILL: "bill",
    PAYMENT: "bill",
    RECEIPT: "receipt",
    RECEIPT_REPORT: "order_item",
    VENDOR_CODE: "vendor",
    SUPPLIER: "supplier_fields",
    LEDGER_CODE: "ledger_fields",
    WAREHOUSE: "warehouse_fields",
    ACCOUNT_CODE: "account_code",
}


def source_fact(document: DocumentKey) -> str:
    """The key of the fact that holds what Procurify says of a document."""
    whole = whole_order(document)
    return f"{_SOURCE_FACTS[whole.kind]}:{whole.source}/{whole.id}"


def written_fact(document: DocumentKey, company: str = "") -> str:
    """The key of the fact that holds what SYSPRO took from us for a document.

    A vendor has one in each company, any other document is in one company only.
    """
    return f"written:{document}@{company}" if document.kind == VENDOR else f"written:{document}"


def written_back_fact(document: DocumentKey, type_: str) -> str:
    """The key of the fact that holds what Procurify took from us for a document, by command type.

    `{procurify_id, revision, count, position, is_verified, differences, lines, payload}`.
    """
    return f"written_back:{document}#{type_}"


def parts_fact(order: DocumentKey) -> str:
    """The key of the fact that says to which companies parts of an order were sent."""
    return f"order_parts:{order}"


def syspro_fact(sort: str, company: str, *parts: str) -> str:
    """The key of a fact about SYSPRO; parts in comparable form, joined as the reader joins them."""
    return f"{sort}:{company}/" + "|".join(comparable_key(part) for part in parts)


def require(view: View, addresses: Iterable[Address]) -> None:
    """All these rows are at hand afterwards; raises one `Ask` for all that are missing."""
    missing: set[Address] = set()
    for address in addresses:
        try:
            view.get(address.table, address.key)
        except Ask as ask:
            missing |= ask.rows
    if missing:
        raise Ask(rows=missing)


def dependants(view: View, needs: Iterable[str]) -> set[str]:
    """The documents that consulted any of these facts; raises one `Ask` for all not at hand."""
    found: set[str] = set()
    missing: set[str] = set()
    for need in needs:
        try:
            found.update(view.dependants(need))
        except Ask as ask:
            missing |= ask.needs
    if missing:
        raise Ask(needs=missing)
    return found


class Facts:
    """The facts as one plan sees them; `needs` holds every key looked at, with its digest.

    `accepts`: the holds that a person accepted for the revision of the document being planned.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.needs: dict[str, str] = {}
        self.accepts: frozenset[str] = frozenset()

    def get(self, key: str) -> JsonObject | None:
        """The fact, None where there is none."""
        body = self._view.get(Table.FACTS, key)
        self.needs[key] = "" if body is None else digest(body)
        return body

    def peek(self, key: str) -> JsonObject | None:
        """The fact, not noted as consulted: the document's own, whose events plan it anyway."""
        return self._view.get(Table.FACTS, key)

    def part(self) -> "Facts":
        """The same facts for one part of a plan, which notes by itself what it looks at."""
        part = Facts(self._view)
        part.accepts = self.accepts
        return part

    def fetch(self, keys: Iterable[str]) -> None:
        """All these facts are at hand afterwards, at the price of one `Ask`; none is noted."""
        require(self._view, [Address(table=Table.FACTS, key=key) for key in keys])


def text_of(body: JsonObject | None, name: str) -> str:
    """The text under a name of a fact; "" where there is none."""
    value = body.get(name) if body else None
    return value if isinstance(value, str) else ""


def number_of(body: JsonObject | None, name: str) -> int:
    """The whole number under a name of a fact; 0 where there is none."""
    value = body.get(name) if body else None
    return value if isinstance(value, int) else 0


def object_of(body: JsonObject | None, name: str) -> dict[str, JsonValue]:
    """The object under a name of a fact; empty where there is none."""
    value = body.get(name) if body else None
    return dict(value) if isinstance(value, dict) else {}
