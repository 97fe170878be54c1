"""Commands on suppliers. Pure."""

from dataclasses import dataclass
from typing import ClassVar

from engine.core.commands.seen import Seen
from engine.core.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAdd(Shape):
    """A vendor becomes a supplier under a code that we give (APSSSP Add, syspro.md §3.6).

    SYSPRO's own default is that goods receipts must be matched; both flags are always sent.
    """

    SPARSE_FROM: ClassVar[str] = "supplier_class"

    supplier: str
    name: str
    short_name: str
    branch: str
    terms_code: str
    currency: str
    bank: str = ""
    address: tuple[str, ...] = ()
    postal_code: str = ""
    telephone: str = ""
    contact: str = ""
    email: str = ""
    tax_registration: str = ""
    is_grn_match_required: bool = False
    is_order_allowed: bool = True
    supplier_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierChange(Shape):
    """A supplier's fields that Procurify owns are as said (APSSSP Update, syspro.md §3.6).

    None: not ours, left out. Whether SYSPRO keeps what an Update leaves out is unverified (§8);
    the decision there is that it does, and that what is ours is sent whole every time. An empty
    text empties the field (unverified), `address` always fills or empties all five lines. The code
    never changes. `seen`: what the plan saw of these columns.
    """

    supplier: str
    name: str | None = None
    short_name: str | None = None
    terms_code: str | None = None
    address: tuple[str, ...] | None = None
    postal_code: str | None = None
    telephone: str | None = None
    contact: str | None = None
    email: str | None = None
    tax_registration: str | None = None
    is_on_hold: bool | None = None
    is_order_allowed: bool | None = None
    seen: tuple[Seen, ...] = ()
