"""Numbers that a list never showed though it shows some before and after them.

Procurify numbers orders as they are made, and hides none for good that was purchased; a gap is
an order that was never purchased, that our user may not see, or that the lists lost. Only asking
tells (reliability.md P19; that numbers are given in order is unverified). Pure.
"""

from collections.abc import Collection, Iterable
from itertools import pairwise

MOST_AT_ONCE = 50


def missing_numbers(
    known: Iterable[str], asked: Collection[str], most: int = MOST_AT_ONCE
) -> list[str]:
    """The latest of the numbers between the known ones that were not asked for, at most so many."""
    numbers = sorted({int(key) for key in known if key.isascii() and key.isdigit()}, reverse=True)
    found: list[str] = []
    for above, below in pairwise(numbers):
        for number in range(above - 1, below, -1):
            if len(found) >= most:
                return found
            if str(number) not in asked:
                found.append(str(number))
    return found
