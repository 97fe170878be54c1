"""What scenarios are made of: drawn numbers, uuids that tell ids, documents made on demand."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sandbox.scenario.draws import Draws
from engine.sandbox.scenario.finding import Finder
from engine.sandbox.scenario.identifiers import Identifiers, dashed
from engine.sandbox.scenario.scenario import Scenario, build_scenario

ANCHOR = date(2026, 11, 23)
ids = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return build_scenario(seed=7, documents=200, anchor=ANCHOR)


@given(text=st.text(max_size=20), bounds=st.lists(st.integers(1, 10**9), max_size=60))
def test_draws_when_the_text_is_the_same_then_so_are_they_and_below_their_bounds(
    text: str, bounds: list[int]
) -> None:
    first, second = Draws(text), Draws(text)
    drawn = [first.below(bound) for bound in bounds]
    assert drawn == [second.below(bound) for bound in bounds]
    assert all(0 <= number < bound for number, bound in zip(drawn, bounds, strict=True))


def test_draws_when_many_then_each_number_comes_about_as_often() -> None:
    draws = Draws("many")
    counts = Counter(draws.below(10) for _ in range(10_000))
    assert all(800 < counts[number] < 1_200 for number in range(10))
    assert 6_000 < sum(draws.happens(65) for _ in range(10_000)) < 7_000


def test_draws_when_two_are_wanted_then_they_are_of_different_places() -> None:
    draws = Draws("two")
    assert {draws.two_of("abc") for _ in range(200)} == {
        ("a", "b"),
        ("a", "c"),
        ("b", "a"),
        ("b", "c"),
        ("c", "a"),
        ("c", "b"),
    }


@given(seed=st.integers(), identity=ids, other=ids)
def test_uuid_when_made_then_it_is_a_version_4_one_that_tells_its_id(
    seed: int, identity: int, other: int
) -> None:
    uuids = Identifiers(seed, "bill")
    uuid = uuids.uuid_of(identity)
    assert len(uuid) == 32
    assert (dashed(uuid)[14], dashed(uuid)[19] in "89ab") == ("4", True)
    assert uuids.id_of(uuid) == identity
    assert (uuids.uuid_of(other) == uuid) is (other == identity)
    assert Identifiers(seed, "order").id_of(uuid) is None


@pytest.mark.parametrize("text", ["", "x" * 32, "f" * 33, "0" * 32, "+" + "1" * 31])
def test_uuid_when_it_is_nobody_s_then_it_tells_no_id(text: str) -> None:
    assert Identifiers(7, "bill").id_of(text) is None


@given(seed=st.integers(0, 1000), documents=st.integers(20, 120))
@settings(max_examples=15)
def test_glance_when_documents_are_made_then_they_say_the_same(seed: int, documents: int) -> None:
    made = build_scenario(seed=seed, documents=documents, anchor=ANCHOR)
    orders, bills = made.orders, made.bills
    assert [len(order.lines) for order in orders] == list(orders.sizes)
    assert [order.state for order in orders] == list(orders.states)
    assert [int(bill.grand_total * 100) for bill in bills] == list(bills.totals)
    assert [bill.currency.id for bill in bills] == list(bills.currencies)


def test_documents_when_made_twice_then_they_are_equal(scenario: Scenario) -> None:
    assert scenario.orders[5] == scenario.orders[5]
    assert scenario.bills[-1] == scenario.bills[len(scenario.bills) - 1]
    assert scenario.orders[2:4] == list(scenario.orders)[2:4]


def test_finder_when_asked_for_what_documents_are_called_then_it_finds_each(
    scenario: Scenario,
) -> None:
    finder = Finder(scenario)
    for order in scenario.orders:
        assert finder.order_of_number(order.number) == order.id
        assert finder.order_of_uuid(order.uuid.replace("-", "")) == order.id
        assert {finder.order_of_line(line.id) for line in order.lines} == {order.id}
        assert order.id in finder.orders_of_vendor(order.vendor.id)
    for bill in scenario.bills:
        assert finder.bill_of_uuid(bill.uuid) == bill.id
        assert not bill.invoice_number or bill.id in finder.bills_of_number(bill.invoice_number)
        assert list(finder.bills_of_group(bill.group)) == [bill.id]
        assert bill.id in finder.bills_of_vendor(bill.vendor.id)
        assert all(list(finder.bills_of_order(order.id)) == [bill.id] for order in bill.orders)


def test_finder_when_nothing_is_called_so_then_nothing_is_found(scenario: Scenario) -> None:
    finder = Finder(scenario)
    assert finder.order_of_number("PF999999") is None
    assert finder.order_of_number("1042") is None
    assert finder.order_of_line(scenario.orders[0].id * 10 + 9) is None
    assert finder.bills_of_number("INV-1") == finder.bills_of_number("") == []
    assert finder.bills_of_group(5) == finder.bills_of_order(5) == []
    assert finder.orders_of_vendor(1) == finder.bills_of_vendor(1) == []


def test_scenario_when_large_then_its_vendors_are_ten_thousand_at_most() -> None:
    large = build_scenario(seed=7, documents=60_000, anchor=ANCHOR)
    assert len(large.orders) + len(large.bills) == 60_000
    assert 9_000 < len(large.vendors) <= 10_003
