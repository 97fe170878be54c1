"""Rules of the company and of the vendor that a bill must pass: rules.md §5.3, §5.5. Pure.

Mappings by vendor id: `intercompany` names the ledger code that takes all of the bill, or `HOLD`;
`prepayment` the one that takes bills over orders whose goods did not come yet, or `HOLD`.
"""

from decimal import Decimal

from engine.core.money import plain, total
from projections.facts import syspro_fact
from projections.invoices import APPROVED
from projections.plan.bills.desk import Creditor, Desk
from projections.plan.bills.kinds import supplier_by_policy
from projections.plan.company import require_read, to_currency
from projections.plan.decided import hold_unless_accepted
from projections.plan.outcomes import hold
from projections.plan.supplier import require_supplier, supplier_of

HOLD = "HOLD"


def require_ours(desk: Desk) -> None:
    """No other integration has the bill.

    Procurify locks a bill that was marked as synced (procurify.md §10.10); a paid one is locked
    as well, so that only one that is no further than approved tells.
    """
    if desk.bill.is_locked and desk.bill.status == APPROVED:
        hold_unless_accepted(desk.facts, "SYNCED_ELSEWHERE")


def require_signs(desk: Desk, value: Decimal) -> None:
    """The policy lets bills below zero, and lines below zero on other bills, be carried."""
    if value < 0 and desk.policy.credit_bills == "hold":
        hold_unless_accepted(desk.facts, "CREDIT_BILL", str(plain(value)))
    taken = [item.total for item in desk.content.items if item.total < 0]
    if value > 0 and taken and desk.policy.mixed_bills == "hold":
        hold_unless_accepted(desk.facts, "MIXED_BILL", f"{plain(total(taken))} of {plain(value)}")


def creditor_of(desk: Desk) -> Creditor:
    """Whom the bill is owed to: the vendor's supplier, or the policy's; in its own currency."""
    code = supplier_by_policy(desk.policy, desk.bill.type)
    if code:
        supplier = supplier_of(desk.facts, desk.company, code)
    else:
        supplier = require_supplier(desk.facts, desk.company, desk.source, desk.content.vendor)
    currency = to_currency(desk.facts, desk.company, desk.content.currency)
    if currency != supplier.currency:
        hold("CURRENCY_MISMATCH", f"bill {currency}, supplier {supplier.currency}")
    if currency != desk.policy.local_currency:
        _require_rate(desk, currency)
    return Creditor(supplier=supplier, currency=currency)


def _require_rate(desk: Desk, currency: str) -> None:
    """SYSPRO has a rate for the currency; which days it is for is not told (syspro.md §4)."""
    if desk.facts.get(syspro_fact("rate", desk.company.name, currency)) is None:
        require_read(desk.facts, desk.company, "currency")
        hold("NO_RATE", currency)


def intercompany_account(desk: Desk) -> str:
    """The ledger code that takes all of an intercompany vendor's bill; "" for any other vendor."""
    code = desk.mapped("intercompany", desk.content.vendor)
    if code == HOLD:
        hold("INTERCOMPANY_VENDOR", f"vendor {desk.content.vendor}")
    return code


def prepayment_account(desk: Desk) -> str:
    """What takes the vendor's bills before the goods come, a code or `HOLD`; "" where none does."""
    return desk.mapped("prepayment", desk.content.vendor)


def require_order_or_limit(desk: Desk, value: Decimal) -> None:
    """A bill without an order is within the policy's limit, in its own currency."""
    limit = desk.policy.non_po_bill_limit
    if any(item.order for item in desk.content.items) or limit is None or value <= limit:
        return
    hold_unless_accepted(
        desk.facts, "NON_PO_BILL", f"{plain(value)} without an order, the limit is {plain(limit)}"
    )
