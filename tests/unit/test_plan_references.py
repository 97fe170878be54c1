"""Reference data that one side lacks: made where policy says so, once, and then at rest."""

from typing import Any

import pytest
from plan_world import Row, World, ready_world

from engine.core.projection import Table

ON = {
    "create_account_codes": "auto",
    "create_departments": "auto",
    "departments_location": "7",
    "create_ledger_codes": "auto",
}


def referring(**settings: object) -> World:
    world = ready_world(**{**ON, **settings})
    for resource in ("account_codes", "departments"):
        world.poll("procurify", "acme", resource)
    return world


def code(world: World, identity: int, name: str, **fields: object) -> None:
    body = {"id": identity, "code": name, "description": f"{name} said", "account_type": 2}
    body |= {"active": True, **fields}
    world.source("AccountCodeChanged", "account_code", str(identity), body)


def ledger(world: World, name: str, **cells: str) -> None:
    row = {"GlCode": name, "Description": "Rent", "AccountType": "E", "ControlAccFlag": "N"}
    world.syspro("ledger_code", "LedgerCode", [name], {**row, "AccOnHldFlag": "N", **cells})


def warehouse(world: World, name: str, text: str) -> None:
    row = {"Warehouse": name, "Description": text}
    world.syspro("warehouse", "Warehouse", [name], row)


def standing(world: World, key: str) -> tuple[str, str] | None:
    found = world.row(Table.DOCUMENTS, key)
    return found and (found["state"], found["reason"])


def owed(world: World, key: str) -> Row:
    document = world.row(Table.DOCUMENTS, key)
    assert document is not None
    found = world.row(Table.COMMANDS, document["command"])
    assert found is not None, document
    return found


def accept(world: World, row: Row, identity: str) -> None:
    world.intend(row)
    body: dict[str, Any] = {"procurify_id": identity, "is_sent": True, "warnings": []}
    world.append(f"command/{row['key']}", "PostAccepted", {**body, "attempt": 1})


def test_ledger_code_when_procurify_lacks_it_then_it_is_made_once() -> None:
    world = referring()
    ledger(world, "7200-00")
    key = "ledger_code:EDU1/7200-00"
    row = owed(world, key)
    assert (row["type"], row["company"]) == ("account_code_add", "procurify:acme")
    assert row["payload"] == {
        "code": "7200-00",
        "description": "Rent",
        "account_type": 2,
        "departments": [],
    }

    accept(world, row, "77")
    assert standing(world, key) == ("sent", "")
    read = {"procurify_id": "77", "is_equal": True, "differences": [], "lines": []}
    world.append(f"command/{row['key']}", "PostVerified", read)
    assert standing(world, key) == ("in_procurify", "")
    code(world, 77, "7200-00")
    assert standing(world, "account_code:acme/EDU1/77") == ("in_syspro", "")
    assert [row["payload"] for row in world.commands("ready") if "7200" in str(row)] == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"ControlAccFlag": "Y"}, ("not_eligible", "NOT_READY")),
        ({"AccOnHldFlag": "Y"}, ("not_eligible", "NOT_READY")),
        ({}, ("ready", "")),
    ],
)
def test_ledger_code_when_it_takes_no_posting_then_it_is_not_offered(
    cells: dict[str, str], expected: tuple[str, str]
) -> None:
    world = referring()
    ledger(world, "7200-00", **cells)

    assert standing(world, "ledger_code:EDU1/7200-00") == expected


def test_ledger_code_when_an_account_is_mapped_to_it_then_it_is_there() -> None:
    world = referring()

    assert standing(world, "ledger_code:EDU1/6100-00") == ("in_procurify", "")
    body = {"kind": "account", "key": "6100", "target": "6100-00", "company": "EDU1"}
    world.append("mapping/account@EDU1/6100", "MappingRetired", body)
    assert standing(world, "ledger_code:EDU1/6100-00") == ("ready", "")


def test_warehouse_when_no_department_is_it_then_one_is_made_in_the_location() -> None:
    world = referring()
    warehouse(world, "N1", "North")
    row = owed(world, "warehouse:EDU1/N1")
    assert (row["type"], row["payload"]) == (
        "department_add",
        {"branch": 7, "name": "North", "external_id": "N1", "is_active": True},
    )

    world.source("DepartmentChanged", "department", "3", {"id": 3, "name": "NORTH", "active": True})
    assert standing(world, "warehouse:EDU1/N1") == ("in_procurify", "")
    world.syspro("warehouse", "Warehouse", ["N1"], None)
    assert standing(world, "warehouse:EDU1/N1") == ("not_eligible", "NOT_READY")
    warehouse(world, "RM", "Raw")
    assert standing(world, "warehouse:EDU1/RM") == ("in_procurify", "")


def test_account_code_when_syspro_lacks_it_then_the_ledger_code_is_made_once() -> None:
    world = referring()
    code(world, 12, "7300")
    key = "account_code:acme/EDU1/12"
    row = owed(world, key)
    assert (row["type"], row["company"], row["payload"]) == (
        "ledger_code_add",
        "EDU1",
        {
            "company": "EDU1",
            "ledger_code": "7300",
            "description": "7300 said",
            "account_type": "E",
            "group": "",
        },
    )
    world.post(row, "7300")
    ledger(world, "7300")
    assert standing(world, key) == ("in_syspro", "")
    assert standing(world, "ledger_code:EDU1/7300") == ("in_procurify", "")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"active": False}, ("not_eligible", "NOT_READY")),
        ({"account_type": 5}, ("held", "ACCOUNT_TYPE_UNKNOWN")),
        ({"account_type": None}, ("held", "ACCOUNT_TYPE_UNKNOWN")),
        ({"code": "6100"}, ("in_syspro", "")),
        ({"code": "5100-00"}, ("in_syspro", "")),
        ({"code": "9" * 36}, ("held", "FIELD_TOO_LONG")),
    ],
)
def test_account_code_when_it_is_there_or_cannot_go_then_none_is_made(
    fields: dict[str, object], expected: tuple[str, str]
) -> None:
    world = referring()
    code(world, 12, str(fields.pop("code", "7300")), **fields)

    assert standing(world, "account_code:acme/EDU1/12") == expected


def test_references_when_policy_makes_none_then_there_is_no_document() -> None:
    world = referring(
        create_account_codes="off", create_departments="off", create_ledger_codes="off"
    )
    code(world, 12, "7300")
    ledger(world, "7200-00")
    warehouse(world, "N1", "North")
    keys = ("account_code:acme/EDU1/12", "ledger_code:EDU1/7200-00", "warehouse:EDU1/N1")
    assert [standing(world, key) for key in keys] == [None, None, None]

    world.policy(**{**ON, "create_account_codes": "approve"})
    assert [standing(world, key) for key in keys] == [
        ("ready", ""),
        ("held", "NEEDS_APPROVAL"),
        ("ready", ""),
    ]
    world.policy()
    assert [standing(world, key) for key in keys] == [("off", "")] * 3


def test_references_when_an_event_names_nothing_then_nothing_is_known_of_it() -> None:
    world = referring()
    before = {address.key for address in world.rows}
    for type_, body in (
        ("AccountCodeChanged", {"source": "acme", "id": "", "document": {}}),
        ("DepartmentChanged", {"source": "", "id": "3", "document": {}}),
        ("SysproLedgerCodeChanged", {"kind": "ledger_code", "company": "", "key": "", "row": {}}),
        ("SysproSupplierChanged", {"kind": "supplier", "company": "", "key": "", "row": {}}),
    ):
        world.append("odd", type_, body)

    after = {address.key for address in world.rows} - before
    assert {key.partition(":")[2] for key in after} == {"/"}
