"""What lists print of documents that nobody made: the same as of those that were made."""

from dataclasses import replace
from datetime import date

import orjson
import pytest

from engine.sandbox.procurify.order_shapes import order_row, order_text
from engine.sandbox.procurify.printing import kept_by_row
from engine.sandbox.scenario.bills import line_of_bill
from engine.sandbox.scenario.scenario import Kind, Scenario, build_scenario


@pytest.fixture(scope="module", params=["standard", "month"])
def scenario(request: pytest.FixtureRequest) -> Scenario:
    kind: Kind = request.param
    return build_scenario(seed=11, documents=260, anchor=date(2026, 11, 23), kind=kind)


def test_order_when_sketched_then_only_its_lines_ids_differ(scenario: Scenario) -> None:
    for identity in scenario.orders.ids:
        made, sketch = scenario.orders.make(identity), scenario.orders.sketch(identity)
        lines = tuple(replace(line, id=identity * 10 + line.id) for line in sketch.lines)
        assert replace(sketch, lines=lines) == made


def test_bill_when_sketched_then_all_that_a_list_shows_is_alike(scenario: Scenario) -> None:
    for identity in scenario.bills.ids:
        made, sketch = scenario.bills.make(identity), scenario.bills.sketch(identity)
        ids = [line_of_bill(identity, line.id) for line in sketch.lines]
        assert ids == [line.id for line in made.lines]
        assert sketch.grand_total == made.grand_total
        assert replace(sketch, lines=(), costs=()) == replace(made, lines=(), costs=())


def test_order_when_printed_in_parts_then_it_is_the_whole_row(scenario: Scenario) -> None:
    for order in scenario.orders[:40]:
        whole = orjson.loads(orjson.dumps(order_row(order)))
        assert orjson.loads(orjson.dumps(order_text(order))) == whole


def test_row_when_another_has_its_id_then_what_was_made_of_the_first_is_not_taken(
    scenario: Scenario,
) -> None:
    made: list[str] = []
    name_of = kept_by_row(lambda vendor: made.append(vendor.name) or vendor.name)
    first = scenario.vendors[0]
    other = replace(first, name="Other")
    assert [name_of(row) for row in (first, first, other)] == [first.name, first.name, "Other"]
    assert made == [first.name, "Other"]


def test_bill_when_its_status_is_drawn_alone_then_the_made_one_has_it(scenario: Scenario) -> None:
    paid = {bill.id for bill in scenario.bills if (bill.status, bill.type) == (4, 0)}
    assert paid
    assert scenario.bills.paid == paid
