"""How this Procurify is set up: strictness, the rights of the role, limits, the clock.

What the facts leave open is a setting here, with the decision of procurify.md §10 as its default.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from engine.sandbox.waits import AT_ONCE, Pace

LIFETIME_S = 86_400
RESOURCES = frozenset(
    {
        "account_codes",
        "accounts",
        "bills",
        "catalog",
        "currencies",
        "custom_fields",
        "departments",
        "integrations",
        "locations",
        "order_items",
        "payment_methods",
        "payments",
        "permissions",
        "purchase_orders",
        "receipts",
        "requests",
        "users",
        "vendors",
    }
)
"""What a role may be denied, by the name that routes bear."""


def wall_clock() -> datetime:
    """The instant now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """So many requests in each window; `retry_after` says whether a 429 tells how long to wait."""

    requests: int
    window_s: float = 1.0
    retry_after: bool = True


@dataclass(slots=True, kw_only=True)
class ProcurifySettings:
    """Settings that may be turned while the server runs.

    `is_strict`: a request without `X-Procurify-Client` is refused. `redirects_slash`: a GET
    without the trailing slash is sent on with 301 instead of 404. `denied`: what the role of the
    application's owner may not do, as "bills" or "bills:write" (403). `is_owner_active`: False
    fails every call (procurify.md §1.15). `has_old_payments`: False once the v2 payments are gone
    (§8.14). `largest_size`: the cap on page_size. `date_skew`: added to the Date header.
    `pace`: how long each answer takes, drawn from the `seed`.
    """

    is_strict: bool = False
    redirects_slash: bool = False
    denied: frozenset[str] = frozenset()
    is_owner_active: bool = True
    has_old_payments: bool = True
    limit: RateLimit | None = None
    largest_size: int = 100
    token_lifetime_s: int = LIFETIME_S
    date_skew: timedelta = timedelta(0)
    pace: Pace = AT_ONCE
    seed: int = 0
    clock: Callable[[], datetime] = field(default=wall_clock)
    monotonic: Callable[[], float] = field(default=time.monotonic)
