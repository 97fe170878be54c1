"""Which parts of a row move without the row itself having changed; the digest that ignores them.

A purchase order nests its vendor, people, catalogue items and currencies: without this list a
change of exchange rate or of a buyer's telephone number would look like a change of every order.
The list has a version, kept in each event beside the digest: when the list changes, an old
digest is worked out again from the document, so that an upgrade appends nothing. Pure.
"""

from collections.abc import Mapping, Sequence

from engine.core.canonical import JsonObject, JsonValue, digest

VOLATILE_VERSION = 1

VOLATILE = frozenset(
    {
        # budgets move when anybody buys (procurify.md §4.1 AccountRead)
        "budget_used_approved",
        "budget_used_purchased",
        "balance_approved",
        "balance_purchased",
        "warning_indicator",
        # scores and counters
        "overall_score",
        "performance",
        "applied_accounts_count",
        "requested_count",
        "last_requested_date",
        "department_count",
        # the calendar or an exchange rate
        "past_due",
        "total_cost_in_base_currency",
        "converted_total_cost",
        # who could act next, which follows roles and workflows of the tenant
        "next_approver",
        "next_approvers",
        "next_approver_choices",
        "vendor_request",
    }
)
"""Keys left out at any depth. `bill_payment` is not among them: it moves a few times in a bill's
life, by acts upon this very bill, and belongs to its story."""

_PERSON = ("id",)
_NESTED: Mapping[str, tuple[str, ...]] = {
    "pref_vendor": ("id", "name", "external_id", "currency"),
    "vendor": ("id", "name", "external_id", "currency"),
    "catalog_item": ("id", "internalSKU"),
    "currency": ("id", "name"),
    "purchased_currency": ("id", "name"),
    "purchaser": _PERSON,
    "requester": _PERSON,
    "approver": _PERSON,
    "user": _PERSON,
    "creator": _PERSON,
    "created_by": _PERSON,
    "last_export_user": _PERSON,
    "approval_delegatee": _PERSON,
}
"""Of another thing nested in a row, only what makes the row mean something else; the other thing
has a stream of its own. Numeric ids in their place stay as they are."""


def steady(value: JsonValue) -> JsonValue:
    """The value less what may move unseen."""
    if isinstance(value, Mapping):
        return {key: _nested(key, item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [steady(item) for item in value]
    return value


def content_digest(document: JsonObject) -> str:
    """The digest by which a document counts as changed."""
    return digest(steady(document))


def _nested(key: str, value: JsonValue) -> JsonValue:
    kept = _NESTED.get(key)
    if kept is not None and isinstance(value, Mapping):
        return {name: steady(value[name]) for name in kept if name in value}
    return steady(value)
