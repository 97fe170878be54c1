"""What a seed makes happen, drawn whole before anything runs. Pure.

Half of all that happens strikes the path of a post, where an answer can be lost; the rest is
spread over both systems, the network, the database, the engines and their clocks
(reliability.md §2). What is drawn keeps to the assumptions that the protocol states (§4.2): an
execution ends before the drain does, nobody but the engine's operator writes under its key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeAlias

from engine.proof.simulation.mishaps import Entry, mishap

Numbering: TypeAlias = Literal["auto", "manual"]

Stroke: TypeAlias = Literal["kill", "cancel", "pause", "jump"]

MOST_ENGINES: Final = 3
SIZES: Final = (5, 8, 12, 16, 24)
WRITES_BACK: Final = 60
LONGEST_EXECUTION_S: Final = 5.5
"""Shorter than the drain of the engines of a run (`site.DRAIN_S`), as assumption A2 has it."""
SUPPLIERS: Final = ("S00101", "S00102", "S00104", "S00105")
"""Suppliers that a story's first vendors are mapped to, or carry the code of."""
STEPS: Final = (
    "step.PostIntended before",
    "step.PostIntended after",
    "step.PostAccepted before",
    "step.PostAccepted after",
    "step.PostInDoubt before",
    "step.PostInDoubt after",
    "step.DoubtFenced before",
    "step.DoubtFenced after",
    "step.DoubtResolved before",
    "step.DoubtResolved after",
    "step.PostVerified before",
    "session.announce after",
    "session.persist before",
    "session.persist after",
    "session.revoke before",
    "syspro.post.reply_last_byte after",
    "syspro.query.reply_last_byte after",
    "procurify.list.reply_last_byte after",
)
"""The crossings at which an engine is struck (`engine.crossings`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """What befalls one engine: at the `count`-th crossing of its `place`, or at `at_s`.

    `kill`: it is gone and back after `seconds`. `cancel`: the same, but what it waits for is
    cancelled. `pause`: it stands still for so long. `jump`: its wall clock is so many seconds
    elsewhere from then on.
    """

    kind: Stroke
    engine: int
    seconds: float
    at_s: float = 0.0
    place: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Theft:
    """Somebody logs on as the engines' operator, and off again after `seconds`."""

    at_s: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that a seed decides beforehand.

    `plan` is the sandbox's; `gusts` is the share of connections that something happens to,
    `stutters` that of the crossings to the database; until `faulty_s` faults may happen.
    `is_both_ways`: Procurify is written to as well.
    """

    seed: int
    story: int
    documents: int
    numbering: Numbering
    engines: int
    faulty_s: float
    gusts: float
    stutters: float
    plan: Sequence[Entry]
    blows: Sequence[Blow]
    thefts: Sequence[Theft]
    is_both_ways: bool = False


def script_of(seed: int) -> Script:
    """The script of a seed: the same seed, the same script."""
    random = Random(f"script/{seed}")
    documents = random.choice(SIZES)
    engines = random.choice((1, 2, 2, MOST_ENGINES))
    faulty_s = random.uniform(30.0, 90.0)
    back = _back(Random(f"back/{seed}"))
    return Script(
        seed=seed,
        story=random.randrange(12),
        documents=documents,
        numbering=random.choice(("auto", "manual")),
        engines=engines,
        faulty_s=faulty_s,
        gusts=random.choice((0.0, 0.03, 0.1)),
        stutters=random.choice((0.0, 0.0003, 0.001)),
        plan=[*_plan(random, documents), *_locks(Random(f"locks/{seed}")), *back],
        blows=[_blow(random, engines, faulty_s) for _ in range(random.randrange(6))],
        thefts=_thefts(random, faulty_s),
        is_both_ways=bool(back),
    )


def _plan(random: Random, documents: int) -> list[Entry]:
    share = random.choice((0.5, 0.6, 0.7))
    posts = [
        _post(random, boundary, number)
        for boundary, many in (("syspro.post", 3 * documents), ("syspro.setup", 20))
        for number in range(1, many)
        if random.random() < share
    ]
    others = [_other(random) for _ in range(random.randrange(8))]
    many = random.choice((0, 0, 0, 5, 20))
    return posts + others + [mishap(random) for _ in range(many)]


def _back(random: Random) -> list[Entry]:
    """Faults at the writes to Procurify of a run in which there are any."""
    share = random.choice((0.0, 0.0, 0.0, 0.0, 0.3, 0.6))
    return [
        _post(random, "procurify.write", number)
        for number in range(1, WRITES_BACK)
        if random.random() < share
    ]


def _post(random: Random, boundary: str, number: int) -> Entry:
    """A fault at the n-th write, most of them such that its answer is lost."""
    wait_s = round(random.uniform(0.2, 12.0), 2)
    held_s = round(random.uniform(1.0, LONGEST_EXECUTION_S), 2)
    phase, deed = random.choice(
        (
            ("received", {"do": "reset"}),
            ("received", {"do": "delay", "seconds": wait_s}),
            ("received", {"do": "evict"}),
            ("executing", {"do": "reset"}),
            ("executing", {"do": "hold", "seconds": held_s, "then": "commit"}),
            ("executing", {"do": "hold", "seconds": held_s, "then": "roll_back"}),
            ("after_commit_before_reply", {"do": "reset"}),
            ("after_commit_before_reply", {"do": "drop", "seconds": wait_s}),
            ("after_commit_before_reply", {"do": "error", "text": "memory leak in RTDLL"}),
            ("after_commit_before_reply", {"do": "html", "code": 502}),
            ("mid_reply", {"do": "truncate", "byte": random.randrange(1, 200)}),
            ("mid_reply", {"do": "truncate", "byte": random.randrange(200), "end": "close"}),
            ("mid_reply", {"do": "html", "code": 200}),
            ("mid_reply", {"do": "drip", "bytes": 20, "seconds": 0.3}),
        )
    )
    return {"at": {"boundary": boundary, "n": number, "phase": phase}, **deed}


def _other(random: Random) -> Entry:
    """A fault anywhere else."""
    number, wait_s = random.randrange(1, 30), round(random.uniform(0.2, 8.0), 2)
    boundary, deed = random.choice(
        (
            ("procurify.token", {"do": "reset"}),
            ("procurify.list", {"do": "status", "code": 500}),
            ("procurify.list", {"do": "status", "code": 429, "headers": {"Retry-After": "3"}}),
            ("procurify.list", {"do": "evict"}),
            ("procurify.list", {"do": "truncate", "byte": 300}),
            ("procurify.list", {"do": "html", "code": 200}),
            ("procurify.list", {"do": "delay", "seconds": wait_s}),
            ("procurify.list", {"do": "drift", "how": "touch", "kind": "purchase_order"}),
            ("procurify.get", {"do": "status", "code": 503}),
            ("procurify.get", {"do": "reset"}),
            ("procurify.write", {"do": "drop", "seconds": wait_s}),
            ("procurify.write", {"do": "reset"}),
            ("syspro.logon", {"do": "drop", "seconds": wait_s}),
            ("syspro.logon", {"do": "reset"}),
            ("syspro.logoff", {"do": "drop", "seconds": wait_s}),
            ("syspro.query", {"do": "evict"}),
            ("syspro.query", {"do": "error", "text": "Key not found"}),
            ("syspro.query", {"do": "reset"}),
            ("syspro.query", {"do": "delay", "seconds": wait_s}),
            ("syspro.odata", {"do": "status", "code": 503}),
            ("syspro.odata", {"do": "truncate", "byte": 50}),
            ("syspro.query", {"do": "refuse", "for": {"seconds": wait_s}}),
            ("procurify.list", {"do": "refuse", "for": {"seconds": wait_s}}),
        )
    )
    return {"at": {"boundary": boundary, "n": number}, **deed}


def _locks(random: Random) -> list[Entry]:
    """Somebody has a supplier open for a while, not for as long as a lock is borne."""
    return [
        {
            "at": {"boundary": "syspro.post", "n": random.randrange(1, 12)},
            "do": "lock",
            "table": "ApSupplier",
            "key": random.choice(SUPPLIERS),
            "for": {"seconds": round(random.uniform(0.5, 20.0), 2)},
        }
        for _ in range(random.choice((0, 0, 1, 2, 3)))
    ]


def _blow(random: Random, engines: int, faulty_s: float) -> Blow:
    kind: Stroke = random.choice(("kill", "kill", "kill", "cancel", "pause", "pause", "jump"))
    at_s, place = random.uniform(1.0, faulty_s), ""
    if kind != "jump" and random.random() < 0.7:
        place = random.choice(STEPS)
    seconds = random.uniform(0.1, 12.0)
    if kind == "jump":
        seconds = random.choice((-3.15e8, -86_400.0, -3600.0, -1.5, 2.0, 3600.0, 86_400.0, 3.15e8))
    return Blow(
        kind=kind,
        engine=random.randrange(engines),
        seconds=seconds,
        at_s=at_s,
        place=place,
        count=random.choice((1, 1, 2, 3, 5, 8)),
    )


def _thefts(random: Random, faulty_s: float) -> list[Theft]:
    many = random.choice((0, 0, 0, 1, 2))
    return [
        Theft(at_s=random.uniform(2.0, faulty_s), seconds=random.uniform(0.5, 5.0))
        for _ in range(many)
    ]
