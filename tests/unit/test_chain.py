"""The chain byte for byte, against a computation written out by hand."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.log.chain import GENESIS, body_digest, event_hash, microseconds

EVENT_ID = UUID("0190f5d2-7c1a-7000-8000-0123456789ab")
AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
AT_US = 1_793_611_800_123_456

FIELDS: dict[str, Any] = {
    "tenant": "acme",
    "position": 7,
    "event_id": EVENT_ID,
    "stream": "procurify/acme/bill/ü",
    "version": 3,
    "type_name": "BillChanged",
    "schema_version": 1,
    "actor": "poller",
    "run_id": "run-1",
    "correlation": "poll-9",
    "causation": 6,
    "recorded_at": AT,
    "digest": b"\x11" * 32,
    "previous": b"\x22" * 32,
}


def number(value: int) -> bytes:
    return b"\x00\x00\x00\x08" + value.to_bytes(8, "big", signed=True)


def words(value: str) -> bytes:
    octets = value.encode("utf-8")
    return len(octets).to_bytes(4, "big") + octets


def hash_of(**changed: object) -> bytes:
    return event_hash(**{**FIELDS, **changed})


def test_genesis_when_looked_at_then_32_zero_bytes() -> None:
    assert GENESIS == b"\x00" * 32


def test_body_digest_when_salted_then_sha256_of_salt_then_body() -> None:
    assert body_digest(b"salt", b"body") == sha256(b"saltbody").digest()


def test_event_hash_when_computed_by_hand_then_equal() -> None:
    by_hand = sha256(
        b"\x00"
        + number(7)
        + number(3)
        + number(1)
        + number(6)
        + number(AT_US)
        + b"\x00\x00\x00\x10"
        + bytes.fromhex("0190f5d27c1a700080000123456789ab")
        + words("acme")
        + words("procurify/acme/bill/ü")
        + words("BillChanged")
        + words("poller")
        + words("run-1")
        + words("poll-9")
        + b"\x11" * 32
        + b"\x22" * 32
    ).digest()
    assert hash_of() == by_hand


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("tenant", "acmf"),
        ("position", 8),
        ("event_id", UUID(int=1)),
        ("stream", "procurify/acme/bill/u"),
        ("version", 4),
        ("type_name", "BillChangee"),
        ("schema_version", 2),
        ("actor", "poller2"),
        ("run_id", "run-2"),
        ("correlation", ""),
        ("causation", None),
        ("recorded_at", AT + timedelta(microseconds=1)),
        ("digest", b"\x12" * 32),
        ("previous", b"\x23" * 32),
    ],
)
def test_event_hash_when_any_field_differs_then_another_hash(field: str, other: object) -> None:
    assert hash_of(**{field: other}) != hash_of()


@given(st.text(), st.text(), st.text(), st.text())
def test_event_hash_when_text_moves_between_fields_then_another_hash(
    stream: str, type_name: str, other_stream: str, other_type: str
) -> None:
    try:
        one = hash_of(stream=stream, type_name=type_name)
        other = hash_of(stream=other_stream, type_name=other_type)
    except UnicodeEncodeError:
        return
    assert (one == other) == ((stream, type_name) == (other_stream, other_type))


def test_microseconds_when_in_another_zone_then_the_same_instant() -> None:
    assert microseconds(AT) == AT_US
    assert microseconds(AT.astimezone(timezone(timedelta(hours=-8)))) == AT_US


@given(st.integers(min_value=-(10**15), max_value=10**17))
def test_microseconds_when_built_from_a_count_then_that_count(count: int) -> None:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)
    assert microseconds(instant) == count
