"""Commands on suppliers. Pure."""

from dataclasses import dataclass

from engine.core.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAdd(Shape):
    """A vendor becomes a supplier under a code that we give (APSSSP Add, syspro.md §3.6).

    SYSPRO's own default is that goods receipts must be matched; both flags are always sent.
    """

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
