"""Identities stay the same on every machine and survive what SYSPRO does to keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.keys import (
    CROCKFORD,
    DocumentKey,
    canonical_uuid,
    command_key,
    comparable_key,
    external_key,
    is_external_key,
)
from engine.errors import Malformed

TEXT = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


@given(TEXT, TEXT, st.integers(1, 9))
def test_external_key_s28_when_made_then_syspro_cannot_change_it(
    tenant: str, identity: str, generation: int
) -> None:
    document = DocumentKey(source="acme", kind="bill", id=identity)
    key = external_key(tenant, document, generation)
    assert is_external_key(key)
    assert len(key) == 17
    assert key.startswith("P2")
    assert key == key.upper().strip().lstrip("0")
    key.encode("cp1252")
    assert key == external_key(tenant, document, generation)
    assert key != external_key(tenant, document, generation + 1)


@given(st.integers(2, 15), st.sampled_from(CROCKFORD))
def test_external_key_when_one_character_is_mistyped_then_mostly_refused(
    place: int, other: str
) -> None:
    key = external_key("acme", DocumentKey(source="acme", kind="bill", id="1"))
    mistyped = key[:place] + other + key[place + 1 :]
    distance = abs(CROCKFORD.index(other) - CROCKFORD.index(key[place]))
    assert is_external_key(mistyped) == (distance in (0, 31))


@pytest.mark.parametrize("text", ["", "P2", "PF1042", "P2" + "I" * 15, "P2" + "0" * 16])
def test_is_external_key_when_not_of_the_form_then_refused(text: str) -> None:
    assert not is_external_key(text)


def test_canonical_uuid_when_spelt_three_ways_then_one_identity() -> None:
    bare = "3cda5ef4ac1a401bb6619e4a5d87c10d"
    assert canonical_uuid(bare) == bare
    assert canonical_uuid("3CDA5EF4-AC1A-401B-B661-9E4A5D87C10D") == bare
    assert canonical_uuid(bare.upper()) == bare


@pytest.mark.parametrize("text", ["", "xyz", "3cda5ef4", "3cda5ef4-ac1a401bb6619e4a5d87c10d"])
def test_canonical_uuid_when_it_is_none_then_refused(text: str) -> None:
    with pytest.raises(Malformed):
        canonical_uuid(text)


@pytest.mark.parametrize(
    ("given_key", "compares_as"),
    [
        ("000547", "547"),
        ("000000000000547", "547"),
        (" 00001", "1"),
        ("000", "0"),
        ("Z01308", "Z01308"),
        ("V000118 ", "V000118"),
        ("", ""),
    ],
)
def test_comparable_key_s28_when_padded_then_equal(given_key: str, compares_as: str) -> None:
    assert comparable_key(given_key) == compares_as


def test_document_key_when_printed_then_it_reads_back() -> None:
    key = DocumentKey(source="acme", kind="purchase_order", id="1042")
    assert str(key) == "purchase_order:acme/1042"
    assert DocumentKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "bill", "bill:acme", "bill:/1", ":acme/1", "bill:acme/"])
def test_document_key_when_malformed_then_refused(text: str) -> None:
    with pytest.raises(Malformed):
        DocumentKey.parse(text)


def test_command_key_when_any_part_differs_then_another_command() -> None:
    document = DocumentKey(source="acme", kind="bill", id="1")
    base = ("acme", document, "EDU1", "", "add", "r1")
    keys = {
        command_key(*base),
        command_key("beta", *base[1:]),
        command_key(*base[:2], "EDU2", *base[3:]),
        command_key(*base[:3], "A", *base[4:]),
        command_key(*base[:4], "change", "r1"),
        command_key(*base[:5], "r2"),
        command_key(*base, generation=2),
    }
    assert len(keys) == 7
    assert command_key(*base) == command_key(*base)
