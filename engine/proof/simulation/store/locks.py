"""Who holds a row, and who waits for it, in the order of asking.

A lock is held until its transaction ends, shared (`FOR SHARE`) or alone. Whoever cannot have it
stands in its line and is called when it is theirs: the call runs inside the call that gave the
lock up, so what a waiting statement does depends on no schedule but that of the transactions.
"""

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

SHARED: Final = True
ALONE: Final = False


@dataclass(slots=True, kw_only=True, eq=False)
class Waiting:
    """One who stands in the line of `place`; `go_on` is called when the lock is theirs."""

    owner: Hashable
    place: Hashable
    is_shared: bool
    go_on: Callable[[], None]


@dataclass(slots=True, kw_only=True)
class _Lock:
    holders: dict[Hashable, bool] = field(default_factory=dict)
    line: deque[Waiting] = field(default_factory=deque)

    def is_open_to(self, owner: Hashable, is_shared: bool) -> bool:
        """Whether no other holder is in the way."""
        others = [shared for holder, shared in self.holders.items() if holder is not owner]
        return not others or (is_shared and all(others))


class Locks:
    """The locks of one server; places and owners are compared, never read."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, _Lock] = {}
        self._held: dict[Hashable, dict[Hashable, None]] = {}
        self._waiting: dict[Hashable, Waiting] = {}
        self._due: deque[Waiting] = deque()
        self._is_serving = False

    def take(self, owner: Hashable, place: Hashable, *, is_shared: bool) -> bool:
        """Whether the owner has the lock now; it is not in line if not."""
        lock = self._locks.setdefault(place, _Lock())
        mine = lock.holders.get(owner)
        if mine is not None and (is_shared or mine is ALONE):
            return True
        is_free = lock.is_open_to(owner, is_shared) and (mine is not None or not lock.line)
        if is_free:
            self._give(lock, owner, place, is_shared)
        return is_free

    def is_deadlock(self, owner: Hashable, place: Hashable) -> bool:
        """Whether the lock will never be free for the owner, for somebody waits for the owner."""
        seen: dict[Hashable, None] = {}
        places = [place]
        while places:
            lock = self._locks[places.pop()]
            for other in (*lock.holders, *(waiting.owner for waiting in lock.line)):
                waiting = self._waiting.get(other)
                if other is not owner and other not in seen and waiting is not None:
                    seen[other] = None
                    if owner in self._locks[waiting.place].holders:
                        return True
                    places.append(waiting.place)
        return False

    def stand_in_line(self, waiting: Waiting) -> None:
        """It is called as soon as the lock is free for it and those before it were served."""
        self._locks.setdefault(waiting.place, _Lock()).line.append(waiting)
        self._waiting[waiting.owner] = waiting

    def leave(self, waiting: Waiting) -> None:
        """It is called no more."""
        lock = self._locks.get(waiting.place)
        if lock is not None and waiting in lock.line:
            lock.line.remove(waiting)
            del self._waiting[waiting.owner]
            self._serve(waiting.place)
        if waiting in self._due:
            self._due.remove(waiting)

    def waiting(self) -> int:
        """How many stand in some line."""
        return sum(len(lock.line) for lock in self._locks.values())

    def release(self, owner: Hashable) -> None:
        """The owner holds nothing any more; those who waited for it go on."""
        for place in self._held.pop(owner, {}):
            self._locks[place].holders.pop(owner, None)
            self._serve(place)

    def _give(self, lock: _Lock, owner: Hashable, place: Hashable, is_shared: bool) -> None:
        lock.holders[owner] = is_shared and lock.holders.get(owner, SHARED)
        self._held.setdefault(owner, {})[place] = None

    def _serve(self, place: Hashable) -> None:
        lock = self._locks[place]
        while lock.line and lock.is_open_to(lock.line[0].owner, lock.line[0].is_shared):
            first = lock.line.popleft()
            del self._waiting[first.owner]
            self._give(lock, first.owner, place, first.is_shared)
            self._due.append(first)
        if not lock.holders and not lock.line:
            del self._locks[place]
        self._run_due()

    def _run_due(self) -> None:
        """One after the other, also when one of them gives up locks of its own."""
        if self._is_serving:
            return
        self._is_serving = True
        try:
            while self._due:
                self._due.popleft().go_on()
        finally:
            self._is_serving = False
