"""Where the engine touches the world: named crossings, which a harness may watch.

The database, the sockets of both HTTP clients and the steps of the posting protocol call
`boundary` before and after. Between two crossings nothing can be seen from outside, so an engine
that has been ended at each of them in turn has died every distinguishable death (reliability.md
§3.2). Nobody watches unless `arm` was called, and then a crossing costs one comparison with None.
"""

import os
import re
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from engine.errors import Misconfigured

Phase = Literal["before", "after"]
Watching = Callable[[str, Phase], None]

_DEED: Final = re.compile(
    r"(?P<deed>kill|stop)=(?:(?P<name>[A-Za-z_.]+) (?P<phase>before|after)#)?(?P<count>[0-9]{1,9})"
)
_SIGNALS: Final = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}

_watching: Watching | None = None


def boundary(name: str, phase: Phase) -> None:
    """The crossing has been told to whoever watches; it may have been the process's last."""
    if _watching is not None:
        _watching(name, phase)


def is_watched() -> bool:
    """Whether somebody watches; what is only there to be watched need not be made otherwise."""
    return _watching is not None


def watch(watching: Watching | None) -> None:
    """From now on every crossing of this process is told to `watching`; None: to nobody."""
    global _watching
    _watching = watching


def arm(text: str) -> None:
    """The crossings are traced, and the process ends or stops itself at the one that is named.

    `text` is parts joined by commas: `trace=FILE`; `kill=N` (SIGKILL at the N-th crossing of all)
    or `kill=NAME PHASE#N` (at the N-th of that name and phase); `stop=…` likewise by SIGSTOP.
    Raises `Misconfigured`.
    """
    parts = text.split(",")
    traces = [part.removeprefix("trace=") for part in parts if part.startswith("trace=")]
    deeds = [found for part in parts if (found := _DEED.fullmatch(part)) is not None]
    if len(traces) + len(deeds) != len(parts) or len(traces) > 1 or len(deeds) > 1:
        raise Misconfigured(
            "PROCURIFY_SYSPRO_CHAOS: is not written as it must be: trace=FILE, kill=N, "
            "kill=NAME PHASE#N, stop=N or stop=NAME PHASE#N, at most one of each kind"
        )
    plan = _Plan(
        number=_SIGNALS[deeds[0]["deed"]] if deeds else None,
        place=f"{deeds[0]['name']} {deeds[0]['phase']}" if deeds and deeds[0]["name"] else "",
        count=int(deeds[0]["count"]) if deeds else 0,
    )
    watch(_Chaos(plan, _opened(traces[0]) if traces else None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Which signal at which crossing: the `count`-th of `place`, or of all when it is empty."""

    number: signal.Signals | None
    place: str
    count: int


class _Chaos:
    """Counts and traces crossings; at the planned one the process signals itself."""

    def __init__(self, plan: _Plan, trace: int | None) -> None:
        self._plan = plan
        self._trace = trace
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str, phase: Phase) -> None:
        """The crossing is in the trace before anything happens at it."""
        place = f"{name} {phase}"
        self._seen[place] += 1
        self._write(place)
        plan = self._plan
        if plan.number is None:
            return
        count = self._seen[plan.place] if plan.place else self._seen.total()
        if count == plan.count and place == (plan.place or place):
            os.kill(os.getpid(), plan.number)
            self._write("woken")

    def _write(self, line: str) -> None:
        if self._trace is not None:
            os.write(self._trace, f"{line}\n".encode())


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured(
            f"PROCURIFY_SYSPRO_CHAOS: {path} cannot be written: {error.strerror}"
        ) from error
