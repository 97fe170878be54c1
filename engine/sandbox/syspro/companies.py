"""The companies of one server: each a database of its own, found by its id.

An id is found in any case (decision: the sheet is silent). Pure but for the ledgers it carries.
"""

from collections.abc import Iterator, Sequence

from engine.sandbox.syspro.ledger import Ledger


class Companies:
    """The ledgers of one server, at least one, in the order in which they were set up."""

    def __init__(self, ledgers: Sequence[Ledger]) -> None:
        self._by_id = {ledger.company.upper(): ledger for ledger in ledgers}
        self.first = ledgers[0]

    def __iter__(self) -> Iterator[Ledger]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __getitem__(self, company: str) -> Ledger:
        """The ledger of that company; raises `KeyError`."""
        return self._by_id[company]

    def find(self, company: str) -> Ledger | None:
        """The ledger of that company, or None."""
        return self._by_id.get(company.strip().upper())
