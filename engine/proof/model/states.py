"""One state of the modelled world, packed so that equal situations are equal tuples.

A state is `(log, documents, left, sessions, posts, workers)`. Sessions are numbered from 1 in the
order in which they are referred to; one that is dead and has nothing executing matters to nobody
any more and is written as `DEAD`. Workers are interchangeable, so they stand sorted.
"""

from typing import Final, TypeAlias

from engine.core.lifecycle import CommandState
from engine.core.protocol import Held, Word

STATES: Final = tuple(CommandState)
CODES: Final = {state: code for code, state in enumerate(STATES)}
"""Command states as small numbers."""

IDLE, OPENING, ANNOUNCED, LOGGED_ON, WORKING = range(5)
"""A worker has no lease yet; revokes earlier sessions; has written down that it logs on; has a
session that is not written down; works."""
TRANSIT, EXECUTING = 0, 1
"""A post is under way to SYSPRO; it was taken up and its transaction is open."""
ALIVE, KEPT = 1, 2
"""Bits of a session: SYSPRO takes its requests; its row says so, for every owner to see."""
NO_SESSION, DEAD = -1, 0
UNREAD: Final = -1
HELDS: Final[tuple[Held, ...]] = (
    "nothing",
    "intent",
    "accepted",
    "rejected",
    "refused_session",
    "not_sent",
    "unknown",
    "locked",
)
NOTHING, INTENT, ACCEPTED, REJECTED, REFUSED_SESSION, NOT_SENT, UNKNOWN, LOCKED, WAITING = range(9)
"""What a worker knows of its own attempt; the last one: it awaits the reply."""
UNFENCED, FENCED, DRAINED = range(3)
WORDS: Final[tuple[Word, ...]] = ("none", "done", "absent")

Entry: TypeAlias = tuple[int, int, int]
"""A command in the log: its state, the session of its last intent, people's word."""
Know: TypeAlias = tuple[int, int, int, int, tuple[int, ...]]
"""What a worker knows of a command: state and session as read, held, fence, what reads counted."""
Post: TypeAlias = tuple[int, int, int]
"""A post at SYSPRO or on its way: phase, session, command."""
Worker: TypeAlias = tuple[int, bool, tuple[Know, ...], Post, int]
"""Phase, whether the lease is its own, what it knows, the post whose reply it awaits, session."""
Left: TypeAlias = tuple[int, int, int]
"""Crashes, takeovers and sends that may still happen; negative: as many as it takes."""
State: TypeAlias = tuple[
    tuple[Entry, ...],
    tuple[int, ...],
    Left,
    tuple[int, ...],
    tuple[Post, ...],
    tuple[Worker, Worker],
]

NO_POST: Final[Post] = (-1, DEAD, 0)
NEW: Final[Know] = (UNREAD, DEAD, NOTHING, UNFENCED, ())


def initial(commands: int, left: Left) -> State:
    """Every command is ready, nobody has a lease, nothing was ever sent."""
    idle = idle_worker(commands)
    ready: Entry = (CODES[CommandState.READY], DEAD, 0)
    return (ready,) * commands, (0,) * commands, left, (), (), (idle, idle)


def idle_worker(commands: int) -> Worker:
    """A worker that remembers nothing."""
    return IDLE, False, (NEW,) * commands, NO_POST, NO_SESSION


def pack(
    log: tuple[Entry, ...],
    documents: tuple[int, ...],
    left: Left,
    sessions: tuple[int, ...],
    posts: tuple[Post, ...],
    workers: tuple[Worker, Worker],
) -> tuple[State, bool]:
    """The state, and whether the two workers changed places."""
    first, second = workers
    is_swapped = second < first
    if is_swapped:
        workers = second, first
    if len(posts) > 1:
        posts = tuple(sorted(posts))
    places = _places(sessions, posts, workers)
    if places is not None:
        log = tuple((state, _placed(places, session), word) for state, session, word in log)
        posts = tuple(sorted((phase, places[one], command) for phase, one, command in posts))
        workers = _renumbered(workers[0], places), _renumbered(workers[1], places)
        kept = sorted((place, old) for old, place in enumerate(places) if place)
        sessions = tuple(sessions[old - 1] for _, old in kept)
    return (log, documents, left, sessions, posts, workers), is_swapped


def _places(
    sessions: tuple[int, ...], posts: tuple[Post, ...], workers: tuple[Worker, Worker]
) -> list[int] | None:
    """The new number of each session, 0 for one that matters no more; None: all as it is."""
    if not sessions:
        return None
    places = [0] * (len(sessions) + 1)
    count = 0
    for _, _, _, post, session in workers:
        if session > 0 and not places[session] and sessions[session - 1] & ALIVE:
            count += 1
            places[session] = count
        if post[0] >= 0:
            count = _seen(post, sessions, places, count)
    for post in posts:
        count = _seen(post, sessions, places, count)
    if count == len(sessions) and places == list(range(count + 1)):
        return None
    return places


def _seen(post: Post, sessions: tuple[int, ...], places: list[int], count: int) -> int:
    phase, session, _ = post
    if session <= 0 or places[session]:
        return count
    if phase == EXECUTING or sessions[session - 1] & ALIVE:
        count += 1
        places[session] = count
    return count


def _placed(places: list[int], session: int) -> int:
    return places[session] if session > 0 else session


def _renumbered(worker: Worker, places: list[int]) -> Worker:
    phase, is_owner, knows, post, session = worker
    return (
        phase,
        is_owner,
        tuple(
            (state, _placed(places, view), held, fence, reads)
            for state, view, held, fence, reads in knows
        ),
        (post[0], _placed(places, post[1]), post[2]),
        _placed(places, session),
    )
