"""Several companies: places that tell little, and documents that a person placed."""

import pytest
from company_world import ORDER, Body, order_of, placed, share, toronto, two_companies
from plan_documents import bill, bill_line, line, order, ordered_line
from plan_world import World

ID = "3cda5ef4ac1a401bb6619e4a5d87c10d"


def link(world: World, company: str, syspro_key: str) -> None:
    body = {"document": "purchase_order:acme/1042", "company": company, "syspro_key": syspro_key}
    body["reason"] = "entered by hand"
    world.append("decision/purchase_order:acme/1042", "DocumentLinked", body)


def test_order_when_a_person_linked_it_then_it_is_of_that_company_wherever_it_is_placed() -> None:
    world = two_companies()
    link(world, "EDU2", "000900")

    world.source("PurchaseOrderChanged", *ORDER, order_of(placed("Engineering", 7)))

    assert world.standing(*ORDER)[0] == "linked"
    assert world.document(*ORDER)["company"] == "EDU2"


def test_bill_when_its_order_is_linked_then_it_is_of_the_orders_company() -> None:
    world = two_companies()
    link(world, "EDU2", "000900")
    body = bill(ordered_line(1042, 10421, cost_allocations=[share(toronto())]))

    world.source("BillChanged", "bill", ID, body)

    assert world.standing("bill", ID) == ("ready", "")
    assert world.command("bill", ID)["company"] == "EDU2"


@pytest.mark.parametrize(
    ("second", "standing"),
    [
        (toronto("Sales"), ("ready", "")),
        (placed("Sales", 7), ("held", "MULTI_COMPANY_PO")),
    ],
    ids=["one company", "two companies"],
)
def test_order_when_a_line_is_divided_then_each_part_says_its_company(
    second: Body, standing: tuple[str, str]
) -> None:
    world = two_companies()
    parts = [
        {"id": 71, "amount": "12.50", "account": toronto()},
        {"id": 72, "amount": "25.00", "account": second},
    ]
    item = line(10421, account=toronto(), spend_allocation=parts)

    world.source("PurchaseOrderChanged", *ORDER, order(1042, item))

    assert world.standing(*ORDER) == standing


@pytest.mark.parametrize(
    ("department", "detail"),
    [("Depot", "no location"), ("", "no department and no location")],
)
def test_bill_when_it_tells_no_location_then_only_its_department_can_say_the_company(
    department: str, detail: str
) -> None:
    world = two_companies()
    place = {"account_code": {"code": "6100"}, "department": {"name": department}}
    world.source("BillChanged", "bill", ID, bill(bill_line(cost_allocations=[share(place)])))

    assert world.standing("bill", ID) == ("held", "COMPANY_UNMAPPED")
    assert world.document("bill", ID)["detail"] == detail
    world.mapping("company", "department:Depot", "EDU2", company="")
    assert world.standing("bill", ID)[0] == ("ready" if department else "held")
