"""Laws of bills, for any that can be written: money ties, plans settle, order is no matter."""

from decimal import Decimal
from itertools import permutations
from typing import Any

from bill_cases import Given, first, ordered, received
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_documents import allocation, bill, bill_line, cost, ordered_line
from plan_world import World, ready_world
from rule_cases import BILL

from engine.core.projection import Table

Body = dict[str, Any]
POSTED_AS = {"invoice_add": "|INV-601", "credit_note_add": "|INV-600"}


def cents(least: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda number: Decimal(number).scaleb(-2))


@st.composite
def lines(draw: st.DrawFn) -> Body:
    """A line of its own or over the order: split, taxed with more digits than cents, a return."""
    total = draw(cents(-9_000, 40_000))
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    shares = [(total * weight / sum(weights)).quantize(Decimal("1e-8")) for weight in weights]
    is_taxed = draw(st.booleans())
    tax = (total * 5 / 100).quantize(Decimal("0.001")) if is_taxed else Decimal(0)
    fields = {
        "total_cost": str(total),
        "tax_name": "GST 5%" if is_taxed else "",
        "tax_percentage": "5.00000000" if is_taxed else None,
        "tax_amount": str(tax),
        "shipping_amount": str(draw(cents(0, 300))),
        "cost_allocations": [allocation(str(share)) for share in shares],
        "quantity": str(draw(st.integers(1, 8))),
        "bill_by_cost": draw(st.booleans()),
    }
    return ordered_line(1042, 10421, **fields) if draw(st.booleans()) else bill_line(**fields)


@st.composite
def bills(draw: st.DrawFn) -> Body:
    """A bill whose totals are those of its lines, cut to the cent as a vendor would."""
    items = draw(st.lists(lines(), min_size=1, max_size=4))
    costs = draw(st.lists(cents(-500, 3_000), max_size=2))
    tax = sum((Decimal(item["tax_amount"]) for item in items), Decimal(0))
    net = sum((Decimal(item["total_cost"]) for item in items), Decimal(0))
    shipping = sum((Decimal(item["shipping_amount"]) for item in items), Decimal(0))
    whole = (net + tax + shipping + sum(costs)).quantize(Decimal("0.01"))
    return bill(
        *items,
        costs=[cost(str(amount)) for amount in costs],
        vendor={"id": draw(st.sampled_from([118, 119]))},
        subtotal_cost=str(net),
        total_cost=str(net + sum(costs)),
        tax_amount=str(tax),
        shipping_amount=str(shipping),
        total_cost_with_tax=str(whole),
        note="Credit for invoice INV-600",
    )


def bill_world(vendor: int) -> World:
    """Order 1042 of forty is received in two parts; an invoice INV-600 is on file."""
    world = ready_world(
        rounding_account="6990-00",
        overbill_price_percent="100",
        overbill_value="1000000",
        tax_rounding_account="6990-00",
    )
    world.ledger("6990-00")
    for supplier in ("S00118", "S00119"):
        world.syspro("invoice", "Invoice", [supplier, "INV-600"], {"Reference": ""})
    steps: list[Given] = [ordered(vendor, quantity=40), received("A1", "7"), received("A2", "33")]
    first(*steps)(world)
    return world


def parts_of(payload: Body) -> list[Decimal]:
    return [
        Decimal(part["value"]) for part in (*payload.get("matches", ()), *payload["distribution"])
    ]


@settings(max_examples=60, deadline=None)
@given(bills())
def test_bill_when_posted_then_every_cent_is_somewhere(body: Body) -> None:
    world = bill_world(body["vendor"]["id"])
    world.source("BillChanged", *BILL, body)

    if world.document(*BILL)["state"] != "ready":
        assert world.document(*BILL)["state"] in {"held", "ignored"}
        return
    command = world.command(*BILL)
    payload, stated = command["payload"], Decimal(body["total_cost_with_tax"])
    is_credit = command["type"] == "credit_note_add"
    assert Decimal(payload["value"]) == abs(stated)
    assert is_credit is (stated < 0)
    assert sum(parts_of(payload)) + Decimal(payload["tax_value"]) == abs(stated)
    for part in parts_of(payload):
        assert part == part.quantize(Decimal("0.01"))
    for match in payload.get("matches", ()):
        assert Decimal(match["quantity"]) > 0
    taken: dict[str, Decimal] = {}
    for match in payload.get("matches", ()):
        taken[match["grn"]] = taken.get(match["grn"], Decimal(0)) + Decimal(match["quantity"])
    assert all(quantity <= {"A1": 7, "A2": 33}[grn] for grn, quantity in taken.items())


@settings(max_examples=25, deadline=None)
@given(bills())
def test_bill_when_its_command_took_effect_then_nothing_is_left_to_do(body: Body) -> None:
    world = bill_world(body["vendor"]["id"])
    world.source("BillChanged", *BILL, body)
    if world.document(*BILL)["state"] != "ready":
        return
    command = world.command(*BILL)

    world.post(command, command["payload"]["supplier"] + POSTED_AS[command["type"]])
    assert world.standing(*BILL) == ("in_syspro", "")
    world.source("BillChanged", *BILL, body)

    assert world.standing(*BILL) == ("in_syspro", "")
    assert world.commands("ready") == []


def test_bill_when_what_it_needs_comes_in_any_order_then_the_plan_is_the_same() -> None:
    body = bill(ordered_line(1042, 10421, quantity="10", total_cost="125.00"), vendor={"id": 119})
    steps: list[Given] = [
        ordered(),
        received("A1", "4"),
        received("A2", "6", "2026-11-04"),
        lambda world: world.source("BillChanged", *BILL, body),
    ]
    found = set()
    for chosen in permutations(steps):
        world = ready_world()
        first(*chosen)(world)
        row = world.row(Table.COMMANDS, world.document(*BILL)["command"])
        assert row is not None
        found.add(str(row["payload"]))

    assert len(found) == 1
