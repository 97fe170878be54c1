"""What of a bill is charged to ledger codes: items, their shipping, costs: rules.md §5.3. Pure.

One line an allocation; an item's shares sum to its total to the cent, the rest goes to the
largest. `cost_class` maps the name of a cost, and `Shipping`, to the ledger code that takes it:
shipping always, a cost where its own account is not mapped.
"""

from collections.abc import Iterable
from decimal import Decimal

from engine.core.commands import LedgerLine
from engine.core.money import LINE_TOLERANCE, ZERO, is_within, plain, share, to_cents, total
from projections.invoices import Allocation, BillCost, BillItem
from projections.plan.accounts import ledger_code_of, open_ledger_code
from projections.plan.bills.desk import Desk
from projections.plan.bills.taxes import Taxes, reverse_code
from projections.plan.outcomes import Held, Stopped, hold
from projections.plan.texts import spelled, split_words

NOTATION = 30
SHIPPING = "Shipping"


def item_lines(
    desk: Desk, charged: Iterable[tuple[BillItem, bool]], taxes: Taxes, account: str = ""
) -> tuple[LedgerLine, ...]:
    """The ledger lines of items, each with whether its goods are charged here or matched.

    `account`: the ledger code that takes all goods, by a rule of the vendor.
    """
    lines: list[LedgerLine] = []
    for item, is_charged in charged:
        if is_charged:
            lines.extend(goods_lines(desk, item, item.total, account=account))
        expensed = taxes.expensed.get(item.id, ZERO)
        lines.extend(goods_lines(desk, item, expensed, note="Tax ", account=account))
        lines.extend(_shipping_lines(desk, item))
    return tuple(lines)


def goods_lines(
    desk: Desk, item: BillItem, amount: Decimal, *, note: str = "", account: str = ""
) -> list[LedgerLine]:
    """An amount of the item over its allocations, or on one account; nothing for nothing."""
    if to_cents(amount) == 0:
        return []
    what = item.description or f"item {item.id}"
    text = _notation(f"{note}{item.description}")
    tax_code = reverse_code(desk, item)
    if account:
        code = open_ledger_code(desk.facts, desk.company, account, what)
        return [
            LedgerLine(ledger_code=code, value=to_cents(amount), notation=text, tax_code=tax_code)
        ]
    if not item.allocations:
        code = _suspense(desk, what)
        if not code:
            hold("LINE_NO_ACCOUNT", f"{what}: no allocation")
        return [LedgerLine(ledger_code=code, value=to_cents(amount), notation=text)]
    stated = total(part.amount for part in item.allocations)
    if not is_within(stated, item.total, LINE_TOLERANCE):
        hold("TOTAL_MISMATCH", f"{what}: allocated {plain(stated)} of {plain(item.total)}")
    values = share(to_cents(amount), [part.amount for part in item.allocations])
    return [
        LedgerLine(
            ledger_code=_account(desk, part, what, item.id),
            value=value,
            notation=text,
            tax_code=tax_code,
        )
        for part, value in zip(item.allocations, values, strict=True)
        if value != 0
    ]


def _shipping_lines(desk: Desk, item: BillItem) -> list[LedgerLine]:
    code = desk.mapped("cost_class", SHIPPING) if item.shipping != 0 else ""
    return goods_lines(desk, item, item.shipping, note=f"{SHIPPING} ", account=code)


def _account(desk: Desk, part: Allocation, what: str, item: str) -> str:
    """The ledger code of an allocation, or the company's suspense account; held without either."""
    try:
        return _own_account(desk, part, what, "LINE_NO_ACCOUNT", item)
    except Stopped as stopped:
        code = _suspense(desk, what) if _is_missing(stopped, "LINE_NO_ACCOUNT") else ""
        if not code:
            raise
        return code


def _suspense(desk: Desk, what: str) -> str:
    code = desk.policy.suspense_account
    return open_ledger_code(desk.facts, desk.company, code, what) if code else ""


def cost_lines(desk: Desk) -> tuple[LedgerLine, ...]:
    """One line a cost of the bill; one below zero is a discount or a credit."""
    lines: list[LedgerLine] = []
    for cost in desk.content.costs:
        value, name = to_cents(cost.amount), cost.name or "cost"
        if value == 0:
            continue
        code = _cost_account(desk, cost, name)
        if code:
            lines.append(LedgerLine(ledger_code=code, value=value, notation=_notation(cost.name)))
        else:
            lines.extend(_prorated(desk, value, name))
    return tuple(lines)


def _cost_account(desk: Desk, cost: BillCost, name: str) -> str:
    """The ledger code of a cost: its own, that of its class; "" where its items are to bear it."""
    try:
        return _own_account(desk, cost.allocation, name, "CHARGE_NO_ACCOUNT", "")
    except Stopped as stopped:
        if not _is_missing(stopped, "CHARGE_NO_ACCOUNT"):
            raise
        default = desk.mapped("cost_class", cost.name)
        if default:
            return open_ledger_code(desk.facts, desk.company, default, name)
        if desk.policy.unmapped_charges == "prorate" and any(_worths(desk)):
            return ""
        raise


def _prorated(desk: Desk, value: Decimal, name: str) -> list[LedgerLine]:
    """The cost over the bill's items by what they come to, each share where its item is charged."""
    shares = zip(desk.content.items, share(value, _worths(desk)), strict=True)
    return [
        line for item, part in shares for line in goods_lines(desk, item, part, note=f"{name} ")
    ]


def _worths(desk: Desk) -> list[Decimal]:
    return [abs(item.total) for item in desk.content.items]


def _own_account(desk: Desk, part: Allocation, what: str, reason: str, item: str) -> str:
    return ledger_code_of(
        desk.facts,
        desk.company,
        part.account,
        part.department,
        what=what,
        reason=reason,
        item=item,
    )


def _is_missing(stopped: Stopped, reason: str) -> bool:
    """Whether the plan ended because no ledger code is mapped."""
    return isinstance(stopped.outcome, Held) and stopped.outcome.reason == reason


def _notation(text: str) -> str:
    return split_words(spelled(text), NOTATION)[0]
