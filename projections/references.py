"""What people and Procurify's lists say: mappings, policies, time zones, currencies. Pure.

Facts: `mapping:<kind>/<key>`, `policy:<company>`, `companies`, `location:<source>/<id>`,
`zone:<source>`, `procurify_currency:<source>/<id>`, `snapshot:<company>/<kind>`.
"""

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.mapping import mapping_fact
from engine.core.projection import Overlay, Table
from projections.facts import object_of, text_of

COMPANIES = "companies"
_KIND_OF_RESOURCE = {
    "gl_codes": "ledger_code",
    "ledger_codes": "ledger_code",
    "currencies": "currency",
    "tax_codes": "tax_code",
    "periods": "periods",
    "terms": "terms",
    "grns": "grn",
    "suppliers": "supplier",
    "purchase_orders": "purchase_order",
    "invoices": "invoice",
    "postings": "posting",
    "stock_codes": "stock_code",
    "warehouses": "warehouse",
}


def fold_mapping(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The latest approval of a kind and key counts; a retired one is gone."""
    kind, key = text_of(body, "kind"), text_of(body, "key")
    target = text_of(body, "target").strip()
    if kind and key:
        is_kept = event.type == "MappingApproved" and target
        overlay.put(Table.FACTS, mapping_fact(kind, key), {"target": target} if is_kept else None)


def fold_policy(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The company's policy is this table, and the company is one of the tenant's."""
    company = event.stream.removeprefix("policy/")
    overlay.put(Table.FACTS, f"policy:{company}", body)
    known = overlay.get(Table.FACTS, COMPANIES)
    listed = known.get("companies") if known else None
    names = {str(name) for name in listed} if isinstance(listed, list) else set()
    names.add(company)
    overlay.put(Table.FACTS, COMPANIES, {"companies": sorted(names)})


def fold_location(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """A location's time zone is known; headquarters' is the zone of the whole domain."""
    source, identity = text_of(body, "source"), text_of(body, "id")
    document = object_of(body, "document")
    zone = document.get("locationTimezone")
    if not isinstance(zone, str) or not zone:
        return
    overlay.put(Table.FACTS, f"location:{source}/{identity}", {"zone": zone})
    known = overlay.get(Table.FACTS, f"zone:{source}")
    if document.get("headquarter") is True or known is None:
        overlay.put(Table.FACTS, f"zone:{source}", {"zone": zone})


def fold_currency(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The name of a currency of Procurify is known by its id."""
    source, identity = text_of(body, "source"), text_of(body, "id")
    name = object_of(body, "document").get("name")
    if isinstance(name, str) and name:
        overlay.put(Table.FACTS, f"procurify_currency:{source}/{identity}", {"name": name})


def fold_snapshot(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The first complete read of a kind of SYSPRO's rows is on file for good."""
    if body.get("side") != "syspro" or body.get("is_complete") is not True:
        return
    resource = text_of(body, "resource")
    kind = _KIND_OF_RESOURCE.get(resource, resource)
    overlay.put(Table.FACTS, f"snapshot:{text_of(body, 'name')}/{kind}", {"is_read": True})


def mapped(fact: JsonObject | None) -> str:
    """The target of a mapping fact; "" where there is none."""
    return text_of(fact, "target")


def policy_text(policy: JsonObject | None, name: str, default: str = "") -> str:
    """A setting of the policy as text; the default where it is not set."""
    value: JsonValue = policy.get(name) if policy else None
    return value if isinstance(value, str) else default
