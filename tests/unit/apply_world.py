"""A sandbox's world without sockets, and the changes of `POST /apply` on it."""

import time
from datetime import date
from typing import Any

import pytest
from ledger_poster import Poster

from engine.sandbox.control.changes import apply_changes
from engine.sandbox.json_fields import BadInput
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.scenario.scenario import build_scenario
from engine.sandbox.syspro.sessions import Sessions
from engine.sandbox.syspro.settings import SysproSettings
from engine.sandbox.world import BEGINNING, World

ANCHOR = date(2026, 11, 16)


class Stage:
    """A world of 24 documents, the same on every call; `poster` stands in for the engine."""

    def __init__(self, companies: int = 1) -> None:
        scenario = build_scenario(seed=7, documents=24, anchor=ANCHOR, companies=companies)
        self.poster = Poster(scenario)
        self.world = World(
            scenario=self.poster.scenario,
            tenant=self.poster.tenant,
            companies=self.poster.companies,
            test_companies=(),
            settings=ProcurifySettings(),
            sessions=Sessions(SysproSettings().session_rules, clock=time.monotonic),
            story=self.poster.story,
            oracle=self.poster.oracle,
            backups={
                (ledger.company, BEGINNING): ledger.snapshot() for ledger in self.poster.companies
            },
        )

    def apply(self, do: str, **fields: object) -> dict[str, Any]:
        """What one change answers."""
        (applied,) = apply_changes([{"do": do, **fields}], self.world)
        return applied

    def refused(self, do: str, **fields: object) -> str:
        """The sentence that answers a wrong change."""
        with pytest.raises(BadInput) as caught:
            self.apply(do, **fields)
        return str(caught.value)

    def verdict(self, name: str) -> Any:
        """One part of the oracle's judgement."""
        return self.world.oracle.verdict()[name]
