"""Commands on the general ledger's chart of accounts. Pure."""

from dataclasses import dataclass
from typing import Literal

from engine.core.shape import Shape

AccountType = Literal["A", "L", "C", "R", "E", "S", "T"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCodeAdd(Shape):
    """A ledger code comes to be (GENSCO Add, syspro.md §3.7), where policy lets us add any.

    Types: A asset, L liability, C capital, R revenue, E expense (seen in tables); S, T unverified.
    """

    company: str
    ledger_code: str
    description: str
    account_type: AccountType
    group: str = ""
