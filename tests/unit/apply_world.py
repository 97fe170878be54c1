"""A sandbox's world without sockets, and the changes of `POST /apply` on it."""

from datetime import date
from typing import Any

import pytest

from engine.sandbox.clock import Clock
from engine.sandbox.control.changes import apply_changes
from engine.sandbox.filling import begin_world
from engine.sandbox.json_fields import BadInput
from engine.sandbox.options import SandboxOptions
from engine.sandbox.scenario.scenario import build_scenario
from engine.sandbox.syspro.settings import SysproSettings
from engine.sandbox.world import World

ANCHOR = date(2026, 11, 16)


class Stage:
    """A world of 24 documents, the same on every call."""

    def __init__(self, documents: int = 24) -> None:
        options = SandboxOptions(seed=7, documents=documents)
        scenario = build_scenario(seed=7, documents=documents, anchor=ANCHOR)
        rules = SysproSettings().session_rules
        self.world: World = begin_world(scenario, options, Clock(), rules)

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
