"""What may and may not become of documents in the sandbox's tenant; rows made on demand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.sandbox.filling import fill_tenant
from engine.sandbox.procurify.changes import Changes
from engine.sandbox.procurify.order_changes import LineChange
from engine.sandbox.procurify.rows import LazyRows
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.scenario import build_scenario

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def tenant() -> Tenant:
    made = fill_tenant(build_scenario(seed=3, documents=80, anchor=date(2026, 11, 23)))
    made.clock = lambda: NOW
    return made


@pytest.fixture
def changes(tenant: Tenant) -> Changes:
    return Changes(tenant)


def bill_in(tenant: Tenant, status: int) -> str:
    return next(b.uuid for b in tenant.bills.values() if b.status == status and b.type == 0)


def test_bill_when_fixed_then_a_new_version_in_the_group_and_the_old_one_withdrawn(
    tenant: Tenant, changes: Changes
) -> None:
    uuid = bill_in(tenant, 2)
    old = tenant.bill_of(uuid)
    assert old is not None

    fixed = changes.fix_bill(uuid, Decimal("10.00"))

    assert (fixed.group, fixed.version, fixed.status) == (old.group, old.version + 1, 0)
    assert [bill.status for bill in tenant.versions_of(fixed)] == [5, 0]
    assert changes.approve_bill(fixed.uuid).status == 2


def test_bill_when_deleted_then_gone_and_a_paid_one_cannot_be(
    tenant: Tenant, changes: Changes
) -> None:
    uuid = bill_in(tenant, 2)
    changes.delete_bill(uuid)
    assert tenant.bill_of(uuid) is None
    with pytest.raises(ValueError, match="no bill"):
        changes.delete_bill(uuid)
    with pytest.raises(ValueError, match="paid"):
        changes.delete_bill(bill_in(tenant, 4))


def test_bill_when_in_the_wrong_state_then_the_change_is_refused(
    tenant: Tenant, changes: Changes
) -> None:
    with pytest.raises(ValueError, match="status 2 cannot become 3"):
        changes.deny_bill(bill_in(tenant, 2))
    with pytest.raises(ValueError, match="not approved"):
        changes.pay_bills([bill_in(tenant, 4)], "2026-11-20")


def test_payment_when_cancelled_then_the_bill_is_approved_again(
    tenant: Tenant, changes: Changes
) -> None:
    uuid = bill_in(tenant, 2)
    (payment,) = changes.pay_bills([uuid], "2026-11-20")
    assert changes.bill(uuid).status == 4
    changes.cancel_payment(payment.id)
    assert changes.bill(uuid).status == 2


def test_order_when_revised_then_sums_follow_and_received_lines_are_fixed(
    tenant: Tenant, changes: Changes
) -> None:
    line = tenant.orders[1042].lines[0]
    change = LineChange(id=line.id, quantity=line.quantity + 3, price=Decimal("2.50"))
    revised = changes.revise_order("1042", [change])

    assert revised.version == 2
    assert revised.modified_at == NOW
    assert revised.lines[0].total == (line.quantity + 3) * Decimal("2.50")
    changes.receive(line.id, Decimal(1))
    with pytest.raises(ValueError, match="received"):
        changes.revise_order("1042", [change, LineChange(id=line.id, price=Decimal(9))])
    with pytest.raises(ValueError, match="has receipts"):
        changes.cancel_order("1042")


def test_order_when_fully_received_then_closed_and_open_again_when_undone(
    tenant: Tenant, changes: Changes
) -> None:
    receipts = [changes.receive(row.id, row.quantity) for row in tenant.orders[1042].lines]
    assert tenant.orders[1042].state == 3
    order = changes.undo_receipt(receipts[0].id)
    assert order.state == 5
    assert order.lines[0].received == 0
    assert receipts[0].id not in tenant.desk.receipts


def test_vendors_when_merged_then_documents_go_over_and_one_drops_out(
    tenant: Tenant, changes: Changes
) -> None:
    order = tenant.orders[1042]
    survivor = next(v for v in tenant.vendors.values() if v.id != order.vendor.id and v.is_active)

    changes.merge_vendors(str(order.vendor.id), str(survivor.id))

    assert tenant.orders[1042].vendor.id == survivor.id
    assert tenant.orders[1042].modified_at == NOW
    assert not tenant.vendors[order.vendor.id].is_active
    with pytest.raises(ValueError, match="inactive already"):
        changes.deactivate_vendor(str(order.vendor.id))


def test_documents_when_unknown_or_known_already_then_said_so(
    tenant: Tenant, changes: Changes
) -> None:
    for call in (changes.order, changes.bill, changes.vendor):
        with pytest.raises(ValueError, match="there is no"):
            call("nothing")
    with pytest.raises(ValueError, match="already"):
        changes.add_order(tenant.orders[1042])
    assert changes.order(tenant.orders[1042].number).id == 1042


def test_stamps_when_skewed_then_beside_the_clock(tenant: Tenant, changes: Changes) -> None:
    changes.skew_stamps(3600)
    assert changes.rename_vendor("101", "New").modified_at == NOW + timedelta(hours=1)
    assert tenant.vendors[101].name == "New"


def test_lazy_rows_when_walked_then_made_on_demand_with_the_put_ones_among_them() -> None:
    made: list[int] = []

    def make(identity: int) -> str:
        made.append(identity)
        return f"row {identity}"

    rows = LazyRows(range(10, 1_000_010), make, kept=2)
    assert (len(rows), made) == (1_000_000, [])
    rows[12], rows[2_000_000] = "own", "later"
    del rows[11]

    assert [rows[10], rows[12], rows[10]] == ["row 10", "own", "row 10"]
    assert (made, len(rows), 11 in rows) == ([10], 1_000_000, False)
    identities = iter(rows)
    assert [next(identities), next(identities)] == [10, 12]
    assert list(LazyRows(range(2), make))[-1] == 1
    with pytest.raises(KeyError):
        _ = rows[11]
    with pytest.raises(KeyError):
        del rows[11]
    del rows[2_000_000]
    assert len(rows) == 999_999
