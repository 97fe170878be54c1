"""What Procurify's lists and the calendar say: locations, currencies, reads, the day. Pure.

Facts: `companies`, `location:<source>/<id>` {name, zone}, `zone:<source>`,
`procurify_currency:<source>/<id>`, `base_currency:<source>` {name},
`currency_id:<source>/<name>` {id}, `snapshot:<company>/<kind>`, `read:<source>/<resource>`,
`procurify` {source}, the domain, `today` {day}.
"""

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.projection import Overlay, Table
from projections.facts import object_of, text_of

COMPANIES = "companies"
DOMAIN = "procurify"
TODAY = "today"
_KIND_OF_RESOURCE = {
    "gl_codes": "ledger_code",
    "ledger_codes": "ledger_code",
    "currencies": "currency",
    "tax_codes": "tax_code",
    "periods": "periods",
    "terms": "terms",
    "grns": "grn",
    "suppliers": "supplier",
    "supplier_addresses": "supplier_address",
    "purchase_orders": "purchase_order",
    "invoices": "invoice",
    "postings": "posting",
    "stock_codes": "stock_code",
    "warehouses": "warehouse",
}
_ADDED_TO = frozenset({"vendors", "account_codes", "departments"})
"""Lists of Procurify that must be known whole before anything is added to them."""


def read_fact(source: str, resource: str) -> str:
    """The key of the fact that is there once Procurify's list was read completely."""
    return f"read:{source}/{resource}"


def fold_location(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """A location's name and zone are known; headquarters' is the zone of the whole domain."""
    source, identity = text_of(body, "source"), text_of(body, "id")
    document = object_of(body, "document")
    name, zone = text_of(document, "name").strip(), text_of(document, "locationTimezone")
    if name or zone:
        place = location_fact(source, identity)
        overlay.put(Table.FACTS, place, {"name": name, "zone": zone})
    if not zone:
        return
    known = overlay.get(Table.FACTS, f"zone:{source}")
    if document.get("headquarter") is True or known is None:
        overlay.put(Table.FACTS, f"zone:{source}", {"zone": zone})


def location_fact(source: str, location: str) -> str:
    """The key of the fact that holds a location's name and time zone."""
    return f"location:{source}/{location}"


def fold_day(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """It is the day that began; what waits for the calendar is planned again.

    A day may be earlier than the one before: then the clock had been wrong.
    """
    day, known = text_of(body, "day"), text_of(overlay.get(Table.FACTS, TODAY), "day")
    if day and day != known:
        overlay.put(Table.FACTS, TODAY, {"day": day})


def fold_currency(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The name of a currency of Procurify is known by its id, and which one is the base."""
    source, identity = text_of(body, "source"), text_of(body, "id")
    document = object_of(body, "document")
    name = document.get("name")
    if isinstance(name, str) and name:
        overlay.put(Table.FACTS, f"procurify_currency:{source}/{identity}", {"name": name})
        if document.get("base") is True:
            overlay.put(Table.FACTS, f"base_currency:{source}", {"name": name})
        overlay.put(Table.FACTS, f"currency_id:{source}/{name}", {"id": identity})


def fold_snapshot(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The first complete read of a kind of rows is on file for good; so is Procurify's domain."""
    if body.get("is_complete") is not True:
        return
    resource, name = text_of(body, "resource"), text_of(body, "name")
    if body.get("side") == "procurify" and name:
        overlay.put(Table.FACTS, DOMAIN, {"source": name})
        if resource in _ADDED_TO:
            overlay.put(Table.FACTS, read_fact(name, resource), {"is_read": True})
    if body.get("side") != "syspro":
        return
    kind = _KIND_OF_RESOURCE.get(resource, resource)
    overlay.put(Table.FACTS, f"snapshot:{text_of(body, 'name')}/{kind}", {"is_read": True})
