"""The bills of a month that are made of other bills: credit notes and changed ones. Pure.

A credit note is a net-negative order bill; its note says which invoice it credits, or it is over
the same order as that one.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from engine.sandbox.scenario.bills import GROUPS_FROM
from engine.sandbox.scenario.identifiers import identifiers
from engine.sandbox.scenario.model import (
    BILL,
    ZERO,
    Allocation,
    Bill,
    BillLine,
    round_money,
)
from engine.sandbox.scenario.orders import World, tax_on

CREDIT_FOR: Final = "Credit for invoice "


def credited_number(bill: Bill) -> str:
    """The number of the invoice that the bill's note says it credits, "" if it says none."""
    return bill.note.removeprefix(CREDIT_FOR).strip() if bill.note.startswith(CREDIT_FOR) else ""


def credit_of(
    world: World, identity: int, original: Bill, *, is_whole: bool = False, is_named: bool = True
) -> Bill:
    """A credit note of all that the bill comes to, or of one unit of its first line."""
    first = original.lines[0]
    one = _with_quantity(first, min(Decimal(1), first.quantity))
    lines = original.lines if is_whole else (one,)
    day = (world.now - timedelta(days=1)).date()
    bill = replace(
        original,
        id=identity,
        uuid=identifiers(world.seed, BILL).uuid_of(identity),
        group=identity + GROUPS_FROM,
        version=1,
        invoice_number=f"CN-{identity}",
        invoiced_on=day,
        posted_on=day,
        due_on=day + (original.due_on - original.invoiced_on),
        lines=tuple(_negative(line, identity * 10 + place) for place, line in enumerate(lines, 1)),
        costs=tuple(
            replace(
                cost,
                id=identity * 10 + place,
                allocation=_negative_part(cost.allocation, (identity * 10 + place) * 10 + 1),
            )
            for place, cost in enumerate(original.costs, 8)
        )
        if is_whole
        else (),
        note=f"{CREDIT_FOR}{original.invoice_number}" if is_named else "",
    )
    return replace(bill, captured_total=bill.grand_total)


def with_more(bill: Bill) -> Bill:
    """The bill's next version: one more of its first line."""
    first = _with_quantity(bill.lines[0], bill.lines[0].quantity + 1)
    changed = replace(bill, version=bill.version + 1, lines=(first, *bill.lines[1:]))
    return replace(changed, captured_total=changed.grand_total)


def reissued(world: World, identity: int, bill: Bill) -> Bill:
    """A new row of the bill's group, the next version, with one more of its first line."""
    return replace(
        with_more(bill), id=identity, uuid=identifiers(world.seed, BILL).uuid_of(identity)
    )


def _with_quantity(line: BillLine, quantity: Decimal) -> BillLine:
    """The line for so much, at the same unit cost and tax, on its first account."""
    gross = round_money(quantity * line.unit_cost)
    total, tax_amount = gross, tax_on(gross, line.tax)
    if line.tax is not None and line.is_tax_inclusive:
        total = round_money(gross * 100 / (100 + line.tax.percent))
        tax_amount = gross - total
    part = replace(line.allocations[0], amount=total)
    return replace(
        line,
        quantity=quantity,
        total=total,
        tax_amount=tax_amount,
        shipping=ZERO,
        allocations=(part,),
    )


def _negative(line: BillLine, identity: int) -> BillLine:
    return replace(
        line,
        id=identity,
        quantity=-line.quantity,
        total=-line.total,
        tax_amount=-line.tax_amount,
        shipping=-line.shipping,
        allocations=tuple(
            _negative_part(part, identity * 10 + place)
            for place, part in enumerate(line.allocations, 1)
        ),
    )


def _negative_part(part: Allocation, identity: int) -> Allocation:
    return replace(part, id=identity, amount=-part.amount)
