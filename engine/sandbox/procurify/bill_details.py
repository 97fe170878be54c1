"""The detail of a bill with what stands beside it: its other versions and its payment (§4.2)."""

from engine.sandbox.procurify.bill_shapes import bill_detail
from engine.sandbox.procurify.payment_shapes import payment_of_bill
from engine.sandbox.procurify.payments import payment_of
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import BILL, Bill, Source


def whole_bill(tenant: Tenant, bill: Bill) -> Json:
    """A BillRead object with every version of its group to choose from, and how it was paid."""

    def shown(row: Bill) -> dict[str, Json]:
        choices: list[Json] = [
            {"pk": one.id, "version": one.version} for one in tenant.versions_of(row)
        ]
        payment = payment_of(tenant, row)
        return {
            **bill_detail(row),
            "version_choices": choices,
            "bill_payment": None if payment is None else payment_of_bill(payment, row),
        }

    return tenant.prints.shown("detail", Source(BILL, bill.uuid), bill, shown)
