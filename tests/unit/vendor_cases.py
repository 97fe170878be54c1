"""What cases about vendors are made of: vendor 200, and the supplier that it becomes."""

from collections.abc import Callable
from typing import Any

from plan_documents import vendor
from plan_world import World

Body = dict[str, Any]
Given = Callable[[World], None]
OWNED = {"vendor_fields": ["name", "email"]}
SHOWN = {"SupplierName": "Nordlicht GmbH", "Email": "orders@nordlicht.example"}


def seen(world: World, identity: str = "200", **fields: object) -> None:
    world.source("VendorChanged", "vendor", identity, vendor(int(identity), **fields))


def created(world: World) -> None:
    """Vendor 200 came and SYSPRO took it from us as V000200, and shows it so."""
    seen(world)
    world.post(world.command("vendor", "200"), "V000200")
    world.supplier("V000200", **SHOWN)


def then(*steps: Given) -> Given:
    def given(world: World) -> None:
        for step in steps:
            step(world)

    return given


def renamed(world: World) -> None:
    seen(world, name="Nordlicht AG")
