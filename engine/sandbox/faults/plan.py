"""A plan of faults at work: it counts crossings, lets faults happen, and tells which did.

Deterministic: what happens depends on the order of requests alone, but for spans given in seconds.
Every entry counts for itself, from the moment that it is armed. Several faults may meet one
request: all happen in the plan's order, the first that ends or spoils the reply counts. A fault
that lasts is undone at the first request after its span. Owns no socket.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import assert_never

from engine.sandbox.faults.deeds import (
    Delay,
    Drop,
    Ending,
    Error,
    Evict,
    Hold,
    Refuse,
    Reset,
    Restore,
    State,
    Touch,
    Waiting,
)
from engine.sandbox.faults.grammar import Fault
from engine.sandbox.faults.past import Past
from engine.sandbox.faults.states import Undo, arm, begin, ledger_in, nothing, touch
from engine.sandbox.json_fields import BadInput
from engine.sandbox.world import World

MOST_FIRED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A request at one phase; `evict` ends the sessions of an operator ("" its own), or tokens."""

    boundary: str
    phase: str
    business_object: str
    path: str
    evict: Callable[[str], None] = field(repr=False)


@dataclass(slots=True, kw_only=True, eq=False)
class _Armed:
    fault: Fault
    seen: int = 0
    fired: int = 0
    began_at: float | None = None
    is_over: bool = False
    undo: Undo = nothing
    disarm: Undo = nothing

    @property
    def is_on(self) -> bool:
        """Whether a state of the world that the fault began still lasts."""
        return isinstance(self.fault.deed, State) and self.fired > 0 and not self.is_over

    def is_due(self, now: float) -> bool:
        """Whether the crossing just counted is one of those that the fault is for."""
        first, span = self.fault.place.n or 1, self.fault.span
        if self.seen < first or self.is_over:
            return False
        if span.seconds is not None:
            self.began_at = now if self.began_at is None else self.began_at
            return now - self.began_at < span.seconds
        return span.crossings is None or self.seen < first + span.crossings

    def has_run_out(self, now: float) -> bool:
        """Whether a fault that lasts by the clock is to end."""
        seconds = self.fault.span.seconds
        return (
            not self.is_over
            and seconds is not None
            and self.began_at is not None
            and now - self.began_at >= seconds
        )

    def end(self) -> None:
        """The fault is over and undone."""
        self.is_over = True
        undo, self.undo = self.undo, nothing
        undo()


class FaultPlan:
    """The faults that are armed; owned by the loop that serves the sandboxes.

    `shut` closes the port of a side ("procurify", "syspro") for so many seconds.
    """

    def __init__(
        self,
        faults: Sequence[Fault] = (),
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = list(faults)
        self._monotonic = monotonic
        self._armed: list[_Armed] = []
        self._fired: deque[dict[str, object]] = deque(maxlen=MOST_FIRED)
        self._world: World | None = None
        self._past: dict[str, Past] = {}
        self._lifted = asyncio.Event()
        self.shut: Callable[[str, float], None] = _no_door

    @property
    def is_empty(self) -> bool:
        """Whether no fault is armed."""
        return not self._armed

    def arm(self, world: World) -> None:
        """The plan works on this world, every fault counted anew."""
        faults = [armed.fault for armed in self._armed] or self._first
        self._lift()
        self._world, self._past = world, {}
        self._armed, self._first = [], []
        self._fired.clear()
        self.add(faults)

    def replace(self, faults: Sequence[Fault]) -> None:
        """These faults and no others are armed; the others are undone. Raises `BadInput`."""
        before = [armed.fault for armed in self._armed]
        self._lift()
        for armed in self._armed:
            armed.end()
            armed.disarm()
        self._armed, self._past = [], {}
        try:
            self.add(faults)
        except BadInput:
            self.add(before)
            raise

    def add(self, faults: Sequence[Fault]) -> None:
        """These faults are armed too, or none of them. Raises `BadInput`."""
        world = self._world
        if world is None:
            self._first += faults
            return
        added: list[_Armed] = []
        try:
            for fault in faults:
                armed = _Armed(fault=fault)
                if isinstance(fault.deed, State):
                    armed.disarm = arm(fault.deed, world)
                elif isinstance(fault.deed, Restore):
                    ledger_in(world, fault.deed.company)
                added.append(armed)
        except ValueError as wrong:
            for armed in added:
                armed.disarm()
            raise BadInput(f"fault {len(added) + 1}: {wrong}") from wrong
        self._armed += added
        self._keep_past(world)

    def _keep_past(self, world: World) -> None:
        """Of every company that is to be restored, the states that may be wanted are kept."""
        wanted: dict[str, list[Restore]] = {}
        for armed in self._armed:
            if isinstance(armed.fault.deed, Restore):
                company = ledger_in(world, armed.fault.deed.company).company
                wanted.setdefault(company, []).append(armed.fault.deed)
        for company, deeds in wanted.items():
            past = self._past.setdefault(company, Past())
            past.keep(deeds, ledger_in(world, company))

    def settle(self) -> None:
        """What lasted by the clock and has run out is undone."""
        now = self._monotonic()
        for armed in self._armed:
            if armed.has_run_out(now):
                armed.end()

    async def meet(self, crossing: Crossing) -> Ending | None:
        """What becomes of the request here; None lets it go on."""
        if self._world is None or not self._armed:
            return None
        for company, past in self._past.items():
            past.look(crossing.boundary, crossing.phase, ledger_in(self._world, company))
        self.settle()
        outcome: Ending | None = None
        for armed, entry in self._due(crossing):
            happened = await self._happen(armed, crossing, entry)
            outcome = outcome or happened
        return outcome

    def report(self) -> dict[str, object]:
        """The armed faults with their counts, and what fired, oldest first."""
        self.settle()
        faults = [
            {
                **armed.fault.given,
                "crossings": armed.seen,
                "fired": armed.fired,
                "is_on": armed.is_on,
            }
            for armed in self._armed
        ]
        return {"faults": faults, "fired": list(self._fired)}

    def _due(self, crossing: Crossing) -> list[tuple[_Armed, dict[str, object]]]:
        """The faults that this crossing is for, each with its line in the report.

        Every fault that the crossing belongs to has counted it.
        """
        due = []
        now = self._monotonic()
        for armed in self._armed:
            place = armed.fault.place
            if not place.matches(
                crossing.boundary, crossing.phase, crossing.business_object, crossing.path
            ):
                continue
            armed.seen += 1
            if not armed.is_due(now):
                if armed.fired and not armed.is_over:
                    armed.end()
            elif not armed.is_on:
                armed.fired += 1
                due.append((armed, self._note(armed, crossing)))
        return due

    def _note(self, armed: _Armed, crossing: Crossing) -> dict[str, object]:
        entry: dict[str, object] = {
            "fault": self._armed.index(armed) + 1,
            "do": armed.fault.given.get("do"),
            "boundary": crossing.boundary,
            "phase": crossing.phase,
            "business_object": crossing.business_object,
            "path": crossing.path,
            "crossing": armed.seen,
        }
        self._fired.append(entry)
        return entry

    async def _happen(
        self, armed: _Armed, crossing: Crossing, entry: dict[str, object]
    ) -> Ending | None:
        deed = armed.fault.deed
        if isinstance(deed, Delay | Hold):
            return await self._wait(deed)
        if isinstance(deed, Drop):
            await self._sleep(deed.seconds)
            return deed
        if isinstance(deed, Evict):
            crossing.evict(deed.operator)
            return None
        if isinstance(deed, Restore | Touch | State):
            try:
                self._change(armed, deed)
            except ValueError as wrong:
                entry["error"] = str(wrong)
            return None
        if isinstance(deed, Refuse) and armed.fired == 1 and armed.fault.span.seconds:
            self.shut(crossing.boundary.partition(".")[0], armed.fault.span.seconds)
        return deed

    def _change(self, armed: _Armed, deed: Restore | Touch | State) -> None:
        """The world is as the fault wants it; raises `ValueError` when that may not be.

        A fault that was replaced or ended while its request waited changes nothing any more.
        """
        if self._world is None or armed.is_over or armed not in self._armed:
            return
        if isinstance(deed, Restore):
            ledger = ledger_in(self._world, deed.company)
            self._past[ledger.company].restore(deed, ledger)
        elif isinstance(deed, Touch):
            touch(deed, self._world.tenant)
        else:
            armed.disarm()
            armed.undo = begin(deed, self._world)

    async def _wait(self, deed: Waiting) -> Ending | None:
        await self._sleep(deed.seconds)
        match deed:
            case Delay():
                return None
            case Hold():
                if deed.commits:
                    return None
                return Error(text=deed.text) if deed.text else Reset()
        assert_never(deed)

    async def _sleep(self, seconds: float) -> None:
        """So many seconds are over, or the plan was replaced."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._lifted.wait()

    def _lift(self) -> None:
        """Whoever waits goes on."""
        self._lifted.set()
        self._lifted = asyncio.Event()


def _no_door(side: str, seconds: float) -> None:
    """No port is shut."""
