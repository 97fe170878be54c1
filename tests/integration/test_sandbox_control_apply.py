"""Every change of `POST /apply`, and what it leaves in either system."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sandbox_rehearsal import Rehearsal, rehearse
from sandbox_syspro_site import errors

from engine.sandbox.control.changes import CHANGES


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    async with rehearse(tmp_path) as opened:
        yield opened


async def apply(stage: Rehearsal, do: str, **fields: object) -> dict[str, Any]:
    """What one change answers."""
    (applied,) = (await stage.control("/apply", [{"do": do, **fields}]))["applied"]
    assert applied["do"] == do
    return dict(applied)


async def test_bill_when_changed_then_it_goes_through_its_states(stage: Rehearsal) -> None:
    tenant = stage.sandbox.tenant
    bill = next(row for row in tenant.eligible_bills() if row.status == 2)
    name = bill.uuid

    assert (await apply(stage, "withdraw_bill", bill=name))["status"] == 5
    assert (await apply(stage, "confirm_bill", bill=name))["status"] == 1
    assert (await apply(stage, "deny_bill", bill=name))["status"] == 3
    fixed = await apply(stage, "fix_bill", bill=name, captured_total="12.50")
    assert (fixed["status"], fixed["version"]) == (0, bill.version + 1)
    assert (await apply(stage, "approve_bill", bill=fixed["bill"]))["status"] == 2
    (payment,) = (await apply(stage, "pay_bills", bills=[fixed["bill"]]))["payments"]
    assert tenant.desk.payments[payment].paid_on == str(stage.sandbox.ledger.today())
    await apply(stage, "cancel_payment", payment=payment)
    await apply(stage, "delete_bill", bill=fixed["bill"])
    assert tenant.bill_of(fixed["bill"]) is None


async def test_order_when_changed_then_it_is_revised_received_closed_and_cancelled(
    stage: Rehearsal,
) -> None:
    tenant = stage.sandbox.tenant
    order, other = [row for row in tenant.eligible_orders() if row.state == 0][:2]
    line = order.lines[0]
    revised = await apply(
        stage,
        "revise_order",
        order=order.number,
        lines=[{"item": line.id, "quantity": str(line.quantity + 1), "price": 9.25}],
        add=[{"item": line.id, "quantity": 4}],
        freight="12.50",
    )
    assert revised["version"] == order.version + 1
    assert str(tenant.orders[order.id].freight) == "12.50"
    added = tenant.orders[order.id].lines[-1]
    assert (added.number, added.quantity) == (len(order.lines) + 1, 4)
    assert added.id not in {row.id for row in order.lines}
    assert str(tenant.orders[order.id].lines[0].price) == "9.25"
    receipt = (await apply(stage, "receive_item", item=line.id, quantity=1))["receipt"]
    assert tenant.orders[order.id].lines[0].received == 1
    await apply(stage, "undo_receipt", receipt=receipt)
    assert (await apply(stage, "close_order", order=order.id))["state"] == 3
    assert (await apply(stage, "reopen_order", order=order.id))["state"] == 5
    assert (await apply(stage, "cancel_order", order=other.number))["state"] == 1


async def test_vendor_when_changed_then_renamed_merged_and_inactive(stage: Rehearsal) -> None:
    tenant = stage.sandbox.tenant
    vendor, other = list(tenant.eligible_vendors())[:2]
    named = await apply(stage, "rename_vendor", vendor=vendor.id, name="New Name Ltd")
    assert named["name"] == tenant.vendors[vendor.id].name == "New Name Ltd"
    assert not (await apply(stage, "deactivate_vendor", vendor=vendor.id))["is_active"]
    assert (await apply(stage, "activate_vendor", vendor="New Name Ltd"))["is_active"]
    await apply(stage, "merge_vendors", vendor=vendor.id, into=other.id)
    assert not tenant.vendors[vendor.id].is_active


async def test_bill_when_hidden_then_not_listed_until_shown(stage: Rehearsal) -> None:
    name = (await stage.invoices())[0]
    await apply(stage, "hide", kind="bill", id=name)
    assert name not in await stage.invoices()
    await apply(stage, "show", kind="bill", id=name)
    assert name in await stage.invoices()


async def test_supplier_when_locked_then_no_order_until_it_is_not(stage: Rehearsal) -> None:
    token = await stage.logon()
    row = {"table": "ApSupplier", "key": [stage.order().vendor.supplier]}
    await apply(stage, "lock_row", **row)
    assert "in use by another operator" in errors(await stage.post_order(token))[0]
    await apply(stage, "unlock_row", **row)
    assert errors(await stage.post_order(token)) == []


async def test_syspro_when_changed_then_goods_periods_and_holds(stage: Rehearsal) -> None:
    ledger, token = stage.sandbox.ledger, await stage.logon()
    supplier = stage.order().vendor.supplier
    await apply(stage, "hold_supplier", supplier=supplier)
    assert errors(await stage.post_order(token)) != []
    await apply(stage, "release_supplier", supplier=supplier)
    assert errors(await stage.post_order(token)) == []
    goods = await apply(stage, "receive_goods", purchase_order="547", line=1, quantity=1)
    assert goods["grn"] == "000000000000001"
    await apply(stage, "close_period")
    assert not ledger.period("C").is_open
    await apply(stage, "open_period", period="C")
    assert ledger.period("C").is_open
    moved = await apply(stage, "move_to_period", year=2026, month=10)
    assert (ledger.period("C").month, moved["month"]) == (10, 10)
    code = next(iter(ledger.tables["GenMaster"]))
    await apply(stage, "hold_ledger_code", ledger_code=code[1])
    assert ledger.tables["GenMaster"][code]["AccOnHldFlag"] == "Y"
    await apply(stage, "release_ledger_code", ledger_code=code[1])
    assert ledger.tables["GenMaster"][code]["AccOnHldFlag"] == "N"
    await apply(stage, "log_off", operator="procsync")
    assert stage.sandbox.world.sessions.operators() == []


async def test_order_when_a_person_changed_it_last_then_it_may_differ_and_be_expected_to_hold(
    stage: Rehearsal,
) -> None:
    ledger, order = stage.sandbox.ledger, stage.order()
    assert errors(await stage.post_order(await stage.logon())) == []
    await apply(stage, "change_order", purchase_order="547", line=1, price="1.23")
    assert ledger.tables["PorMasterDetail"][("000000000000547", "1")]["MForeignPrice"] == (
        Decimal("1.23")
    )
    hold = "hold:CHANGED_IN_SYSPRO"
    await apply(stage, "expect", kind="purchase_order", id=order.number, expect=hold)
    verdict = await stage.control("/oracle")
    assert verdict["differences"] == verdict["order_violations"] == []
    assert ("CHANGED_IN_SYSPRO", str(order.id)) in {
        (entry["cause"], entry["source_id"]) for entry in verdict["must_hold"]
    }

    row = ledger.tables["PorMasterDetail"][("000000000000547", "1")]
    rows = {"PorMasterDetail": [row]}
    ledger.wrote(
        "order",
        ("000000000000547",),
        business_object="PORTOI",
        action="C",
        operator="PROCSYNC",
        rows=rows,
    )
    (entry,) = (await stage.control("/oracle"))["differences"]
    assert entry["source_id"] == str(order.id)
    assert "written over what a person had changed" in entry["what"]

    await apply(stage, "cancel_order_in_syspro", purchase_order="547")
    verdict = await stage.control("/oracle")
    assert str(order.id) in {entry["source_id"] for entry in verdict["missing"]}


async def test_changes_when_one_cannot_happen_then_those_before_it_stay(
    stage: Rehearsal,
) -> None:
    vendor = next(stage.sandbox.tenant.eligible_vendors())
    answer = await stage.control(
        "/apply",
        {
            "changes": [
                {"do": "rename_vendor", "vendor": vendor.id, "name": "First"},
                {"do": "activate_vendor", "vendor": vendor.id},
                {"do": "rename_vendor", "vendor": vendor.id, "name": "Last"},
            ]
        },
        status=400,
    )
    assert answer["error"] == (
        f"change 2 of 3: vendor {vendor.id} is active already; 1 before it are done"
    )
    assert stage.sandbox.tenant.vendors[vendor.id].name == "First"


def test_changes_when_counted_then_each_is_tried() -> None:
    tests = Path(__file__).parents[1]
    files = [Path(__file__), *tests.glob("unit/test_apply_*.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for name in CHANGES if f'"{name}"' not in text] == []
