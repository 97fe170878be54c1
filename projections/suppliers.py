"""What Procurify says of vendors, kept as the facts `vendor:<source>/<id>`. Pure."""

from dataclasses import dataclass, replace
from typing import ClassVar

from engine.core.canonical import digest
from engine.core.shape import Shape, store
from projections.source import Source

ELIGIBLE_TYPES = frozenset({1, 3, 4})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor(Shape):
    """A vendor as planning sees it (procurify.md §4.1 VendorDetail).

    `currency` is the id of a currency of Procurify, "" for the tenant's own. `comments` reach no
    supplier; a tax number may stand there, for Procurify has no field for one. `country` stands in
    `address` as well, and says which template the supplier is made by.
    """

    SPARSE_FROM: ClassVar[str] = "comments"

    id: str
    name: str
    is_active: bool
    type: int
    external_id: str = ""
    currency: str = ""
    term: str = ""
    address: tuple[str, ...] = ()
    postal_code: str = ""
    telephone: str = ""
    contact: str = ""
    email: str = ""
    comments: str = ""
    country: str = ""

    @property
    def is_eligible(self) -> bool:
        """Whether it is to be a supplier: active, and of type other, preferred or regular."""
        return self.is_active and self.type in ELIGIBLE_TYPES

    @property
    def revision(self) -> str:
        """The first 16 hex digits of the digest of all that the supplier is to have."""
        return digest(store(replace(self, comments="", country="")))[:16]


def read_vendor(source: Source) -> Vendor:
    """The vendor of a detail or list body; raises `Unreadable`."""
    parts = ("addressLineOne", "addressLineTwo", "city", "state_province", "country")
    emails = [inner.text() for inner in source.at("email").items()]
    return Vendor(
        id=source.identity("id"),
        name=source.text("name"),
        is_active=source.flag("active", default=True),
        type=source.number("type") or 0,
        external_id=source.text("external_id"),
        currency=source.identity("currency"),
        term=source.text("payment_term_ref", "name"),
        address=tuple(text for text in (source.text(part) for part in parts) if text),
        postal_code=source.text("postalCode"),
        telephone=source.text("phoneOne"),
        contact=source.text("contact"),
        email=next((email for email in emails if email), ""),
        comments=source.text("comments"),
        country=source.text("country"),
    )
