"""What a fault may do, as plain values. Pure."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["purchase_order", "bill", "vendor"]
How: TypeAlias = Literal["remove", "insert"]
Side: TypeAlias = Literal["procurify", "syspro"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The connection ends before anything of the request is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """RST; without a byte of a reply, or after `after_bytes` of its body."""

    after_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Silence for so long, then the end of the connection."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """The request waits, then goes on."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The request waits while it executes, then commits or is rolled back."""

    seconds: float
    commits: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """The reply a few bytes at a time."""

    bytes_at_once: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """So many bytes of the reply's body under its full length."""

    byte: int
    is_reset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """The application's own error with this text: an `ERROR: ` line, or a JSON envelope."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Another reply: an HTML page, a gzip bomb, a status."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    content_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evict:
    """The operator has no session ("" is the one who asks), or no Procurify token holds."""

    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A company's ledger as it was `back` writes ago; None: as it was when the plan was armed.

    No company: the first.
    """

    back: int | None
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A row of a company is locked by another operator while the fault lasts.

    No company: the first.
    """

    table: str
    key: tuple[str, ...]
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePeriod:
    """A ledger period is closed while the fault lasts: by year and month, or by letter.

    No company: the first.
    """

    letter: str
    year: int
    month: int
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The rows of a list move while it is walked.

    `remove`: one is gone while the fault lasts. `insert`: one is hidden from the moment that the
    plan is armed, and there once the fault begins. No id: the first.
    """

    how: How
    kind: Kind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A row of a list is changed now, in nothing but its stamp, so that others move."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A row is hidden while the fault lasts and then comes with the stamp that it always had."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """One side's stamps are so many seconds beside the clock while the fault lasts."""

    of: Side
    seconds: int


Ending: TypeAlias = Refuse | Reset | Drop | Error | Page | Drip | Truncate
Waiting: TypeAlias = Delay | Hold
Blow: TypeAlias = Evict | Restore | Touch
State: TypeAlias = Lock | ClosePeriod | Drift | Late | Skew
Deed: TypeAlias = Ending | Waiting | Blow | State
