"""Which documents of a ledger people typed at its screens, and which they changed last.

Read from the list of writes, of which only the new ones are looked at; after a backup was put back
it is read from the beginning. Pure.
"""

from collections.abc import Sequence
from typing import Final

from engine.sandbox.syspro.tables import Key
from engine.sandbox.syspro.writes import CLERK, Write, WriteKind

_FIRST: Final = frozenset({"A", "I", "Add"})


class Hands:
    """Follows the writes of one ledger."""

    def __init__(self, writes: Sequence[Write]) -> None:
        self._writes = writes
        self._typed: set[tuple[WriteKind, Key]] = set()
        self._touched: set[tuple[WriteKind, Key]] = set()
        self._overwritten: set[tuple[WriteKind, Key]] = set()
        self._newest: Write | None = None
        self._read = 0

    def typed(self, kind: WriteKind, key: Key) -> bool:
        """Whether a person put the document there."""
        self._follow()
        return (kind, key) in self._typed

    def touched(self, kind: WriteKind, key: Key) -> bool:
        """Whether the newest write of the document is a person's."""
        self._follow()
        return (kind, key) in self._touched

    def overwritten(self, kind: WriteKind, key: Key) -> bool:
        """Whether the document was written over e.net after a person had changed it."""
        self._follow()
        return (kind, key) in self._overwritten

    def _follow(self) -> None:
        writes = self._writes
        is_behind = len(writes) < self._read
        if is_behind or (self._read and writes[self._read - 1] is not self._newest):
            self._typed.clear()
            self._touched.clear()
            self._overwritten.clear()
            self._read = 0
        for write in writes[self._read :]:
            name = (write.kind, write.key)
            if write.operator != CLERK:
                if name in self._touched:
                    self._overwritten.add(name)
                self._touched.discard(name)
                continue
            self._touched.add(name)
            if write.action in _FIRST:
                self._typed.add(name)
        self._read = len(writes)
        self._newest = writes[-1] if writes else None
