"""Every deed of a fault plan that changes the world, seen through both systems' sockets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import orjson
import pytest
from sandbox_rehearsal import BILLS, Rehearsal, at, rehearse
from sandbox_syspro_site import errors

LIST = at("procurify.list", path="/ap/bills")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    async with rehearse(tmp_path) as opened:
        yield opened


async def test_session_when_evicted_then_the_post_is_refused_and_a_logon_helps(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.post"), "do": "evict"})

    assert "supplied UserID is invalid" in await stage.post_order(token)
    assert errors(await stage.post_order(await stage.logon())) == []


async def test_token_when_evicted_then_401(stage: Rehearsal) -> None:
    await stage.arm({"at": at("procurify.list", n=2), "do": "evict"})

    assert [(await stage.get())[0] for _ in range(3)] == [200, 401, 401]


async def test_supplier_when_locked_for_two_then_the_third_post_goes_through(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    supplier = stage.order().vendor.supplier
    await stage.arm(
        {
            "at": at("syspro.post", business_object="portoi"),
            "do": "lock",
            "table": "ApSupplier",
            "key": supplier,
            "for": 2,
        }
    )
    for _ in range(2):
        (text,) = errors(await stage.post_order(token))
        assert "is in use by another operator" in text
    assert errors(await stage.post_order(token)) == []


async def test_period_when_closed_for_one_crossing_then_open_at_the_next(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.query"), "do": "close_period", "for": 1})
    ledger = stage.sandbox.ledger

    await stage.site.text("GetLogonProfile", UserId=token)
    assert not ledger.period("C").is_open
    assert (await stage.control("/faults"))["faults"][0]["is_on"]
    await stage.site.text("GetLogonProfile", UserId=token)
    assert ledger.period("C").is_open


async def test_period_when_the_plan_is_replaced_then_open_again(stage: Rehearsal) -> None:
    token = await stage.logon()
    period = stage.sandbox.ledger.period("P")
    where = {"year": period.year, "month": period.month}
    await stage.arm({"at": at("syspro.query"), "do": "close_period", **where})
    await stage.site.text("GetLogonProfile", UserId=token)
    assert not stage.sandbox.ledger.period("P").is_open

    await stage.arm()

    assert stage.sandbox.ledger.period("P").is_open


@pytest.mark.parametrize("how", [{}, {"back": 1}, {"to": "start"}])
async def test_ledger_when_restored_then_the_order_is_gone_and_its_number_comes_again(
    stage: Rehearsal, how: dict[str, object]
) -> None:
    token = await stage.logon()
    await stage.arm({"at": at("syspro.query"), "do": "restore", **how})
    first = await stage.post_order(token)
    assert "<PurchaseOrder>000547<" in first

    await stage.site.text("GetLogonProfile", UserId=token)

    assert stage.sandbox.ledger.orders() == []
    assert "<PurchaseOrder>000547<" in await stage.post_order(token)


async def test_list_when_a_row_is_removed_then_the_walk_skips_one(stage: Rehearsal) -> None:
    first, second = await stage.invoices(), await stage.invoices(2)
    name = first[0]
    await stage.arm(
        {"at": {**LIST, "n": 2}, "do": "drift", "kind": "bill", "id": name},
    )

    assert await stage.invoices() == first
    assert await stage.invoices(2) == [*second[1:], *(await stage.invoices(2))[-1:]]
    assert name not in await stage.invoices()


async def test_list_when_a_row_is_inserted_then_the_walk_meets_one_twice(
    stage: Rehearsal,
) -> None:
    whole = await stage.invoices()
    await stage.arm(
        {"at": {**LIST, "n": 2}, "do": "drift", "how": "insert", "kind": "bill", "id": whole[0]}
    )

    before = await stage.invoices()
    after = await stage.invoices(2)

    assert whole[0] not in before
    assert before[-1] == after[0]
    assert await stage.invoices() == whole


async def test_list_when_a_row_is_touched_then_its_stamp_is_now(stage: Rehearsal) -> None:
    name = (await stage.invoices())[0]
    bill = stage.sandbox.tenant.bill_of(name)
    assert bill is not None
    await stage.arm({"at": LIST, "do": "drift", "how": "touch", "kind": "bill", "id": name})
    await stage.invoices()

    touched = stage.sandbox.tenant.bill_of(name)

    assert touched is not None
    assert touched.modified_at > bill.modified_at


async def test_row_when_late_then_hidden_for_two_crossings_and_seen_with_its_old_stamp(
    stage: Rehearsal,
) -> None:
    name = (await stage.invoices())[0]
    bill = stage.sandbox.tenant.bill_of(name)
    await stage.arm({"at": LIST, "do": "late", "kind": "bill", "id": name, "for": 2})

    seen = [name in await stage.invoices() for _ in range(3)]

    assert seen == [False, False, True]
    assert stage.sandbox.tenant.bill_of(name) == bill


async def test_clocks_when_skewed_then_stamps_and_dates_are_beside_the_machine_s(
    stage: Rehearsal,
) -> None:
    token = await stage.logon()
    await stage.arm(
        {"at": at("procurify.list", n="every"), "do": "skew", "seconds": 86_400},
        {"at": at("syspro.query"), "do": "skew", "seconds": -86_400, "for": 1},
    )
    async with stage.http.get(stage.origin + BILLS, headers=stage.bearer) as response:
        shown = parsedate_to_datetime(response.headers["Date"])
    today = datetime.now(UTC)
    await stage.site.text("GetLogonProfile", UserId=token)

    assert shown - today > timedelta(hours=23)
    assert stage.sandbox.tenant.now() - today > timedelta(hours=23)
    assert today - stage.sandbox.ledger.clock() > timedelta(hours=23)
    await stage.arm()
    assert abs(stage.sandbox.tenant.now() - stage.sandbox.ledger.clock()) < timedelta(minutes=1)


async def test_plan_when_given_at_start_then_armed_and_counted_anew_after_a_reset(
    tmp_path: Path,
) -> None:
    path = tmp_path / "faults.json"
    plan = {"faults": [{"at": at("procurify.list"), "do": "status", "code": 503}]}
    path.write_bytes(orjson.dumps(plan))
    async with rehearse(tmp_path, faults=path) as stage:
        assert [(await stage.get())[0] for _ in range(2)] == [503, 200]
        await stage.control("/reset", {})
        assert [(await stage.get())[0] for _ in range(2)] == [503, 401]
