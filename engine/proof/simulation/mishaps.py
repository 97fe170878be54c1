"""Any fault of a sandbox's grammar, anywhere, for any time: what nobody thought of. Pure.

The other faults of a script are those that have a place in the catalogue; these are drawn blindly
from all that a fault file can say, so that a file which the tests have never seen holds nothing
that no seed could. Left out are `restore`, after which SYSPRO has lost documents and people decide
(S34), `lock`, which names a row (the script draws it elsewhere), and what makes an execution
longer: those that a script holds already end just before the drain does (assumption A2).
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final, TypeAlias

from engine.sandbox.faults.grammar import BOUNDARIES, EXECUTING, PHASES, RECEIVED

LONGEST_S: Final = 15.0
MOST: Final = 40
"""A fault meets one of so many first crossings of its boundary, or every one for a while."""
KINDS: Final = ("vendor", "purchase_order", "bill")
CODES: Final = (
    *(200, 204, 301, 302, 400, 401, 403, 404, 408, 409, 413, 422, 429),
    *(500, 501, 502, 503, 504),
)
BODIES: Final = (
    "",
    "0",
    "{}",
    "[]",
    "null",
    '{"data":[]}',
    '{"data":{}}',
    '{"detail":"no"}',
    '{"data":[],"metadata":{"pagination":{"next":null}}}',
    "<html>",
    '<?xml version="1.0"?><a/>',
)
AFTER: Final = ("3", "0", "-1", "1.5", "30", "x", "Wed, 21 Oct 2015 07:28:00 GMT")
"""What a reply may say of when to come again, sense or not."""
TEXTS: Final = ("memory leak", "Key not found", "", "<x>", "é中")
SKEWS_S: Final = (-86_400, -3_600, -60, 60, 3_600, 86_400)
Entry: TypeAlias = Mapping[str, object]
"""One entry of a sandbox's fault plan (`engine.sandbox.faults.grammar`)."""
_Fields: TypeAlias = Callable[[Random], dict[str, object]]


def mishap(random: Random) -> Entry:
    """One entry of a fault plan."""
    deed = random.choice(sorted(_FIELDS))
    at: dict[str, object] = {"boundary": random.choice((*BOUNDARIES, "syspro.post"))}
    if random.random() < 0.7:
        at["phase"] = random.choice(_PHASES.get(deed, sorted(PHASES)))
    fields = _FIELDS[deed](random)
    is_every = random.random() < 0.06
    at["n"] = "every" if is_every else random.randrange(1, MOST)
    if is_every or deed in _LASTING:
        fields["for"] = {"seconds": round(random.uniform(1, 30), 1)}
    elif random.random() < 0.2:
        fields["for"] = random.randrange(1, 6)
    return {"at": at, "do": deed, **fields}


def _seconds(random: Random) -> dict[str, object]:
    return {"seconds": round(random.uniform(0, LONGEST_S), 2)}


def _drip(random: Random) -> dict[str, object]:
    return {"bytes": random.choice((1, 10, 100)), "seconds": random.choice((0.05, 0.3, 1.0))}


def _truncate(random: Random) -> dict[str, object]:
    return {"byte": random.randrange(2000), "end": random.choice(("reset", "close"))}


def _status(random: Random) -> dict[str, object]:
    code = random.choice(CODES)
    found: dict[str, object] = {"code": code, "body": random.choice(BODIES)}
    if code in (429, 503):
        found["headers"] = {"Retry-After": random.choice(AFTER)}
    return found


def _skew(random: Random) -> dict[str, object]:
    return {"of": random.choice(("procurify", "syspro")), "seconds": random.choice(SKEWS_S)}


def _drift(random: Random) -> dict[str, object]:
    return {"how": random.choice(("remove", "insert", "touch")), "kind": random.choice(KINDS)}


_FIELDS: Final[Mapping[str, _Fields]] = {
    "refuse": lambda random: {},
    "reset": lambda random: {},
    "evict": lambda random: {},
    "drop": _seconds,
    "delay": _seconds,
    "drip": _drip,
    "truncate": _truncate,
    "error": lambda random: {"text": random.choice(TEXTS)},
    "html": lambda random: {"code": random.choice((200, 302, 404, 500, 502, 503))},
    "gzip_bomb": lambda random: {"megabytes": random.choice((1, 5, 70))},
    "status": _status,
    "close_period": lambda random: {"period": random.choice(("C", "P", "B"))},
    "drift": _drift,
    "late": lambda random: {"kind": random.choice(KINDS)},
    "skew": _skew,
}
_PHASES: Final[Mapping[str, Sequence[str]]] = {
    "refuse": (RECEIVED,),
    **dict.fromkeys(("delay", "drop"), sorted(PHASES.keys() - {EXECUTING})),
}
"""The phases at which a deed is drawn, where these are not all."""
_LASTING: Final = frozenset({"close_period", "drift", "late", "skew"})
