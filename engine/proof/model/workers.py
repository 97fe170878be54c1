"""One step of one worker: the lease, its session, and what `decide` has it do about a command."""

from collections.abc import Iterator

from engine.proof.model.moves import Compiled, Do
from engine.proof.model.states import (
    ALIVE,
    ANNOUNCED,
    DEAD,
    DRAINED,
    EXECUTING,
    FENCED,
    IDLE,
    INTENT,
    KEPT,
    LOGGED_ON,
    NEW,
    NO_POST,
    NO_SESSION,
    NOT_SENT,
    NOTHING,
    OPENING,
    REFUSED_SESSION,
    TRANSIT,
    UNFENCED,
    UNREAD,
    WAITING,
    WORKING,
    Know,
    State,
    Worker,
    idle_worker,
    pack,
)
from engine.proof.model.world import (
    UNFENCED_APPEND,
    WRONG,
    Step,
    World,
    changed,
    give_up,
    is_claim_wrong,
    known,
    spent,
)


def worker_steps(world: World, state: State, who: int) -> Iterator[Step]:
    """What the worker may do or suffer next; what goes well comes first, its death last."""
    left, workers = state[2], state[5]
    phase = workers[who][0]
    if phase == IDLE:
        if left[1]:
            yield _taken(state, who)
        return
    if phase == WORKING:
        yield from _works(world, state, who)
    else:
        yield _opens(world, state, who)
    if left[0]:
        yield _dies(state, who)


def _step(state: State, who: int, words: str, worker: Worker, breach: str = "") -> Step:
    """The same world with this worker changed."""
    log, documents, left, sessions, posts, workers = state
    packed, is_swapped = pack(log, documents, left, sessions, posts, changed(workers, who, worker))
    return Step(who, words, packed, is_swapped, breach)


def _taken(state: State, who: int) -> Step:
    log, documents, left, sessions, posts, workers = state
    other: Worker = (workers[1 - who][0], False, *workers[1 - who][2:])
    knows = workers[who][2]
    mine: Worker = (OPENING, True, knows, NO_POST, NO_SESSION)
    both = (mine, other) if who == 0 else (other, mine)
    packed, is_swapped = pack(log, documents, spent(left, 1), sessions, posts, both)
    return Step(who, "takes the lease", packed, is_swapped)


def _dies(state: State, who: int) -> Step:
    log, documents, left, sessions, posts, workers = state
    post = workers[who][3]
    if post[0] >= 0:
        posts = (*posts, post)
    both = changed(workers, who, idle_worker(len(log)))
    packed, is_swapped = pack(log, documents, spent(left, 0), sessions, posts, both)
    return Step(who, "dies", packed, is_swapped)


def _opens(world: World, state: State, who: int) -> Step:
    """Earlier sessions are revoked, the logon announced, made, and its session kept."""
    log, documents, left, sessions, posts, workers = state
    phase, is_owner, knows, _, session = workers[who]
    is_refused = world.is_logon_fenced and not is_owner
    if phase == OPENING:
        for place, bits in enumerate(sessions):
            if world.does_revoke and bits == ALIVE | KEPT:
                dead = (*sessions[:place], KEPT, *sessions[place + 1 :])
                packed, is_swapped = pack(log, documents, left, dead, posts, workers)
                return Step(who, "logs an earlier session off", packed, is_swapped)
        if is_refused:
            return _step(state, who, "may not log on and stops", idle_worker(len(log)))
        announced: Worker = (ANNOUNCED, is_owner, knows, NO_POST, NO_SESSION)
        return _step(state, who, "writes down that it logs on", announced)
    if phase == ANNOUNCED:
        later = LOGGED_ON if world.is_kept_first else WORKING
        others = tuple(bits & KEPT for bits in sessions) if world.is_single else sessions
        mine: Worker = (later, is_owner, knows, NO_POST, len(sessions) + 1)
        both = changed(workers, who, mine)
        packed, is_swapped = pack(log, documents, left, (*others, ALIVE), posts, both)
        return Step(who, "logs on", packed, is_swapped)
    if is_refused:
        both = changed(workers, who, idle_worker(len(log)))
        gone = _cleared(sessions, session)
        packed, is_swapped = pack(log, documents, left, gone, posts, both)
        return Step(who, "may not keep its session, logs off and stops", packed, is_swapped)
    working: Worker = (WORKING, is_owner, knows, NO_POST, session)
    return _kept(state, who, working, "writes its session down")


def _kept(state: State, who: int, worker: Worker, words: str) -> Step:
    log, documents, left, sessions, posts, workers = state
    place = worker[4] - 1
    if place >= 0:
        sessions = (*sessions[:place], sessions[place] | KEPT, *sessions[place + 1 :])
    both = changed(workers, who, worker)
    packed, is_swapped = pack(log, documents, left, sessions, posts, both)
    return Step(who, words, packed, is_swapped)


def _cleared(sessions: tuple[int, ...], session: int) -> tuple[int, ...]:
    """The sessions with this one dead."""
    if session <= 0:
        return sessions
    return (*sessions[: session - 1], sessions[session - 1] & KEPT, *sessions[session:])


def _works(world: World, state: State, who: int) -> Iterator[Step]:
    """One step about one command; an attempt in hand is finished first, as a lane does."""
    log, sessions = state[0], state[3]
    worker = state[5][who]
    _, is_owner, knows, _, session = worker
    for command, know in enumerate(knows):
        if know[2] == WAITING:
            yield give_up(state, who, command)
            return
    is_late = not world.is_kept_first and session > 0 and sessions[session - 1] == ALIVE
    if is_late and (is_owner or not world.is_logon_fenced):
        yield _kept(state, who, worker, "writes its session down, late")
    in_hand = [(place, know) for place, know in enumerate(knows) if know[2] != NOTHING]
    for command, know in in_hand or list(enumerate(knows)):
        code, intended, word = log[command]
        is_current = know[0] == code and know[1] == intended
        if not is_current and know[2] == NOTHING:
            read: Know = (code, intended, NOTHING, UNFENCED, ())
            yield _step(state, who, "reads the log", _with(worker, command, read))
        if know[0] != UNREAD:
            move = world.rules.move(know, word if is_current else 0)
            yield from _does(world, state, who, command, move)


def _with(worker: Worker, command: int, know: Know, session: int | None = None) -> Worker:
    phase, is_owner, knows, post, mine = worker
    return phase, is_owner, known(knows, command, know), post, mine if session is None else session


def _does(world: World, state: State, who: int, command: int, move: Compiled) -> Iterator[Step]:
    worker = state[5][who]
    know = worker[2][command]
    view, intended, held, _, reads = know
    match move.do:
        case Do.INTEND | Do.APPEND:
            yield _appends(world, state, who, command, move)
        case Do.SEND:
            yield from _sends(state, who, command)
        case Do.FENCE:
            yield _fences(world, state, who, command)
        case Do.WAIT:
            if not _is_executing(state, intended):
                drained: Know = (view, intended, held, DRAINED, reads)
                yield _step(state, who, move.words, _with(worker, command, drained))
        case Do.QUERY:
            yield from _queries(world, state, who, command)
        case Do.READ_ANEW:
            anew: Know = (view, intended, held, know[3], ())
            yield _step(state, who, move.words, _with(worker, command, anew))
        case Do.NOTHING:
            return


def _is_executing(state: State, session: int) -> bool:
    """Whether a post of the session is still open at SYSPRO: the drain outlasts it (A2)."""
    posts = (*state[4], state[5][0][3], state[5][1][3])
    return session > 0 and any(phase == EXECUTING and under == session for phase, under, _ in posts)


def _reopens(state: State, who: int, words: str) -> Step:
    """The worker has no session, or none that SYSPRO takes, and opens one."""
    _, is_owner, knows, _, _ = state[5][who]
    return _step(state, who, words, (OPENING, is_owner, knows, NO_POST, NO_SESSION))


def _appends(world: World, state: State, who: int, command: int, move: Compiled) -> Step:
    log, documents, left, sessions, posts, workers = state
    worker = workers[who]
    is_owner, session = worker[1], worker[4]
    view, intended, held, _, _ = worker[2][command]
    code, latest, _ = log[command]
    is_intent = move.do == Do.INTEND
    if is_intent and session == NO_SESSION:
        return _reopens(state, who, "needs a session")
    if world.is_log_fenced:
        if not is_owner:
            return _step(state, who, f"{move.words}: refused, stops", idle_worker(len(log)))
        if (view, intended) != (code, latest):
            stale = _with(worker, command, NEW)
            return _step(state, who, f"{move.words}: refused, stale", stale)
    breach = "" if is_owner else UNFENCED_APPEND
    if is_claim_wrong(state, command, move.claim):
        breach = WRONG
    after = code if move.after < 0 else move.after
    entry = (after, session if is_intent else latest, 0)
    know: Know = (after, entry[1], INTENT if is_intent else NOTHING, UNFENCED, ())
    mine = _with(worker, command, know, NO_SESSION if held == REFUSED_SESSION else None)
    entries = (*log[:command], entry, *log[command + 1 :])
    both = changed(workers, who, mine)
    packed, is_swapped = pack(entries, documents, left, sessions, posts, both)
    return Step(who, move.words, packed, is_swapped, breach)


def _sends(state: State, who: int, command: int) -> Iterator[Step]:
    log, documents, left, sessions, posts, workers = state
    worker = workers[who]
    phase, is_owner, knows, _, session = worker
    view, intended, held, fence, reads = knows[command]
    if session == NO_SESSION or (held == REFUSED_SESSION and session == DEAD):
        yield _reopens(state, who, "logs on again")
        return
    if not left[2]:
        return
    less = spent(left, 2)
    waiting = known(knows, command, (view, intended, WAITING, fence, reads))
    sender: Worker = (phase, is_owner, waiting, (TRANSIT, session, command), session)
    packed, is_swapped = pack(log, documents, less, sessions, posts, changed(workers, who, sender))
    yield Step(who, "sends", packed, is_swapped)
    unsent = _with(worker, command, (view, intended, NOT_SENT, fence, reads))
    packed, is_swapped = pack(log, documents, less, sessions, posts, changed(workers, who, unsent))
    yield Step(who, "cannot reach SYSPRO", packed, is_swapped)


def _fences(world: World, state: State, who: int, command: int) -> Step:
    """The attempt's session is logged off if anybody knows it, and the event says so."""
    log, documents, left, sessions, posts, workers = state
    worker = workers[who]
    is_owner, session = worker[1], worker[4]
    view, intended, held, _, reads = worker[2][command]
    if intended > 0 and (session == intended or sessions[intended - 1] & KEPT):
        sessions = _cleared(sessions, intended)
    is_current = log[command][:2] == (view, intended)
    if world.is_log_fenced and not (is_owner and is_current):
        after = idle_worker(len(log)) if not is_owner else _with(worker, command, NEW)
        words = "fences: refused"
    else:
        know: Know = (view, intended, held, FENCED, reads)
        after = _with(worker, command, know, NO_SESSION if session == intended else None)
        words = "fences"
    both = changed(workers, who, after)
    packed, is_swapped = pack(log, documents, left, sessions, posts, both)
    return Step(who, words, packed, is_swapped)


def _queries(world: World, state: State, who: int, command: int) -> Iterator[Step]:
    documents, sessions = state[1], state[3]
    worker = state[5][who]
    session = worker[4]
    view, intended, held, fence, reads = worker[2][command]
    if session <= 0 or not sessions[session - 1] & ALIVE:
        yield _reopens(state, who, "has no session to read with")
        return
    truth = documents[command]
    for count in range(truth, -1 if world.is_stale else truth - 1, -1):
        know: Know = (view, intended, held, fence, (*reads, count)[-2:])
        words = f"reads {count}" + ("" if count == truth else f" of {truth}")
        yield _step(state, who, words, _with(worker, command, know))
