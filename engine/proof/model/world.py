"""What can happen next in the modelled world: to posts at SYSPRO, to workers, by people.

Two workers share a lease, a log and a SYSPRO that takes posts under sessions. At every state each
of these may happen: a post is taken up, commits, is rolled back or refused, and its reply arrives
or is lost; a worker takes one step of its own, gives a reply up, loses the lease to the other, or
dies and forgets everything. Logon, Logoff and one transaction of the log are one step each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.lifecycle import CommandState
from engine.proof.model.moves import Claim, Rules
from engine.proof.model.states import (
    ACCEPTED,
    ALIVE,
    CODES,
    EXECUTING,
    LOCKED,
    NO_POST,
    REFUSED_SESSION,
    REJECTED,
    TRANSIT,
    UNKNOWN,
    WAITING,
    WORDS,
    Know,
    Left,
    Post,
    State,
    Worker,
    pack,
)

DUPLICATE, WRONG, UNFENCED_APPEND = "duplicate", "wrong verdict", "append without the lease"
BREACHES = frozenset({DUPLICATE, WRONG, UNFENCED_APPEND})
ESCALATED = CODES[CommandState.ESCALATED]
GOALS = frozenset({(CODES[CommandState.ACCEPTED], 1), (CODES[CommandState.REJECTED], 0)})


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The rules that workers go by, and what the log and SYSPRO are like.

    `is_log_fenced`: an append needs the lease and the expected version. `is_logon_fenced`: so do
    the rows of sessions. `is_kept_first`: a session is written down before it is used.
    `does_revoke`: a takeover logs earlier sessions off. `is_single`: a logon evicts the operator's
    other session. `is_key_unique`: SYSPRO refuses a second document of a key. `is_stale`: a read
    may miss what was committed. `can_reject`: SYSPRO may refuse a document for what it says.
    `can_lock`: or because somebody has open what it would change.
    `has_people`: an escalated command gets people's word, right or wrong.
    """

    rules: Rules
    commands: int = 1
    is_log_fenced: bool = True
    is_logon_fenced: bool = True
    is_kept_first: bool = True
    does_revoke: bool = True
    is_single: bool = True
    is_key_unique: bool = False
    is_stale: bool = False
    can_reject: bool = False
    can_lock: bool = False
    has_people: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What happens, to whom (-1: to neither worker), where it leads, and what is wrong then."""

    who: int
    words: str
    state: State
    is_swapped: bool = False
    breach: str = ""


def is_done(state: State) -> bool:
    """Whether every command ended as it is in SYSPRO: there once, or refused and not there."""
    return all((entry[0], count) in GOALS for entry, count in zip(state[0], state[1], strict=True))


def changed(workers: tuple[Worker, Worker], who: int, worker: Worker) -> tuple[Worker, Worker]:
    """The workers with one of them as it is now."""
    return (worker, workers[1]) if who == 0 else (workers[0], worker)


def known(knows: tuple[Know, ...], command: int, know: Know) -> tuple[Know, ...]:
    """What a worker knows, with one command as it is now."""
    return (*knows[:command], know, *knows[command + 1 :])


def is_claim_wrong(state: State, command: int, claim: Claim) -> bool:
    """Whether an event says something of SYSPRO that is not so, or may not stay so."""
    _, documents, _, sessions, posts, workers = state
    match claim:
        case "":
            return False
        case "there":
            return documents[command] != 1
        case "refused":
            return documents[command] != 0
        case "absent":
            return documents[command] != 0 or any(
                phase == EXECUTING or (phase == TRANSIT and _is_alive(sessions, session))
                for phase, session, of in (*posts, workers[0][3], workers[1][3])
                if of == command
            )


def _is_alive(sessions: tuple[int, ...], session: int) -> bool:
    return session > 0 and bool(sessions[session - 1] & ALIVE)


def post_steps(world: World, state: State) -> Iterator[Step]:
    """What becomes of the posts that are under way; what goes well comes first."""
    log, documents, left, sessions, posts, workers = state
    for place, post in enumerate(posts):
        if place and posts[place - 1] == post:
            continue
        others = (*posts[:place], *posts[place + 1 :])
        for words, counts, later, _ in _fates(world, post, documents, sessions):
            rest = others if later is None else (*others, later)
            packed, is_swapped = pack(log, counts, left, sessions, rest, workers)
            yield Step(-1, f"{words}, nobody waits", packed, is_swapped, _breach(counts))
    for who in (0, 1):
        post = workers[who][3]
        if post[0] < 0:
            continue
        for words, counts, later, held in _fates(world, post, documents, sessions):
            for is_read in (True, False):
                if is_read and held < 0 and later is None:
                    continue
                worker = _told(workers[who], post[2], later, held if is_read else WAITING)
                packed, is_swapped = pack(
                    log, counts, left, sessions, posts, changed(workers, who, worker)
                )
                told = "" if later is not None else ", read" if is_read else ", the reply is lost"
                yield Step(who, words + told, packed, is_swapped, _breach(counts))
                if later is not None:
                    break


def _fates(
    world: World, post: Post, documents: tuple[int, ...], sessions: tuple[int, ...]
) -> Iterator[tuple[str, tuple[int, ...], Post | None, int]]:
    """What may become of one post: words, documents, the post later, what its reply says."""
    phase, session, command = post
    if phase == TRANSIT:
        if _is_alive(sessions, session):
            yield "SYSPRO takes the post up", documents, (EXECUTING, session, command), -1
        else:
            yield "SYSPRO refuses the token", documents, None, REFUSED_SESSION
        return
    if world.is_key_unique and documents[command]:
        yield "SYSPRO refuses a second one", documents, None, REJECTED
        return
    more = (*documents[:command], documents[command] + 1, *documents[command + 1 :])
    yield "the post commits", more, None, ACCEPTED
    yield "the post is rolled back", documents, None, -1
    if world.can_reject:
        yield "SYSPRO refuses the document", documents, None, REJECTED
    if world.can_lock:
        yield "SYSPRO says that it is locked", documents, None, LOCKED


def _breach(documents: tuple[int, ...]) -> str:
    return DUPLICATE if max(documents) > 1 else ""


def _told(worker: Worker, command: int, later: Post | None, held: int) -> Worker:
    phase, is_owner, knows, _, session = worker
    if later is not None:
        return phase, is_owner, knows, later, session
    state, view, _, fence, reads = knows[command]
    know = (state, view, held, fence, reads)
    return phase, is_owner, known(knows, command, know), NO_POST, session


def give_up(state: State, who: int, command: int) -> Step:
    """The worker waits no longer for its reply; the post goes on without it."""
    log, documents, left, sessions, posts, workers = state
    post = workers[who][3]
    if post[0] >= 0:
        posts = (*posts, post)
    worker = _told(workers[who], command, None, UNKNOWN)
    packed, is_swapped = pack(log, documents, left, sessions, posts, changed(workers, who, worker))
    return Step(who, "gives the reply up", packed, is_swapped)


def people_steps(world: World, state: State) -> Iterator[Step]:
    """People say of an escalated command what they found; the truth comes first."""
    if not world.has_people:
        return
    log, documents, left, sessions, posts, workers = state
    for command, (code, session, word) in enumerate(log):
        if code != ESCALATED or word:
            continue
        words = ("done", "absent") if documents[command] else ("absent", "done")
        for said in words:
            entry = (code, session, WORDS.index(said))
            entries = (*log[:command], entry, *log[command + 1 :])
            packed, is_swapped = pack(entries, documents, left, sessions, posts, workers)
            yield Step(-1, f"people say it is {said}", packed, is_swapped)


def spent(left: Left, place: int) -> Left:
    """What may still happen once one more of it has."""
    if left[place] < 0:
        return left
    crashes, takeovers, sends = left
    match place:
        case 0:
            return crashes - 1, takeovers, sends
        case 1:
            return crashes, takeovers - 1, sends
        case _:
            return crashes, takeovers, sends - 1
