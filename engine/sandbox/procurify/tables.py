"""What the tenant holds beside the scenario: people, places, catalogue, methods, receipts, maps.

Objects here live only on this side: no document of SYSPRO comes of them. Rows are replaced, never
changed in place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.sandbox.procurify.printing import Json
from engine.sandbox.scenario.companies import LegalEntity
from engine.sandbox.scenario.model import Account, AccountCode, Currency, Department, User
from engine.sandbox.scenario.references import LOCATION_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A location; `is_headquarter` holds for the first one, `zone` is an IANA name."""

    id: int
    name: str
    currency: Currency
    zone: str = LOCATION_ZONE
    legal_entity: LegalEntity | None = None
    is_headquarter: bool = False
    is_active: bool = True
    extras: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the tenant, with what the scenario's plain value has not."""

    user: User
    place: int = 1
    role: int = 2
    is_active: bool = True
    is_pending: bool = False
    delegatee: User | None = None
    extras: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department in the API: the scenario's department, where it is and whether it is active."""

    department: Department
    place: int = 1
    is_active: bool = True
    external_id: str | None = None
    punchout_email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An account code in the API; `parent` is the id of another, `is_parent` of a group."""

    code: AccountCode
    parent: int | None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """An account (code and department) in the API."""

    account: Account
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogItem:
    """An item of the catalogue; `vendor` and `code` are ids."""

    id: int
    name: str
    sku: str
    unit: str
    vendor: int
    code: int
    currency: Currency
    price: Decimal
    departments: tuple[int, ...]
    description: str | None = None
    url: str | None = None
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle of catalogue items with their quantities."""

    id: int
    name: str
    description: str
    items: tuple[tuple[int, Decimal], ...]
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A payment method of the company (`vendor` None) or of a vendor; `details` are masked."""

    id: int
    vendor: int | None
    name: str
    type: int
    details: Mapping[str, Json]
    currency: Currency
    gl_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was received of an order item at one time, as good and as bad.

    `edits` are the later quantities of good ones, each with its instant.
    """

    id: int
    item: int
    first_passed: Decimal
    failed: Decimal
    received_at: datetime
    user: User
    edits: tuple[tuple[datetime, Decimal], ...] = ()

    @property
    def is_edited(self) -> bool:
        """Whether its quantity was changed afterwards."""
        return bool(self.edits)

    @property
    def passed(self) -> Decimal:
        """What of it is good, after every edit."""
        return self.edits[-1][1] if self.edits else self.first_passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A receipt that is no more, and since when."""

    receipt: Receipt
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisition:
    """A purchase request that came in by the API, before any order."""

    id: int
    uuid: str
    user: User
    department: Department
    currency: Currency
    asked_at: datetime
    required_on: str
    lines: tuple[Mapping[str, Json], ...]
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A custom field of order items."""

    id: int
    name: str
    type: str
    choices: tuple[str, ...] = ()
    default: str = ""
    is_required: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment of bills, by their ids; `status` is PaymentStatus (procurify.md §5)."""

    id: int
    uuid: str
    bills: tuple[int, ...]
    vendor: int
    currency: Currency
    amount: Decimal
    status: int
    user: User
    paid_on: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectMap:
    """What the integration said of one object: 0 pending, 1 synced, 2 error, and its own id.

    `received` is what had been received of the object when it was last said to be synced.
    """

    id: int
    content_type: int
    object_id: int
    status: int
    external_id: str
    said_at: datetime
    received: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLog:
    """One line of the integration's log."""

    id: int
    content_type: int
    object_id: int
    external_id: str
    identifier: str
    text: str
    is_error: bool
    created_at: datetime
    uuid: str = ""
