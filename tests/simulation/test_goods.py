"""The judgement over goods: more in Procurify was received twice, less is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from engine.proof.simulation.goods import goods_breaches


@dataclass(frozen=True)
class Received:
    item: int
    passed: Decimal


def books(syspro: Mapping[str, int], procurify: Mapping[int, tuple[int, ...]]) -> Any:
    """Lines of orders by catalogue text, receipts by order item; every item is order 1's."""
    rows = [
        {"MSupCatalogue": catalogue, "MReceivedQty": Decimal(received)}
        for catalogue, received in syspro.items()
    ]
    receipts = [
        Received(item=item, passed=Decimal(passed))
        for item, several in procurify.items()
        for passed in several
    ]
    table = SimpleNamespace(in_order=lambda: rows)
    ledger = SimpleNamespace(tables={"PorMasterDetail": table})
    return cast(
        "Any",
        SimpleNamespace(
            world=SimpleNamespace(companies=[ledger]),
            tenant=SimpleNamespace(
                desk=SimpleNamespace(receipts=dict(enumerate(receipts))),
                order_with_line=lambda item: SimpleNamespace(id=1),
            ),
        ),
    )


def test_goods_when_both_books_say_the_same_then_nothing_is_said() -> None:
    assert goods_breaches(
        books({"PI-7": 10, "a lamp": 3}, {7: (4, 6), 8: (2,)}), shown=(), given=()
    ) == ([], 0)


def test_goods_when_received_again_in_procurify_then_a_duplicate() -> None:
    said = "I1: item 7 was received twice: 14 in Procurify, 10 in SYSPRO"
    assert goods_breaches(books({"PI-7": 10}, {7: (4, 6, 4)}), shown=(), given=()) == ([said], 1)


def test_goods_when_not_told_then_lost_unless_a_person_is_shown_them() -> None:
    said = "I2: goods of item 7 are not told: 4 in Procurify, 10 in SYSPRO"
    one = books({"PI-7": 10}, {7: (4,)})
    assert goods_breaches(one, shown=(), given=()) == ([said], 0)
    assert goods_breaches(one, shown={("receipt_report", "7")}, given=()) == ([], 0)


def test_goods_when_a_person_was_given_their_order_in_doubt_then_they_wait_for_that_person() -> (
    None
):
    one = books({"PI-7": 10}, {7: (4,)})
    assert goods_breaches(one, shown=(), given={("purchase_order", "1")}) == ([], 0)
    assert goods_breaches(one, shown=(), given={("purchase_order", "2")})[0]
    assert goods_breaches(one, shown={("purchase_order", "1")}, given=())[0]
    twice = books({"PI-7": 10}, {7: (14,)})
    assert goods_breaches(twice, shown=(), given={("purchase_order", "1")})[1] == 1
