"""The scenes of a month's bills: credited, changed, issued again, withdrawn, all after posting.

A change that nobody may make in SYSPRO leaves the invoice as it was.
"""

from collections.abc import Iterator

from engine.sandbox.scenario.cues import Cues
from engine.sandbox.scenario.month_bills import credit_of, reissued, with_more
from engine.sandbox.scenario.month_parts import HELD, Part
from engine.sandbox.scenario.scenes import Scene, Until
from engine.sandbox.scenario.stage import Happening, Stage


class BillScenes:
    """Makes the scene of a bill's part; `bills` are the ids that new bills take."""

    def __init__(self, stage: Stage, cues: Cues, bills: Iterator[int]) -> None:
        self._stage = stage
        self._cues = cues
        self._bills = bills

    def scene(self, part: Part, bill: int) -> Scene:
        """The scene of that bill."""
        match part:
            case Part.CHANGED:
                return self._changed(bill)
            case Part.REISSUED:
                return self._reissued(bill, next(self._bills))
            case Part.WITHDRAWN:
                return self._withdrawn(bill)
            case _:
                return self._credited(part, bill, next(self._bills))

    def _credited(self, part: Part, bill: int, credit: int) -> Iterator[Until]:
        yield self._cues.bill_there(bill)
        note = credit_of(
            self._stage.scenario.world,
            credit,
            self._stage.bill(bill),
            is_whole=part is Part.CREDITED_WHOLE,
            is_named=part is not Part.CREDITED_BY_ORDER,
        )
        self._stage.new_bill(note)
        self._stage.happened[Happening.CREDIT_NOTE] += 1

    def _changed(self, bill: int) -> Iterator[Until]:
        yield self._cues.bill_there(bill)
        posted = self._stage.bill(bill)
        self._stage.keep_bill(posted.id, posted)
        self._stage.hold_bill(posted, HELD[Part.CHANGED])
        self._stage.put_bill(with_more(posted))
        self._stage.happened[Happening.BILL_CHANGE] += 1

    def _reissued(self, bill: int, newer: int) -> Iterator[Until]:
        """The old row is withdrawn, and a newer version in its group is to be posted."""
        yield self._cues.bill_there(bill)
        posted = self._stage.bill(bill)
        made = reissued(self._stage.scenario.world, newer, posted)
        self._stage.keep_bill(made.id, posted)
        self._stage.hold_bill(made, HELD[Part.REISSUED])
        self._stage.withdraw(bill)
        self._stage.new_bill(made)
        self._stage.happened[Happening.BILL_CHANGE] += 1

    def _withdrawn(self, bill: int) -> Iterator[Until]:
        yield self._cues.bill_there(bill)
        posted = self._stage.bill(bill)
        self._stage.keep_bill(posted.id, posted)
        self._stage.hold_bill(posted, HELD[Part.WITHDRAWN])
        self._stage.withdraw(bill)
