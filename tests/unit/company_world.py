"""Two companies in a planning world: where orders and bills are placed, and who they are for."""

from typing import Any

from plan_documents import allocation, line, order
from plan_world import World, fill_company, ready_world

Body = dict[str, Any]
ORDER = ("purchase_order", "1042")


def two_companies(*, is_mapped: bool = True, **settings: object) -> World:
    """EDU1 for HQ, EDU2 for the Toronto location; both read, with everything usual."""
    world = ready_world()
    world.company = "EDU2"
    world.policy(**settings)
    fill_company(world)
    world.read_all()
    world.company = "EDU1"
    body = {"id": 8, "name": "Toronto", "locationTimezone": "America/Toronto"}
    world.source("LocationChanged", "location", "8", body)
    if is_mapped:
        world.mapping("company", "HQ", "EDU1", company="")
        world.mapping("company", "Toronto", "EDU2", company="")
    return world


def placed(department: str, location: int) -> Body:
    return {
        "account_code": {"code": "6100"},
        "department": {"name": department, "branch": {"id": location, "name": "old name"}},
    }


def toronto(department: str = "Engineering") -> Body:
    return placed(department, 8)


def order_of(*places: Body) -> Body:
    lines = [line(10421 + place, account=account) for place, account in enumerate(places)]
    return order(1042, *lines)


def share(place: Body) -> Body:
    return {**allocation("100.00"), "budget": place}
