"""Scripts that strike little but the path of a post: a safeguard that is missing shows soon.

A hunt after mutants wants many lost answers of one kind and few documents, so that a run is short.
What is drawn keeps to the protocol's assumptions as every script does: an execution ends before
the drain, while a request may lie about for longer than that before it is taken up.
"""

from dataclasses import replace
from random import Random
from typing import Final, Literal

from engine.proof.simulation.mishaps import Entry
from engine.proof.simulation.script import LONGEST_EXECUTION_S, Blow, Script, script_of
from engine.proof.simulation.series import said_of

DOCUMENTS: Final = 5
ENGINES: Final = 2
POSTS: Final = 30
LISTS: Final = 60
FAULTY_S: Final = 40.0
LATEST_S: Final = 16.0
PLACES: Final = (
    "step.PostIntended before",
    "step.PostIntended after",
    "step.PostAccepted before",
    "step.PostInDoubt before",
    "step.DoubtResolved before",
    "syspro.post.reply_last_byte after",
)


def rough_script(seed: int) -> Script:
    """The script of a seed: the same seed, the same script."""
    random = Random(f"rough/{seed}")
    share = random.choice((0.3, 0.5, 0.8))
    return replace(
        script_of(seed),
        documents=DOCUMENTS,
        numbering="auto",
        engines=ENGINES,
        faulty_s=FAULTY_S,
        gusts=0.0,
        stutters=0.0,
        plan=[
            *(_post(random, number) for number in range(1, POSTS) if random.random() < share),
            *(_list(random.randrange(1, LISTS)) for _ in range(random.choice((0, 2, 4)))),
        ],
        blows=[_blow(random) for _ in range(random.choice((0, 0, 5, 9)))],
        thefts=(),
        is_both_ways=False,
    )


def noticed(seed: int) -> str:
    """What is wrong in the seed's run, "" when nothing is."""
    return said_of(rough_script(seed))


def _post(random: Random, number: int) -> Entry:
    """A fault at the n-th post after which its answer is lost."""
    held_s = round(random.uniform(2.2, LONGEST_EXECUTION_S), 2)
    late_s = round(random.uniform(LONGEST_EXECUTION_S + 4, LATEST_S), 2)
    phase, deed = random.choice(
        (
            ("executing", {"do": "hold", "seconds": held_s, "then": "commit"}),
            ("executing", {"do": "hold", "seconds": held_s, "then": "commit"}),
            ("received", {"do": "delay", "seconds": late_s}),
            ("received", {"do": "reset"}),
            ("after_commit_before_reply", {"do": "reset"}),
            ("after_commit_before_reply", {"do": "error", "text": "memory leak in RTDLL"}),
        )
    )
    return {"at": {"boundary": "syspro.post", "n": number, "phase": phase}, **deed}


def _list(number: int) -> Entry:
    """From the n-th list of Procurify on none can be had for a while."""
    at: Entry = {"boundary": "procurify.list", "n": number}
    return {"at": at, "do": "status", "code": 503, "for": {"seconds": 5}}


def _blow(random: Random) -> Blow:
    kinds: tuple[Literal["kill", "pause"], ...] = ("kill", "pause")
    return Blow(
        kind=random.choice(kinds),
        engine=random.randrange(ENGINES),
        seconds=random.uniform(2.0, 15.0),
        place=random.choice(PLACES),
        count=random.choice((1, 2, 3)),
    )
