"""How much more may be billed than was ordered: rules.md §5.4, §5.5 row 18. Pure.

Within the company's tolerances, or the vendor's own, it passes by itself; above, a person may
accept it, up to the limit of the policy. The mapping `tolerance` says a vendor's percentages, by
`price:<vendor>` and `quantity:<vendor>`. A change of the unit cost in Procurify counts as
acceptance where the policy says so; else it is shown.
"""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.money import plain, read_amount
from projections.invoices import BillItem
from projections.plan.bills.desk import Desk
from projections.plan.decided import accepted, hold_unless_accepted
from projections.plan.outcomes import hold

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """More than `expected` is billed, by `over`; `what` says of which line."""

    what: str
    expected: Decimal
    over: Decimal

    def require_within_limit(self, desk: Desk, code: str, cause: str) -> None:
        """A person's acceptance of the hold is within the policy's limit, if there is one."""
        limit = desk.policy.overbill_limit_percent
        if limit is None or not accepted(desk.facts, code):
            return
        if self.over > self.expected * limit / HUNDRED:
            hold("OVERBILLED_LIMIT", f"{cause}; at most {plain(limit)} % may be accepted")


def require_quantity(desk: Desk, what: str, ordered: Decimal, billed: Decimal) -> None:
    """All that is billed of a line, this bill included, is at most what is tolerated."""
    excess = Excess(what=what, expected=ordered, over=billed - ordered)
    if excess.over <= 0:
        return
    if excess.over <= ordered * _percent(desk, "quantity") / HUNDRED:
        return
    cause = f"{what}: ordered {plain(ordered)}, billed {plain(billed)} with this bill"
    hold_unless_accepted(desk.facts, "OVERBILLED_QTY", cause)
    excess.require_within_limit(desk, "OVERBILLED_QTY", cause)


def require_price(desk: Desk, item: BillItem, what: str, expected: Decimal, value: Decimal) -> None:
    """What is billed for goods is at most their value at the order's price, and what is tolerated.

    Less is no matter: SYSPRO books the variance.
    """
    excess = Excess(what=what, expected=expected, over=value - expected)
    if excess.over <= 0 or excess.over <= _tolerated(desk, expected):
        return
    if item.is_edited and desk.policy.edited_prices == "accept":
        return
    shown = "" if item.original_cost is None else f", {plain(item.original_cost)} for one before"
    edited = f" (changed in Procurify{shown})" if item.is_edited else ""
    cause = f"{what}: {plain(expected)} at the order's price, billed {plain(value)}{edited}"
    hold_unless_accepted(desk.facts, "OVERBILLED_PRICE", cause)
    excess.require_within_limit(desk, "OVERBILLED_PRICE", cause)


def require_value(desk: Desk, what: str, ordered: Decimal, billed: Decimal) -> None:
    """All that is billed of a line by value, this bill included, is at most what is tolerated."""
    excess = Excess(what=what, expected=ordered, over=billed - ordered)
    if excess.over <= 0 or excess.over <= _tolerated(desk, ordered):
        return
    cause = f"{what}: ordered for {plain(ordered)}, billed {plain(billed)} with this bill"
    hold_unless_accepted(desk.facts, "OVERBILLED_VALUE", cause)
    excess.require_within_limit(desk, "OVERBILLED_VALUE", cause)


def _tolerated(desk: Desk, expected: Decimal) -> Decimal:
    policy = desk.policy
    by_percent = expected * _percent(desk, "price") / HUNDRED
    return max(policy.price_tolerance_line, by_percent, policy.overbill_value)


def _percent(desk: Desk, what: str) -> Decimal:
    """By how many percent the price or the quantity may be over: the vendor's, or the company's."""
    own = read_amount(desk.mapped("tolerance", f"{what}:{desk.content.vendor}"))
    usual = {
        "price": desk.policy.overbill_price_percent,
        "quantity": desk.policy.overbill_quantity_percent,
    }
    return usual[what] if own is None else own
