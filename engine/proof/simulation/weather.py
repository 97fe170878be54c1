"""What happens to a connection, as plain values, and who decides it. Pure.

A `Fate` is settled when a connection is dialled. Bytes are late, held, or lost with the connection;
what TCP never does (bytes twice, or in another order) does not happen to requests either. A proxy
that repeats a request is refused by assumption A6 (reliability.md §4.2), so none stands here.
"""

from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """What one direction of a connection meets once `after_bytes` have passed.

    `reset`: both ends see the connection break, what is under way is lost. `swallow`: nothing more
    arrives and nobody is told. `hold`: what follows comes `seconds` later.
    """

    kind: Literal["reset", "swallow", "hold"]
    after_bytes: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A connection's fate: the dialling, then each direction's blow if there is one.

    `refused`: nobody listens. `silent`: the dialling is never answered. Otherwise it is answered
    after `connect_s`, and bytes travel for `least_s` to `most_s`.
    """

    dialling: Literal["answered", "refused", "silent"] = "answered"
    connect_s: float = 0.0005
    least_s: float = 0.0002
    most_s: float = 0.002
    up: Blow | None = None
    down: Blow | None = None


class Weather(Protocol):
    """Who settles fates."""

    def fate(self, party: str, port: int) -> Fate:
        """The fate of a connection that the party dials now."""
        ...


class Calm:
    """Nothing happens to connections but that bytes take a moment."""

    def fate(self, party: str, port: int) -> Fate:
        """A connection that serves."""
        return Fate()


def latency_s(fate: Fate, random: Random) -> float:
    """How long the next bytes travel."""
    return random.uniform(fate.least_s, fate.most_s)
