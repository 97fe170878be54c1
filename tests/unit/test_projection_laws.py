"""Laws of planning: money ties, planning again changes nothing, order of facts does not matter."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from plan_documents import allocation, bill, bill_line, cost, line, order, ordered_line, vendor
from plan_world import LazyView, World, ready_world

from engine.core.canonical import loads
from engine.core.projection import Address, Ask, Changes, Overlay, Table, View

Body = dict[str, Any]
CENT = Decimal("0.01")
CODES = st.sampled_from(["6100", "5100", "6990"])
BILL = "3cda5ef4ac1a401bb6619e4a5d87c10d"


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda amount: Decimal(amount).scaleb(-2))


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@st.composite
def order_lines(draw: st.DrawFn) -> Body:
    identity = draw(st.integers(1, 10**6))
    quantity = Decimal(draw(st.integers(-20, 10**7))).scaleb(-draw(st.integers(0, 5)))
    price = Decimal(draw(st.integers(0, 10**9))).scaleb(-draw(st.integers(0, 8)))
    tax = draw(st.sampled_from(["", "GST 5%", "Eco"]))
    return line(
        identity,
        sku=draw(st.sampled_from(["", "A100", "VN-9"])),
        quantity=str(quantity),
        price=str(price),
        total_cost=str(to_cents(quantity * price)),
        tax_amount=str(draw(cents(0, 500)) if tax else Decimal(0)),
        taxes=[{"name": tax}] if tax else [],
        receive_method=draw(st.sampled_from([0, 0, 0, 1])),
    )


@st.composite
def orders(draw: st.DrawFn) -> Body:
    lines = draw(st.lists(order_lines(), min_size=1, max_size=5, unique_by=lambda item: item["id"]))
    freight, other = draw(cents(0, 900)), draw(cents(0, 900))
    tax = sum((Decimal(item["tax_amount"]) for item in lines), Decimal(0))
    subtotal = sum((Decimal(item["total_cost"]) for item in lines), Decimal(0))
    return order(
        1042,
        freight=str(freight),
        other=str(other),
        order_items=lines,
        subtotal=str(subtotal),
        tax={"value": str(tax), "type": "amount"},
        total=str(subtotal + tax + freight + other),
    )


@settings(max_examples=60, deadline=None)
@given(orders())
def test_order_when_planned_then_every_line_and_the_whole_tie(body: Body) -> None:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)

    document = world.document("purchase_order", "1042")
    assert document["state"] in {"ready", "held"}
    if document["state"] == "held":
        return
    payload = world.command("purchase_order", "1042")["payload"]
    totals = {str(item["id"]): Decimal(item["total_cost"]) for item in body["order_items"]}
    values = {
        item["item_id"]: Decimal(item["quantity"]) * Decimal(item["price"])
        for item in payload["lines"]
    }
    assert all(abs(value - totals[item]) <= CENT for item, value in values.items())
    charges = sum(Decimal(item["value"]) for item in payload.get("charge_lines", ()))
    found = sum(values.values()) + charges + Decimal(body["tax"]["value"])
    assert abs(found - Decimal(body["total"])) <= Decimal("0.05")
    for item in payload["lines"]:
        exponent = Decimal(item["price"]).as_tuple().exponent
        assert isinstance(exponent, int)
        assert exponent >= -5


@st.composite
def bill_items(draw: st.DrawFn) -> Body:
    total = draw(cents(-500, 90_000))
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    whole = sum(weights)
    amounts = [(total * weight / whole).quantize(Decimal("0.00000001")) for weight in weights]
    tax = draw(st.sampled_from(["", "GST 5%", "HST 13%", "Eco"]))
    fields = {
        "total_cost": str(total),
        "tax_name": tax,
        "tax_amount": str(draw(cents(0, 900)) if tax else Decimal(0)),
        "shipping_amount": str(draw(cents(0, 300))),
        "cost_allocations": [allocation(str(amount), draw(CODES)) for amount in amounts],
        "quantity": str(draw(st.integers(1, 12))),
    }
    if draw(st.booleans()):
        return ordered_line(1042, draw(st.sampled_from([10421, 10422])), **fields)
    return bill_line(**fields)


def bill_world() -> World:
    world = ready_world()
    lines = [line(10421, quantity=20, total_cost="250.00"), line(10422)]
    body = order(1042, *lines, pref_vendor={"id": 119})
    world.source("PurchaseOrderChanged", "purchase_order", "1042", body)
    row = world.command("purchase_order", "1042")
    world.post(row, "000547", {"10421": 1, "10422": 2})
    for grn, number, quantity in (("A1", "1", "7"), ("A2", "1", "9"), ("A3", "2", "3")):
        cells = {"Supplier": "S00119", "Grn": grn, "GrnSource": "I", "Journal": "1"}
        cells |= {"JournalEntry": "1", "PurchaseOrder": "547", "PurchaseOrderLin": number}
        cells |= {"QtyReceived": quantity}
        world.syspro("grn", "Grn", ["S00119", grn, "I", "1", "1"], cells)
    return world


@settings(max_examples=60, deadline=None)
@given(
    st.lists(bill_items(), min_size=1, max_size=4),
    st.lists(cents(-100, 3000), max_size=2),
    st.sampled_from([118, 119]),
)
def test_bill_when_planned_then_its_parts_are_its_value(
    items: list[Body], costs: list[Decimal], vendor_id: int
) -> None:
    world = bill_world()
    body = bill(*items, costs=[cost(str(amount)) for amount in costs], vendor={"id": vendor_id})
    world.source("BillChanged", "bill", BILL, body)

    document = world.document("bill", BILL)
    assert document["state"] in {"ready", "held", "waiting", "ignored"}
    if document["state"] != "ready":
        return
    payload = world.command("bill", BILL)["payload"]
    stated = Decimal(body["total_cost_with_tax"])
    parts = [Decimal(part["value"]) for part in (*payload["matches"], *payload["distribution"])]
    assert sum(parts) + Decimal(payload["tax_value"]) == Decimal(payload["value"]) == stated


def whole(world: World) -> View:
    class Whole:
        def get(self, table: Table, key: str) -> Any:
            return world.row(table, key)

        def dependants(self, need: str) -> list[str]:
            return sorted(world.index.get(need, ()))

    return Whole()


def busy_world() -> World:
    world = bill_world()
    world.source("VendorChanged", "vendor", "200", vendor())
    world.source("VendorChanged", "vendor", "201", vendor(201, name="東京"))
    world.source("PurchaseOrderChanged", "purchase_order", "7", order(7, pref_vendor={"id": 200}))
    world.source("PurchaseOrderChanged", "purchase_order", "8", order(8, creditcard={"id": 1}))
    world.source("PurchaseOrderChanged", "purchase_order", "9", order(9))
    world.source("BillChanged", "bill", BILL, bill(ordered_line(1042, 10421, quantity="4")))
    world.source("BillChanged", "bill", "1" * 32, bill(ordered_line(7, 71), vendor={"id": 200}))
    world.intend(world.command("purchase_order", "9"))
    return world


def test_documents_when_planned_again_then_nothing_changes() -> None:
    world = busy_world()
    view = whole(world)
    for address in world.rows:
        if address.table is Table.DOCUMENTS:
            again = world.append("service", "RunStarted", {})
            assert world.projection.replan(view, address.key, again) == {}


def test_event_when_folded_and_planned_apart_then_it_is_as_evolved_at_once() -> None:
    world = busy_world()
    event = world.append("service", "RunStarted", {})
    for type_, body in (
        ("MappingApproved", {"kind": "account", "key": "6100/Engineering", "target": "6100-00"}),
        ("PollFinished", {"side": "syspro", "name": "EDU1", "resource": "x", "is_complete": True}),
    ):
        moved = type(event)(
            **{**{n: getattr(event, n) for n in event.__slots__}, "type": type_, "body": body}
        )
        view = whole(world)
        at_once = world.projection.evolve(view, moved)

        fold = world.projection.fold(view, moved)
        apart: dict[Address, Any] = dict(fold.changes)
        for document in world.projection.dirty(view, fold):
            stage = Overlay(view, dict(fold.changes))
            apart.update(world.projection.replan(stage, document, moved))
        assert apart == at_once


STEPS: list[tuple[str, tuple[Any, ...]]] = [
    ("mapping", ("account", "6300", "6300-00")),
    ("ledger", ("6300-00",)),
    ("supplier", ("S00777", "Seven")),
    ("mapping", ("vendor", "777", "S00777")),
    ("source", ("VendorChanged", "vendor", "200", vendor())),
    ("source", ("VendorChanged", "vendor", "777", vendor(777))),
    (
        "source",
        ("PurchaseOrderChanged", "purchase_order", "7", order(7, pref_vendor={"id": 777})),
    ),
    (
        "source",
        ("PurchaseOrderChanged", "purchase_order", "8", order(8, pref_vendor={"id": 200})),
    ),
    ("source", ("BillChanged", "bill", BILL, bill(ordered_line(7, 71), vendor={"id": 777}))),
    ("source", ("BillChanged", "bill", "1" * 32, bill(invoice_number="B-2"))),
    ("poll", ("syspro", "EDU1", "suppliers")),
]
PLACED = {"position", "planned_position", "since", "changed_at", "finished_at"}


def unplaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: unplaced(inner) for key, inner in value.items() if key not in PLACED}
    return [unplaced(item) for item in value] if isinstance(value, list) else value


def outcome(steps: list[tuple[str, tuple[Any, ...]]]) -> dict[Address, Any]:
    world = ready_world()
    for name, arguments in steps:
        getattr(world, name)(*arguments)
    kept = {a: r for a, r in world.rows.items() if a.table is not Table.POLLS}
    found = {}
    for address, raw in kept.items():
        body = unplaced(loads(raw))
        assert isinstance(body, dict)
        if address.table is Table.COMMANDS and body["state"] == "superseded":
            continue
        found[address] = {k: v for k, v in body.items() if k not in {"needs", "inputs"}}
    return found


EXPECTED = outcome(STEPS)


@settings(max_examples=25, deadline=None)
@given(st.permutations(STEPS))
def test_independent_events_when_permuted_then_the_rows_are_the_same(
    steps: list[tuple[str, tuple[Any, ...]]],
) -> None:
    assert outcome(steps) == EXPECTED


def test_asking_when_rows_are_missing_then_few_round_trips_suffice() -> None:
    world = ready_world()
    before = world.asks

    lines = [
        line(10421 + place, account={"account_code": {"code": "6100"}, "department": None})
        for place in range(9)
    ]
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042, *lines))

    assert world.standing("purchase_order", "1042") == ("ready", "")
    assert world.asks - before <= 10


def test_view_when_not_asked_then_it_says_so() -> None:
    view = LazyView({})
    changes: Changes = {}
    assert changes == {}
    for question in (lambda: view.get(Table.FACTS, "a"), lambda: view.dependants("a")):
        try:
            question()
        except Ask as ask:
            assert ask.rows or ask.needs
