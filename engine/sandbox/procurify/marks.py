"""How well each endpoint is known: the one table that README prints and a test holds to the routes.

documented: in Procurify's own API documents. seen: in a real client only. inferred: follows from
what is documented. invented: our decision. The note names the part of procurify.md, and what of a
documented endpoint is invented all the same. Pure.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["documented", "seen", "inferred", "invented"]
_NETSUITE = "/api/v3/integrations/netsuite/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark of one endpoint."""

    level: Level
    note: str


def _documented(note: str) -> Mark:
    return Mark(level="documented", note=note)


_LISTS_AND_DETAILS = {
    "/api/v3/users/me/": "§3; nested objects by the OpenAPI document",
    "/api/v3/users/": "§3",
    "/api/v3/vendors/": "§3; which vendors a plain list holds is invented (all)",
    "/api/v3/vendors/{group}/": "§3; the types in each group are inferred",
    "/api/v3/vendors/{id}/": "§3",
    "/api/v2/purchase_orders/{role}/{status}/": "§3; which states a word means is inferred",
    "/api/v2/purchase_orders/{id}/": "§3",
    "/api/v3/purchase-orders/billing-history/": "§3",
    "/api/v3/order-items/": "§3",
    "/api/v2/global/order_items/": "§3",
    "/api/v2/global/orders/": "§3",
    "/api/v3/receipt/items/": "§2.2, §3",
    "/api/v3/ap/bills/": "§3; only documented filters",
    "/api/v2/ap/bills/{uuid}/": "§3",
    "/api/v2/ap/items/": "§3; ids of unbilled lines are invented",
    "/api/public/v1/payments/": "§3",
    "/api/public/v1/pay/transactions/": "§3; the fields of a row are invented",
    "/api/v2/ap/payments/": "§3, deprecated; can be switched off",
    "/api/v2/ap/payments/{id}/approver-choices/": "§3",
    "/api/v2/ap/vendor-payment-methods/": "§2.3, §3",
    "/api/v2/ap/company-payment-methods/": "§2.3, §3",
    "/api/v3/account-codes/": "§3",
    "/api/v3/accounts/": "§3",
    "/api/v3/departments/": "§3",
    "/api/v2/locations/": "§3",
    "/api/v2/locations/{id}/": "§3",
    "/api/v2/currencies/": "§3",
    "/api/v3/catalog-items/": "§3",
    "/api/v3/catalog-bundles/": "§3",
    "/api/v3/custom-fields/order-items/": "§3",
    "/api/v3/permissions/": "§3",
    "/api/v3/permissions/groups/": "§3",
    **{
        f"{_NETSUITE}{path}": "§3.1, by Procurify's NetSuite documentation"
        for path in (
            "purchase-orders/",
            "accounts/",
            "accounts/{id}/",
            "payment-terms/",
            "payment-terms/{id}/",
            "vendors/",
            "vendors/{id}/",
            "currencies/",
            "departments/",
            "content-types/",
            "object-maps/",
            "logs/",
        )
    },
    f"{_NETSUITE}custom-fields/purchase-orders/": "§3.1; which field it shows is invented",
    f"{_NETSUITE}item-receipt-lines/": "§3.1; one for each receipt, undone ones: by the example",
}
_WRITES = {
    "POST /oauth/token": "§1.4–1.14; the 401 echo is seen in a client, that for another "
    "audience invented",
    "POST /api/v3/users/": "§3",
    "PUT /api/v3/users/{id}/": "§3",
    "DELETE /api/v3/users/{id}/": "§3: deactivates",
    "POST /api/v3/vendors/": "§4.3; refusal of an active vendor's name is invented",
    "PUT /api/v3/vendors/{id}/": "§4.3, §8.5",
    "PATCH /api/v3/vendors/{id}/": "§4.3",
    "PUT /api/v3/purchase-orders/{procurify_PO}/": "§4.3; 409 on a stale version is invented",
    "POST /api/v3/purchase-orders/{procurify_PO}/close/": "§3",
    "POST /api/v3/purchase-orders/{procurify_PO}/reopen/": "§3: no body",
    "PUT /api/v2/purchase_order/revise/{procurify_PO}/": "§3, deprecated",
    "POST /api/v3/requisitions/": "§4.3",
    "POST /api/v3/receipt/items/": "§2.7, §4.3",
    "POST /api/v3/ap/bills/mark-as-paid/": "§2.7, §3",
    "POST /api/v2/ap/vendor-payment-methods/": "§2.7, §4.3",
    "POST /api/v2/ap/company-payment-methods/": "§2.7",
    "POST /api/v3/account-codes/": "§4.3",
    "PUT /api/v3/account-codes/{id}/": "§4.3",
    "POST /api/v3/departments/": "§4.3",
    "PUT /api/v3/departments/{id}/": "§4.3",
    "POST /api/v2/locations/": "§3",
    "POST /api/v3/catalog-items/": "§3",
    "PUT /api/v3/catalog-items/{id}/": "§3",
    "PUT /api/v3/custom-fields/{id}/": "§3",
    **{
        f"{method} {_NETSUITE}{path}": "§3.1, by Procurify's NetSuite documentation"
        for method, path in (
            ("POST", "initialize/"),
            ("POST", "vendors/"),
            ("PUT", "vendors/{id}/"),
            ("DELETE", "vendors/{id}/"),
            ("PATCH", "vendors/{id}/reactivate/"),
            ("POST", "accounts/"),
            ("PUT", "accounts/{id}/"),
            ("DELETE", "accounts/{id}/"),
            ("POST", "payment-terms/"),
            ("PUT", "payment-terms/{id}/"),
            ("DELETE", "payment-terms/{id}/"),
            ("POST", "catalog-items/"),
            ("PUT", "catalog-items/{id}/"),
            ("DELETE", "catalog-items/{id}/"),
            ("POST", "object-maps/"),
            ("POST", "custom-fields/purchase-orders/"),
        )
    },
    "POST /api/v3/integrations/object-maps/batch/": "§3.1",
    "OPTIONS /api/v3/ap/bills/": "§1.18; the frame around the fields is inferred",
}
MARKS: dict[str, Mark] = {
    **{f"GET {path}": _documented(note) for path, note in _LISTS_AND_DETAILS.items()},
    **{route: _documented(note) for route, note in _WRITES.items()},
    "GET /api/v3/users/{id}/": Mark(level="seen", note="§3: a client reads it"),
    "GET /api/v3/budget-categories/": Mark(level="seen", note="§3: fields by a client"),
    "PATCH /api/v3/ap/bills/{uuid}/": Mark(level="seen", note="§3; the reply is inferred"),
    f"GET {_NETSUITE}catalog-items/": Mark(
        level="inferred", note="§3.1: the sheet lists it, the documentation shows writes only"
    ),
    f"GET {_NETSUITE}catalog-items/{{id}}/": Mark(level="inferred", note="§3.1, likewise"),
    f"DELETE {_NETSUITE}object-maps/{{id}}/": Mark(
        level="inferred", note="§3.1: documented under a path that belongs to the catalogue"
    ),
}
"""The mark of every route, by method and path."""
