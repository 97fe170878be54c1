"""What SYSPRO holds otherwise than Procurify: amounts, quantities, currencies, accounts, due days.

Prices are compared at five decimals, values at two, in the document's currency. A due day may be
the working day beside it, as SYSPRO makes it where it is asked to (syspro.md §3.1).
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from engine.sandbox.procurify.order_changes import CLOSED
from engine.sandbox.scenario.business_days import business_day
from engine.sandbox.scenario.model import ZERO, Bill, OrderLine, PurchaseOrder
from engine.sandbox.scenario.references import ledger_code
from engine.sandbox.scenario.scenario import company_of
from engine.sandbox.sight import charges, item_of
from engine.sandbox.syspro.ledger import Ledger, Order, number, text
from engine.sandbox.syspro.receipts import FREIGHT_LINE, MERCHANDISE, MISC_LINE, NON_STOCKED_LINE
from engine.sandbox.syspro.tables import Row, Value

_FIVE_PLACES = Decimal("0.00001")
_SATURDAY = 5


def order_differences(order: PurchaseOrder, posted: Order) -> list[str]:
    """What the order in SYSPRO has otherwise; empty when nothing."""
    found = [
        *_unequal("supplier", order.vendor.supplier, text(posted.header["Supplier"])),
        *_unequal("currency", order.currency.name, text(posted.header["Currency"])),
        *_unequal("freight", order.freight, charges(posted, FREIGHT_LINE)),
        *_unequal("other charges", order.other, charges(posted, MISC_LINE)),
    ]
    due_on = business_day(order.promised_at, order.location)
    found += _other_day("due", due_on, posted.header["OrderDueDate"])
    goods = [line for line in posted.lines if line["LineType"] in MERCHANDISE]
    by_item: dict[int | None, list[Row]] = defaultdict(list)
    for row in goods:
        by_item[item_of(row)].append(row)
    for line in order.lines:
        rows = by_item.pop(line.id, [])
        if len(rows) != 1:
            found.append(f"item {line.id}: {len(rows)} lines in SYSPRO")
        else:
            found += _line_differences(line, rows[0])
            found += _other_day(f"item {line.id} due", due_on, rows[0]["MLatestDueDate"])
    found += [f"item {item}: not in Procurify" for item in by_item]
    return found


def is_ended(order: PurchaseOrder, posted: Order) -> bool:
    """Whether an order that was closed has ended: goods came, and none of its lines is open.

    SYSPRO completes a line by ordering no more of it than it received (syspro.md §3.1).
    """
    goods = [line for line in posted.lines if line["LineType"] in MERCHANDISE]
    received = [number(line["MReceivedQty"]) for line in goods]
    is_complete = all(
        line["MCompleteFlag"] == "Y" and number(line["MOrderQty"]) == came
        for line, came in zip(goods, received, strict=True)
    )
    return order.state == CLOSED and is_complete and any(received)


def bill_differences(bill: Bill, posted: Row, ledger: Ledger) -> list[str]:
    """What the invoice in SYSPRO has otherwise; empty when nothing."""
    found = [
        *_unequal("total", bill.grand_total, number(posted["OrigInvValue"])),
        *_unequal("currency", bill.currency.name, text(posted["Currency"])),
    ]
    invoice = text(posted["Invoice"])
    supplier = posted["Supplier"]
    matches = _of_supplier(ledger.tables["GrnMatch"].where("Invoice", invoice), supplier)
    lines = [
        row
        for row in _of_supplier(ledger.tables["ApDistribution"].where("Invoice", invoice), supplier)
        if number(row["EntryNumber"]) <= 1
    ]
    if bill.vendor.is_grn_matched:
        return found + _match_differences(bill, matches, ledger)
    if matches:
        found.append("matched to receipts though the supplier needs none")
    return found + _distribution_differences(bill, lines)


def credit_differences(credit: Bill, posted: Row, ledger: Ledger) -> list[str]:
    """What the entry of a credit note has otherwise; empty when nothing."""
    found = [
        *_unequal("credited", credit.grand_total, number(posted["TrnValue"])),
        *_unequal("currency", credit.currency.name, text(posted["PostCurrency"])),
    ]
    of_invoice = ledger.tables["ApDistribution"].where("Invoice", text(posted["Invoice"]))
    lines = [
        row
        for row in _of_supplier(of_invoice, posted["Supplier"])
        if row["EntryNumber"] == posted["EntryNumber"]
    ]
    return found + _distribution_differences(credit, lines)


def distribution_of(bill: Bill) -> dict[str, Decimal]:
    """What the bill puts on each GL code: allocations, shipping, costs, tax; it sums to the total.

    Shipping of an item goes to the account of its first allocation.
    """
    wanted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    company = company_of(bill)
    for line in bill.lines:
        for part in line.allocations:
            wanted[ledger_code(part.account)] += part.amount
        wanted[ledger_code(line.allocations[0].account)] += line.shipping
        if line.tax is not None:
            wanted[company.ledger_code(line.tax.ledger_code)] += line.tax_amount
    for cost in bill.costs:
        wanted[ledger_code(cost.allocation.account)] += cost.allocation.amount
    return {code: amount for code, amount in wanted.items() if amount}


def _line_differences(line: OrderLine, row: Row) -> list[str]:
    price = line.price.quantize(_FIVE_PLACES, rounding=ROUND_HALF_UP)
    item = f"item {line.id}"
    found = [
        *_unequal(f"{item} quantity", line.quantity, number(row["MOrderQty"])),
        *_unequal(f"{item} price", price, number(row["MForeignPrice"])),
        *_unequal(f"{item} tax code", line.tax.code if line.tax else "", text(row["MTaxCode"])),
    ]
    is_non_stocked = row["LineType"] == NON_STOCKED_LINE
    if is_non_stocked is line.is_stocked:
        found.append(f"{item}: {'not ' if is_non_stocked else ''}stocked in SYSPRO")
    elif is_non_stocked:
        found += _unequal(f"{item} account", ledger_code(line.account), text(row["MGlCode"]))
    return found


def _match_differences(bill: Bill, matches: list[Row], ledger: Ledger) -> list[str]:
    quantities: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    values: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    for row in matches:
        key = (text(row["PurchaseOrder"]), str(int(number(row["PurchaseOrderLin"]))))
        line = ledger.tables["PorMasterDetail"].get(key)
        item = None if line is None else item_of(line)
        quantities[item] += number(row["Quantity"])
        values[item] += number(row["Value"])
    found = []
    for billed in bill.lines:
        item = None if billed.order_line is None else billed.order_line.id
        found += _unequal(
            f"item {item} matched quantity", billed.quantity, quantities.pop(item, ZERO)
        )
        found += _unequal(f"item {item} matched value", billed.total, values.pop(item, ZERO))
    return found + [f"item {item}: matched but not billed" for item in quantities]


def _distribution_differences(bill: Bill, lines: list[Row]) -> list[str]:
    posted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in lines:
        posted[text(row["GlCode"])] += number(row["Value"])
    wanted: Mapping[str, Decimal] = distribution_of(bill)
    return [
        difference
        for code in sorted(wanted.keys() | posted.keys())
        for difference in _unequal(
            f"distribution to {code}", wanted.get(code, ZERO), posted.get(code, ZERO)
        )
    ]


def _of_supplier(rows: list[Row], supplier: object) -> list[Row]:
    return [row for row in rows if row["Supplier"] == supplier]


def _other_day(name: str, wanted: date, posted: Value) -> list[str]:
    if isinstance(posted, date):
        moved = abs((posted - wanted).days)
        is_moved = wanted.weekday() >= _SATURDAY > posted.weekday() and moved <= 2
        if posted == wanted or is_moved:
            return []
    return [f"{name}: {wanted} in Procurify, {posted} in SYSPRO"]


def _unequal(name: str, wanted: str | Decimal, posted: str | Decimal) -> list[str]:
    return [] if wanted == posted else [f"{name}: {wanted} in Procurify, {posted} in SYSPRO"]
