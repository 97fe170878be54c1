"""Control totals: what Procurify's posted documents and SYSPRO's rows come to. Pure.

By kind, company, currency and period (the month): how many and what value. A period is that of the
business date of an order and of the posting date of a bill; in SYSPRO that of the order's entry
date, and the one that an invoice or a credit is posted in. Orders are without tax. What people
typed into SYSPRO does not count.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Final, TypeAlias

from engine.sandbox.scenario.business_days import business_day
from engine.sandbox.scenario.model import BILL, PURCHASE_ORDER, ZERO, Bill, PurchaseOrder
from engine.sandbox.scenario.scenario import company_of
from engine.sandbox.sight import CREDIT, Sight, charges, goods_value, invoice_key, is_credit
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.receipts import FREIGHT_LINE, MISC_LINE
from engine.sandbox.syspro.tables import Row

CREDIT_NOTE: Final = "credit_note"
Group: TypeAlias = tuple[str, str, str, str]
"""Kind, company, currency, period."""


@dataclass(slots=True, kw_only=True)
class Total:
    """How many documents, and what they come to in their currency."""

    count: int = 0
    value: Decimal = ZERO

    def plain(self) -> dict[str, object]:
        """The total as JSON values."""
        return {"count": self.count, "value": f"{self.value:.2f}"}


@dataclass(slots=True, kw_only=True)
class Side:
    """The totals of one side."""

    groups: dict[Group, Total] = field(default_factory=dict)

    def add(self, group: Group, value: Decimal) -> None:
        """One more document of the group."""
        total = self.groups.setdefault(group, Total())
        total.count += 1
        total.value += value


def order_group(order: PurchaseOrder) -> tuple[Group, Decimal]:
    """Where an order counts, and what it comes to without tax and discount."""
    day = business_day(order.placed_at, order.location)
    group = (PURCHASE_ORDER, company_of(order).id, order.currency.name, f"{day:%Y-%m}")
    return group, order.subtotal + order.freight + order.other


def bill_group(bill: Bill) -> tuple[Group, Decimal]:
    """Where a bill or credit note counts, and what it comes to; credit notes are negative."""
    kind = CREDIT_NOTE if is_credit(bill) else BILL
    group = (kind, company_of(bill).id, bill.currency.name, f"{bill.posted_on:%Y-%m}")
    return group, bill.grand_total


def add_books(side: Side, sight: Sight, ledger: Ledger) -> None:
    """What the ledger holds is in the side as well."""
    for group, value in chain(_orders(sight, ledger), _payables(sight, ledger)):
        side.add(group, value)


def compared(procurify: Side, syspro: Side) -> list[dict[str, object]]:
    """Every group with its totals on both sides."""
    return [
        {
            **dict(zip(("kind", "company", "currency", "period"), group, strict=True)),
            "procurify": procurify.groups.get(group, Total()).plain(),
            "syspro": syspro.groups.get(group, Total()).plain(),
        }
        for group in sorted(procurify.groups.keys() | syspro.groups.keys())
    ]


def _orders(sight: Sight, ledger: Ledger) -> Iterator[tuple[Group, Decimal]]:
    hands = sight.hands_in(ledger)
    for order in ledger.orders():
        header = order.header
        if not order.is_live or hands.typed("order", (text(header["PurchaseOrder"]),)):
            continue
        day = header["OrderEntryDate"]
        period = f"{day:%Y-%m}" if isinstance(day, date) else ""
        value = goods_value(order) + charges(order, FREIGHT_LINE) + charges(order, MISC_LINE)
        yield (PURCHASE_ORDER, ledger.company, text(header["Currency"]), period), value


def _payables(sight: Sight, ledger: Ledger) -> Iterator[tuple[Group, Decimal]]:
    hands = sight.hands_in(ledger)
    tables = ledger.tables
    for invoice in tables["ApInvoice"].in_order():
        if not hands.typed("invoice", invoice_key(invoice)):
            period = _period(invoice, "InvoiceYear", "InvoiceMonth")
            group = (BILL, ledger.company, text(invoice["Currency"]), period)
            yield group, number(invoice["OrigInvValue"])
    for entry in _credits(tables["ApInvoicePay"].in_order()):
        period = _period(entry, "TrnYear", "TrnMonth")
        group = (CREDIT_NOTE, ledger.company, text(entry["PostCurrency"]), period)
        yield group, number(entry["TrnValue"])


def _credits(entries: Iterable[Row]) -> Iterator[Row]:
    return (entry for entry in entries if entry["TrnType"] == CREDIT)


def _period(row: Row, year: str, month: str) -> str:
    return f"{int(number(row[year])):04}-{int(number(row[month])):02}"
