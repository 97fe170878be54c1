"""What was written into the ledger, in order, so that an oracle can judge it afterwards.

Every accepted write has the next `sequence` number of the whole company and keeps the rows as
they stood after it. Rows are replaced and never changed, so keeping them costs only references.
Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from engine.sandbox.syspro.tables import Key, Row

CLERK: Final = "CLERK"
"""Who types at SYSPRO's screens when a person does, as nobody does over e.net."""

WriteKind: TypeAlias = Literal[
    "supplier", "order", "invoice", "receipt", "registration", "setup", "payment"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One accepted write: what, by which business object and operator, and the rows after it.

    `key` is the key in the tables (a purchase order zero-filled to 15). `action` is the letter
    or word of the business object: A, C, D for orders, I for invoices, Add, Update for suppliers,
    R for receipts (X when they go back), P and V for payments. What is done at a screen without
    a business object names none. `rows` holds, by table, the rows that belong to the document.
    """

    sequence: int
    kind: WriteKind
    key: Key
    business_object: str
    action: str
    operator: str
    at: datetime
    rows: Mapping[str, Sequence[Row]]
