"""Merkle checkpoints and proofs, against RFC 6962's recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.log.merkle import (
    Checkpoint,
    Frontier,
    checkpoint,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
)

SIZES = range(1, 18)


def leaves_of(count: int) -> list[bytes]:
    return [sha256(str(index).encode()).digest() for index in range(count)]


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, written out."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = defined_root(leaves[:split]) + defined_root(leaves[split:])
    return sha256(b"\x01" + both).digest()


@pytest.mark.parametrize("count", range(34))
def test_checkpoint_when_any_size_then_the_defined_root(count: int) -> None:
    leaves = leaves_of(count)
    assert checkpoint(leaves) == Checkpoint(size=count, root=defined_root(leaves))


def test_frontier_when_grown_then_each_size_has_its_root() -> None:
    frontier = Frontier()
    for count, leaf in enumerate(leaves_of(20), start=1):
        frontier.add(leaf)
        assert frontier.checkpoint().root == defined_root(leaves_of(count))


@pytest.mark.parametrize("count", SIZES)
def test_inclusion_when_proved_then_only_the_leaf_at_its_place(count: int) -> None:
    leaves, of = leaves_of(count), checkpoint(leaves_of(count))
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(leaves, index)
        assert is_included(leaf, index, proof, of)
        assert not is_included(b"other", index, proof, of)
        assert not is_included(leaf, index, [*proof, leaf], of)
        assert not is_included(leaf, index, proof[:-1], of) or not proof
        for elsewhere in set(range(-1, count + 1)) - {index}:
            assert not is_included(leaf, elsewhere, proof, of)


@pytest.mark.parametrize("count", SIZES)
def test_consistency_when_only_added_to_then_shown(count: int) -> None:
    leaves, new = leaves_of(count), checkpoint(leaves_of(count))
    for old_size in range(1, count + 1):
        old = checkpoint(leaves[:old_size])
        proof = consistency_proof(leaves, old_size)
        assert is_consistent(old, new, proof)
        assert not is_consistent(Checkpoint(size=old_size, root=bytes(32)), new, proof)
        assert not is_consistent(old, Checkpoint(size=count, root=bytes(32)), proof)
        assert not is_consistent(old, new, [*proof, bytes(32)])
        if proof:
            assert not is_consistent(old, new, proof[:-1])


def test_consistency_when_older_is_empty_or_larger_then_by_definition() -> None:
    nothing, three = checkpoint([]), checkpoint(leaves_of(3))
    assert is_consistent(nothing, three, ())
    assert not is_consistent(nothing, three, (bytes(32),))
    assert not is_consistent(three, checkpoint(leaves_of(2)), ())
    assert not is_consistent(three, checkpoint(leaves_of(5)), ())


@given(st.integers(1, 40), st.data())
def test_consistency_d05_when_the_past_was_rewritten_then_not_shown(
    count: int, draw: st.DataObject
) -> None:
    old_size = draw.draw(st.integers(1, count))
    index = draw.draw(st.integers(0, old_size - 1))
    leaves = leaves_of(count)
    old = checkpoint(leaves[:old_size])
    leaves[index] = b"rewritten"
    assert not is_consistent(old, checkpoint(leaves), consistency_proof(leaves, old_size))


def test_proofs_when_asked_for_what_is_not_there_then_refused() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(leaves_of(3), 3)
    with pytest.raises(IndexError):
        consistency_proof(leaves_of(3), 4)
