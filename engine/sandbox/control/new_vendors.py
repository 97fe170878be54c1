"""New vendors of Procurify; what is left out is drawn from the seed and the new id."""

from dataclasses import replace
from random import Random

from engine.sandbox.control.change import Entry, expect, expectation_of
from engine.sandbox.json_fields import Fields
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.vendor_writes import new_vendor
from engine.sandbox.scenario import names
from engine.sandbox.scenario.model import Vendor
from engine.sandbox.scenario.vendors import MAPPED
from engine.sandbox.sight import vendor_source
from engine.sandbox.syspro.ledger import text
from engine.sandbox.world import World


def draws(world: World, kind: str, identity: int) -> Random:
    """What decides the fields that a new document leaves out."""
    return Random(f"{world.scenario.seed}/apply/{kind}/{identity}")


def add_vendor(fields: Fields, world: World) -> Entry:
    """A vendor that the engine is to create, or that is the `supplier` named, by a mapping."""
    blank = new_vendor(world.tenant, fields.text("external_id", ""))
    rng = draws(world, "vendor", blank.id)
    city, state, postal_code, country = rng.choice(names.PLACES)
    first, last, _, _ = rng.choice(names.PEOPLE)
    references = world.tenant.references
    vendor = replace(
        blank,
        name=fields.text("name", f"{rng.choice(names.VENDOR_NAMES)} {blank.id}"),
        currency=references.currencies[
            fields.choice("currency", references.currencies, blank.currency.name)
        ],
        term=references.terms[fields.choice("term", references.terms, blank.term.name)],
        type=fields.whole("type", blank.type),
        is_active=fields.flag("is_active", True),
        address=fields.text("address", f"{rng.randint(1, 480)} {rng.choice(names.STREETS)}"),
        city=fields.text("city", city),
        state=fields.text("state", state),
        postal_code=fields.text("postal_code", postal_code),
        country=fields.text("country", country),
        phone=fields.text("phone", f"+1 555 01{blank.id % 100:02d}"),
        email=fields.text("email", f"orders@vendor{blank.id}.example"),
        contact=fields.text("contact", f"{first} {last}"),
    )
    vendor = _bound(fields, world, vendor)
    cause = expectation_of(fields)
    fields.done()
    if not 0 < len(vendor.name) <= 150:
        raise fields.wrong("name", "a text of 1 to 150 characters")
    Changes(world.tenant).add_vendor(vendor)
    expect(world, vendor_source(vendor), cause)
    return {"vendor": vendor.id, "name": vendor.name, "supplier": vendor.supplier}


def _bound(fields: Fields, world: World, vendor: Vendor) -> Vendor:
    """The vendor with the supplier that it is; matching and currency are that supplier's."""
    suppliers = world.ledger.tables["ApSupplier"]
    code = fields.text("supplier", "")
    if code:
        key = world.ledger.key_rules["Supplier"].stored(code)
        if (key,) not in suppliers:
            raise ValueError(f"{fields.where}: there is no supplier {code}")
        vendor = replace(vendor, supplier=key, binding=MAPPED)
    row = suppliers.get((vendor.supplier,), {})
    return replace(
        vendor,
        is_grn_matched=row.get("GrnMatchReqd") == "Y",
        is_on_hold=row.get("OnHold") == "Y",
        supplier_currency=text(row.get("Currency")) or vendor.currency.name,
    )
