"""What is owed to Procurify is read, written once, read back; and told when it may not be."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lane_site import TENANT
from write_site import LONG_S, WriteSite, write_site

from engine.core.commands import ProcurifyPayload
from engine.core.commands.procurify import (
    AccountCodeAdd,
    AccountCodeChange,
    BillNote,
    BillsPaid,
    DepartmentAdd,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    VendorCode,
)
from engine.core.commands.seen import Seen
from engine.db import Database
from engine.errors import Fenced
from engine.sandbox.procurify.bill_changes import put_status
from engine.sandbox.procurify.order_changes import OPEN, receive_item
from engine.sandbox.procurify.settings import RateLimit
from engine.sandbox.procurify.store import Tenant

WRITTEN = ["PostIntended", "PostAccepted", "PostVerified"]
Payloads = Callable[[Tenant], ProcurifyPayload]


def vendor_code(tenant: Tenant) -> VendorCode:
    vendor = next(row for row in tenant.vendors.values() if row.is_active)
    seen = Seen(column="external_id", value=vendor.external_id)
    return VendorCode(vendor=vendor.id, external_id="V000999", seen=(seen,))


def vendor_add(tenant: Tenant) -> VendorAdd:
    return VendorAdd(external_id="S-4711", name="Nordlys Ålesund AS", emails=("ap@nordlys.test",))


def vendor_change(tenant: Tenant) -> VendorChange:
    vendor = next(row for row in tenant.vendors.values() if row.is_active)
    return VendorChange(vendor=vendor.id, city="Bergen", phone="+47 55 00 00 00")


def account_code_add(tenant: Tenant) -> AccountCodeAdd:
    return AccountCodeAdd(code="9-7700", description="Freight inwards", account_type=2)


def account_code_change(tenant: Tenant) -> AccountCodeChange:
    row = next(iter(tenant.desk.codes.values())).code
    seen = (Seen(column="description", value=row.description),)
    return AccountCodeChange(
        account_code=row.id, code=row.code, description="Renamed", account_type=row.type, seen=seen
    )


def department_add(tenant: Tenant) -> DepartmentAdd:
    return DepartmentAdd(branch=next(iter(tenant.desk.places)), name="Tooling", external_id="TL")


def open_line(tenant: Tenant) -> Any:
    return next(
        line
        for order in tenant.orders.values()
        if order.state in OPEN
        for line in order.lines
        if line.received == 0 and line.quantity >= 4
    )


def sums_of(tenant: Tenant, item: int) -> Decimal:
    rows = [row.passed for row in tenant.desk.receipts.values() if row.item == item]
    return sum(rows, Decimal(0))


def receipt_report(tenant: Tenant) -> ReceiptReport:
    line = open_line(tenant)
    before = sums_of(tenant, line.id)
    return ReceiptReport(order_item=line.id, passed=Decimal("1.5"), passed_before=before)


def approved_bill(tenant: Tenant) -> str:
    return next(bill.uuid for bill in tenant.bills.values() if bill.status == 2)


def bills_paid(tenant: Tenant) -> BillsPaid:
    return BillsPaid(bills=(approved_bill(tenant),), paid_on=date(2026, 11, 20))


def bill_note(tenant: Tenant) -> BillNote:
    return BillNote(bill=approved_bill(tenant), note="Paid in SYSPRO by run 118")


PAYLOADS: list[Payloads] = [
    vendor_code,
    vendor_add,
    vendor_change,
    account_code_add,
    account_code_change,
    department_add,
    receipt_report,
    bills_paid,
    bill_note,
]


async def until_idle(site: WriteSite) -> None:
    stop = asyncio.Event()
    async with asyncio.timeout(30):
        while await site.lane.turn(stop):
            pass


async def settle(site: WriteSite) -> None:
    """Turns, and time for pauses, until nothing is left to do."""
    for _ in range(8):
        await until_idle(site)
        site.clock.pass_(LONG_S)


@pytest.fixture
async def site(database: Database) -> Any:
    async with write_site(database) as up:
        yield up


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_command_when_written_then_once_and_it_reads_back_as_sent(
    site: WriteSite, payload: Payloads
) -> None:
    wish = payload(site.tenant)
    key = site.plan(wish)
    await settle(site)
    assert await site.story(key) == WRITTEN
    row = await site.row(key)
    assert (row["state"], row["is_equal"], row["attempt"]) == ("verified", True, 1)
    assert row["syspro_key"]
    assert len(site.writes()) == 1
    assert [kind for _, kind in site.told.answers] == ["accepted"]


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_command_when_it_is_so_already_then_accepted_without_a_send(
    site: WriteSite, payload: Payloads
) -> None:
    wish = payload(site.tenant)
    site.plan(wish)
    await settle(site)
    again = site.plan(wish, "2")
    await settle(site)
    assert await site.story(again) == ["PostAccepted", "PostVerified"]
    accepted = (await site.events(again))[0]
    assert accepted.body is not None and accepted.body["is_sent"] is False
    assert (await site.row(again))["is_equal"] is True
    assert len(site.writes()) == 1


async def test_intent_when_it_is_in_the_log_then_the_whole_request_is_and_no_secret(
    site: WriteSite,
) -> None:
    wish = receipt_report(site.tenant)
    key = site.plan(wish)
    await settle(site)
    intended = (await site.events(key))[0]
    assert intended.body is not None
    assert intended.body["request"] == {
        "method": "POST",
        "path": "/api/v3/receipt/items/",
        "body": {
            "order_item": wish.order_item,
            "pass_quantity": "1.50000",
            "fail_quantity": "0.00000",
        },
    }
    assert intended.body["user"] == str(next(iter(site.tenant.desk.people.values())).user.id)
    assert "canary-secret" not in str([event.body for event in await site.events(key)])


def code_changed(tenant: Tenant) -> ProcurifyPayload:
    return replace(vendor_code(tenant), seen=(Seen(column="external_id", value="V000001X"),))


def code_in_use(tenant: Tenant) -> ProcurifyPayload:
    vendor = next(row for row in tenant.vendors.values() if row.external_id)
    return VendorAdd(external_id=vendor.external_id, name="Somebody else")


def name_in_use(tenant: Tenant) -> ProcurifyPayload:
    vendor = next(row for row in tenant.vendors.values() if row.is_active)
    return VendorAdd(external_id="NEW-1", name=vendor.name.upper())


def account_in_use(tenant: Tenant) -> ProcurifyPayload:
    row = next(iter(tenant.desk.codes.values())).code
    return AccountCodeAdd(code=row.code, description="Something else")


def more_received(tenant: Tenant) -> ProcurifyPayload:
    wish = receipt_report(tenant)
    receive_item(tenant, wish.order_item, Decimal("0.5"))
    return wish


def bill_withdrawn(tenant: Tenant) -> ProcurifyPayload:
    wish = bills_paid(tenant)
    bill = tenant.bill_of(wish.bills[0])
    assert bill is not None
    put_status(tenant, bill, 5)
    return wish


def vendor_gone(tenant: Tenant) -> ProcurifyPayload:
    return VendorCode(vendor=987654, external_id="X")


def bill_gone(tenant: Tenant) -> ProcurifyPayload:
    return BillsPaid(bills=("0" * 32,), paid_on=date(2026, 11, 20))


@pytest.mark.parametrize(
    "payload",
    [
        code_changed,
        code_in_use,
        name_in_use,
        account_in_use,
        more_received,
        bill_withdrawn,
        vendor_gone,
        bill_gone,
    ],
)
async def test_command_when_somebody_was_first_then_planned_again_and_nothing_is_sent(
    site: WriteSite, payload: Payloads
) -> None:
    key = site.plan(payload(site.tenant))
    await site.lane.turn(asyncio.Event())
    assert await site.story(key) == ["LookupAnswered"]
    row = await site.row(key)
    assert (row["state"], row["reason"]) == ("deferred", "CHANGED_IN_PROCURIFY")
    assert site.writes() == []


async def test_bills_when_some_are_paid_already_then_only_the_others_are_sent(
    site: WriteSite,
) -> None:
    approved = [bill.uuid for bill in site.tenant.bills.values() if bill.status == 2][:3]
    first = site.plan(BillsPaid(bills=tuple(approved[:1]), paid_on=date(2026, 11, 20)))
    await settle(site)
    rest = site.plan(BillsPaid(bills=tuple(approved), paid_on=date(2026, 11, 20)), "2")
    await settle(site)
    assert await site.story(first) == await site.story(rest) == WRITTEN
    request = (await site.events(rest))[0].body["request"]  # pyright: ignore
    assert request["body"]["bill_uuids"] == approved[1:]
    assert len(site.tenant.desk.payments) >= 3


async def test_command_when_procurify_refuses_then_rejected_once_with_its_words(
    site: WriteSite,
) -> None:
    key = site.plan(replace(vendor_add(site.tenant), currency=987654))
    await settle(site)
    assert await site.story(key) == ["PostIntended", "PostRejected"]
    row = await site.row(key)
    assert row["reason"] == "PROCURIFY_REFUSED"
    assert row["text"] == 'currency: Invalid pk "987654" - object does not exist.'
    rejected = (await site.events(key))[-1].body
    assert rejected is not None
    assert rejected["errors"] == [
        {
            "path": "currency",
            "number": "does_not_exist",
            "text": 'Invalid pk "987654" - object does not exist.',
            "value": "",
        }
    ]


@pytest.mark.parametrize(
    "payload",
    [
        VendorAdd(external_id="S-1", name="x" * 151),
        VendorAdd(external_id=" ", name="Name"),
        VendorAdd(external_id="S-1", name="Name", type=1),
        AccountCodeAdd(code="1" * 51, description="d"),
        ReceiptReport(order_item=1, passed=Decimal("0.000001"), passed_before=Decimal(0)),
        ReceiptReport(order_item=1, passed=Decimal(0), passed_before=Decimal(0)),
        ReceiptReport(order_item=1, passed=Decimal(-1), passed_before=Decimal(0)),
        BillsPaid(bills=(), paid_on=date(2026, 11, 20)),
    ],
)
async def test_command_when_it_does_not_fit_then_rejected_here_and_nothing_is_asked(
    site: WriteSite, payload: ProcurifyPayload
) -> None:
    key = site.plan(payload)
    await settle(site)
    assert await site.story(key) == ["PostRejected"]
    assert (await site.row(key))["reason"] == "DOES_NOT_FIT"
    assert len([path for _, path, _ in site.procurify.noted if path != "/oauth/token"]) == 0


async def test_command_when_the_right_is_missing_then_its_sort_waits_and_others_go_on(
    site: WriteSite,
) -> None:
    site.settings.denied = frozenset({"vendors:write"})
    first = site.plan(vendor_code(site.tenant))
    second = site.plan(replace(vendor_code(site.tenant), external_id="V000998"), "2")
    other = site.plan(department_add(site.tenant), "3")
    await until_idle(site)
    assert await site.story(first) == ["PostIntended", "PostRejected"]
    assert await site.story(second) == ["PostRejected"]
    assert await site.story(other) == WRITTEN
    assert {(await site.row(key))["reason"] for key in (first, second)} == {"PROCURIFY_FORBIDDEN"}
    assert len(site.writes(403)) == 1
    site.settings.denied = frozenset()
    site.clock.pass_(1000)
    third = site.plan(vendor_code(site.tenant), "4")
    await settle(site)
    assert await site.story(third) == WRITTEN


async def test_command_when_it_is_throttled_then_deferred_and_sent_later(site: WriteSite) -> None:
    site.settings.limit = RateLimit(requests=2, window_s=1000.0, retry_after=False)
    now = [0.0]
    site.settings.monotonic = lambda: now[0]
    key = site.plan(vendor_code(site.tenant))
    await site.lane.turn(asyncio.Event())
    assert await site.story(key) == ["PostIntended", "PostDeferred"]
    assert (await site.row(key))["reason"] == "throttled"
    now[0] += 2000
    site.settings.limit = None
    await settle(site)
    assert (await site.story(key))[2:] == WRITTEN
    assert len(site.writes(200)) == 1


async def test_command_when_the_token_ends_before_the_write_then_renewed_and_written_once(
    site: WriteSite,
) -> None:
    ends = ["once"]

    async def end(boundary: Any, phase: Any, context: Any) -> None:
        if boundary == "procurify.get" and phase == "mid_reply" and ends:
            ends.clear()
            context.tokens.expire()

    site.faults.crossing = end
    key = site.plan(vendor_code(site.tenant))
    await settle(site)
    assert await site.story(key) == ["PostIntended", "PostDeferred", *WRITTEN]
    assert [status for _, _, status in site.writes()] == [401, 200]


async def test_lane_when_its_lease_has_a_new_owner_then_it_writes_nothing(
    site: WriteSite,
) -> None:
    lane = site.lane
    await site.take_over()
    key = site.plan(vendor_code(site.tenant))
    with pytest.raises(Fenced):
        await lane.turn(asyncio.Event())
    assert await site.story(key) == []
    assert site.writes() == []
    await settle(site)
    assert await site.story(key) == WRITTEN
    assert (await site.log.head(TENANT)).position == 3
