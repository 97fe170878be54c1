"""Stored bodies are canonical, whichever way they were written."""

import json
import math
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import JsonValue, canonical, loads, written
from engine.log.entry import body_of
from engine.log.upcast import Upcaster

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63 - 2, 2**64 + 2)
    | st.integers(-(2**63) - 2, -(2**63) + 2)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


def plain(value: JsonValue) -> object:
    """What the docstring promises, written out once more for the standard library's writer."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    is_wide = type(value) is int and not -(2**63) <= value < 2**63
    return str(value) if is_wide else value


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_written_when_any_body_then_the_canonical_bytes(body: dict[str, JsonValue]) -> None:
    octets, is_as_read = written(body)
    text = json.dumps(plain(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert octets == text.encode()
    assert octets == canonical(body)
    assert not is_as_read or body_of(octets, "T", 1, 1, Upcaster())[1] == body


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_body_of_when_stored_and_read_then_what_canonical_kept(body: dict[str, JsonValue]) -> None:
    stored, _ = written(body)
    _, read = body_of(stored, "T", 1, 1, Upcaster())
    assert read is not None
    assert canonical(read) == stored
    if "\\u0000" not in stored.decode():
        assert canonical(loads(stored)) == stored


@pytest.mark.parametrize("value", [0.5, math.nan, b"", {1}, object()])
def test_written_when_a_float_or_a_stranger_is_within_then_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        canonical({"a": [value]}).index(b"never")
    if not isinstance(value, bytes | set):
        with pytest.raises(TypeError):
            written({"a": [value]})


def test_written_when_a_decimal_is_within_then_its_digits_and_not_as_read() -> None:
    body: dict[str, JsonValue] = {"a": [Decimal("1E+3"), Decimal("12.30")], "b": None}
    assert written(body) == (b'{"a":["1E+3","12.30"],"b":null}', False)


def test_written_when_body_is_another_mapping_then_as_canonical() -> None:
    assert written(MappingProxyType({"b": 1, "a": (2,)})) == (b'{"a":[2],"b":1}', False)


def test_written_when_a_key_is_no_text_then_as_canonical() -> None:
    body: Any = {"b": {2: "x"}}
    assert written(body) == (canonical(body), False)
