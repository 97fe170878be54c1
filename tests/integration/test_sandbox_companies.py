"""A whole sandbox with two companies: ready line, configuration, both APIs, the control port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sandbox_rehearsal import Rehearsal, at, rehearse
from test_sandbox_main import private_table

FRESH_PERIOD = {"do": "close_period", "period": "C"}


@asynccontextmanager
async def two_companies(folder: Path) -> AsyncIterator[Rehearsal]:
    """A rehearsal in which documents go to EDU1 and to EDU2."""
    async with rehearse(folder, companies=2) as stage:
        yield stage


async def rows(stage: Rehearsal, path: str) -> list[Any]:
    """The rows that Procurify lists."""
    status, body = await stage.get(path)
    assert status == 200, body
    found: list[Any] = orjson.loads(body)["data"]
    return found


async def test_ready_line_when_there_are_two_companies_then_it_names_both(tmp_path: Path) -> None:
    async with two_companies(tmp_path) as stage:
        ready: Any = stage.sandbox.ready

        assert ready["companies"][0] == ready["syspro"]
        first, second = ready["companies"]
        assert first.keys() == second.keys()
        assert (first["company_id"], second["company_id"]) == ("EDU1", "EDU2")
        assert (first["operator"], second["operator"]) == ("PROCSYNC", "PROCSYN2")
        assert first["operator_password"] != second["operator_password"]
        assert second["odata_url"].endswith("/SYSPRO8Odata/SYSPROOData/EDU2")
        for company, name in ((first, "Company"), (second, "Canada")):
            token = await stage.site.logon(
                Operator=company["operator"],
                OperatorPassword=company["operator_password"],
                CompanyId=company["company_id"],
            )
            profile = await stage.site.text("GetLogonProfile", UserId=token.strip())
            assert f"<CompanyName>Outdoor Education {name}</CompanyName>" in profile


async def test_configuration_when_there_are_two_companies_then_each_has_its_own(
    tmp_path: Path,
) -> None:
    async with two_companies(tmp_path) as stage:
        ready: Any = stage.sandbox.ready
        configured = private_table(ready["config"])

    (tenant,) = configured["tenants"]
    for company, access in zip(tenant["companies"], ready["companies"], strict=True):
        assert (company["company"], company["operator"]) == (
            access["company_id"],
            access["operator"],
        )
        assert company["odata_url"] == access["odata_url"]
        password = f"syspro/{access['company_id']}/operator_password"
        assert configured["bootstrap"]["credentials"][password] == access["operator_password"]
    policies = [company["policy"] for company in tenant["companies"]]
    assert [policy["local_currency"] for policy in policies] == ["USD", "CAD"]
    assert [policy["default_warehouse"] for policy in policies] == ["FG", "TF"]
    assert configured["bootstrap"]["probe"] == {"EDU1": "passed", "EDU2": "passed"}
    mappings = configured["bootstrap"]["mappings"]
    assert {"kind": "company", "key": "Toronto", "target": "EDU2"} in mappings
    account = {"kind": "account", "key": "6100", "target": "CA-6100-00", "company": "EDU2"}
    assert account in mappings


async def test_locations_when_there_are_two_then_departments_and_documents_lie_in_one(
    tmp_path: Path,
) -> None:
    async with two_companies(tmp_path) as stage:
        places = await rows(stage, "/api/v2/locations/")
        assert [(row["name"], row["locationTimezone"], row["headquarter"]) for row in places] == [
            ("HQ", "America/Vancouver", True),
            ("Toronto", "America/Toronto", False),
        ]
        assert [row["currency"]["name"] for row in places] == ["USD", "CAD"]
        assert [row["legal_entity"]["name"] for row in places] == ["Acme Inc.", "Acme Canada Ltd."]
        assert [row["department_count"] for row in places] == [5, 5]
        departments = await rows(stage, "/api/v3/departments/?branch=2")
        assert [row["name"] for row in departments] == [
            "Engineering",
            "Operations",
            "Finance",
            "Marketing",
            "Lab & Quality",
        ]
        for place in places:
            query = f"location={place['id']}&locations={place['id']}&page_size=500"
            accounts = await rows(stage, f"/api/v3/accounts/?{query}")
            assert {row["department"]["branch"]["name"] for row in accounts} == {place["name"]}
            items = await rows(stage, f"/api/v3/order-items/?{query}")
            assert items
            assert {row["account"] for row in items} <= {row["id"] for row in accounts}
        bills = [
            {row["uuid"] for row in await rows(stage, f"/api/v3/ap/bills/?location={place['id']}")}
            for place in places
        ]
        assert all(bills)
        assert not bills[0] & bills[1]


async def test_state_when_there_are_two_companies_then_they_stand_apart(tmp_path: Path) -> None:
    async with two_companies(tmp_path) as stage:
        state = await stage.control("/state?kind=InvWhControl,vendors")
        assert state.keys() == {"procurify", "syspro"}
        shown = {
            company: {row["Warehouse"] for row in kinds["InvWhControl"]}
            for company, kinds in state["syspro"].items()
        }
        assert shown == {"EDU1": {"FG", "RM", "MN"}, "EDU2": {"TF", "TR", "TM"}}

        only = await stage.control("/state?kind=InvWhControl&company=edu2")
        assert only["syspro"] == state["syspro"]["EDU2"]

        wrong = await stage.control("/state?company=EDU9", status=400)
        assert wrong == {"error": "there is no company EDU9"}


async def test_apply_when_a_company_is_named_then_it_alone_changes(tmp_path: Path) -> None:
    async with two_companies(tmp_path) as stage:
        companies = stage.sandbox.world.companies

        await stage.control("/apply", [{**FRESH_PERIOD, "company": "EDU2"}])
        assert [ledger.period("C").is_open for ledger in companies] == [True, False]

        await stage.control("/apply", [FRESH_PERIOD])
        assert [ledger.period("C").is_open for ledger in companies] == [False, False]

        wrong = await stage.control("/apply", [{**FRESH_PERIOD, "company": "X"}], status=400)
        assert "company is to be one of EDU1, EDU2" in wrong["error"]


@pytest.mark.parametrize(
    "change",
    [
        {"do": "hold_supplier", "supplier": "S00101"},
        {"do": "hold_ledger_code", "ledger_code": "CA-6200-00"},
        {"do": "lock_row", "table": "ApSupplier", "key": ["S00101"]},
    ],
    ids=lambda change: str(change["do"]),
)
async def test_apply_when_rows_are_held_in_the_second_company_then_not_in_the_first(
    tmp_path: Path, change: dict[str, object]
) -> None:
    async with two_companies(tmp_path) as stage:
        first, second = stage.sandbox.world.companies

        await stage.control("/apply", [{**change, "company": "EDU2"}])

        for ledger, is_held in ((first, False), (second, True)):
            supplier = ledger.tables["ApSupplier"][("S00101",)]
            account = ledger.tables["GenMaster"].get((ledger.company, "CA-6200-00"), {})
            held = (
                supplier["OnHold"] == "Y"
                or account.get("AccOnHldFlag") == "Y"
                or ledger.is_locked("ApSupplier", ("S00101",))
            )
            assert held is is_held


async def test_new_documents_when_a_location_is_named_then_all_of_each_lies_there(
    tmp_path: Path,
) -> None:
    async with two_companies(tmp_path) as stage:
        where = {"location": "Toronto"}
        changes: list[dict[str, object]] = [
            {"do": "new_department", "name": "Field", **where},
            {
                "do": "new_order",
                "number": "PO-T",
                "department": "Field",
                "lines": [{}, {}],
                **where,
            },
            {"do": "new_bill", "order": "PO-T", "invoice_number": "T-1", "costs": [{"amount": 5}]},
            {"do": "new_bill", "invoice_number": "T-2", "lines": [{"unit_cost": 9}], **where},
            {"do": "new_order", "number": "PO-H"},
        ]

        await stage.control("/apply", changes)

        tenant = stage.sandbox.tenant
        orders = {row.custom_number: row for row in tenant.orders.values()}
        bills = {row.invoice_number: row for row in tenant.bills.values()}
        assert [orders[number].location.name for number in ("PO-T", "PO-H")] == ["Toronto", "HQ"]
        for name in ("T-1", "T-2"):
            parts = [part for line in bills[name].lines for part in line.allocations]
            parts += [cost.allocation for cost in bills[name].costs]
            assert {part.account.department.location.name for part in parts} == {"Toronto"}


async def test_skew_when_of_syspro_then_every_company_s_clock_moves(tmp_path: Path) -> None:
    async with two_companies(tmp_path) as stage:
        first, second = stage.sandbox.world.companies
        place = at("syspro.logon", "received")
        await stage.arm({"at": place, "do": "skew", "of": "syspro", "seconds": 3600, "for": "ever"})

        await stage.logon()

        assert first.clock_offset == second.clock_offset == timedelta(hours=1)


async def test_reset_when_there_are_two_companies_then_both_begin_again(tmp_path: Path) -> None:
    async with two_companies(tmp_path) as stage:
        before = (await stage.control("/oracle"))["counts"]
        for ledger in stage.sandbox.world.companies:
            ledger.tables["ApInvoice"].put({"Supplier": "S00101", "Invoice": "STRANGE"})
        strange = (await stage.control("/oracle"))["differences"]
        assert [entry["company"] for entry in strange] == ["EDU1", "EDU2"]

        await stage.control("/reset", {})

        assert (await stage.control("/oracle"))["counts"] == before
        assert [ledger.company for ledger in stage.sandbox.world.companies] == ["EDU1", "EDU2"]
