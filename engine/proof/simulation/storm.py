"""What goes wrong on the network and at the database of a run, one draw at a time, counted by kind.

While it is over everything goes well. Draws come from the run's chance, so they are the seed's.
"""

from collections import Counter
from random import Random
from typing import Final, Literal

from engine.proof.simulation.site import SYSPRO_PORT
from engine.proof.simulation.store.faults import (
    ENDS_SESSION,
    Boundary,
    Crossing,
    Fault,
    Kind,
    Phase,
)
from engine.proof.simulation.weather import Blow, Fate

_BLOWS: Final = (
    "refused",
    "silent",
    "up reset",
    "up hold",
    "up swallow",
    "down reset",
    "down hold",
    "down swallow",
)


class Storm:
    """The weather of a run, and what its database suffers."""

    def __init__(self, random: Random, *, gusts: float, stutters: float) -> None:
        self.is_over = False
        self.happened: Counter[str] = Counter()
        self._random = random
        self._gusts = gusts
        self._stutters = stutters

    def fate(self, party: str, port: int) -> Fate:
        """The fate of a connection that the party dials now."""
        random = self._random
        if self.is_over or random.random() >= self._gusts:
            return Fate()
        what = random.choice(_BLOWS)
        side = "syspro" if port == SYSPRO_PORT else "procurify"
        self.happened[f"network {side} {what}"] += 1
        if what == "refused":
            return Fate(dialling="refused")
        if what == "silent":
            return Fate(dialling="silent")
        direction, _, kind = what.partition(" ")
        blow = self._blow(kind)
        return Fate(up=blow) if direction == "up" else Fate(down=blow)

    def draw(self, crossing: Crossing) -> Fault | None:
        """What happens at a crossing to the database."""
        random = self._random
        if self.is_over or random.random() >= self._stutters:
            return None
        kinds = list(ENDS_SESSION) if _is_answered(crossing) else list(Kind)
        kind = random.choice(sorted(kinds))
        self.happened[f"{crossing.boundary} {crossing.phase} {kind}"] += 1
        return Fault(kind=kind, seconds=random.uniform(0.05, 4.0) if kind is Kind.SLOW else 0.0)

    def _blow(self, kind: str) -> Blow:
        sort: Literal["reset", "swallow", "hold"] = (
            "reset" if kind == "reset" else "hold" if kind == "hold" else "swallow"
        )
        random = self._random
        after = random.choice((0, 0, 0, random.randrange(1, 2000)))
        return Blow(kind=sort, after_bytes=after, seconds=random.uniform(0.2, 9.0))


def _is_answered(crossing: Crossing) -> bool:
    """Whether the server has answered, so that only the connection can still be lost."""
    return crossing.phase is Phase.AFTER or crossing.boundary in (Boundary.ACQUIRE, Boundary.BEGIN)
