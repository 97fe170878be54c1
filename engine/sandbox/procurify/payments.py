"""The payments of the tenant: those made through it, and one for each bill that came paid."""

from engine.sandbox.procurify.printing import local_day
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Payment
from engine.sandbox.scenario.model import Bill

PAID = 4


def payments_of(tenant: Tenant) -> list[tuple[Payment, tuple[Bill, ...]]]:
    """Every payment with its bills, worked out once for as long as nothing changes."""
    return tenant.memo("payments", lambda: _payments(tenant))


def payment_of(tenant: Tenant, bill: Bill) -> Payment | None:
    """The payment of the bill, if it has one."""
    own = (row for row in tenant.desk.payments.values() if bill.id in row.bills)
    return next(own, _payment_of(bill) if _came_paid(bill) else None)


def _payments(tenant: Tenant) -> list[tuple[Payment, tuple[Bill, ...]]]:
    own = [
        (row, tuple(tenant.bills[bill] for bill in row.bills if bill in tenant.bills))
        for row in tenant.desk.payments.values()
    ]
    covered = {bill for row in tenant.desk.payments.values() for bill in row.bills}
    came = [
        (_payment_of(bill), (bill,))
        for bill in tenant.bills_that_may_be_paid()
        if _came_paid(bill) and bill.id not in covered
    ]
    return [*came, *((row, bills) for row, bills in own if bills)]


def _came_paid(bill: Bill) -> bool:
    return bill.status == PAID and bill.type == 0


def _payment_of(bill: Bill) -> Payment:
    return Payment(
        id=bill.id,
        uuid=bill.uuid[::-1],
        bills=(bill.id,),
        vendor=bill.vendor.id,
        currency=bill.currency,
        amount=bill.grand_total,
        status=5,
        user=bill.user,
        paid_on=local_day(bill.modified_at).isoformat(),
        created_at=bill.modified_at,
        updated_at=bill.modified_at,
    )
