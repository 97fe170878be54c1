"""The two systems and what tells their story, of one run between two resets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.sandbox.oracle import Oracle
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.scenario import Scenario
from engine.sandbox.scenario.story import Story
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.ledger import Ledger, Snapshot
from engine.sandbox.syspro.sessions import Sessions

BEGINNING: Final = "beginning"
"""The backup that every company has of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that a change or a fault may reach; a reset makes a new one of the same scenario.

    `test_companies` stand beside `companies`, outside the story and out of the oracle's sight.
    `backups` are states of the ledgers by company and name, one of the beginning among them.
    """

    scenario: Scenario
    tenant: Tenant
    companies: Companies
    test_companies: Sequence[Ledger]
    settings: ProcurifySettings
    sessions: Sessions
    story: Story
    oracle: Oracle
    backups: dict[tuple[str, str], Snapshot] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        """The ledger of SYSPRO's first company."""
        return self.companies.first
