"""Scenes of a story: each goes on when what it waits for was written into a ledger, or received.

A scene is an iterator: what it yields is what it waits for next; its end is its end.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

MOST_AT_ONCE: Final = 200
"""How many scenes go on in one tick, at most."""
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """What a scene waits for: looked at when it begins to wait, and whenever the key is told."""

    key: Key
    is_met: Callable[[], bool]


Scene: TypeAlias = Iterator[Until]


class Scenes:
    """The scenes that have begun and are not over; `left` counts them."""

    def __init__(self) -> None:
        self._ready: deque[Scene] = deque()
        self._waiting: dict[Key, list[tuple[Until, Scene]]] = {}
        self.left = 0

    def begin(self, scene: Scene) -> None:
        """The scene goes on from the next tick."""
        self.left += 1
        self._ready.append(scene)

    def tell(self, keys: Iterable[Key]) -> None:
        """Something happened under these keys: who waited for just that goes on."""
        for key in keys:
            waiting = self._waiting.pop(key, None)
            if waiting is None:
                continue
            for until, scene in waiting:
                self._place(until, scene)

    def tick(self) -> None:
        """Every scene that may go on has, a step each."""
        for _ in range(min(len(self._ready), MOST_AT_ONCE)):
            scene = self._ready.popleft()
            until = next(scene, None)
            if until is None:
                self.left -= 1
            else:
                self._place(until, scene)

    def _place(self, until: Until, scene: Scene) -> None:
        if until.is_met():
            self._ready.append(scene)
        else:
            self._waiting.setdefault(until.key, []).append((until, scene))
