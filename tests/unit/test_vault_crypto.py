"""Secrets and key-encryption keys without a database."""

import copy
import pickle
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Malformed, Misconfigured
from engine.vault import NONCE_BYTES, VERSION, Kek, Secret

KEY_ID = UUID(int=7)


def test_secret_when_shown_in_any_way_then_three_stars() -> None:
    secret = Secret("canary")
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>10}",
        f"{secret!r}",
        f"{[secret]}",
    ):
        assert "canary" not in shown
        assert "***" in shown
    assert "%s" % secret == "***"  # noqa: UP031
    assert secret.reveal() == "canary"


def test_secret_when_compared_then_by_its_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert not Secret("")
    assert Secret("a")


def test_secret_when_pickled_or_copied_then_refused() -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            attempt(Secret("canary"))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_wrap_when_unwrapped_then_the_same_key_and_never_the_same_bytes(
    kek_bytes: bytes, tenant_key: bytes
) -> None:
    kek = Kek(kek_bytes)
    wrapped = kek.wrap("acme", KEY_ID, tenant_key)
    assert kek.unwrap("acme", KEY_ID, wrapped) == tenant_key
    assert wrapped.startswith(VERSION)
    assert len(wrapped) == 1 + NONCE_BYTES + 32 + 16
    assert tenant_key not in wrapped
    assert kek.wrap("acme", KEY_ID, tenant_key) != wrapped


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=255))
def test_unwrap_when_any_byte_is_changed_then_malformed(place: int, change: int) -> None:
    kek = Kek(b"k" * 32)
    wrapped = bytearray(kek.wrap("acme", KEY_ID, b"d" * 32))
    wrapped[place] ^= change
    with pytest.raises(Malformed):
        kek.unwrap("acme", KEY_ID, bytes(wrapped))


@pytest.mark.parametrize(
    ("tenant", "key_id", "key"),
    [("other", KEY_ID, b"k" * 32), ("acme", UUID(int=8), b"k" * 32), ("acme", KEY_ID, b"x" * 32)],
)
def test_unwrap_when_the_place_or_the_key_is_another_then_malformed(
    tenant: str, key_id: UUID, key: bytes
) -> None:
    wrapped = Kek(b"k" * 32).wrap("acme", KEY_ID, b"d" * 32)
    with pytest.raises(Malformed):
        Kek(key).unwrap(tenant, key_id, wrapped)


def test_kek_when_named_then_the_name_tells_keys_apart_and_gives_nothing_away() -> None:
    one, same, other = Kek(b"k" * 32), Kek(b"k" * 32), Kek(b"o" * 32)
    assert one.id == same.id != other.id
    assert len(one.id) == 16
    with pytest.raises(Misconfigured, match="32 bytes"):
        Kek(b"k" * 31)
