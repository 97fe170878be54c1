"""The grammar of a fault plan, read strictly from JSON.

A plan is a list (or `{"faults": [...]}`) of entries such as
`{"at": {"boundary": "syspro.post", "n": 3, "phase": "after_commit_before_reply"}, "do": "reset",
"for": 1}`; what a fault needs besides stands beside `do` (`"seconds": 2`). `n` counts the crossings
of that boundary at that phase (and of that `business_object` and `path`, if named) from the moment
that the plan is armed; "every" is each of them. `for` is a number of crossings, `{"seconds": s}`
or "ever"; left out, it is "ever" for what is every time and for the states of the world, else 1.
Errors name the entry. Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast, get_args

from engine.sandbox.faults.bomb import gzip_bomb
from engine.sandbox.faults.deeds import (
    ClosePeriod,
    Deed,
    Delay,
    Drift,
    Drip,
    Drop,
    Error,
    Evict,
    Hold,
    How,
    Kind,
    Late,
    Lock,
    Page,
    Refuse,
    Reset,
    Restore,
    Side,
    Skew,
    State,
    Touch,
    Truncate,
)
from engine.sandbox.json_fields import BadInput, Fields

RECEIVED, EXECUTING, COMMITTED, REPLYING = (
    "received",
    "executing",
    "after_commit_before_reply",
    "mid_reply",
)
BOUNDARIES: Final = (
    "procurify.token",
    "procurify.list",
    "procurify.get",
    "procurify.write",
    "syspro.logon",
    "syspro.logoff",
    "syspro.query",
    "syspro.post",
    "syspro.setup",
    "syspro.odata",
)
PHASES: Final = {
    "before_send": RECEIVED,
    "mid_request": RECEIVED,
    RECEIVED: RECEIVED,
    EXECUTING: EXECUTING,
    COMMITTED: COMMITTED,
    "before_reply": REPLYING,
    REPLYING: REPLYING,
}
"""The phases of a plan and those of the ports: what comes before a request is its arrival here."""
HTML: Final = "<!DOCTYPE html><html><body><h1>Service unavailable</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a fault meets requests; `n` None is every one; `phase` is one of the ports'."""

    boundary: str
    phase: str
    n: int | None
    business_object: str
    path: str

    def matches(self, boundary: str, phase: str, business_object: str, path: str) -> bool:
        """Whether a crossing is one of those that the place counts."""
        return (
            (boundary, phase) == (self.boundary, self.phase)
            and self.business_object in ("", business_object.upper())
            and self.path in path.lower()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long a fault lasts: crossings, seconds, or both None for ever."""

    crossings: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One entry of a plan; `given` is the entry as it was written."""

    place: Place
    deed: Deed
    span: Span
    given: dict[str, object]


def read_faults(given: object) -> list[Fault]:
    """The entries of a plan; raises `BadInput`."""
    if isinstance(given, dict) and given.keys() == {"faults"}:
        given = given["faults"]
    if not isinstance(given, list):
        raise BadInput("a fault plan is to be a JSON list of faults")
    return [_fault(entry, f"fault {place}") for place, entry in enumerate(given, 1)]


def _fault(entry: object, where: str) -> Fault:
    fields = Fields(entry, where)
    at = Fields(fields.take("at"), f"{where}, at")
    name = fields.text("do")
    boundary = at.choice("boundary", BOUNDARIES)
    if name not in _DEEDS:
        raise BadInput(f"{where}: do is to be one of {', '.join(_DEEDS)}")
    usual, read = _DEEDS[name]
    written = at.choice("phase", PHASES, usual)
    phase = PHASES[written]
    every = at.given.get("n") == "every"
    if every:
        at.take("n")
    n = None if every else at.whole("n", 1, least=1)
    place = Place(
        boundary=boundary,
        phase=phase,
        n=n,
        business_object=at.text("business_object", "").upper(),
        path=at.text("path", "").lower(),
    )
    at.done()
    deed = read(fields, boundary)
    if isinstance(deed, Reset) and written == REPLYING:
        deed = Reset(after_bytes=fields.whole("byte", 1))
    _check(deed, phase, where)
    span = _span(fields, deed, every=every)
    fields.done()
    return Fault(place=place, deed=deed, span=span, given=fields.given)


def _check(deed: Deed, phase: str, where: str) -> None:
    if isinstance(deed, Hold) and phase != EXECUTING:
        raise BadInput(f"{where}: hold is possible at the phase {EXECUTING} only")
    if isinstance(deed, Refuse) and phase != RECEIVED:
        raise BadInput(f"{where}: refuse is possible at the phase {RECEIVED} only")


def _span(fields: Fields, deed: Deed, *, every: bool) -> Span:
    lasts = every or isinstance(deed, State)
    given = fields.take("for")
    if given is None:
        return Span() if lasts else Span(crossings=1)
    if given == "ever":
        return Span()
    if isinstance(given, dict):
        inner = Fields(given, f"{fields.where}, for")
        span = (
            Span(seconds=inner.seconds("seconds"))
            if inner.has("seconds")
            else Span(crossings=inner.whole("crossings", least=1))
        )
        inner.done()
        return span
    if isinstance(given, int) and not isinstance(given, bool) and given > 0:
        return Span(crossings=given)
    raise fields.wrong("for", 'a number of crossings, {"seconds": s} or "ever"')


def _hold(fields: Fields, boundary: str) -> Deed:
    then = fields.choice("then", ("commit", "roll_back"), "commit")
    seconds = fields.seconds("seconds", 5.0)
    return Hold(seconds=seconds, commits=then == "commit", text=fields.text("text", ""))


def _drip(fields: Fields, boundary: str) -> Deed:
    at_once = fields.whole("bytes", 1, least=1)
    return Drip(bytes_at_once=at_once, seconds=fields.seconds("seconds", 1.0))


def _truncate(fields: Fields, boundary: str) -> Deed:
    ends = fields.choice("end", ("reset", "close"), "reset")
    return Truncate(byte=fields.whole("byte"), is_reset=ends == "reset")


def _html(fields: Fields, boundary: str) -> Deed:
    status = fields.whole("code", 200, least=200)
    return Page(status=status, body=fields.text("body", HTML).encode())


def _bomb(fields: Fields, boundary: str) -> Deed:
    megabytes = fields.whole("megabytes", 100, least=1)
    if megabytes > 2_048:
        raise fields.wrong("megabytes", "a whole number from 1 to 2048")
    kind = "application/json" if boundary.startswith("procurify") else "application/octet-stream"
    headers = (("Content-Encoding", "gzip"),)
    return Page(body=gzip_bomb(megabytes), content_type=kind, headers=headers)


def _status(fields: Fields, boundary: str) -> Deed:
    code = fields.whole("code", least=200)
    if code > 599:
        raise fields.wrong("code", "a status from 200 to 599")
    headers = Fields(fields.take("headers") or {}, f"{fields.where}, headers")
    shown = tuple((name, headers.text(name)) for name in list(headers.given))
    if any(set(f"{name}{value}") & set("\r\n\0") for name, value in shown):
        raise BadInput(f"{headers.where}: no line breaks")
    kind = "application/json" if boundary.startswith("procurify") else "text/html"
    return Page(
        status=code,
        body=fields.text("body", "").encode(),
        content_type=fields.text("content_type", kind),
        headers=shown,
    )


def _restore(fields: Fields, boundary: str) -> Deed:
    if fields.has("to"):
        fields.choice("to", ("start",))
        return Restore(back=None, company=_company(fields))
    back = fields.whole("back", 1, least=1)
    if back > 100:
        raise fields.wrong("back", "a number of writes from 1 to 100")
    return Restore(back=back, company=_company(fields))


def _lock(fields: Fields, boundary: str) -> Deed:
    table, key = fields.text("table"), fields.texts("key")
    return Lock(table=table, key=key, company=_company(fields))


def _period(fields: Fields, boundary: str) -> Deed:
    letter, year, month = "", 0, 0
    if fields.has("year"):
        year, month = fields.whole("year"), fields.whole("month", least=1)
    else:
        letter = fields.choice("period", ("C", "P", "B"), "C")
    return ClosePeriod(letter=letter, year=year, month=month, company=_company(fields))


def _company(fields: Fields) -> str:
    """The company whose books are meant; which there are, the world knows."""
    return fields.text("company", "")


def _drift(fields: Fields, boundary: str) -> Deed:
    how = fields.choice("how", (*get_args(How), "touch"), "remove")
    if how == "touch":
        return Touch(kind=_kind(fields), id=fields.text("id", ""))
    return Drift(how=cast(How, how), kind=_kind(fields), id=fields.text("id", ""))


def _skew(fields: Fields, boundary: str) -> Deed:
    of = fields.choice("of", get_args(Side), boundary.partition(".")[0])
    seconds = int(fields.amount("seconds"))
    if abs(seconds) > _TEN_YEARS_S:
        raise fields.wrong("seconds", "no more than ten years")
    return Skew(of=cast(Side, of), seconds=seconds)


def _kind(fields: Fields) -> Kind:
    return cast(Kind, fields.choice("kind", get_args(Kind)))


_TEN_YEARS_S: Final = 315_360_000
_Read = Callable[[Fields, str], Deed]
_DEEDS: Final[dict[str, tuple[str, _Read]]] = {
    "refuse": (RECEIVED, lambda fields, _: Refuse()),
    "reset": (RECEIVED, lambda fields, _: Reset()),
    "rst": (RECEIVED, lambda fields, _: Reset()),
    "drop": (COMMITTED, lambda fields, _: Drop(seconds=fields.seconds("seconds", 0.0))),
    "delay": (RECEIVED, lambda fields, _: Delay(seconds=fields.seconds("seconds"))),
    "hold": (EXECUTING, _hold),
    "drip": (REPLYING, _drip),
    "truncate": (REPLYING, _truncate),
    "error": (COMMITTED, lambda fields, _: Error(text=fields.text("text", "memory leak"))),
    "html": (REPLYING, _html),
    "gzip_bomb": (REPLYING, _bomb),
    "status": (RECEIVED, _status),
    "evict": (RECEIVED, lambda fields, _: Evict(operator=fields.text("operator", "").upper())),
    "restore": (RECEIVED, _restore),
    "lock": (RECEIVED, _lock),
    "close_period": (RECEIVED, _period),
    "drift": (RECEIVED, _drift),
    "late": (RECEIVED, lambda fields, _: Late(kind=_kind(fields), id=fields.text("id", ""))),
    "skew": (RECEIVED, _skew),
}
