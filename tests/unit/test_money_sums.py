"""Amounts: exact, half up, and shares that sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import JsonValue
from engine.core.money import plain, read_amount, share, to_cents, to_price, to_quantity, total

AMOUNTS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


def test_amounts_when_rounded_then_half_goes_up() -> None:
    assert to_cents(Decimal("0.005")) == Decimal("0.01")
    assert to_cents(Decimal("-0.005")) == Decimal("-0.01")
    assert to_price(Decimal("1.000005")) == Decimal("1.00001")
    assert to_quantity(Decimal("1.0000005")) == Decimal("1.000001")


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (12, Decimal(12)),
        (Decimal("1.50"), Decimal("1.50")),
        ("  38.400000 ", Decimal("38.4")),
        ("1e3", Decimal(1000)),
        ("38,400.00", None),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e13", None),
        (True, None),
        (None, None),
        ([1], None),
    ],
)
def test_amount_when_read_then_only_numbers_are(value: JsonValue, amount: Decimal | None) -> None:
    assert read_amount(value) == amount


@pytest.mark.parametrize(
    ("text", "shown"),
    [("12.50000", "12.5"), ("100", "100"), ("1E+2", "100"), ("0.00", "0"), ("-0", "0")],
)
def test_amount_when_made_plain_then_its_text_is_one(text: str, shown: str) -> None:
    assert str(plain(Decimal(text))) == shown


def test_shares_when_they_do_not_divide_then_the_largest_takes_the_rest() -> None:
    thirds = [Decimal(1), Decimal(1), Decimal(1)]
    assert share(Decimal("100.00"), thirds) == (
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    )
    assert share(Decimal("10.00"), [Decimal(1), Decimal(2)]) == (Decimal("3.33"), Decimal("6.67"))
    assert share(Decimal(5), []) == ()
    assert share(Decimal(5), [Decimal(0), Decimal(0)]) == (Decimal(5), Decimal(0))


@given(AMOUNTS, st.lists(st.integers(0, 1000).map(Decimal), min_size=1, max_size=9))
def test_shares_when_summed_then_they_are_the_amount(
    amount: Decimal, weights: list[Decimal]
) -> None:
    assert total(share(amount, weights)) == amount


@given(st.decimals(-(10**9), 10**9, places=8, allow_nan=False))
def test_amount_when_made_plain_then_it_is_the_same_number(amount: Decimal) -> None:
    assert plain(amount) == amount
    assert "E" not in f"{plain(amount):f}"
