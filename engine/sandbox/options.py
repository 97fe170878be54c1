"""What `sandbox` is told at its start."""

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeAlias

from engine.sandbox.scenario.scenario import Kind
from engine.sandbox.waits import EXECUTION_S, Pace

Numbering: TypeAlias = Literal["auto", "manual"]
Profile: TypeAlias = Literal["fast", "site"]

_MEANS_MS: Final[dict[Profile, tuple[int, int]]] = {"fast": (0, 0), "site": (150, 700)}
"""How long a profile's queries and posts take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """Port 0 means any free one, folder None a new temporary one.

    `scenario` is the story that is told; `companies` is how many companies of SYSPRO the documents
    go to, each from a location of its own (a month has all); `load` is how many documents a minute
    keep coming, for `load_minutes` or without end, and `is_quiet` lets nothing change in Procurify.
    `faults` is the file of a fault plan (`faults.grammar`), `syspro` and `procurify_file` are those
    of settings of either side (their `settings_file`); `is_strict` refuses requests to Procurify
    without `X-Procurify-Client`. `query_ms`, `post_ms` and `procurify_ms` (None: as the profile
    says) are the means that answers of SYSPRO and Procurify take, `jitter` the share by which they
    stray.
    """

    procurify_port: int = 0
    syspro_port: int = 0
    control_port: int = 0
    seed: int = 1
    documents: int = 200
    scenario: Kind = "standard"
    companies: int = 1
    load: int = 0
    load_minutes: int | None = None
    is_quiet: bool = False
    po_numbering: Numbering = "auto"
    profile: Profile = "fast"
    folder: Path | None = None
    anchor: date | None = None
    faults: Path | None = None
    syspro: Path | None = None
    procurify_file: Path | None = None
    is_strict: bool = False
    query_ms: int | None = None
    post_ms: int | None = None
    procurify_ms: int | None = None
    jitter: float = 0.2

    @property
    def query(self) -> Pace:
        """How long SYSPRO's queries, browses, fetches and logons take."""
        return self._pace(self.query_ms, _MEANS_MS[self.profile][0])

    @property
    def post(self) -> Pace:
        """How long SYSPRO's writes take to execute; under a second unless `post_ms` is given."""
        return self._pace(self.post_ms, _MEANS_MS[self.profile][1], longest_s=EXECUTION_S)

    @property
    def procurify(self) -> Pace:
        """How long Procurify's answers take; no profile makes them wait."""
        return self._pace(self.procurify_ms, 0)

    def _pace(self, given_ms: int | None, usual_ms: int, longest_s: float = math.inf) -> Pace:
        """The pace that was asked for, which no cap cuts, else the profile's own."""
        if given_ms is not None:
            return Pace(mean_s=given_ms / 1000, jitter=self.jitter)
        return Pace(mean_s=usual_ms / 1000, jitter=self.jitter, longest_s=longest_s)
