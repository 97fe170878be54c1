"""What SYSPRO's ledger was like some writes ago, for as long as a plan may want it back.

A state costs one reference a row; states are kept only while a `restore` is armed, as many as the
one that reaches furthest back needs.
"""

from collections import deque
from collections.abc import Sequence

from engine.sandbox.faults.deeds import Restore
from engine.sandbox.syspro.ledger import Ledger, Snapshot

WRITES = frozenset({"syspro.post", "syspro.setup"})


class Past:
    """States of one ledger, the newest last."""

    def __init__(self) -> None:
        self._start: Snapshot | None = None
        self._states: deque[Snapshot] = deque(maxlen=0)

    def keep(self, wanted: Sequence[Restore], ledger: Ledger) -> None:
        """What these faults may want is kept from now on; nothing if there are none."""
        deepest = max((deed.back or 0 for deed in wanted), default=0)
        self._states = deque(self._states, maxlen=deepest + 1)
        self._start = self._start or ledger.snapshot()

    def look(self, boundary: str, phase: str, ledger: Ledger) -> None:
        """The ledger before a write is a state, if any are kept."""
        if not self._states.maxlen or boundary not in WRITES or phase != "executing":
            return
        if not self._states or len(self._states[-1].writes) != ledger.sequence:
            self._states.append(ledger.snapshot())

    def restore(self, deed: Restore, ledger: Ledger) -> None:
        """The ledger is as it was; raises `ValueError` when that is further back than is known."""
        state = self._start
        if deed.back is not None:
            wanted = ledger.sequence - deed.back
            known = [past for past in self._states if len(past.writes) <= wanted]
            state = known[-1] if known else None
            if state is None and self._start and len(self._start.writes) <= wanted:
                state = self._start
        if state is None:
            raise ValueError("the ledger has no state so far back")
        ledger.restore(state)
        self._states.clear()
