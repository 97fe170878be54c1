"""The real engine with one safeguard left out at a time, for an instrument to find out.

A mutation is applied while a block runs, by putting another function where the engine looks one up;
nothing is edited. An instrument that does not notice any of them proves nothing by its zeros.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from engine.core.canonical import JsonValue
from engine.core.lifecycle import CommandState
from engine.core.planned import Command
from engine.core.protocol import Append, Case, Decide, Move, Send, Sighting, decide
from engine.errors import EngineError
from engine.lane.desk import Desk
from engine.lane.doubts import RESOLVED_S, Doubt, OpenDoubts
from engine.log import admission
from engine.log.admission import Wish
from engine.log.contract import Head
from engine.procurify.cursor import Cursor
from engine.procurify.harvest import Harvest
from engine.procurify.models.stamps import print_stamp
from engine.procurify.reader import ResourceReader
from engine.proof.evidence.figures import Mutant
from engine.proof.model.variants import fences_only, reads_only, retries
from engine.syspro import doubts, reply
from engine.syspro.doubts import Reading
from engine.syspro.objects.fields import XmlIn
from engine.syspro.outcomes import Ambiguous, PostOutcome, RefusedDefinite
from engine.syspro.posting import Answer, Posting
from engine.syspro.session import SessionKeeper
from engine.syspro.session_store import PostgresSessions, StoredSession
from engine.syspro.transport import Transport

Place = tuple[object, str, object]
"""Where the engine looks something up, by which name, and what it finds there instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One safeguard left out: what is done instead, and where."""

    name: str
    words: str
    places: tuple[Place, ...]


@contextmanager
def applied(mutation: Mutation) -> Iterator[None]:
    """The engine goes without the safeguard until the block ends."""
    with ExitStack() as stack:
        for owner, name, instead in mutation.places:
            before = vars(owner)[name]
            stack.callback(setattr, owner, name, before)
            setattr(owner, name, instead)
        yield


def hunted(
    mutation: Mutation, instrument: str, run: Callable[[int], str], seeds: Iterable[int]
) -> Mutant:
    """Whether a run of some seed notices; `run` says what is wrong, "" when nothing is.

    A seed that finds the same engine wrong with the safeguard in place has noticed nothing.
    """
    tried = 0
    for seed in seeds:
        tried += 1
        with applied(mutation):
            said = run(seed)
        if said and not run(seed):
            return Mutant(
                name=f"{mutation.name}: {mutation.words}",
                instrument=instrument,
                is_killed=True,
                said=f"seed {seed}: {said}",
            )
    return Mutant(
        name=f"{mutation.name}: {mutation.words}",
        instrument=instrument,
        is_killed=False,
        said=f"not noticed in {tried} seeds",
    )


def deciding(rule: Decide) -> Place:
    """Posts to SYSPRO go by another rule than the shipped one."""

    def other(desk: Desk, case: Case) -> Move:
        return rule(case) if case.can_fence else decide(case)

    return Desk, "decide", other


def retries_lost(case: Case) -> Move:
    """A post whose reply was lost counts as not sent."""
    return decide(case) if case.held == "nothing" else retries(case)


def sends_first(case: Case) -> Move:
    """What is ready is sent at once; only what came of it is written down."""
    if case.state not in (CommandState.READY, CommandState.DEFERRED) or case.look != "open":
        return decide(case)
    if case.held == "nothing":
        return Send()
    return decide(replace(case, state=CommandState.SENDING))


def assumes_absent(case: Case) -> Move:
    """A doubt counts as not committed, unread."""
    if case.state is not CommandState.IN_DOUBT:
        return decide(case)
    return Append(kind="DoubtResolved", outcome="not_committed", rule="FOUND_NOTHING")


def assumes_there(case: Case) -> Move:
    """A doubt counts as committed, unread."""
    if case.state is not CommandState.IN_DOUBT:
        return decide(case)
    return Append(kind="DoubtResolved", outcome="committed", rule="FOUND_EQUAL")


async def believed(keeper: SessionKeeper, session_tag: str) -> bool:
    """No session is logged off."""
    return True


async def forgotten(
    store: PostgresSessions, company: str, operator: str
) -> Sequence[StoredSession]:
    """No session of an earlier owner is known."""
    return ()


async def sent_again_at_takeover(
    self: OpenDoubts[Command, Reading], command: Command, doubt: Doubt, move: Append
) -> None:
    """An intent that an owner before us left counts as not sent."""
    event = await self._log_desk.append(
        command,
        "PostDeferred",
        doubt.version,
        {"attempt": command.attempt, "cause": "not_sent", "text": ""},
    )
    doubt.version = event.version
    doubt.due_at = self._clock.monotonic() + RESOLVED_S


async def found_nothing(*given: object) -> Sequence[Sighting]:
    """A copy is read that has not got it yet."""
    return ()


_judged = Posting._judged
_send = Transport.send
_check = admission._check
_post_outcome = reply.post_outcome
_break = ResourceReader._break


def refused_when_unreadable(self: Posting, command: Command, outcome: PostOutcome) -> Answer:
    """An answer that cannot be read is a refusal."""
    answer = _judged(self, command, outcome)
    if answer.outcome != "unknown":
        return answer
    body: dict[str, JsonValue] = {
        "attempt": command.attempt + 1,
        "reason": "SYSPRO_REFUSED",
        "text": "no answer",
        "errors": [],
        "reply": "",
    }
    return Answer(outcome="rejected", body=body)


def refused_by_any_line(text: str, seconds: float) -> PostOutcome:
    """Every error line says that nothing was done."""
    outcome = _post_outcome(text, seconds)
    if isinstance(outcome, Ambiguous) and outcome.cause == "error_line":
        return RefusedDefinite(text=outcome.text)
    return outcome


async def sent_twice(self: Transport, token: str, call: XmlIn) -> PostOutcome:
    """A request whose reply was lost is repeated below the protocol."""
    outcome = await _send(self, token, call)
    if isinstance(outcome, Ambiguous) and outcome.cause == "disconnected":
        return await _send(self, token, call)
    return outcome


def unfenced(
    wish: Wish, head: Head, versions: Mapping[str, int], epochs: Mapping[str, int]
) -> None:
    """The log does not ask who holds the lease."""
    _check(replace(wish, fence=None), head, versions, epochs)


def unchecked(
    wish: Wish, head: Head, versions: Mapping[str, int], epochs: Mapping[str, int]
) -> None:
    """The log asks neither who holds the lease nor whether the stream moved on."""
    _check(replace(wish, fence=None, expected={}), head, versions, epochs)


async def moved_on(self: ResourceReader, harvest: Harvest, error: EngineError) -> bool:
    """A walk that broke moves the cursor up to now, or sets the first one there."""
    is_told = await _break(self, harvest, error)
    if self._last is not None:
        now = harvest.client.source_now()
        first = Cursor.first(now.date(), now.date()).to_json()
        self._last.cursor = {**first, **(self._last.cursor or {}), "watermark": print_stamp(now)}
    return is_told


MUTATIONS: tuple[Mutation, ...] = (
    Mutation(
        name="retry",
        words="a post whose reply was lost counts as not sent",
        places=(deciding(retries_lost),),
    ),
    Mutation(
        name="no-intent",
        words="sent before it is written down",
        places=(deciding(sends_first),),
    ),
    Mutation(
        name="no-drain",
        words="read as soon as it is fenced",
        places=(deciding(fences_only),),
    ),
    Mutation(
        name="no-fence",
        words="sessions are believed dead",
        places=((SessionKeeper, "fence", believed),),
    ),
    Mutation(
        name="reads-only",
        words="neither fence nor drain",
        places=(deciding(reads_only), (SessionKeeper, "fence", believed)),
    ),
    Mutation(
        name="takeover",
        words="an intent left behind counts as not sent",
        places=((OpenDoubts, "tell", sent_again_at_takeover),),
    ),
    Mutation(
        name="absent",
        words="a doubt counts as not committed",
        places=(deciding(assumes_absent),),
    ),
    Mutation(
        name="there",
        words="a doubt counts as committed",
        places=(deciding(assumes_there),),
    ),
    Mutation(
        name="stale-read",
        words="a doubt is read from a copy that lags",
        places=((doubts, "sightings", found_nothing),),
    ),
    Mutation(
        name="unreadable",
        words="an answer that cannot be read is a refusal",
        places=((Posting, "_judged", refused_when_unreadable),),
    ),
    Mutation(
        name="error-line",
        words="every error line is a refusal",
        places=((reply, "post_outcome", refused_by_any_line),),
    ),
    Mutation(
        name="resend",
        words="the client repeats what was disconnected",
        places=((Transport, "send", sent_twice),),
    ),
    Mutation(
        name="forgotten",
        words="sessions of earlier owners are not known",
        places=((PostgresSessions, "unrevoked", forgotten),),
    ),
    Mutation(
        name="no-lease",
        words="the log does not ask for the lease",
        places=((admission, "_check", unfenced),),
    ),
    Mutation(
        name="no-cas",
        words="the log asks for neither lease nor version",
        places=((admission, "_check", unchecked),),
    ),
    Mutation(
        name="cursor",
        words="a walk that broke moves the cursor",
        places=((ResourceReader, "_break", moved_on),),
    ),
)
