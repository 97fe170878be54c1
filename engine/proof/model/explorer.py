"""Every state that can be reached within bounds, breadth first, so that a trace is the shortest.

A breach is a state or a step that must not be. From each state a calm suffix is followed as well:
no more faults, every reply arrives, people say the truth; it has to end with every command as it
is in SYSPRO, there once or refused.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.proof.model.states import IDLE, Left, State, initial
from engine.proof.model.workers import worker_steps
from engine.proof.model.world import BREACHES, Step, World, is_done, people_steps, post_steps

CALM: Left = (0, -1, -1)
"""Nobody dies any more, and what is needed may happen as often as it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How often each may happen: deaths of a worker, takeovers of the lease, sends."""

    crashes: int = 2
    epochs: int = 3
    sends: int = 3

    @property
    def left(self) -> Left:
        """All of it is still to come."""
        return self.crashes, self.epochs, self.sends

    def __str__(self) -> str:
        return f"{self.crashes} crashes, {self.epochs} epochs, {self.sends} sends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What went wrong, and the shortest way there, a line a step."""

    what: str
    trace: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Explored:
    """How far an exploration went and what it found; `stuck` are states without a calm end."""

    states: int = 0
    transitions: int = 0
    violations: int = 0
    recoverable: int = 0
    breach: Breach | None = None
    stuck: State | None = None


def steps(world: World, state: State) -> list[Step]:
    """All that can happen next."""
    found = [*post_steps(world, state), *people_steps(world, state)]
    first, second = state[5]
    found += worker_steps(world, state, 0)
    if second != first:
        found += worker_steps(world, state, 1)
    return found


def explore(
    world: World,
    bounds: Bounds,
    *,
    counts: frozenset[str] = BREACHES,
    is_search: bool = False,
) -> Explored:
    """Every state is visited once, and its calm end followed; a search ends at its first breach.

    Only breaches of the kinds that count are violations; nothing is explored beyond one.
    """
    start = initial(world.commands, bounds.left)
    parents: dict[State, State | None] = {start: None}
    waiting = deque([start])
    found = Explored()
    while waiting:
        state = waiting.popleft()
        for step in steps(world, state):
            found.transitions += 1
            if step.breach in counts:
                found.violations += 1
                if found.breach is None:
                    trace = _trace(world, parents, state, step)
                    found.breach = Breach(what=step.breach, trace=trace)
                if is_search:
                    found.states = len(parents)
                    return found
            elif step.state not in parents:
                parents[step.state] = state
                waiting.append(step.state)
    found.states = len(parents)
    _recover(world, parents, found)
    return found


def calm_step(world: World, state: State) -> State | None:
    """What happens next when nothing goes wrong any more; None when there is nothing to do."""
    for step in (*post_steps(world, state), *people_steps(world, state)):
        return step.state
    workers = state[5]
    owners = [who for who in (0, 1) if workers[who][1]]
    idle = [who for who in (0, 1) if workers[who][0] == IDLE]
    for who in (owners or idle or [0])[:1]:
        for step in worker_steps(world, state, who):
            return step.state
    return None


def _recover(world: World, parents: dict[State, State | None], found: Explored) -> None:
    """Counts the states from which the calm suffix ends well."""
    ends: dict[State, bool] = {}
    for state in parents:
        log, documents, _, sessions, posts, workers = state
        calm: State = (log, documents, CALM, sessions, posts, workers)
        if _ends_well(world, calm, ends):
            found.recoverable += 1
        elif found.stuck is None:
            found.stuck = state


def _ends_well(world: World, state: State, ends: dict[State, bool]) -> bool:
    path: list[State] = []
    here: State | None = state
    seen: set[State] = set()
    while here is not None and here not in ends and here not in seen:
        seen.add(here)
        path.append(here)
        here = None if is_done(here) else calm_step(world, here)
    ended = ends.get(here, False) if here is not None else is_done(path[-1])
    for passed in path:
        ends[passed] = ended
    return ended


def _trace(
    world: World, parents: dict[State, State | None], last: State, step: Step
) -> Sequence[str]:
    """One line a step, from the beginning to the breach."""
    path = [last]
    while (before := parents[path[-1]]) is not None:
        path.append(before)
    path.reverse()
    names = ["A", "B"]
    lines = []
    for state, later in pairwise(path):
        taken = next(one for one in steps(world, state) if one.state == later)
        lines.append(_line(names, taken))
        if taken.is_swapped:
            names.reverse()
    return [*lines, _line(names, step)]


def _line(names: Sequence[str], step: Step) -> str:
    return step.words if step.who < 0 else f"{names[step.who]}: {step.words}"
