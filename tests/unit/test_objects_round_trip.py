"""What goes into a document comes out of it again, read by a parser that is not ours."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from test_objects_render_orders import ORDER
from test_objects_render_payables import CHANGE, INVOICE, RECEIPT

from engine.core.commands import (
    ChargeLine,
    CommentLine,
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    PurchaseOrderAdd,
    ReceiptAdd,
    SupplierChange,
)
from engine.syspro.objects import render
from engine.syspro.objects.fields import XmlIn


def texts(size: int) -> st.SearchStrategy[str]:
    """Texts that SYSPRO can hold, neither blank nor with blanks at their ends."""
    alphabet = st.characters(codec="cp1252", exclude_categories=["Cc"])
    return st.text(alphabet, min_size=1, max_size=size).filter(lambda text: text == text.strip())


def amounts(digits: int, places: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    """Decimals of that many digits before the point and places after it."""
    return st.decimals(
        Decimal(least), 10**digits - 1, places=places, allow_nan=False, allow_infinity=False
    )


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
LINES = st.builds(
    OrderLine,
    item_id=st.integers(1, 10**9).map(str),
    action=st.just("A"),
    stock_code=texts(30),
    description=texts(50),
    is_stocked=st.just(True),
    warehouse=texts(10),
    quantity=amounts(9, 6),
    unit=texts(10),
    price=amounts(9, 5),
    price_unit=texts(10),
    discounts=st.lists(amounts(2, 2), min_size=1, max_size=3).map(tuple),
    due_on=DAYS,
)
CHARGES = st.builds(
    ChargeLine, key=st.just(""), kind=st.just("misc"), value=amounts(9, 2, 1), text=texts(45)
)
ORDERS = st.builds(
    replace,
    st.just(replace(ORDER, is_taxable=False)),
    supplier=texts(15),
    lines=st.lists(LINES, min_size=1, max_size=3).map(tuple),
    charge_lines=st.lists(CHARGES, max_size=2).map(tuple),
    comment_lines=st.lists(st.builds(CommentLine, key=st.just(""), text=texts(45)), max_size=2).map(
        tuple
    ),
    shipping_instructions=texts(50),
    delivery_address=st.lists(texts(40), max_size=5).map(tuple),
)
CHANGES = st.builds(
    replace,
    st.just(CHANGE),
    name=texts(50),
    contact=st.just("") | texts(50),
    address=st.lists(texts(40), max_size=5).map(tuple),
    email=texts(255),
)
RECEIPTS = st.builds(
    replace,
    st.just(RECEIPT),
    line=st.integers(1, 9999),
    quantity=amounts(9, 6).filter(bool),
    reference=texts(30),
    received_on=DAYS,
)
DISTRIBUTION = st.lists(
    st.builds(LedgerLine, ledger_code=texts(35), value=amounts(9, 2, 1), notation=texts(30)),
    min_size=1,
    max_size=4,
)


def parsed(call: XmlIn) -> etree._Element:
    """The document as an independent parser reads its bytes."""
    return etree.fromstring(call.document.encode("cp1252"))


def said(root: etree._Element, path: str) -> list[str]:
    """The texts along a path."""
    return [node.text or "" for node in root.findall(path)]


@given(ORDERS)
def test_order_when_read_by_another_parser_then_every_value_is_its(order: PurchaseOrderAdd) -> None:
    root = parsed(render(order, local_currency="USD"))
    line = "Orders/OrderDetails/StockLine"

    assert said(root, "Orders/OrderHeader/Supplier") == [order.supplier]
    assert said(root, "Orders/OrderHeader/ShippingInstrs") == [order.shipping_instructions]
    address = [said(root, f"Orders/OrderHeader/DeliveryAddr{place}") for place in range(1, 6)]
    assert [texts for found in address for texts in found] == list(order.delivery_address)
    assert said(root, f"{line}/SupCatalogue") == [f"PI-{one.item_id}" for one in order.lines]
    assert said(root, f"{line}/StockCode") == [one.stock_code for one in order.lines]
    assert said(root, f"{line}/PriceUom") == [one.price_unit for one in order.lines]
    assert [Decimal(text) for text in said(root, f"{line}/OrderQty")] == [
        one.quantity for one in order.lines
    ]
    assert [Decimal(text) for text in said(root, f"{line}/Price")] == [
        one.price for one in order.lines
    ]
    shares = [
        [Decimal(share.text) for share in node if "Percent" in share.tag]
        for node in root.findall(line)
    ]
    assert shares == [list(one.discounts) for one in order.lines]
    days = [date.fromisoformat(text) for text in said(root, f"{line}/LatestDueDate")]
    assert days == [one.due_on for one in order.lines]
    assert said(root, "Orders/OrderDetails/CommentLine/Comment") == [
        one.text for one in order.comment_lines
    ]
    charge = "Orders/OrderDetails/MiscChargeLine"
    found = zip(
        said(root, f"{charge}/MiscDescription"),
        said(root, f"{charge}/MiscChargeValue"),
        strict=True,
    )
    assert [(text, Decimal(value)) for text, value in found] == [
        (one.text, one.value) for one in order.charge_lines
    ]


@given(CHANGES)
def test_supplier_change_when_read_by_another_parser_then_every_value_is_its(
    change: SupplierChange,
) -> None:
    root = parsed(render(change, local_currency="EUR"))

    assert said(root, "Item/SupplierName") == [change.name]
    assert said(root, "Item/Contact") == [change.contact]
    assert said(root, "Item/Email") == [change.email]
    address = [text for place in range(1, 6) for text in said(root, f"Item/SupAddr{place}")]
    assert address == [*change.address, *[""] * (5 - len(change.address))]


@given(RECEIPTS)
def test_receipt_when_read_by_another_parser_then_every_value_is_its(receipt: ReceiptAdd) -> None:
    call = render(receipt, local_currency="EUR")
    root = parsed(call)

    assert said(root, "Item/Receipt/PurchaseOrderLine") == [str(receipt.line)]
    assert [Decimal(text) for text in said(root, "Item/Receipt/Quantity")] == [receipt.quantity]
    assert said(root, "Item/Receipt/Reference") == [receipt.reference]
    day = etree.fromstring(call.parameters.encode("cp1252")).findtext("Parameters/TransactionDate")
    assert date.fromisoformat(day) == receipt.received_on


@given(DISTRIBUTION, amounts(6, 2))
def test_invoice_when_read_by_another_parser_then_it_ties_to_the_cent(
    lines: list[LedgerLine], tax: Decimal
) -> None:
    total = sum((line.value for line in lines), tax)
    plain = InvoiceAdd(
        supplier=INVOICE.supplier,
        invoice=INVOICE.invoice,
        external_key=INVOICE.external_key,
        value=total,
        currency="EUR",
        invoice_on=INVOICE.invoice_on,
        posting_period="C",
        tax_code="G5",
        tax_value=tax,
        distribution=tuple(lines),
    )
    root = parsed(render(plain, local_currency="EUR"))
    spread = [Decimal(text) for text in said(root, "Item/LedgerDistribution/LedgerValue")]

    assert Decimal(root.findtext("Item/TransactionValue")) == total
    assert sum(spread, Decimal(root.findtext("Item/TaxValue"))) == total
    assert said(root, "Item/LedgerDistribution/LedgerCode") == [one.ledger_code for one in lines]
    assert said(root, "Item/LedgerDistribution/LedgerNotation") == [one.notation for one in lines]
