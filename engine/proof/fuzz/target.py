"""What is fuzzed: a check that raises when a promise is broken, and where inputs start. Pure."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

T = TypeVar("T")
Check = Callable[[bytes], None]


class Broken(Exception):
    """A reader did not keep a promise; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One reader: its name in the evidence, its check, good and wicked samples to start from.

    `bombs` are tried as they are, and no others are made from them.
    """

    name: str
    check: Check
    samples: Sequence[bytes]
    bombs: Sequence[bytes] = ()


def keep(is_kept: bool, promise: str) -> None:
    """The promise is kept; raises `Broken` when it is not."""
    if not is_kept:
        raise Broken(promise)


def finished(coroutine: Coroutine[object, None, T]) -> T:
    """What a coroutine returns that has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast(T, done.value)
    coroutine.close()
    raise Broken("waits for something while it reads")
