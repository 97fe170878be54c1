"""Freight and other charges of an order: rules.md §5.1, and items below zero (§5.5, 24). Pure.

The mapping `charge` says what a charge is in SYSPRO: `freight`, `misc`, or `misc:<code>`.
PORTOI takes no ledger code on charges (syspro.md §3.1): the account comes with the invoice.
"""

from decimal import Decimal

from engine.core.commands import ChargeKind, ChargeLine
from engine.core.money import plain, to_cents
from projections.facts import Facts
from projections.plan.company import Company, mapped
from projections.plan.outcomes import hold
from projections.plan.texts import fitting, spelled, split_words
from projections.purchase_orders import Content, Item

TEXT, CODE = 45, 3
FREIGHT, OTHER = "freight", "other"
_TEXTS = {FREIGHT: "Freight", OTHER: "Other charges"}


def header_charges(facts: Facts, company: Company, content: Content) -> tuple[ChargeLine, ...]:
    """The charges of the order's header; none for zero."""
    amounts = ((FREIGHT, content.freight), (OTHER, content.other))
    found = (_charge(facts, company, name, amount) for name, amount in amounts)
    return tuple(line for line in found if line is not None)


def item_charge(company: Company, item: Item, what: str) -> ChargeLine:
    """An item below zero as a charge below zero, where the policy has it so; else held."""
    if company.policy.negative_lines != "charge" or item.total >= 0:
        hold("NEGATIVE_LINE", what)
    text = split_words(spelled(item.name), TEXT)[0] or what
    return ChargeLine(key=item.id, kind="misc", value=to_cents(item.total), text=text)


def _charge(facts: Facts, company: Company, name: str, amount: Decimal) -> ChargeLine | None:
    value = to_cents(amount)
    if value == 0:
        return None
    if value < 0 and company.policy.negative_lines != "charge":
        hold("NEGATIVE_LINE", f"{name} {plain(value)}")
    target = mapped(facts, company, "charge", name)
    kind, _, code = (target or ("freight" if name == FREIGHT else "misc")).partition(":")
    if kind not in {"freight", "misc"} or (kind == "freight" and code):
        hold("CHARGE_INVALID", f"{name} is mapped to {target}")
    is_freight = kind == "freight" and value > 0
    known: ChargeKind = "freight" if is_freight else "misc"
    return ChargeLine(
        key=name,
        kind=known,
        value=value,
        text="" if is_freight else _TEXTS[name],
        code=fitting(f"{name} charge code", code, CODE),
    )
