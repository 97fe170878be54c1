"""What each instrument hands over: counts, never adjectives. Pure.

One dataclass an instrument; the instrument fills it, `evidence` adds them up. A figure that an
instrument does not measure is left out of its dataclass, so that a zero always means "counted,
and none found".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Posts whose answer was not read: how many were opened, settled by the engine, given up to
    a person, and settled wrongly (which is a breach)."""

    opened: int = 0
    resolved: int = 0
    escalated: int = 0
    wrong: int = 0

    def __add__(self, other: "Doubts") -> "Doubts":
        return Doubts(
            opened=self.opened + other.opened,
            resolved=self.resolved + other.resolved,
            escalated=self.escalated + other.escalated,
            wrong=self.wrong + other.wrong,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The explorer over the shipped `decide`: every state within the bounds.

    `recoverable` counts the states from which a fault-free suffix ends in exactly one document;
    it equals `states` when nothing can get stuck. `bounds` says the bounds in words.
    """

    states: int
    transitions: int
    violations: int
    recoverable: int
    bounds: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One ingredient left out on purpose, and whether `instrument` noticed; `said` is what it
    said, such as "duplicate, 16 steps" or "seed 12: duplicate"."""

    name: str
    instrument: str
    is_killed: bool
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The whole service under a seeded loop.

    `ambiguous_posts` counts sends whose answer was not read; `faults` counts what was injected,
    by kind; of `repeated` seeds, run twice, `differing` gave another log; `failing` are the seeds
    that broke an invariant; `kills` and `takeovers` are simulated ones.
    """

    seeds: int
    simulated_s: float
    wall_s: float
    ambiguous_posts: int
    duplicates: int
    lost: int
    doubts: Doubts
    kills: int = 0
    takeovers: int = 0
    repeated: int = 0
    differing: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)
    failing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """One real process ended or stopped at one crossing, and what was left once all was quiet.

    `how` is `kill`, `pair` (killed again while recovering), `stop` (SIGSTOP, a second engine took
    over, SIGCONT), `cut` (the connection to PostgreSQL) or `server` (kill -9 of PostgreSQL).
    `where` is the crossing, `boundary phase`. `wrong` says in words what was not as it must be;
    empty: survived. `ambiguous_posts` counts the intents that were left without an answer.
    """

    how: str
    where: str
    seconds: float
    duplicates: int = 0
    lost: int = 0
    ambiguous_posts: int = 0
    doubts: Doubts = field(default_factory=Doubts)
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kills:
    """Real processes and real deaths; `crossings` is how many an undisturbed run makes."""

    crossings: int
    deaths: tuple[Death, ...]
    seconds: float

    def many(self, *hows: str) -> int:
        """How many deaths were of those kinds."""
        return sum(death.how in hows for death in self.deaths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzed:
    """One reader under invented bytes, made by one instrument (`by`).

    A crash is an input that broke a promise: any exception but the typed one, an output that does
    not come back the same, more than a second of the processor, more than 64 MiB. `said` tells of
    the first of each kind.
    """

    target: str
    executions: int
    crashes: int
    slowest_ms: float
    by: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """One row of the fault catalogue: `p07` and how many of its cases ran and passed.

    `excuse` says why a row without a case cannot run here.
    """

    row: str
    cases: int = 0
    passed: int = 0
    excuse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that one run of the instruments found.

    None: that instrument did not run, and `absent` says why, by instrument. `surprises` are
    sentences on whatever else was not as it is known to be; each is a breach.
    """

    model: Model | None = None
    mutants: tuple[Mutant, ...] = ()
    simulation: Simulation | None = None
    kills: Kills | None = None
    fuzzed: tuple[Fuzzed, ...] = ()
    rows: tuple[FaultRow, ...] = ()
    surprises: tuple[str, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            model=self.model or other.model,
            mutants=self.mutants + other.mutants,
            simulation=self.simulation or other.simulation,
            kills=self.kills or other.kills,
            fuzzed=self.fuzzed + other.fuzzed,
            rows=self.rows or other.rows,
            surprises=self.surprises + other.surprises,
            absent={**self.absent, **other.absent},
        )
