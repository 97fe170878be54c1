"""Goods that SYSPRO received, and what Procurify was told of them: by both books alone.

What Procurify has more of an order item than SYSPRO was received there twice (I1); what it has less
is lost, unless a person is shown it (I2), or was given the order in doubt: the engine can tell
nothing of an order that it does not know to be there. In the stories of a run only the warehouse
receives the items of orders that SYSPRO has from us.
"""

from collections import defaultdict
from collections.abc import Container
from decimal import Decimal
from typing import TypeAlias

from engine.sandbox.running import Sandbox
from engine.sandbox.sight import item_of
from engine.sandbox.syspro.ledger import number

REPORT = "receipt_report"
ORDER = "purchase_order"
Names: TypeAlias = Container[tuple[str, str]]
"""Kinds and ids of documents."""


def goods_breaches(sandbox: Sandbox, *, shown: Names, given: Names) -> tuple[list[str], int]:
    """The breaches in sentences, and how many of them are goods received twice.

    `shown` are the documents that a person sees, `given` those whose doubt a person has to settle.
    """
    there, told = _in_syspro(sandbox), _in_procurify(sandbox)
    twice = [item for item in sorted(there) if told[item] > there[item]]
    lost = [
        item
        for item in sorted(there)
        if told[item] < there[item]
        and (REPORT, str(item)) not in shown
        and not _is_given(sandbox, item, given)
    ]
    said = {item: f"{told[item]} in Procurify, {there[item]} in SYSPRO" for item in twice + lost}
    return [
        *(f"I1: item {item} was received twice: {said[item]}" for item in twice),
        *(f"I2: goods of item {item} are not told: {said[item]}" for item in lost),
    ], len(twice)


def _is_given(sandbox: Sandbox, item: int, given: Names) -> bool:
    order = sandbox.tenant.order_with_line(item)
    return order is not None and (ORDER, str(order.id)) in given


def _in_syspro(sandbox: Sandbox) -> defaultdict[int, Decimal]:
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for ledger in sandbox.world.companies:
        for line in ledger.tables["PorMasterDetail"].in_order():
            item = item_of(line)
            if item is not None:
                found[item] += number(line["MReceivedQty"])
    return found


def _in_procurify(sandbox: Sandbox) -> defaultdict[int, Decimal]:
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for receipt in sandbox.tenant.desk.receipts.values():
        found[receipt.item] += receipt.passed
    return found
