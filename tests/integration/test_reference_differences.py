"""Reference data of one side only, from rows on a real PostgreSQL."""

import pytest
from plan_world import TENANT, World, ready_world
from planned_log import told

from engine.db import Database
from engine.mappings import approved
from engine.reference_differences import OneSided, one_sided

pytestmark = pytest.mark.both_stores


def story() -> World:
    """The usual company, whose warehouse FG is no department's, and a few more such things."""
    world = ready_world()
    for identity, code, is_active in ((1, "6100", True), (2, "7300", True), (3, "7400", False)):
        body = {"id": identity, "code": code, "active": is_active}
        world.source("AccountCodeChanged", "account_code", str(identity), body)
    for identity, name in ((1, "Operations"), (2, "Lab")):
        world.source(
            "DepartmentChanged", "department", str(identity), {"id": identity, "name": name}
        )
    world.source("CurrencyChanged", "currency", "9", {"id": 9, "name": "CHF"})
    world.ledger("7900-00")
    world.syspro("currency", "Currency", ["JPY"], {"Currency": "JPY"})
    world.syspro("terms", "Terms", ["60"], {"TermsCode": "60"})
    for warehouse in ("RM", "W9"):
        world.syspro("warehouse", "Warehouse", [warehouse], {"Warehouse": warehouse})
    return world


async def test_reference_data_when_one_side_lacks_it_then_it_is_told(database: Database) -> None:
    log = await told(database, story())
    rows = [one.row for one in await approved(log, TENANT)]

    found = await one_sided(database, TENANT, ["EDU1"], rows)
    assert found == [
        OneSided(kind=kind, side=side, company="EDU1", name=name)
        for kind, side, name in (
            ("account", "procurify", "7300"),
            ("account", "syspro", "7900-00"),
            ("currency", "procurify", "CHF"),
            ("currency", "syspro", "JPY"),
            ("department", "procurify", "Lab"),
            ("department", "syspro", "FG"),
            ("department", "syspro", "W9"),
            ("terms", "syspro", "60"),
        )
    ]
    two = await one_sided(database, TENANT, ["EDU1", "EDU2"], rows)
    places = [one for one in two if one.kind == "company"]
    assert {(one.side, one.name) for one in places} == {("procurify", "HQ")}
