"""Events of rows that name nothing, or what was never there, leave no fact and plan nothing."""

from typing import Any

import pytest
from plan_world import World, ready_world

from engine.core.projection import Table
from projections.reference_rows import named_fact

RECEIVING = {"receipt_owner": "procurify"}
NAMELESS: list[tuple[str, dict[str, Any]]] = [
    ("OrderItemChanged", {"source": "acme", "kind": "order_item", "document": {"quantity": "1"}}),
    ("ReceiptChanged", {"id": "81", "kind": "receipt", "document": {"order_item": 10421}}),
]


OF_A_ROW = ("order_item:", "receipt:", "item_receipts:")


def facts(world: World) -> set[str]:
    return {address.key for address in world.rows if address.table is Table.FACTS}


@pytest.mark.parametrize(("type_", "body"), NAMELESS, ids=[type_ for type_, _ in NAMELESS])
def test_row_when_it_says_not_whose_it_is_then_no_fact_is_of_it(
    type_: str, body: dict[str, Any]
) -> None:
    world = ready_world(**RECEIVING)
    before = facts(world)

    world.append("other/1", type_, body)

    assert [key for key in facts(world) - before if key.startswith(OF_A_ROW)] == []


def test_receipt_when_it_vanished_before_it_was_read_then_it_is_no_document() -> None:
    world = ready_world(**RECEIVING)
    world.source("ReceiptVanished", "receipt", "81", None)

    assert world.row(Table.DOCUMENTS, "receipt:acme/81") is None
    assert world.fact("receipt:acme/81") is None


def test_department_when_renamed_or_gone_then_only_its_name_of_now_leads_to_it() -> None:
    world = ready_world()
    world.source("DepartmentChanged", "department", "3", {"id": 3, "name": "Sales"})
    world.source("DepartmentChanged", "department", "4", {"id": 4, "name": " SALES "})
    sales, depot = (named_fact("department", "acme", name) for name in ("Sales", "Depot"))
    assert world.fact(sales) == {"ids": ["3", "4"]}

    world.source("DepartmentChanged", "department", "3", {"id": 3, "name": "Depot"})
    assert (world.fact(sales), world.fact(depot)) == ({"ids": ["4"]}, {"ids": ["3"]})
    world.source("DepartmentVanished", "department", "4", None)
    assert (world.fact(sales), world.fact("department:acme/4")) == (None, None)
