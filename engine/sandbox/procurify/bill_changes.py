"""What may become of a bill: confirmed, approved, denied, withdrawn, fixed, paid, deleted.

Each returns the bill as it then is, or raises `ValueError` that says why it may not. States:
procurify.md §5; fixing gives a new row in the same group (§4.2, inferred), deleting is hard (§7).
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import md5

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Payment
from engine.sandbox.scenario.model import Bill

DRAFT, CONFIRMED, APPROVED, DENIED, PAID, WITHDRAWN = range(6)
_BEFORE = {
    CONFIRMED: {DRAFT, WITHDRAWN},
    APPROVED: {CONFIRMED, DRAFT},
    DENIED: {CONFIRMED},
    WITHDRAWN: {CONFIRMED, APPROVED},
}


def put_status(tenant: Tenant, bill: Bill, status: int) -> Bill:
    """The bill has that status, if its present one leads there."""
    if bill.status not in _BEFORE.get(status, set()):
        raise ValueError(f"a bill in status {bill.status} cannot become {status}")
    return touch_bill(tenant, replace(bill, status=status))


def touch_bill(tenant: Tenant, bill: Bill) -> Bill:
    """The bill as given, changed now."""
    changed = replace(bill, modified_at=tenant.now())
    tenant.put_bill(changed)
    return changed


def fix_bill(tenant: Tenant, bill: Bill, *, captured_total: Decimal | None = None) -> Bill:
    """A new draft of the same group, one version on; the old row is withdrawn."""
    if bill.status == PAID:
        raise ValueError("a paid bill cannot be fixed")
    touch_bill(tenant, replace(bill, status=WITHDRAWN))
    identity = tenant.desk.next_id()
    version = max(row.version for row in tenant.versions_of(bill)) + 1
    fixed = replace(
        bill,
        id=identity,
        uuid=md5(f"{bill.uuid}/{version}".encode(), usedforsecurity=False).hexdigest(),
        version=version,
        status=DRAFT,
        captured_total=bill.captured_total if captured_total is None else captured_total,
    )
    return touch_bill(tenant, fixed)


def delete_bill(tenant: Tenant, bill: Bill) -> None:
    """The bill is gone for good: 404 from now on (§7)."""
    if bill.status == PAID:
        raise ValueError("a paid bill cannot be deleted")
    tenant.drop_bill(bill)


def pay_bills(tenant: Tenant, bills: Sequence[Bill], paid_on: str) -> list[Payment]:
    """Every bill is paid, one payment each; all must be approved and without a payment (§3)."""
    for bill in bills:
        if bill.status != APPROVED:
            raise ValueError(f"bill {bill.uuid} is not approved or has a payment")
    payments = []
    for bill in bills:
        now = tenant.now()
        identity = tenant.desk.next_id()
        payment = Payment(
            id=identity,
            uuid=md5(f"payment/{identity}".encode(), usedforsecurity=False).hexdigest(),
            bills=(bill.id,),
            vendor=bill.vendor.id,
            currency=bill.currency,
            amount=bill.grand_total,
            status=5,
            user=bill.user,
            paid_on=paid_on,
            created_at=now,
            updated_at=now,
        )
        tenant.desk.payments[identity] = payment
        touch_bill(tenant, replace(bill, status=PAID))
        payments.append(payment)
    return payments


def cancel_payment(tenant: Tenant, identity: int) -> None:
    """The payment is void and its bills are approved again (§7)."""
    payment = tenant.desk.payments.pop(identity, None)
    if payment is None:
        raise ValueError(f"there is no payment {identity}")
    for bill in payment.bills:
        if bill in tenant.bills:
            touch_bill(tenant, replace(tenant.bills[bill], status=APPROVED))
