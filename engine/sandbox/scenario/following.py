"""What was written into the ledgers since one last looked; after a restore all of it again."""

from collections.abc import Iterable, Iterator, Sequence

from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.writes import Write


class Following:
    """Follows the writes of every company's ledger."""

    def __init__(self, ledgers: Iterable[Ledger]) -> None:
        self._companies = [(ledger.company, _NewWrites(ledger.writes)) for ledger in ledgers]

    def take(self) -> Iterator[tuple[str, Write]]:
        """The company and the write of what is new."""
        for company, writes in self._companies:
            for write in writes.take():
                yield company, write


class _NewWrites:
    """The new writes of one ledger."""

    def __init__(self, writes: Sequence[Write]) -> None:
        self._writes = writes
        self._read = 0
        self._newest: Write | None = None

    def take(self) -> list[Write]:
        """What is new."""
        writes = self._writes
        known = writes[self._read - 1 : self._read] if self._read else []
        if self._read and (not known or known[0] is not self._newest):
            self._read = 0
        new = list(writes[self._read :])
        self._read = len(writes)
        self._newest = writes[-1] if writes else None
        return new
