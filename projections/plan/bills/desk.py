"""A bill that is being planned: what it says, for which company, and the facts. Pure."""

from dataclasses import dataclass

from engine.core.keys import DocumentKey, external_key
from projections.facts import Facts
from projections.invoices import Bill, BillContent
from projections.plan.company import Company, mapped
from projections.plan.supplier import Supplier
from projections.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One bill with all that its plan looks at."""

    facts: Facts
    tenant: str
    company: Company
    document: DocumentKey
    bill: Bill
    content: BillContent

    @property
    def policy(self) -> Policy:
        """The company's policy."""
        return self.company.policy

    @property
    def source(self) -> str:
        """Where the bill comes from."""
        return self.document.source

    @property
    def key(self) -> str:
        """K of the bill."""
        return external_key(self.tenant, self.document)

    def mapped(self, kind: str, key: str) -> str:
        """What a word of the bill is in SYSPRO; "" if it is not mapped."""
        return mapped(self.facts, self.company, kind, key) if key else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """Whom a bill is owed to, and in which currency of SYSPRO."""

    supplier: Supplier
    currency: str
