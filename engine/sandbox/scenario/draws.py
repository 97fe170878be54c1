"""Whole numbers that a text alone decides, the same on every machine and version of Python. Pure.

The standard library promises that for `Random.random()` only, not for what is chosen by it.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, TypeVar

T = TypeVar("T")
_DIGEST_BITS: Final = 512
_SPARE_BITS: Final = 32


class Draws:
    """Drawn one after the other from digests of the text; a bias is below one in 2³²."""

    __slots__ = ("_bits", "_pool", "_text", "_turn")

    def __init__(self, text: str) -> None:
        self._text = text
        self._turn = 0
        self._pool = 0
        self._bits = 0

    def below(self, bound: int) -> int:
        """A number from 0 to one less than the bound."""
        bits = bound.bit_length()
        if self._bits < bits + _SPARE_BITS:
            digest = blake2b(f"{self._text}/{self._turn}".encode()).digest()
            self._turn += 1
            self._pool, self._bits = int.from_bytes(digest, "big"), _DIGEST_BITS
        self._bits -= bits
        self._pool, drawn = divmod(self._pool, bound)
        return drawn

    def between(self, low: int, high: int) -> int:
        """A number from the first to the last of these two."""
        return low + self.below(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def two_of(self, items: Sequence[T]) -> tuple[T, T]:
        """Two of the items, not from the same place."""
        first = self.below(len(items))
        second = self.below(len(items) - 1)
        return items[first], items[second + (second >= first)]

    def happens(self, percent: int) -> bool:
        """True in so many cases of a hundred."""
        return self.below(100) < percent
