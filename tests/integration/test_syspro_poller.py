"""What SYSPRO holds, read into the log: changes once, vanishings by proof, breaks said once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from syspro_office import office
from syspro_reading import AUTHOR, DAY, Desk, invoice, open_desk, order

from engine.core.events import NewEvent
from engine.core.keys import company_stream
from engine.db import Database
from engine.errors import Fenced, StaleVersion, Transient, Unauthorized
from engine.log.contract import Fence
from engine.syspro.poller import PollResult
from engine.syspro.poller_resources import RESOURCES, SNAPSHOTS, WINDOWS
from engine.syspro.reader import ComfndLookups, SessionQueries


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    async with open_desk(database) as opened:
        yield opened


async def test_supplier_when_first_seen_then_an_event_and_a_finished_poll(desk: Desk) -> None:
    result = await desk.poller().poll_once("suppliers")

    events = await desk.events()
    assert [event.type for event in events] == ["SysproSupplierChanged"] * 2 + ["PollFinished"]
    changed = events[1]
    assert changed.stream == "syspro/EDU1/supplier/S00118"
    assert changed.actor == "reader"
    assert changed.body is not None
    assert (changed.body["company"], changed.body["kind"]) == ("EDU1", "supplier")
    row = changed.body["row"]
    assert isinstance(row, dict)
    assert row["SupplierName"] == "Stationers Ltd"
    finished = events[2]
    assert finished.stream == "poll/syspro/EDU1/suppliers"
    assert finished.body is not None
    body = dict(finished.body)
    assert isinstance(body.pop("seconds"), str)
    assert body == {
        "side": "syspro",
        "name": "EDU1",
        "resource": "suppliers",
        "window": None,
        "pages": 1,
        "calls": 1,
        "read": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "vanished": 0,
        "is_complete": True,
        "cursor": None,
    }
    assert (result.new, result.read) == (2, 2)


async def test_supplier_when_polled_again_then_only_what_changed(desk: Desk) -> None:
    poller = desk.poller()
    await poller.poll_once("suppliers")
    unchanged = await poller.poll_once("suppliers")
    desk.ledger.set_supplier_hold("S00118", True)
    changed = await poller.poll_once("suppliers")
    restarted = await desk.poller().poll_once("suppliers")

    assert (unchanged.unchanged, unchanged.new, unchanged.changed) == (2, 0, 0)
    assert (changed.changed, changed.unchanged) == (1, 1)
    assert restarted.unchanged == 2
    events = await desk.events("syspro/EDU1/supplier/S00118")
    assert [event.version for event in events] == [1, 2]


async def test_supplier_when_gone_then_vanished_once_and_back_again(desk: Desk) -> None:
    poller = desk.poller()
    await poller.poll_once("suppliers")
    table = desk.ledger.tables["ApSupplier"]
    row = table[("S00118",)]
    del table[("S00118",)]
    gone = await poller.poll_once("suppliers")
    still = await desk.poller().poll_once("suppliers")
    table.put(row)
    back = await poller.poll_once("suppliers")

    assert (gone.vanished, still.vanished, back.changed) == (1, 0, 1)
    events = await desk.events("syspro/EDU1/supplier/S00118")
    assert [event.type for event in events] == [
        "SysproSupplierChanged",
        "SysproSupplierVanished",
        "SysproSupplierChanged",
    ]
    assert events[1].body == {"company": "EDU1", "kind": "supplier", "key": "S00118"}


@pytest.mark.parametrize("resource", [snapshot.name for snapshot in SNAPSHOTS])
async def test_snapshot_when_read_then_every_row_under_its_key(desk: Desk, resource: str) -> None:
    desk.ledger.tables["ApSupplierAddr"].put({"Supplier": "S00118", "SupAddr1": "Dock 4"})
    result = await desk.poller().poll_once(resource)

    table = desk.ledger.tables[RESOURCES[resource].table]
    assert result.new == len(table) > 0
    events = await desk.events("syspro/")
    assert {event.type for event in events} == {f"{RESOURCES[resource].event}Changed"}


async def test_orders_when_read_then_with_their_lines_under_comparable_keys(desk: Desk) -> None:
    order(desk.ledger, 547, DAY, key="P2ABC")
    order(desk.ledger, 548, DAY)
    poller = desk.poller()
    await poller.poll_once("purchase_orders")
    line = desk.ledger.tables["PorMasterDetail"][("000000000000547", "2")]
    desk.ledger.tables["PorMasterDetail"].put({**line, "MReceivedQty": Decimal(1)})
    changed = await poller.poll_once("purchase_orders")

    assert (changed.changed, changed.unchanged) == (1, 1)
    [first, second] = await desk.events("syspro/EDU1/purchase_order/547")
    assert first.body is not None
    row = first.body["row"]
    assert isinstance(row, dict)
    assert row["CustomerPoNumber"] == "P2ABC"
    assert row["OrderEntryDate"] == "2026-11-16"
    assert [each["MSupCatalogue"] for each in row["lines"]] == ["PI-1", "PI-2"]
    assert second.body is not None
    assert second.body["row"]["lines"][1]["MReceivedQty"] == "1.000000"


async def test_window_when_polled_then_first_whole_then_the_overlap_then_whole_next_day(
    desk: Desk,
) -> None:
    invoice(desk.ledger, "OLD", DAY - timedelta(days=300))
    invoice(desk.ledger, "NEW", DAY)
    invoice(desk.ledger, "FUTURE", DAY + timedelta(days=90))
    invoice(desk.ledger, "ANCIENT", DAY - timedelta(days=500))
    poller = desk.poller()
    first = await poller.poll_once("invoices")
    invoice(desk.ledger, "BACKDATED", DAY - timedelta(days=200))
    del desk.ledger.tables["ApInvoice"][("S00118", "OLD")]
    second = await desk.poller().poll_once("invoices")
    desk.clock.day = DAY + timedelta(days=1)
    third = await poller.poll_once("invoices")

    assert (first.read, first.new) == (3, 3)
    assert (second.read, second.new, second.vanished) == (2, 0, 0)
    assert (third.new, third.vanished) == (1, 1)
    cursors = [
        event.body["cursor"] for event in await desk.events("poll/") if event.body is not None
    ]
    since = (DAY - timedelta(days=400)).isoformat()
    assert cursors == [
        {"since": since, "to": "2026-11-16", "walked_on": "2026-11-16"},
        {"since": since, "to": "2026-11-16", "walked_on": "2026-11-16"},
        {"since": since, "to": "2026-11-17", "walked_on": "2026-11-17"},
    ]
    overlap = [where for table, where in desk.lookups.calls if table == "ApInvoice"][-10]
    assert overlap[0].value == (DAY - timedelta(days=45)).isoformat()


@pytest.mark.parametrize("years", [10, -10])
async def test_window_g11_when_the_clock_was_years_wrong_then_all_is_read_once_it_is_right(
    desk: Desk, years: int
) -> None:
    invoice(desk.ledger, "OLD", DAY - timedelta(days=300))
    invoice(desk.ledger, "NEW", DAY)
    desk.clock.day = DAY + timedelta(days=365 * years)
    await desk.poller().poll_once("invoices")
    desk.clock.day = DAY
    await desk.poller().poll_once("invoices")
    invoice(desk.ledger, "NEXT", DAY)
    await desk.poller().poll_once("invoices")

    streams = {event.stream for event in await desk.events("syspro/EDU1/invoice/")}
    assert streams == {f"syspro/EDU1/invoice/S00118|{name}" for name in ("OLD", "NEW", "NEXT")}


async def test_window_when_the_company_was_confirmed_then_walked_whole_once(desk: Desk) -> None:
    invoice(desk.ledger, "OLD", DAY - timedelta(days=300))
    await desk.poller().poll_once("invoices")
    del desk.ledger.tables["ApInvoice"][("S00118", "OLD")]
    told = NewEvent(stream=company_stream("EDU1"), type="CompanyIdentified", body={})
    await desk.log.append("acme", [told], author=AUTHOR)
    assert (await desk.poller().poll_once("invoices")).vanished == 0

    said = NewEvent(stream=company_stream("EDU1"), type="CompanyConfirmed", body={})
    await desk.log.append("acme", [said], author=AUTHOR)
    assert (await desk.poller().poll_once("invoices")).vanished == 1
    invoice(desk.ledger, "BACKDATED", DAY - timedelta(days=200))
    assert (await desk.poller().poll_once("invoices")).new == 0


async def test_invoices_when_their_comparable_keys_are_one_then_both_are_kept(desk: Desk) -> None:
    invoice(desk.ledger, "007", DAY)
    poller = desk.poller()
    await poller.poll_once("invoices")
    assert [event.stream for event in await desk.events("syspro/")] == [
        "syspro/EDU1/invoice/S00118|7"
    ]
    invoice(desk.ledger, "7", DAY)
    both = await poller.poll_once("invoices")
    del desk.ledger.tables["ApInvoice"][("S00118", "7")]
    alone = await desk.poller().poll_once("invoices")

    assert (both.new, both.changed) == (1, 1)
    assert (alone.unchanged, alone.changed) == (1, 0)
    streams = [event.stream for event in await desk.events("syspro/")]
    assert set(streams) == {"syspro/EDU1/invoice/S00118|007", "syspro/EDU1/invoice/S00118|7"}


async def test_poll_when_it_breaks_then_said_once_and_nothing_is_taken_for_vanished(
    desk: Desk,
) -> None:
    order(desk.ledger, 547, DAY)
    poller = desk.poller()
    await poller.poll_once("purchase_orders")
    desk.lookups.failing, desk.lookups.fail_at = Transient("gone"), "PorMasterDetail"
    for _ in range(3):
        with pytest.raises(Transient):
            await poller.poll_once("purchase_orders")
    desk.lookups.failing = Unauthorized("refused")
    with pytest.raises(Unauthorized):
        await desk.poller().poll_once("purchase_orders")
    desk.lookups.failing = None
    mended = await poller.poll_once("purchase_orders")

    events = await desk.events("poll/")
    assert [event.type for event in events] == [
        "PollFinished",
        "PollBroken",
        "PollBroken",
        "PollFinished",
    ]
    bodies = [event.body or {} for event in events]
    assert [body.get("cause") for body in bodies] == [None, "Transient", "Unauthorized", None]
    assert bodies[1]["text"] == "gone"
    assert bodies[1]["cursor"] == bodies[3]["cursor"]
    assert mended.unchanged == 1
    assert len(desk.told) == 6


async def test_poll_when_the_lease_is_gone_then_fenced_and_nothing_appended(desk: Desk) -> None:
    with pytest.raises(Fenced):
        await desk.poller(Fence(role="poll:EDU1", epoch=1)).poll_once("suppliers")

    assert await desk.events() == []


async def test_poll_when_another_reader_was_first_then_the_next_builds_on_it(desk: Desk) -> None:
    slow, quick = desk.poller(), desk.poller()
    await slow.poll_once("suppliers")
    desk.ledger.set_supplier_hold("S00118", True)
    await quick.poll_once("suppliers")
    row = desk.ledger.tables["ApSupplier"][("S00118",)]
    desk.ledger.tables["ApSupplier"].put({**row, "SupplierName": "Renamed"})
    with pytest.raises(StaleVersion):
        await slow.poll_once("suppliers")
    result = await slow.poll_once("suppliers")

    assert result.changed == 1
    assert [event.version for event in await desk.events("syspro/EDU1/supplier/S00118")] == [
        1,
        2,
        3,
    ]


async def test_snapshot_when_large_then_in_batches_with_the_poll_last(desk: Desk) -> None:
    for number in range(450):
        desk.ledger.tables["ApSupplier"].put({"Supplier": f"X{number:05}", "SupplierName": "x"})

    result = await desk.poller().poll_once("suppliers")

    events = await desk.events()
    assert result.new == 452
    assert len(events) == 453
    assert events[-1].type == "PollFinished"


async def test_run_when_started_then_everything_is_read_and_it_stops(desk: Desk) -> None:
    order(desk.ledger, 547, DAY)
    stop = asyncio.Event()
    poller = desk.poller(read_every_s=0.05)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(poller.run(stop))
        position = 0
        finished: set[str] = set()
        while len(finished) < len(RESOURCES) or len(desk.told) < 40:
            position = await desk.log.wait("acme", position, 1.0)
            finished = {resource for resource, _ in desk.told}
        stop.set()

    assert finished == {resource.name for resource in (*SNAPSHOTS, *WINDOWS)}
    assert all(isinstance(result, PollResult) for _, result in desk.told)


async def test_poll_when_over_comfnd_then_the_same_rows(desk: Desk) -> None:
    order(desk.ledger, 547, DAY, key="P2ABC")
    invoice(desk.ledger, "O'Neil & Søn", DAY)
    by_odata = desk.poller()
    for resource in RESOURCES:
        await by_odata.poll_once(resource)
    rows = {
        (event.stream, str(event.body["row"]).replace("000000000", ""))
        for event in await desk.events("syspro/")
        if event.body is not None
    }
    async with office(desk.site) as other:
        queries = SessionQueries(other.keeper, other.transport)
        desk.lookups.lookups = ComfndLookups(queries)
        by_comfnd = desk.poller(company="EDU1")
        results = [await by_comfnd.poll_once(resource) for resource in RESOURCES]
        await other.keeper.close()

    assert sum(result.new + result.vanished for result in results) == 0
    changed = {
        (event.stream, str(event.body["row"]).replace("000000000", ""))
        for event in await desk.events("syspro/")
        if event.body is not None
    }
    assert changed == rows


def test_resources_when_listed_then_each_named_once() -> None:
    assert len(RESOURCES) == 13
    assert replace(RESOURCES["periods"], name="x").key_of({"Company": "EDU1"}) == "EDU1"
