"""Mappings on a real PostgreSQL: the difference, approval, validity in SYSPRO, what is unmapped."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from toy_projection import NOON, NoonClock

from engine.core.canonical import JsonObject
from engine.core.events import NewEvent
from engine.core.mapping import MappingRow
from engine.db import Database
from engine.errors import NotFound, StaleVersion
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.store import PostgresLog
from engine.mapping_checks import faults, unmapped
from engine.mappings import approve, approved, difference, retire
from engine.projector import Projector
from engine.service.calendar import Calendar, last_check
from engine.service.database_clock import database_now
from projections import planning

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from plan_documents import account, bill, bill_line, line, order, ordered_line
from plan_world import TENANT, World, ready_world

pytestmark = pytest.mark.both_stores

DANA = Author(actor="Dana", run_id="run-1", correlation="run-1")
COMPANIES = ("EDU1", "EDU2")


def row(kind: str, key: str, target: str, **fields: str) -> MappingRow:
    return MappingRow(kind=kind, key=key, target=target, **fields)


@pytest.fixture
def log(database: Database) -> PostgresLog:
    return PostgresLog(database, NoonClock())


async def tell(database: Database, log: PostgresLog, world: World) -> None:
    """The world's story is in the log and projected."""
    events = [
        NewEvent(stream=event.stream, type=event.type, body=event.body)
        for event in world.events
        if event.body is not None
    ]
    await log.append(TENANT, events, author=DANA)
    clock = NoonClock()
    leases = Leases(database, clock, "test", 30.0)
    await Projector(database, log, leases, planning(), tenant=TENANT, clock=clock).catch_up()


async def in_force(log: PostgresLog) -> list[MappingRow]:
    return [one.row for one in await approved(log, TENANT)]


async def test_rows_when_approved_then_in_force_in_order_and_a_file_says_what_it_changes(
    log: PostgresLog,
) -> None:
    first = row("account", "6100", "6100-00", note="as ever", until_on="2026-12-31")
    later = row("account", "6100", "6100-01", from_on="2027-01-01")
    other = row("account", "6100", "6100-02", company="EDU2")
    await approve(log, TENANT, [other, later, first], author=DANA)
    assert await in_force(log) == [first, later, other]

    tax = row("tax", "GST 5%", "A")
    changed = row("account", "6100", "6100-09", company="EDU2")
    again = row("account", "6100", "6100-00", until_on="2026-12-31")
    found = difference([again, tax, changed], await approved(log, TENANT))
    assert found.added == [tax]
    assert found.changed == [(other, changed)]
    assert (found.unchanged, found.missing) == (1, [later])
    assert found.wanted == [tax, changed]
    await approve(log, TENANT, found.wanted, retired=found.missing, author=DANA)
    assert await in_force(log) == [first, changed, tax]
    assert difference(await in_force(log), await approved(log, TENANT)).wanted == []


async def test_row_when_retired_then_that_one_alone(log: PostgresLog) -> None:
    rows = [row("tax", "GST 5%", "A"), row("tax", "GST 5%", "B", company="EDU2")]
    await approve(log, TENANT, rows, author=DANA)

    assert await retire(log, TENANT, "tax", "GST 5%", "EDU2", "", author=DANA) == rows[1]

    assert await in_force(log) == rows[:1]
    with pytest.raises(NotFound, match="tax GST 5% in EDU2 is not mapped"):
        await retire(log, TENANT, "tax", "GST 5%", "EDU2", "", author=DANA)
    await approve(log, TENANT, rows[1:], author=DANA)
    assert await in_force(log) == rows


async def test_row_when_somebody_else_changes_it_meanwhile_then_refused(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(tenant: str, prefix: str) -> dict[str, object]:
        return {}

    await approve(log, TENANT, [row("tax", "GST 5%", "A")], author=DANA)
    monkeypatch.setattr(log, "latest_under", nothing)
    with pytest.raises(StaleVersion):
        await approve(log, TENANT, [row("tax", "GST 5%", "B")], author=DANA)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (row("account", "1", "6100-00"), ""),
        (row("account", "1", "6100-77"), "EDU1 has no ledger code 6100-77"),
        (row("account", "1", "2000-00"), "2000-00 is a control account of EDU1"),
        (row("cost_class", "Freight", "5100-99"), "EDU1 has 5100-99 on hold"),
        (row("vendor", "1", "S00118"), ""),
        (row("vendor", "1", "S00999"), "EDU1 has no supplier S00999"),
        (row("stock", "X", "A100"), ""),
        (row("currency", "Dollar", "ZZZ"), "EDU1 has no currency ZZZ"),
        (row("unit", "each", "EA"), ""),
        (row("account", "1", "6100-00", company="EDU9"), "there is no company EDU9; there are"),
        (row("company", "HQ", "EDU1"), ""),
        (row("company", "HQ", "EDU9"), "there is no company EDU9; there are"),
        (row("account", "1", "6100-77", company="EDU2"), ""),
        (row("account", "1", "6100-77", company="EDU1"), "EDU1 has no ledger code 6100-77"),
    ],
)
async def test_target_when_syspro_was_read_then_it_must_be_there_and_open(
    database: Database, log: PostgresLog, wanted: MappingRow, text: str
) -> None:
    world = ready_world()
    world.ledger("5100-99", held="Y")
    await tell(database, log, world)
    companies = COMPANIES if wanted.company or wanted.kind == "company" else COMPANIES[:1]

    found = await faults(database, TENANT, companies, [wanted])

    assert [fault.row for fault in found] == ([wanted] if text else [])
    assert all(fault.text.startswith(text) for fault in found)


async def test_target_when_one_of_several_companies_has_it_then_it_is_good_for_all(
    database: Database, log: PostgresLog
) -> None:
    world = ready_world()
    world.company = "EDU2"
    world.ledger("8100-00")
    world.read_all()
    await tell(database, log, world)
    wanted = [row("account", "1", "8100-00"), row("account", "2", "8100-11")]

    (found,) = await faults(database, TENANT, COMPANIES, wanted)

    assert found.text == "EDU1 has no ledger code 8100-11; EDU2 has no ledger code 8100-11"


async def test_unmapped_when_listed_then_with_all_that_waits_its_value_and_age(
    database: Database, log: PostgresLog
) -> None:
    world = ready_world()
    lines: Sequence[tuple[int, str]] = ((1, "Sales"), (2, "Sales"), (3, "Labs"))
    for identity, department in lines:
        body = order(identity, line(10 * identity, account=account("6990", department)))
        world.source("PurchaseOrderChanged", "purchase_order", str(identity), body)
    world.source("BillChanged", "bill", "1" * 32, bill(ordered_line(1, 10, total_cost="20.00")))
    taxed = bill(bill_line(tax_name="Eco", tax_amount="1.00"), invoice_number="B-2")
    world.source("BillChanged", "bill", "2" * 32, taxed)
    assert world.document("bill", "1" * 32)["waits_for"] == ["purchase_order:acme/1"]
    await tell(database, log, world)

    found = {(one.kind, one.key): one for one in await unmapped(database, TENANT)}

    assert list(found) == [("account", "6990/Sales"), ("account", "6990/Labs"), ("tax", "Eco")]
    sales = found["account", "6990/Sales"]
    assert len(sales.documents) == 3
    # two orders of 37.50 and the bill of 20.00 that waits for one of them
    assert sales.value == {"USD": Decimal("95.00")}
    assert sales.plain(NOON + timedelta(hours=1)) == {
        "kind": "account",
        "key": "6990/Sales",
        "documents": 3,
        "value": {"USD": "95.00"},
        "oldest_s": 3600,
    }


async def test_day_when_it_begins_then_told_once_with_the_mappings_that_lead_nowhere(
    database: Database, log: PostgresLog
) -> None:
    await tell(database, log, ready_world())
    rows = [
        row("tax", "GST 5%", "A"),
        row("account", "6990", "6990-00", company="EDU1"),
        row("prepayment", "118", "HOLD"),
        row("prepayment", "119", "1350-00", company="EDU1"),
    ]
    await approve(log, TENANT, rows, author=DANA)
    calendar = Calendar(log=log, database=database, tenant=TENANT, companies=COMPANIES, author=DANA)
    before = await last_check(log, TENANT)
    days = [(await database_now(database)).date().isoformat()]
    await calendar.tell_day()
    await calendar.tell_day()
    days.append((await database_now(database)).date().isoformat())

    assert before is None
    told = [event.body for event in await log.read_stream(TENANT, "calendar")]
    assert told in ([{"day": day}] for day in days)
    found = await last_check(log, TENANT)
    assert found is not None
    named = found["named"]
    assert isinstance(named, list)
    keys = [one["key"] for one in named if isinstance(one, dict)]
    assert keys == ["6990", "CAD", "USD", "119", "Net 30"], "the world has no currencies or terms"
    assert (found["day"] in days, found["wrong"]) == (True, 5)
    latest = (await log.latest(TENANT, ["mappings/check"]))["mappings/check"]
    assert (latest.type, latest.version) == ("MappingsChecked", 1)


async def test_day_g11_when_a_clock_was_years_ahead_then_it_goes_back_once_it_is_right(
    database: Database, log: PostgresLog
) -> None:
    wrong: JsonObject = {"day": "2036-11-16"}
    began = NewEvent(stream="calendar", type="DayBegan", body=wrong)
    await log.append(TENANT, [began], author=DANA)
    calendar = Calendar(log=log, database=database, tenant=TENANT, companies=COMPANIES, author=DANA)
    days = [(await database_now(database)).date().isoformat()]
    await calendar.tell_day()
    days.append((await database_now(database)).date().isoformat())

    told = [event.body for event in await log.read_stream(TENANT, "calendar")]
    assert told in ([wrong, {"day": day}] for day in days)
