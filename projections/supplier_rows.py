"""What SYSPRO says of suppliers beyond what orders and bills ask: names, terms, telephones. Pure.

Facts: `supplier_fields:<company>/<code>`, the columns that vendors are compared with, `position`,
that of the event that last changed any, `moved`, those that ever changed while we looked;
`supplier_name:<company>/<plain name>` {codes}; `supplier_address:<company>/<code>`, its lines as
SYSPRO's columns have them, and `position`. Apart from the fact `supplier:` that documents are
planned with, so that a new telephone plans no order again.
"""

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.keys import SUPPLIER, DocumentKey
from engine.core.projection import Address, Overlay, Table
from engine.core.similarity import plain_name
from projections.facts import number_of, object_of, require, syspro_fact, text_of
from projections.roster import enrol, needs_of
from projections.syspro_rows import cell, fold_row

COLUMNS = (
    "SupplierName",
    "TermsCode",
    "Currency",
    "TaxRegnNum",
    "Telephone",
    "Contact",
    "Email",
    "OnHold",
)
ADDRESS_COLUMNS = ("SupAddr1", "SupAddr2", "SupAddr3", "SupAddr4", "SupAddr5")
POSTAL_COLUMN = "SupPostalCode"


def fields_fact(company: str, code: str) -> str:
    """The key of the fact that holds what SYSPRO says of a supplier."""
    return syspro_fact("supplier_fields", company, code)


def name_fact(company: str, name: str) -> str:
    """The key of the fact that lists the suppliers of a name, however spelt."""
    return f"supplier_name:{company}/{plain_name(name)}"


def address_fact(company: str, code: str) -> str:
    """The key of the fact that holds what SYSPRO says of a supplier's address."""
    return syspro_fact("supplier_address", company, code)


def fold_address(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The supplier's address is what SYSPRO's row says now; a vanished one leaves none."""
    fact = address_fact(text_of(body, "company"), text_of(body, "key"))
    row = None if event.type.endswith("Vanished") else object_of(body, "row")
    after: dict[str, JsonValue] | None = None
    if row is not None:
        after = {column: cell(row, column) for column in (*ADDRESS_COLUMNS, POSTAL_COLUMN)}
        after["position"] = event.position
    overlay.put(Table.FACTS, fact, after)


def codes_in(fact: JsonObject | None) -> list[str]:
    """The codes that a name's fact lists, sorted."""
    codes = fact.get("codes") if fact else None
    return [str(code) for code in codes] if isinstance(codes, list | tuple) else []


def moved_in(fact: JsonObject | None) -> list[str]:
    """The columns that changed in SYSPRO since the supplier was read first."""
    moved = fact.get("moved") if fact else None
    return [str(column) for column in moved] if isinstance(moved, list | tuple) else []


def fold_supplier(overlay: Overlay, event: Event, body: JsonObject) -> str | None:
    """The supplier's facts are what SYSPRO's row says now; a vanished one leaves none.

    The answer is its document, where suppliers are offered to Procurify.
    """
    company, key = text_of(body, "company"), text_of(body, "key")
    document = DocumentKey(source=company, kind=SUPPLIER, id=key)
    place = f"supplier:{company}/{key.rpartition('|')[2]}"
    known = [Address(table=Table.FACTS, key=fact) for fact in (place, fields_fact(company, key))]
    require(overlay, [*known, *needs_of(document, company)])
    fold_row(overlay, event, body)
    row = None if event.type.endswith("Vanished") else object_of(body, "row")
    fact = fields_fact(company, key)
    before = overlay.get(Table.FACTS, fact)
    after: dict[str, JsonValue] | None = None
    if row is not None:
        after = {column: cell(row, column) for column in COLUMNS}
        after["Supplier"] = cell(row, "Supplier")
        moved = [] if before is None else [n for n in COLUMNS if before.get(n) != after[n]]
        is_same = before is not None and not moved
        after["position"] = number_of(before, "position") if is_same else event.position
        after["moved"] = sorted({*moved, *moved_in(before)})
    overlay.put(Table.FACTS, fact, after)
    code = text_of(after or before, "Supplier")
    old, new = text_of(before, "SupplierName"), text_of(after, "SupplierName")
    for name in sorted({name_fact(company, text) for text in (old, new) if plain_name(text)}):
        is_its = after is not None and name == name_fact(company, new)
        codes = set(codes_in(overlay.get(Table.FACTS, name))) - {code}
        listed = sorted(codes | {code} if is_its else codes)
        overlay.put(Table.FACTS, name, {"codes": listed} if listed else None)
    if not (company and key):
        return None
    return enrol(overlay, document, company, is_there=after is not None)
