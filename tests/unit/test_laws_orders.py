"""What holds for every order: its money ties to the cent, and what was sent is not sent again."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from company_world import placed, toronto, two_companies
from hypothesis import example, given, settings
from hypothesis import strategies as st
from order_rules import NUMBER, holds
from plan_documents import account, line, order
from plan_world import World, ready_world
from rule_cases import ORDER

Body = dict[str, Any]
CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def money(most: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda value: Decimal(value).scaleb(-2))


@st.composite
def items(draw: st.DrawFn, identity: int) -> Body:
    quantity = Decimal(draw(st.integers(1, 10**6))).scaleb(-draw(st.integers(0, 3)))
    price = Decimal(draw(st.integers(1, 10**6))).scaleb(-draw(st.integers(0, 5)))
    value = cents(quantity * price)
    body = line(
        identity,
        sku=draw(st.sampled_from(["", "A100"])),
        name=draw(st.sampled_from(["Lamp", "Chair with arms and a long name that goes on and on"])),
        quantity=str(quantity),
        price=str(price),
        total_cost=str(value),
    )
    weights = draw(st.lists(st.integers(1, 9), max_size=3))
    whole = sum(weights)
    parts = [cents(value * weight / whole) for weight in weights[:-1]]
    if weights:
        parts.append(value - sum(parts, Decimal(0)))
        body["spend_allocation"] = [
            {"id": place, "amount": str(part), "account": account()}
            for place, part in enumerate(parts, 1)
        ]
    return body


@st.composite
def orders(draw: st.DrawFn) -> Body:
    count = draw(st.integers(1, 4))
    lines = [draw(items(10421 + place)) for place in range(count)]
    subtotal = sum((Decimal(item["total_cost"]) for item in lines), Decimal(0))
    freight, other = draw(money(900)), draw(money(900))
    discount: Body = {"value": "0", "type": "amount"}
    taken = Decimal(0)
    kind = draw(st.sampled_from(["none", "amount", "percentage"]))
    if kind == "amount":
        taken = cents(subtotal * draw(st.integers(0, 100)) / 100)
        discount = {"value": str(taken), "type": kind}
    elif kind == "percentage":
        percent = Decimal(draw(st.integers(0, 10_000))).scaleb(-draw(st.integers(2, 3)))
        taken = subtotal * percent / 100
        discount = {"value": str(percent), "type": kind}
    return order(
        1042,
        order_items=lines,
        subtotal=str(subtotal),
        freight=str(freight),
        other=str(other),
        discount=discount,
        total=str(cents(subtotal - taken + freight + other)),
        comment=draw(st.sampled_from([None, "Ring once", "Ring twice and wait at the gate"])),
    )


def taken_off(item: Body, value: Decimal) -> Decimal:
    if "discount_value" in item:
        return Decimal(item["discount_value"])
    return sum(cents(value * Decimal(percent) / 100) for percent in item.get("discounts", ()))


def seen(world: World, body: Body) -> str:
    world.source("PurchaseOrderChanged", *ORDER, body)
    return str(world.document(*ORDER)["state"])


def post(world: World) -> None:
    row = world.command(*ORDER)
    written = world.fact("written:purchase_order:acme/1042") or {"lines": {}}
    numbers = dict(written["lines"])
    payload = row["payload"]
    keys = [item["item_id"] for item in payload["lines"]]
    keys += [
        item["key"] for name in ("charge_lines", "comment_lines") for item in payload.get(name, ())
    ]
    for key in keys:
        numbers.setdefault(key, len(numbers) + 1)
    world.post(row, NUMBER, numbers)


def with_a_discount_over_accounts() -> Body:
    """SYSPRO reckons a part in pieces: 0.666667 x 57955 is 38636.69, and not 38636.67."""
    parts = [
        {"id": place, "amount": amount, "account": account()}
        for place, amount in enumerate(("38636.67", "193183.33"))
    ]
    one = line(10421, quantity="1", price="1", total_cost="1.00")
    four = line(10422, quantity="4", price="57955", total_cost="231820.00", spend_allocation=parts)
    return order(
        1042,
        order_items=[one, four],
        subtotal="231821.00",
        discount={"value": "16.78", "type": "percentage"},
        total="192921.44",
    )


@settings(max_examples=120, deadline=None)
@example(with_a_discount_over_accounts())
@given(orders())
def test_order_when_planned_then_its_money_ties_and_no_cent_is_lost(body: Body) -> None:
    world = ready_world()
    if seen(world, body) != "ready":
        reason = world.document(*ORDER)["reason"]
        assert reason in {"PRICE_PRECISION", "TOTAL_MISMATCH"}
        return
    payload = world.command(*ORDER)["payload"]
    values = {
        item["item_id"]: Decimal(item["quantity"]) * Decimal(item["price"])
        for item in payload["lines"]
    }
    for item in body["order_items"]:
        own = [value for key, value in values.items() if key.partition("/")[0] == str(item["id"])]
        assert abs(sum(own) - Decimal(item["total_cost"])) <= CENT
    off = sum(taken_off(item, cents(values[item["item_id"]])) for item in payload["lines"])
    discount = Decimal(body["discount"]["value"])
    if body["discount"]["type"] == "percentage":
        discount = discount * Decimal(body["subtotal"]) / 100
    assert off == cents(discount)
    charges = sum(Decimal(item["value"]) for item in payload.get("charge_lines", ()))
    found = sum(values.values()) - off + charges
    assert abs(found - Decimal(body["total"])) <= Decimal("0.05")


@settings(max_examples=60, deadline=None)
@given(orders(), orders())
def test_order_when_sent_and_read_back_then_nothing_is_left_to_send(
    first: Body, second: Body
) -> None:
    world = ready_world()
    if seen(world, first) != "ready":
        return
    post(world)
    assert world.standing(*ORDER) == ("in_syspro", "")
    holds(world, *({} for _ in first["order_items"] * 3))
    assert world.standing(*ORDER) == ("in_syspro", "")

    if seen(world, second) != "ready":
        return
    post(world)

    assert world.standing(*ORDER) == ("in_syspro", "")
    assert world.commands("ready") == []


@st.composite
def orders_of_two(draw: st.DrawFn) -> Body:
    """An order of whose items some are for HQ and some for Toronto, each for one of them."""
    body = draw(orders())
    lines = [*body["order_items"], line(10430, quantity=1, price="7.77", total_cost="7.77")]
    homes = [draw(st.booleans()) for _ in lines[:-1]]
    homes[0] = True
    for item, is_home in zip(lines, [*homes, False], strict=True):
        item.pop("spend_allocation", None)
        item["account"] = placed("Engineering", 7) if is_home else toronto()
    more = Decimal("7.77")
    taken = Decimal(body["discount"]["value"])
    if body["discount"]["type"] == "percentage":
        taken = taken * (Decimal(body["subtotal"]) + more) / 100
    whole = Decimal(body["subtotal"]) + more + Decimal(body["freight"]) + Decimal(body["other"])
    said = {"subtotal": str(Decimal(body["subtotal"]) + more), "total": str(cents(whole - taken))}
    return {**body, **said, "order_items": lines}


@settings(max_examples=40, deadline=None)
@given(orders_of_two())
def test_order_when_divided_then_its_parts_sum_to_it_to_the_cent(body: Body) -> None:
    world = two_companies(multi_company_orders="split")
    world.policy(multi_company_orders="split")
    assert seen(world, body) == "divided"

    parts = [world.document("order_part", f"{name}/1042") for name in ("EDU1", "EDU2")]
    amounts = sum(Decimal(part["amount"]) for part in parts)
    assert abs(amounts - Decimal(body["total"])) <= CENT
    if any(part["state"] != "ready" for part in parts):
        assert {part["reason"] for part in parts} <= {"", "PRICE_PRECISION", "TOTAL_MISMATCH"}
        return
    payloads = [row["payload"] for row in world.commands("ready")]
    listed = sorted(item["item_id"] for payload in payloads for item in payload["lines"])
    assert listed == sorted(str(item["id"]) for item in body["order_items"])
    charges = sum(
        Decimal(item["value"]) for payload in payloads for item in payload.get("charge_lines", ())
    )
    assert charges == Decimal(body["freight"]) + Decimal(body["other"])
    values = {
        item["item_id"]: cents(Decimal(item["quantity"]) * Decimal(item["price"]))
        for payload in payloads
        for item in payload["lines"]
    }
    lines = [item for payload in payloads for item in payload["lines"]]
    off = sum(taken_off(item, values[item["item_id"]]) for item in lines)
    discount = Decimal(body["discount"]["value"])
    if body["discount"]["type"] == "percentage":
        discount = discount * Decimal(body["subtotal"]) / 100
    assert abs(off - cents(discount)) <= CENT
