"""What may go wrong between a replica and its database, as values. Pure.

A crossing is one trip over a boundary (reliability.md §2): `db.acquire`, `db.begin`, `db.exec`,
`db.commit`, each before and after the server did its part. Whoever draws faults is asked at every
crossing and answers with a fault or None, so that a seed, or the n-th crossing, decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from engine.errors import EngineError, TimedOut, Transient


class Boundary(StrEnum):
    """Where a replica and its database meet."""

    ACQUIRE = "db.acquire"
    BEGIN = "db.begin"
    EXEC = "db.exec"
    COMMIT = "db.commit"


class Phase(StrEnum):
    """Whether the server has done its part."""

    BEFORE = "before"
    AFTER = "after"


class Kind(StrEnum):
    """What goes wrong. The last four need a server that has not answered yet."""

    LOST = "connection_lost"
    TERMINATED = "terminated"
    SLOW = "slow"
    SERIALIZATION = "40001"
    DEADLOCK = "40P01"
    DISK_FULL = "53100"
    TIMED_OUT = "57014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One crossing; `statement` is "" where none is under way."""

    boundary: Boundary
    phase: Phase
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong at a crossing; `seconds` is how slow a slow one is."""

    kind: Kind
    seconds: float = 0.0


Draw = Callable[[Crossing], Fault | None]

ENDS_SESSION: Final = frozenset({Kind.LOST, Kind.TERMINATED})
"""After these the connection is gone and what was not committed is undone."""

_SAID: Final = {
    Kind.LOST: "ConnectionDoesNotExistError: connection was closed in the middle of operation",
    Kind.TERMINATED: "AdminShutdownError: terminating connection due to administrator command",
    Kind.SERIALIZATION: "SerializationError: could not serialize access due to concurrent update",
    Kind.DEADLOCK: "DeadlockDetectedError: deadlock detected",
    Kind.DISK_FULL: "DiskFullError: could not extend file: No space left on device",
    Kind.TIMED_OUT: "QueryCanceledError: canceling statement due to statement timeout",
}


@cache
def crossing_of(boundary: Boundary, phase: Phase, statement: str) -> Crossing:
    """The crossing, always the same one for the same."""
    return Crossing(boundary=boundary, phase=phase, statement=statement)


def no_fault(_crossing: Crossing) -> Fault | None:
    """Everything goes well."""
    return None


def error_of(fault: Fault) -> EngineError:
    """What the caller is told, as `engine.db` would say it."""
    said = f"PostgreSQL: {_SAID[fault.kind]}"
    return TimedOut(said) if fault.kind is Kind.TIMED_OUT else Transient(said)


def check(fault: Fault, crossing: Crossing) -> None:
    """ValueError for a fault that no server could show there: an answer given is not taken back."""
    is_answer = crossing.phase is Phase.AFTER or crossing.boundary in (
        Boundary.ACQUIRE,
        Boundary.BEGIN,
    )
    if is_answer and fault.kind not in ENDS_SESSION | {Kind.SLOW}:
        raise ValueError(f"{fault.kind} cannot happen {crossing.phase} {crossing.boundary}")
