"""Merkle trees over event hashes, as RFC 6962 has them. Pure.

A chain alone cannot tell that its tail was cut or that all of it was computed anew; a checkpoint
(size and root) kept outside the database can (reliability.md §1 G4). Leaves are the events'
hashes in order of position. Leaf = SHA-256(0x00 ‖ hash), node = SHA-256(0x01 ‖ left ‖ right),
the root of no leaves SHA-256 of nothing; the left part is the largest power of two below the size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a tenant's first `size` events hash to."""

    size: int
    root: bytes


class Frontier:
    """A tree that grows by one leaf at a time and keeps only logarithmically many nodes."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """The tree has one more leaf."""
        node = _leaf(leaf)
        carried = self.size
        while carried & 1:
            node = _node(self._peaks.pop(), node)
            carried >>= 1
        self._peaks.append(node)
        self.size += 1

    def checkpoint(self) -> Checkpoint:
        """The size and root as of now."""
        if not self._peaks:
            return Checkpoint(size=0, root=sha256(b"").digest())
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = _node(peak, root)
        return Checkpoint(size=self.size, root=root)


def checkpoint(leaves: Sequence[bytes]) -> Checkpoint:
    """The checkpoint of these leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.checkpoint()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> Sequence[bytes]:
    """The nodes that lead from the leaf at `index` (from 0) to the root, nearest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return (*inclusion_proof(left, index), checkpoint(right).root)
    return (*inclusion_proof(right, index - split), checkpoint(left).root)


def is_included(leaf: bytes, index: int, proof: Sequence[bytes], of: Checkpoint) -> bool:
    """Whether the proof shows that `leaf` is at `index` of the tree of the checkpoint."""
    if not 0 <= index < of.size:
        return False
    node, place, last = _leaf(leaf), index, of.size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _node(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == of.root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> Sequence[bytes]:
    """The nodes that show the tree of the first `old_size` leaves to be a prefix of this one."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"no prefix of {old_size} among {len(leaves)}")
    return tuple(_prefix_nodes(leaves, old_size, is_whole=True))


def is_consistent(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer log only added to the older one."""
    if old.size == 0:
        return not proof
    if old.size > new.size:
        return False
    if old.size == new.size:
        return not proof and old.root == new.root
    nodes = list(proof)
    if old.size & (old.size - 1) == 0:
        nodes.insert(0, old.root)
    if not nodes:
        return False
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    former = latter = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            former, latter = _node(node, former), _node(node, latter)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            latter = _node(latter, node)
        place, last = place >> 1, last >> 1
    return last == 0 and former == old.root and latter == new.root


def _prefix_nodes(leaves: Sequence[bytes], old_size: int, *, is_whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if is_whole else [checkpoint(leaves).root]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if old_size <= split:
        return [*_prefix_nodes(left, old_size, is_whole=is_whole), checkpoint(right).root]
    return [*_prefix_nodes(right, old_size - split, is_whole=False), checkpoint(left).root]


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _leaf(octets: bytes) -> bytes:
    return sha256(b"\x00" + octets).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
