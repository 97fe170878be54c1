"""What a plan can come to: a command, a hold, a wait, or nothing left to do. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from engine.core.canonical import JsonObject
from engine.core.commands import Payload, ProcurifyPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A command is wanted. `part` tells apart two commands of one revision of a document.

    `company` of one to Procurify is `procurify_addressee(source)`. `needs`: the facts that this
    command rests on, where the document consulted more for other companies; `others`: what is
    wanted in those, in order.
    """

    payload: Payload | ProcurifyPayload
    action: str
    part: str
    revision: str
    external_key: str
    company: str
    needs: Mapping[str, str] | None = None
    others: "tuple[Planned, ...]" = ()
    generation: int = 1
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A person or a fact has to move first; `reason` stands in the catalogue.

    `unmapped`: the kind and the key of the mapping that is missing; `shadow` as of `Settled`, of a
    command that waits for its approval.
    """

    reason: str
    detail: str = ""
    unmapped: tuple[str, str] | None = None
    shadow: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """It goes on by itself once these documents and facts are there."""

    reason: str
    waits_for: tuple[str, ...] = ()
    waits_on: tuple[str, ...] = ()
    detail: str = ""


DIVIDED = "divided"
"""The state of an order whose parts, one a company, are carried in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Nothing is left to do: `state` is the document's (in_syspro, linked, not_eligible, …).

    `shadow`: {type, action, payload} of the command that would have been sent.
    """

    state: str
    reason: str = ""
    syspro_key: str = ""
    detail: str = ""
    shadow: JsonObject = field(default_factory=dict)


Outcome = Planned | Held | Waiting | Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a document's row says besides its outcome; `mode`, how such documents are carried."""

    number: str = ""
    amount: str = ""
    currency: str = ""
    revision: str = ""
    company: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An outcome and what the row says besides."""

    outcome: Outcome
    draft: Draft = field(default_factory=Draft)
    needs: JsonObject = field(default_factory=dict)


class Stopped(Exception):
    """Planning ends here with this outcome; raised by any depth of a plan, caught at its top."""

    def __init__(self, outcome: Held | Waiting | Settled) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def hold(reason: str, detail: str = "") -> NoReturn:
    """Planning ends: held for this reason."""
    raise Stopped(Held(reason=reason, detail=detail))


def hold_unmapped(reason: str, kind: str, key: str, detail: str) -> NoReturn:
    """Planning ends: held for this reason until a mapping of that kind and key is approved."""
    raise Stopped(Held(reason=reason, detail=detail, unmapped=(kind, key)))


def wait(reason: str, *, on: tuple[str, ...] = (), documents: tuple[str, ...] = ()) -> NoReturn:
    """Planning ends: waiting for these facts and documents."""
    raise Stopped(Waiting(reason=reason, waits_for=documents, waits_on=on))


def settle(state: str, reason: str = "", *, syspro_key: str = "", detail: str = "") -> NoReturn:
    """Planning ends: nothing is left to do."""
    raise Stopped(Settled(state=state, reason=reason, syspro_key=syspro_key, detail=detail))
