"""Stored bodies are canonical, whichever way they were written."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import JsonValue, canonical, loads
from engine.log.entry import body_of, octets_of
from engine.log.upcast import Upcaster

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63 - 2, 2**64 + 2)
    | st.integers(-(2**63) - 2, -(2**63) + 2)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES))
def test_octets_of_when_any_body_then_the_canonical_bytes(body: dict[str, JsonValue]) -> None:
    assert octets_of(body) == canonical(body)


@given(st.dictionaries(TEXTS, VALUES))
def test_body_of_when_stored_and_read_then_what_canonical_kept(body: dict[str, JsonValue]) -> None:
    stored = octets_of(body)
    _, read = body_of(stored, "T", 1, 1, Upcaster())
    assert read is not None
    assert canonical(read) == stored
    if "\\u0000" not in stored.decode():
        assert canonical(loads(stored)) == stored


@pytest.mark.parametrize("value", [0.5, math.nan, b"", {1}, object()])
def test_octets_of_when_a_float_or_a_stranger_is_within_then_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        canonical({"a": [value]}).index(b"never")
    if not isinstance(value, bytes | set):
        with pytest.raises(TypeError):
            octets_of({"a": [value]})


def test_octets_of_when_a_key_is_no_text_then_as_canonical() -> None:
    body: Any = {"b": {2: "x"}}
    assert octets_of(body) == canonical(body)
