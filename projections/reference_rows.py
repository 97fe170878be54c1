"""Reference data of both sides that may be made on the other one. Pure.

Facts: `account_code:<source>/<company>/<id>` and `department:<source>/<id>`, what Procurify says;
`account_code_named:<source>/<code>` and `department_named:<source>/<plain name>` {ids}, who is
called so; `ledger_fields:<company>/<code>` and `warehouse_fields:<company>/<code>`, SYSPRO's;
`aimed:<kind>/<target>` {keys}, which words of Procurify were ever mapped to a target, and
`accounts_of:<code>` {keys}, under which keys an account code was. A key is never withdrawn: whether
it still holds is for the plan to find out.
"""

from collections.abc import Mapping, Sequence

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.keys import ACCOUNT_CODE, LEDGER_CODE, WAREHOUSE, DocumentKey, comparable_key
from engine.core.projection import Overlay, Table
from engine.core.similarity import plain_name
from projections.facts import object_of, text_of
from projections.references import COMPANIES
from projections.roster import enrol
from projections.syspro_rows import cell, fold_row

_SYSPRO: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "ledger_code": (
        LEDGER_CODE,
        "ledger_fields",
        ("GlCode", "Description", "AccountType", "ControlAccFlag", "AccOnHldFlag"),
    ),
    "warehouse": (WAREHOUSE, "warehouse_fields", ("Warehouse", "Description")),
}
_AIMED = frozenset({"account", "department"})


def account_id(company: str, identity: str) -> str:
    """The id of the document of an account code that is to be a ledger code of a company."""
    return f"{company}/{identity}"


def named_fact(sort: str, source: str, name: str) -> str:
    """The key of the fact that says which account codes or departments are called so."""
    called = plain_name(name) if sort == "department" else name
    return f"{sort}_named:{source}/{called}"


def aimed_fact(kind: str, target: str) -> str:
    """The key of the fact that lists the words that were ever mapped to a target."""
    return f"aimed:{kind}/{comparable_key(target)}"


def listed(fact: JsonObject | None, name: str) -> list[str]:
    """The texts that a fact lists under a name."""
    found = fact.get(name) if fact else None
    return [str(one) for one in found] if isinstance(found, list | tuple) else []


def fold_syspro(overlay: Overlay, event: Event, body: JsonObject) -> str | None:
    """A ledger code or a warehouse is as SYSPRO says; its document, where it may be offered."""
    fold_row(overlay, event, body)
    kind, sort, columns = _SYSPRO[text_of(body, "kind")]
    company, key = text_of(body, "company"), text_of(body, "key")
    if not (company and key):
        return None
    row = None if event.type.endswith("Vanished") else object_of(body, "row")
    document = DocumentKey(source=company, kind=kind, id=key)
    said = None if row is None else {column: cell(row, column) for column in columns}
    overlay.put(Table.FACTS, f"{sort}:{company}/{key}", said)
    return enrol(overlay, document, company, is_there=row is not None)


def fold_account_code(overlay: Overlay, event: Event, body: JsonObject) -> tuple[str, ...]:
    """An account code is as Procurify says; its documents, one a company that may get it."""
    source, identity, after = _procurify(event, body)
    if not (source and identity):
        return ()
    known = overlay.get(Table.FACTS, COMPANIES)
    companies = listed(known, "companies")
    _name(overlay, "account_code", source, identity, after, "code")
    overlay.put(Table.FACTS, f"account_code:{source}/{identity}", after)
    found = []
    for company in companies:
        place = account_id(company, identity)
        overlay.put(Table.FACTS, f"account_code:{source}/{place}", after)
        document = DocumentKey(source=source, kind=ACCOUNT_CODE, id=place)
        found.append(enrol(overlay, document, company, is_there=after is not None))
    return tuple(key for key in found if key is not None)


def fold_department(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """A department is as Procurify says."""
    source, identity, after = _procurify(event, body)
    if source and identity:
        _name(overlay, "department", source, identity, after, "name")
        overlay.put(Table.FACTS, f"department:{source}/{identity}", after)


def aim(overlay: Overlay, kind: str, key: str, target: str) -> None:
    """A word of Procurify is among those that were mapped to the target."""
    if kind not in _AIMED or not target:
        return
    _add(overlay, aimed_fact(kind, target), key)
    if kind == "account":
        _add(overlay, f"accounts_of:{key.partition('/')[0]}", key)


def _add(overlay: Overlay, fact: str, key: str) -> None:
    keys = {*listed(overlay.get(Table.FACTS, fact), "keys"), key}
    overlay.put(Table.FACTS, fact, {"keys": sorted(keys)})


def _procurify(event: Event, body: JsonObject) -> tuple[str, str, JsonObject | None]:
    document = object_of(body, "document")
    kind = document.get("account_type")
    after: JsonObject = {
        "id": text_of(body, "id"),
        "code": text_of(document, "code").strip(),
        "name": text_of(document, "name").strip(),
        "description": text_of(document, "description").strip(),
        "type": kind if isinstance(kind, int) else -1,
        "is_active": document.get("active") is not False,
    }
    is_gone = event.type.endswith("Vanished")
    return text_of(body, "source"), text_of(body, "id"), None if is_gone else after


def _name(
    overlay: Overlay,
    sort: str,
    source: str,
    identity: str,
    after: JsonObject | None,
    field: str,
) -> None:
    before = overlay.get(Table.FACTS, f"{sort}:{source}/{identity}")
    old, new = text_of(before, field), text_of(after, field)
    for name in sorted({named_fact(sort, source, text) for text in (old, new) if text}):
        ids = set(listed(overlay.get(Table.FACTS, name), "ids")) - {identity}
        is_its = bool(new) and name == named_fact(sort, source, new)
        kept = sorted(ids | {identity} if is_its else ids)
        overlay.put(Table.FACTS, name, {"ids": kept} if kept else None)
