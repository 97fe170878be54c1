"""What the engine reads of one row, whatever its endpoint: identity, stamp, references. Pure.

Every nested object is optional and unknown values stay as they are (procurify.md §10): a missing
field is None or absent here, never a failure; only a row without identity cannot be used.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from engine.core.canonical import JsonObject, JsonValue
from engine.core.keys import canonical_uuid
from engine.errors import Malformed
from engine.procurify.models.stamps import parse_stamp, print_stamp

_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "purchase_order": ("procurify_PO", "id"),
    "purchase_request": ("num", "id"),
    "bill": ("uuid",),
}
_MODIFIED = ("last_modified_datetime", "last_modified", "dateModified", "updated_at", "created_at")
_IDENTITY_TEXT = re.compile(r"[A-Za-z0-9]{1,40}")


def identity(kind: str, row: JsonValue) -> str:
    """The row's identity as text; a bill's is its 32 hex digits (procurify.md §6.16, §6.17).

    Raises `Malformed` when there is none.
    """
    if isinstance(row, Mapping):
        for name in _IDENTITY.get(kind, ("id",)):
            value = row.get(name)
            if kind == "bill" and isinstance(value, str):
                return canonical_uuid(value)
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return str(value)
            if isinstance(value, str) and _IDENTITY_TEXT.fullmatch(value):
                return value
    raise Malformed(f"a {kind.replace('_', ' ')} without an identity")


def address(kind: str, row: JsonObject) -> str:
    """The identity as a detail path spells it: a bill's uuid as received (procurify.md §10)."""
    value = row.get("uuid")
    if kind == "bill" and isinstance(value, str):
        canonical_uuid(value)
        return value.lower()
    return identity(kind, row)


def modified_at(row: JsonObject) -> datetime | None:
    """The instant of the row's last change; None where it has none that can be read (§7)."""
    for name in _MODIFIED:
        at = parse_stamp(row.get(name))
        if at is not None:
            return at
    return None


def version(row: JsonObject) -> int:
    """The row's version, 0 where it has none."""
    value = row.get("version")
    return value if isinstance(value, int) else 0


def age(row: JsonObject) -> tuple[int, str]:
    """Orders two states of one thing: by version, then by stamp; equal where nothing says."""
    at = modified_at(row)
    return version(row), print_stamp(at) if at is not None else ""


def received(row: JsonObject) -> tuple[Decimal, Decimal]:
    """The quantities of an order item received as good and as bad, 0 where not said."""
    return _quantity(row.get("receivedPassQty")), _quantity(row.get("receivedFailQty"))


def references(kind: str, row: JsonObject) -> Iterator[tuple[str, str]]:
    """The (kind, id) of what the row points to: vendor, currency, accounts, departments."""
    for name, target in (
        ("pref_vendor", "vendor"),
        ("vendor", "vendor"),
        ("currency", "currency"),
        ("purchased_currency", "currency"),
        ("account", "account"),
        ("budget", "account"),
    ):
        yield from _reference(target, row.get(name))
    for name in ("account", "budget"):
        nested = row.get(name)
        if isinstance(nested, Mapping):
            yield from _reference("account_code", nested.get("account_code"))
            yield from _reference("department", nested.get("department"))
    for name in ("order_items", "items", "costs", "cost_allocations"):
        parts = row.get(name)
        for part in parts if isinstance(parts, list | tuple) else ():
            if isinstance(part, Mapping):
                yield from references(kind, part)
    cost = row.get("cost_allocation")
    if isinstance(cost, Mapping):
        yield from references(kind, cost)


def _reference(target: str, value: JsonValue) -> Iterator[tuple[str, str]]:
    found = value.get("id") if isinstance(value, Mapping) else value
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        yield target, str(found)


def _quantity(value: JsonValue) -> Decimal:
    try:
        number = Decimal(str(value)) if value is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)
