"""A scenario for two companies: locations, documents, master rows, mapping rows, judgement."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import cast

import pytest
from ledger_poster import ANCHOR, Poster, poster

from engine.sandbox.scenario.companies import COMPANIES
from engine.sandbox.scenario.masters import master_rows
from engine.sandbox.scenario.model import Bill, Department, PurchaseOrder
from engine.sandbox.scenario.references import build_references, ledger_code
from engine.sandbox.scenario.scenario import (
    MappingRow,
    Scenario,
    build_scenario,
    company_of,
    mapping_rows,
)

Entries = list[dict[str, str]]
HOME, CANADA = COMPANIES


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return build_scenario(seed=7, documents=80, anchor=ANCHOR, companies=2)


@pytest.fixture
def settled() -> Poster:
    world = poster(companies=2)
    world.post_everything()
    return world


def entries(world: Poster, name: str) -> Entries:
    return cast(Entries, world.oracle.verdict()[name])


def departments_of(document: PurchaseOrder | Bill) -> Iterator[Department]:
    """Every department that a document names, the people's too."""
    if isinstance(document, PurchaseOrder):
        yield document.purchaser.department
        yield from (line.account.department for line in document.lines)
        return
    yield document.user.department
    for line in document.lines:
        yield from (part.account.department for part in line.allocations)
    yield from (cost.allocation.account.department for cost in document.costs)


def test_documents_when_there_are_two_locations_then_each_lies_in_one(scenario: Scenario) -> None:
    (newcomer,) = scenario.newcomers
    documents = (*scenario.orders, *scenario.bills, *newcomer)

    for document in documents:
        assert {department.location.id for department in departments_of(document)} == {
            document.location.id
        }
    for kind in (scenario.orders, scenario.bills):
        assert {company_of(document).id for document in kind} == {"EDU1", "EDU2"}


def test_bills_when_over_orders_or_duplicates_then_in_the_company_of_those(
    scenario: Scenario,
) -> None:
    for bill in scenario.bills:
        assert {order.location for order in bill.orders} <= {bill.location}
    by_number: dict[tuple[int, str], set[str]] = {}
    for bill in scenario.bills:
        key = (bill.vendor.id, bill.invoice_number.upper().replace("-", " "))
        by_number.setdefault(key, set()).add(company_of(bill).id)
    assert "DUPLICATE_INVOICE" in scenario.must_hold.values()
    assert all(len(companies) == 1 for companies in by_number.values())


def test_references_when_there_is_another_location_then_ids_are_its_own() -> None:
    alone, both = build_references(), build_references(2)

    assert both.parts["HQ"].departments == {
        name: row for name, row in both.departments.items() if row.location.name == "HQ"
    }
    assert {row.id for row in alone.accounts.values()} == {
        row.id for row in both.parts["HQ"].accounts.values()
    }
    for rows in (both.departments, both.accounts):
        assert len({row.id for row in rows.values()}) == len(rows)
    assert len(both.departments) == 2 * len(alone.departments)
    assert len(both.accounts) == 2 * len(alone.accounts)
    assert len({user.id for user in both.users}) == len(both.users)
    assert [row.zone for row in both.locations.values()] == ["America/Vancouver", "America/Toronto"]
    assert [row.legal_entity is None for row in alone.locations.values()] == [True]
    assert None not in [row.legal_entity for row in both.locations.values()]


@pytest.mark.parametrize("companies", [0, 3])
def test_references_when_so_many_companies_there_are_not_then_refused(companies: int) -> None:
    with pytest.raises(ValueError, match=f"cannot have {companies} companies"):
        build_references(companies)


def test_ledger_code_when_in_the_second_company_then_it_bears_its_prefix() -> None:
    accounts = build_references(2).parts["Toronto"].accounts

    assert ledger_code(accounts["6100", "Engineering"]) == "CA-6100-20"
    assert ledger_code(accounts["6200", "Engineering"]) == "CA-6200-00"
    assert ledger_code(accounts["6990", "Engineering"]) == ""


def test_master_rows_when_of_the_second_company_then_its_own_throughout(scenario: Scenario) -> None:
    rows, home = master_rows(scenario, CANADA), master_rows(scenario)

    codes = {str(row["GlCode"]) for row in rows["GenMaster"]}
    assert all(code.startswith("CA-") for code in codes)
    assert {row["Company"] for row in (*rows["GenMaster"], *rows["GenControl"])} == {"EDU2"}
    controls = [row[name] for row in rows["InvWhControl"] for name in ("WhLdgCtlAcc", "GrnLdgAcc")]
    taxes = [row["ApTaxGlCode"] for row in rows["AdmTax"] if row["ApTaxGlCode"]]
    assert {*controls, *taxes, *(row["ApBrnGlCode"] for row in rows["ApBranch"])} <= codes
    assert [row["Warehouse"] for row in rows["InvWhControl"]] == ["TF", "TR", "TM"]
    names = [[row["Supplier"] for row in side["ApSupplier"]] for side in (home, rows)]
    assert names[0] == names[1]


def test_rates_when_the_local_currency_is_another_then_in_its_units(scenario: Scenario) -> None:
    rates = {
        row["Currency"]: row["BuyExchangeRate"]
        for row in master_rows(scenario, CANADA)["TblCurrency"]
    }

    # USD for one unit: CAD 0.769231, EUR 1.0854; so 1/0.769231 and 1.0854/0.769231 in CAD.
    assert rates["CAD"] == 1
    assert rates["USD"] == Decimal("1.300000")
    assert rates["EUR"] == Decimal("1.411020")
    branches = {
        row["Currency"]: row["Branch"] for row in master_rows(scenario, CANADA)["ApSupplier"]
    }
    assert (branches["CAD"], branches["USD"]) == ("10", "20")


def test_periods_when_of_the_second_company_then_two_are_open(scenario: Scenario) -> None:
    def open_periods(rows: object) -> list[str]:
        (row,) = cast(list[dict[str, object]], rows)
        return sorted(name for name, value in row.items() if value == "O")

    assert ANCHOR.month == 11
    assert open_periods(master_rows(scenario, CANADA)["GenControl"]) == [
        "CurYrPrdStat10",
        "CurYrPrdStat11",
    ]
    assert len(open_periods(master_rows(scenario)["GenControl"])) == 3


def test_mapping_rows_when_there_are_two_companies_then_what_differs_names_its_own(
    scenario: Scenario,
) -> None:
    rows = mapping_rows(scenario)

    assert [row for row in rows if row.kind == "company"] == [
        MappingRow("company", "HQ", "EDU1"),
        MappingRow("company", "Toronto", "EDU2"),
    ]
    assert MappingRow("account", "6100/Engineering", "6100-20", "EDU1") in rows
    assert MappingRow("account", "6100/Engineering", "CA-6100-20", "EDU2") in rows
    assert MappingRow("department", "Operations", "TR", "EDU2") in rows
    assert {row.kind for row in rows if row.company} == {"account", "department"}
    keys = [(row.kind, row.key, row.company) for row in rows]
    assert len(set(keys)) == len(keys)
    for company in COMPANIES:
        known = {row["GlCode"] for row in master_rows(scenario, company)["GenMaster"]}
        mine = {row.target for row in rows if row.kind == "account" and row.company == company.id}
        assert mine <= known


def test_mapping_rows_when_there_is_one_company_then_none_names_it() -> None:
    alone = build_scenario(seed=7, documents=20, anchor=date(2026, 11, 23))

    assert {row.company for row in mapping_rows(alone)} == {""}
    assert "company" not in {row.kind for row in mapping_rows(alone)}


def test_oracle_when_all_is_posted_into_its_own_company_then_nothing_to_say(
    settled: Poster,
) -> None:
    verdict = settled.oracle.verdict()

    missing, must_hold = cast(Entries, verdict["missing"]), cast(Entries, verdict["must_hold"])
    names = {(entry["kind"], entry["source_id"]) for entry in missing}
    assert names == {(entry["kind"], entry["source_id"]) for entry in must_hold}
    assert verdict["differences"] == verdict["duplicates"] == verdict["order_violations"] == []
    assert all(len(ledger.orders()) > 5 for ledger in settled.companies)
    counts = cast(dict[str, dict[str, int]], verdict["counts"])
    invoices = [len(ledger.tables["ApInvoice"]) for ledger in settled.companies]
    assert counts["syspro"]["invoices"] == sum(invoices)


def test_oracle_when_a_vendor_is_in_one_company_alone_then_it_is_missing() -> None:
    world = poster(companies=2)
    vendor = next(v for v in world.tenant.eligible_vendors() if v.binding == "created")
    assert str(vendor.id) in {entry["source_id"] for entry in entries(world, "missing")}

    world.post_vendor(vendor)
    del world.companies["EDU2"].tables["ApSupplier"][(vendor.supplier,)]

    assert str(vendor.id) in {entry["source_id"] for entry in entries(world, "missing")}


def test_oracle_when_an_order_is_in_the_wrong_company_then_missing_and_different() -> None:
    world = poster(companies=2)
    order = world.tenant.orders[1042]
    assert company_of(order).id == "EDU1"

    world.post_order(order, into=world.companies["EDU2"])

    (entry,) = entries(world, "differences")
    assert (entry["source_id"], entry["company"]) == ("1042", "EDU1")
    assert entry["what"] == "in company EDU2 though it belongs into EDU1"
    assert "1042" in {found["source_id"] for found in entries(world, "missing")}


def test_oracle_when_a_bill_is_in_the_wrong_company_too_then_different(settled: Poster) -> None:
    bill = next(
        bill
        for bill in settled.tenant.eligible_bills()
        if settled.sight.holds_bill(bill) and not bill.vendor.is_grn_matched
    )
    (wrong,) = (row for row in settled.companies if row is not settled.sight.ledger_of(bill))

    settled.post_bill(bill, into=wrong)

    (entry,) = entries(settled, "differences")
    assert (entry["kind"], entry["source_id"]) == ("bill", bill.uuid)
    assert entry["what"].startswith(f"in company {wrong.company} though")


def test_oracle_when_the_other_company_s_codes_are_used_then_different(settled: Poster) -> None:
    ledger = settled.companies["EDU2"]
    row = next(ledger.tables["ApDistribution"].in_order())

    ledger.tables["ApDistribution"].put({**row, "GlCode": str(row["GlCode"]).removeprefix("CA-")})

    (entry,) = entries(settled, "differences")
    assert f"distribution to {row['GlCode']}" in entry["what"]


def test_order_violations_when_the_supplier_is_only_in_the_other_company_then_named() -> None:
    world = poster(companies=2)
    order = next(
        order
        for order in world.tenant.eligible_orders()
        if order.vendor.binding == "created" and company_of(order).id == "EDU2"
    )
    world.post_vendor(order.vendor)
    canada = world.companies["EDU2"]
    canada.writes.clear()
    del canada.tables["ApSupplier"][(order.vendor.supplier,)]

    world.post_order(order)

    (entry,) = entries(world, "order_violations")
    assert (entry["source_id"], entry["company"]) == (str(order.id), "EDU2")


def test_story_when_goods_of_either_company_come_in_then_in_its_ledger(settled: Poster) -> None:
    planned = {
        company_of(settled.tenant.orders[identity]).id for identity in settled.scenario.receipts
    }

    received = {ledger.company for ledger in settled.companies if len(ledger.tables["GrnDetails"])}

    assert received == planned == {"EDU1", "EDU2"}
