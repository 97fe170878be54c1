"""What suppliers of one group of vendors begin with, and which groups need no approval. Pure.

A group is `country:<name>`, `currency:<SYSPRO's code>` or `type:<other|preferred|regular>`, written
as Procurify spells it, in either case. The policy's `supplier_templates` are looked through in
order: the first whose group the vendor is of counts, and what it leaves out is the company's usual.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from projections.policy import Policy
from projections.suppliers import Vendor

_TYPES: Mapping[int, str] = {1: "other", 3: "preferred", 4: "regular"}
"""VendorType of the vendors that become suppliers (procurify.md §5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a created supplier begins with where its vendor does not say it."""

    branch: str
    terms: str
    bank: str
    supplier_class: str


def template_of(policy: Policy, vendor: Vendor, currency: str) -> Template:
    """The template of the vendor's group; the company's usual one where no group has its own."""
    groups = _groups(vendor, currency)
    said: dict[str, str] = {}
    for text in policy.supplier_templates:
        group, settings = _parsed(text)
        if group in groups:
            said = settings
            break
    return Template(
        branch=said.get("branch", policy.supplier_branch),
        terms=said.get("terms", policy.supplier_terms),
        bank=said.get("bank", policy.supplier_bank),
        supplier_class=said.get("class", policy.supplier_class),
    )


def is_low_risk(policy: Policy, vendor: Vendor, currency: str) -> bool:
    """Whether the vendor is of a group whose suppliers are created without an approval."""
    groups = _groups(vendor, currency)
    return any(text.strip().casefold() in groups for text in policy.auto_vendors)


def _groups(vendor: Vendor, currency: str) -> frozenset[str]:
    said = (
        f"country:{vendor.country}",
        f"currency:{currency}",
        f"type:{_TYPES.get(vendor.type, '')}",
    )
    return frozenset(group.casefold() for group in said if not group.endswith(":"))


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    """The group of a template, and its settings: `country:Hong Kong branch=20 class=EU`."""
    words = text.split()
    settings = dict(word.split("=", 1) for word in words if "=" in word)
    return " ".join(word for word in words if "=" not in word).casefold(), settings
