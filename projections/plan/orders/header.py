"""The whole order as it is to stand in SYSPRO: rules.md §5.1. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.core.commands import PurchaseOrderAdd
from engine.core.money import is_within, plain, total
from projections.facts import Facts, syspro_fact, text_of
from projections.plan.company import Company, location_name, mapped, to_currency
from projections.plan.orders.charges import header_charges
from projections.plan.orders.comments import comment_lines
from projections.plan.orders.days import days_of
from projections.plan.orders.lines import order_lines
from projections.plan.outcomes import hold
from projections.plan.supplier import Supplier
from projections.plan.texts import fitting, pieces, respelt, spelled, split_words
from projections.purchase_orders import Content, Receiver
from projections.syspro_rows import cell

NAME, ADDRESS, ADDRESS_LINES, POSTAL_CODE, INSTRUCTIONS, BUYER = 50, 40, 5, 10, 50, 20
RATE_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOrder:
    """The order to be, and what a person may want to know of how it came about."""

    payload: PurchaseOrderAdd
    notices: tuple[str, ...]


def check_content(company: Company, content: Content) -> None:
    """The order's parts add up; else held."""
    lines = total(item.total for item in content.items)
    found = lines + content.freight + content.other + content.tax - content.discount
    if not is_within(found, content.total, company.policy.total_tolerance_document):
        hold("TOTAL_MISMATCH", f"parts {plain(found)}, total {plain(content.total)}")
    if content.tax != 0 and not any(item.taxes or item.tax_amount for item in content.items):
        hold("TAX_UNMAPPED", "the order's tax is on none of its lines")


def wanted_order(
    facts: Facts,
    company: Company,
    content: Content,
    supplier: Supplier,
    key: str,
    number: str | None,
) -> WantedOrder:
    """The whole order; held or waiting where a part is missing."""
    if supplier.is_on_hold:
        hold("SUPPLIER_ON_HOLD", supplier.code)
    if not supplier.is_order_allowed:
        hold("SUPPLIER_NO_ORDERS", supplier.code)
    currency = to_currency(facts, company, content.currency)
    if currency != supplier.currency:
        hold("CURRENCY_MISMATCH", f"order {currency}, supplier {supplier.currency}")
    days = days_of(facts, company, content)
    found = order_lines(facts, company, content, days)
    notices = list(found.notices)
    delivery_code = _delivery_code(facts, company, content)
    receiver = Receiver() if delivery_code else _receiver(content.receiver)
    payload = PurchaseOrderAdd(
        purchase_order=number,
        supplier=supplier.code,
        external_key=key,
        currency=currency,
        order_on=days.order_on,
        due_on=days.due_on,
        terms_code=_or_notice(facts, company, "terms", content.term, notices),
        is_taxable=any(line.tax_code for line in found.lines),
        lines=tuple(found.lines),
        charge_lines=(*found.charges, *header_charges(facts, company, content)),
        comment_lines=comment_lines(company, content, found.texts),
        buyer=_buyer(facts, company, content, notices),
        shipping_instructions=_shipping(facts, company, content, notices),
        exchange_rate=_rate(facts, company, content, currency, notices),
        is_zero_price_allowed=any(line.price == 0 for line in found.lines),
        delivery_name=receiver.name,
        delivery_address=receiver.address,
        postal_code=receiver.postal_code,
        delivery_code=delivery_code,
    )
    notices.extend(respelt(*_words(content)))
    return WantedOrder(payload=payload, notices=tuple(notices))


def _words(content: Content) -> Iterator[str]:
    """What is description alone, and may be spelt otherwise in SYSPRO."""
    for item in content.items:
        yield from (item.name, item.comment)
    receiver = content.receiver
    yield from (content.comment, content.disclaimer, receiver.name, *receiver.address)


def _or_notice(facts: Facts, company: Company, kind: str, key: str, notices: list[str]) -> str:
    """What the word is in SYSPRO; "" with a notice where it is not mapped: SYSPRO's default."""
    target = mapped(facts, company, kind, key) if key else ""
    if key and not target:
        notices.append(f"{kind} {key} is not mapped, SYSPRO's default holds")
    return target


def _buyer(facts: Facts, company: Company, content: Content, notices: list[str]) -> str:
    target = mapped(facts, company, "buyer", content.buyer) if content.buyer else ""
    default = company.policy.default_buyer
    if not target and default and content.buyer:
        notices.append(f"buyer {content.buyer} is not mapped, {default} is sent")
    return fitting("buyer", target or default, BUYER)


def _shipping(facts: Facts, company: Company, content: Content, notices: list[str]) -> str:
    target = _or_notice(facts, company, "shipping", content.shipping, notices)
    return fitting("shipping instructions", target, INSTRUCTIONS)


def _delivery_code(facts: Facts, company: Company, content: Content) -> str:
    """SYSPRO's code of the location's delivery address; "" where none is mapped."""
    place = location_name(facts, company.source, content.location)
    return mapped(facts, company, "location", place) if place else ""


def _receiver(receiver: Receiver) -> Receiver:
    """Name and address as SYSPRO's fields take them; held where the address has no room."""
    lines = [line for part in receiver.address for line in pieces(spelled(part), ADDRESS)]
    if len(lines) > ADDRESS_LINES:
        hold("FIELD_TOO_LONG", f"delivery address: {len(lines)} lines, SYSPRO has {ADDRESS_LINES}")
    return Receiver(
        name=split_words(spelled(receiver.name), NAME)[0],
        address=tuple(lines),
        postal_code=fitting("delivery postal code", receiver.postal_code, POSTAL_CODE),
    )


def _rate(
    facts: Facts,
    company: Company,
    content: Content,
    currency: str,
    notices: list[str],
) -> Decimal | None:
    """Procurify's rate to be fixed, where the policy wants it; None: SYSPRO's own rate holds.

    Procurify's rate is units of its base currency for one of the order's (inferred, procurify.md
    §6.13), so it is only passed where that base is the company's currency. SYSPRO multiplies by
    its rate or, with BuyMulDiv D, divides.
    """
    if company.policy.order_rate != "source" or currency == company.policy.local_currency:
        return None
    base = text_of(facts.get(f"base_currency:{company.source}"), "name")
    if not base or to_currency(facts, company, base) != company.policy.local_currency:
        notices.append(f"rate: Procurify's base currency is {base or 'not known'}, not sent")
        return None
    if content.rate is None or content.rate <= 0:
        notices.append("rate: Procurify tells none, SYSPRO's holds")
        return None
    row = facts.get(syspro_fact("currency", company.name, currency))
    rate = 1 / content.rate if cell(row, "BuyMulDiv") == "D" else content.rate
    return plain(rate.quantize(RATE_STEP, rounding=ROUND_HALF_UP))
