"""What is read of Procurify, and how: one line of the table for each resource.

Paths, filters and change fields are those of procurify.md §3 and §7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.errors import Misconfigured
from engine.procurify.models.stamps import print_stamp

Grain = Literal["none", "day", "instant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list and its range filter. `is_checked`: rows carry the stamp that the filter is about,
    so that a filter which the server ignores (procurify.md §2.18) does no harm."""

    path: str
    grain: Grain = "none"
    from_name: str = ""
    until_name: str = ""
    is_checked: bool = True

    def range(self, from_at: datetime, until_at: datetime) -> Mapping[str, str]:
        """The filter parameters for a stretch of time; none where the list has no filter."""
        if self.grain == "none":
            return {}
        if self.grain == "day":
            first, last = from_at.date().isoformat(), until_at.date().isoformat()
            return {self.from_name: first, self.until_name: last}
        return {self.from_name: print_stamp(from_at), self.until_name: print_stamp(until_at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One sort of thing that is polled. `detail` is the path of one, with `{id}`, if rows do not
    say everything; `fallback` is another list for a tenant that lacks the first."""

    name: str
    kind: str
    noun: str
    listings: tuple[Listing, ...]
    detail: str = ""
    fallback: Listing | None = None
    is_reference: bool = True

    @property
    def is_snapshot(self) -> bool:
        """Whether only a whole list shows what changed, and what vanished."""
        return all(listing.grain == "none" for listing in self.listings)

    @property
    def label(self) -> str:
        """The name in texts for people."""
        return self.name.replace("_", " ")


def _days(path: str, name: str, *, is_checked: bool = True) -> Listing:
    return Listing(
        path=path,
        grain="day",
        from_name=f"{name}_0",
        until_name=f"{name}_1",
        is_checked=is_checked,
    )


def _reference(name: str, kind: str, noun: str, path: str) -> Resource:
    return Resource(name=name, kind=kind, noun=noun, listings=(Listing(path=path),))


PURCHASE_ORDERS = Resource(
    name="purchase_orders",
    kind="purchase_order",
    noun="PurchaseOrder",
    listings=(_days("/api/v2/purchase_orders/purchased/all/", "modified_date"),),
    detail="/api/v2/purchase_orders/{id}/",
    is_reference=False,
)
BILLS = Resource(
    name="bills",
    kind="bill",
    noun="Bill",
    listings=(
        Listing(
            path="/api/v3/ap/bills/",
            grain="instant",
            from_name="last_modified_datetime_0",
            until_name="last_modified_datetime_1",
        ),
    ),
    detail="/api/v2/ap/bills/{id}/",
    is_reference=False,
)
ORDER_ITEMS = Resource(
    name="order_items",
    kind="order_item",
    noun="OrderItem",
    listings=(
        _days("/api/v3/order-items/", "last_modified"),
        _days("/api/v3/order-items/", "po_created_date", is_checked=False),
    ),
    is_reference=False,
)
PAYMENTS = Resource(
    name="payments",
    kind="payment",
    noun="Payment",
    listings=(
        Listing(
            path="/api/public/v1/payments/",
            grain="instant",
            from_name="updated_at_after",
            until_name="updated_at_before",
        ),
    ),
    fallback=Listing(path="/api/v2/ap/payments/"),
    is_reference=False,
)
PURCHASE_REQUESTS = Resource(
    name="purchase_requests",
    kind="purchase_request",
    noun="PurchaseRequest",
    listings=(_days("/api/v2/global/orders/", "modified_date"),),
)
RECEIPTS = Resource(
    name="receipts",
    kind="receipt",
    noun="Receipt",
    listings=(Listing(path="/api/v3/receipt/items/"),),
    is_reference=False,
)
PAYMENT_METHODS = _reference(
    "vendor_payment_methods",
    "vendor_payment_method",
    "VendorPaymentMethod",
    "/api/v2/ap/vendor-payment-methods/",
)
RESOURCES: Sequence[Resource] = (
    PURCHASE_ORDERS,
    BILLS,
    ORDER_ITEMS,
    _reference("vendors", "vendor", "Vendor", "/api/v3/vendors/"),
    _reference("account_codes", "account_code", "AccountCode", "/api/v3/account-codes/"),
    _reference("accounts", "account", "Account", "/api/v3/accounts/"),
    _reference("departments", "department", "Department", "/api/v3/departments/"),
    _reference("locations", "location", "Location", "/api/v2/locations/"),
    _reference("currencies", "currency", "Currency", "/api/v2/currencies/"),
    PURCHASE_REQUESTS,
    PAYMENTS,
    RECEIPTS,
    PAYMENT_METHODS,
)


def enabled(*, payment_methods: bool) -> Sequence[Resource]:
    """The resources that are read; payment methods hold bank details and are off by default."""
    return [item for item in RESOURCES if payment_methods or item is not PAYMENT_METHODS]


def resource_named(name: str) -> Resource:
    """The resource of that name; raises `Misconfigured` naming those there are."""
    for resource in RESOURCES:
        if resource.name == name:
            return resource
    known = ", ".join(resource.name for resource in RESOURCES)
    raise Misconfigured(f"no resource is called {name[:40]!r}; there are {known}")
