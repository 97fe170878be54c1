"""JSON is read strictly and written in one form."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import canonical, digest, loads
from engine.errors import Malformed

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.decimals(allow_nan=False, allow_infinity=False, places=4)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00")), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"12345678901234567.89", Decimal("12345678901234567.89")),
        (b"12.30", Decimal("12.30")),
        (b"1e3", Decimal("1E+3")),
        (b"-0.00", Decimal("-0.00")),
        (b"9007199254740993", 9007199254740993),
    ],
)
def test_loads_when_a_number_has_digits_then_none_is_lost(raw: bytes, expected: object) -> None:
    value = loads(raw)
    assert value == expected
    assert str(value) == str(expected)


@pytest.mark.parametrize(
    "raw",
    [
        b"NaN",
        b"[Infinity]",
        b'{"a":1,"a":2}',
        b'"\\u0000"',
        b'"\\ud800"',
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
        b"\xff",
        b"1e999999",
        b"1e99999999999999999999",
        b"9" * 5000,
        b'{"a":',
        b"",
    ],
)
def test_loads_when_readers_could_differ_p16_then_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        loads(raw)


def test_canonical_when_written_then_sorted_compact_and_exact() -> None:
    value = loads('{"b": [1, 2.50, "é"], "a": {"y": null, "x": true}}'.encode())
    assert canonical(value) == '{"a":{"x":true,"y":null},"b":[1,"2.50","é"]}'.encode()


def test_canonical_when_an_integer_is_beyond_64_bits_then_it_is_text() -> None:
    assert canonical({"n": 2**63}) == b'{"n":"9223372036854775808"}'
    assert canonical({"n": 2**63 - 1}) == b'{"n":9223372036854775807}'


def test_digest_when_volatile_keys_move_then_it_stays() -> None:
    first = loads(b'{"id":1,"account":{"balance_approved":"1.00","code":"6100"}}')
    second = loads(b'{"account":{"code":"6100","balance_approved":"9.00"},"id":1}')
    assert digest(first) != digest(second)
    assert digest(first, without=["balance_approved"]) == digest(
        second, without=["balance_approved"]
    )


@given(PLAIN)
def test_canonical_when_read_again_then_it_is_a_fixed_point(value: object) -> None:
    once = canonical(value)
    assert canonical(loads(once)) == once
    json.loads(once)
