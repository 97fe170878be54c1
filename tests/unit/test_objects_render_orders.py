"""Orders with everything they may carry: XML worked out by hand from the schema's order of elements
(data sheet PORTOIDOC: OrderHeader, StockLine, CommentLine, MiscChargeLine, FreightLine)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.core.commands import (
    ChargeLine,
    CommentLine,
    OrderLine,
    OrderStatusChange,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderChange,
    Seen,
)
from engine.errors import Malformed
from engine.syspro.objects import render

HEAD = '<?xml version="1.0" encoding="Windows-1252"?>\n'
K = "P2ABCDEFGHJKMNPQ7"
LINE = OrderLine(
    item_id="501",
    action="A",
    stock_code="A100",
    description="Bolt",
    is_stocked=True,
    warehouse="FG",
    quantity=Decimal(10),
    unit="EA",
    price=Decimal("1.5"),
)
ORDER = PurchaseOrderAdd(
    supplier="S00118",
    external_key=K,
    currency="EUR",
    order_on=date(2026, 11, 2),
    due_on=date(2026, 11, 30),
    terms_code="30",
    is_taxable=True,
    lines=(
        replace(LINE, price_unit="C", product_class="BOLT", discounts=(Decimal(10), Decimal(5))),
        replace(LINE, item_id="502", discount_value=Decimal("2.5"), tax_code="G5"),
    ),
    charge_lines=(
        ChargeLine(key="freight:1", kind="freight", value=Decimal(20), tax_code="G5"),
        ChargeLine(key="misc:1", kind="misc", value=Decimal(-4), text="Discount", flag="L"),
        ChargeLine(key="misc:2", kind="misc", value=Decimal(7), text="Crate", code="CRT"),
        ChargeLine(key="freight:2", kind="freight", value=Decimal("1.25")),
    ),
    comment_lines=(
        CommentLine(key="c0", text="Ring twice"),
        CommentLine(key="c1", text="Line 1: blue"),
    ),
    buyer="ANN",
    warehouse="FG",
    payment_terms="N30",
    shipping_instructions="By road",
    delivery_name="Depot",
    delivery_address=("1 Main St", "Vancouver"),
    postal_code="V5K 0A1",
    exchange_rate=Decimal("1.1"),
    is_zero_price_allowed=True,
)
CHANGE = PurchaseOrderChange(
    purchase_order="000547",
    supplier="S00118",
    external_key=K,
    due_on=date(2026, 12, 1),
    lines=(replace(LINE, action="C", line=1, quantity=Decimal(4), is_completed=True),),
    currency="USD",
    charge_lines=(
        ChargeLine(key="m", kind="misc", action="C", line=4, value=Decimal(8), text="Crate"),
        ChargeLine(key="f", kind="freight", action="D", line=5, value=Decimal(1)),
        ChargeLine(key="n", kind="freight", value=Decimal(3)),
    ),
    comment_lines=(
        CommentLine(key="a", text="For line 1", attached_line=1),
        CommentLine(key="b", action="C", line=2, text="Ring once"),
        CommentLine(key="c", action="D", line=3, text="Old"),
    ),
    terms_code="60",
    buyer="BOB",
    payment_terms="N60",
    shipping_instructions="By air",
    delivery_name="Yard",
    delivery_address=("2 Side St",),
    postal_code="V6K",
    is_made_ready_to_print=True,
)


def test_order_when_everything_is_said_then_the_exact_document() -> None:
    call = render(ORDER, local_currency="USD")

    assert "<AllowZeroPrice>Y</AllowZeroPrice>" in call.parameters
    assert "<FixedExchangeRate>Y</FixedExchangeRate>" in call.parameters
    assert call.document == HEAD + (
        "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>A</OrderActionType>"
        "<Supplier>S00118</Supplier><ExchRateFixed>Y</ExchRateFixed>"
        "<ExchangeRate>1.1</ExchangeRate><TaxStatus>N</TaxStatus>"
        "<PaymentTerms>N30</PaymentTerms><InvoiceTerms>30</InvoiceTerms>"
        f"<CustomerPoNumber>{K}</CustomerPoNumber><ShippingInstrs>By road</ShippingInstrs>"
        "<OrderDate>2026-11-02</OrderDate><DueDate>2026-11-30</DueDate><Buyer>ANN</Buyer>"
        "<DeliveryName>Depot</DeliveryName><DeliveryAddr1>1 Main St</DeliveryAddr1>"
        "<DeliveryAddr2>Vancouver</DeliveryAddr2><PostalCode>V5K 0A1</PostalCode>"
        "<Warehouse>FG</Warehouse></OrderHeader><OrderDetails>"
        "<StockLine><LineActionType>A</LineActionType><StockCode>A100</StockCode>"
        "<Warehouse>FG</Warehouse><SupCatalogue>PI-501</SupCatalogue><OrderQty>10</OrderQty>"
        "<OrderUom>EA</OrderUom><PriceMethod>M</PriceMethod><Price>1.50</Price>"
        "<PriceUom>C</PriceUom><LineDiscType>P</LineDiscType>"
        "<LineDiscLessPlus>L</LineDiscLessPlus><LineDiscPercent1>10.00</LineDiscPercent1>"
        "<LineDiscPercent2>5.00</LineDiscPercent2><Taxable>N</Taxable>"
        "<LatestDueDate>2026-11-30</LatestDueDate><ProductClass>BOLT</ProductClass></StockLine>"
        "<StockLine><LineActionType>A</LineActionType><StockCode>A100</StockCode>"
        "<Warehouse>FG</Warehouse><SupCatalogue>PI-502</SupCatalogue><OrderQty>10</OrderQty>"
        "<OrderUom>EA</OrderUom><PriceMethod>M</PriceMethod><Price>1.50</Price>"
        "<PriceUom>EA</PriceUom><LineDiscType>V</LineDiscType>"
        "<LineDiscLessPlus>L</LineDiscLessPlus><LineDiscValue>2.50</LineDiscValue>"
        "<Taxable>Y</Taxable><TaxCode>G5</TaxCode><LatestDueDate>2026-11-30</LatestDueDate>"
        "</StockLine>"
        "<CommentLine><LineActionType>A</LineActionType><Comment>Ring twice</Comment></CommentLine>"
        "<CommentLine><LineActionType>A</LineActionType><Comment>Line 1: blue</Comment>"
        "</CommentLine>"
        "<MiscChargeLine><LineActionType>A</LineActionType>"
        "<MiscChargeValue>-4.00</MiscChargeValue><MiscTaxable>N</MiscTaxable>"
        "<MiscChargeFLoc>L</MiscChargeFLoc><MiscDescription>Discount</MiscDescription>"
        "</MiscChargeLine>"
        "<MiscChargeLine><LineActionType>A</LineActionType><MiscChargeValue>7.00</MiscChargeValue>"
        "<MiscTaxable>N</MiscTaxable><MiscChargeFLoc>F</MiscChargeFLoc>"
        "<MiscDescription>Crate</MiscDescription><MiscCommentCode>CRT</MiscCommentCode>"
        "</MiscChargeLine>"
        "<FreightLine><LineActionType>A</LineActionType><FreightValue>20.00</FreightValue>"
        "<FreightTaxCode>G5</FreightTaxCode><FreightTaxable>Y</FreightTaxable>"
        "<FreightFLoc>F</FreightFLoc></FreightLine>"
        "<FreightLine><LineActionType>A</LineActionType><FreightValue>1.25</FreightValue>"
        "<FreightTaxable>N</FreightTaxable><FreightFLoc>F</FreightFLoc></FreightLine>"
        "</OrderDetails></Orders></PostPurchaseOrders>"
    )


def test_change_when_header_and_every_kind_of_line_change_then_the_exact_document() -> None:
    call = render(CHANGE, local_currency="USD")

    assert "<FixedExchangeRate>N</FixedExchangeRate>" in call.parameters
    assert call.document == HEAD + (
        "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>C</OrderActionType>"
        "<PaymentTerms>N60</PaymentTerms><InvoiceTerms>60</InvoiceTerms>"
        "<ShippingInstrs>By air</ShippingInstrs><DueDate>2026-12-01</DueDate>"
        "<ApplyDueDateToLines>N</ApplyDueDateToLines><Buyer>BOB</Buyer>"
        "<DeliveryName>Yard</DeliveryName><DeliveryAddr1>2 Side St</DeliveryAddr1>"
        "<DeliveryAddr2/><DeliveryAddr3/><DeliveryAddr4/><DeliveryAddr5/>"
        "<PostalCode>V6K</PostalCode><PurchaseOrder>000547</PurchaseOrder>"
        "<ChgPOStatToReadyToPrint>Y</ChgPOStatToReadyToPrint></OrderHeader><OrderDetails>"
        "<StockLine><PurchaseOrderLine>1</PurchaseOrderLine><LineActionType>C</LineActionType>"
        "<StockCode>A100</StockCode><Warehouse>FG</Warehouse><SupCatalogue>PI-501</SupCatalogue>"
        "<OrderQty>4</OrderQty><OrderUom>EA</OrderUom><PriceMethod>M</PriceMethod>"
        "<Price>1.50</Price><PriceUom>EA</PriceUom><LatestDueDate>2026-12-01</LatestDueDate>"
        "</StockLine>"
        "<CommentLine><LineActionType>A</LineActionType><Comment>For line 1</Comment>"
        "<AttachedToStkLineNumber>1</AttachedToStkLineNumber></CommentLine>"
        "<CommentLine><PurchaseOrderLine>2</PurchaseOrderLine><LineActionType>C</LineActionType>"
        "<Comment>Ring once</Comment><ChangeSingleCommentLine>Y</ChangeSingleCommentLine>"
        "</CommentLine>"
        "<CommentLine><PurchaseOrderLine>3</PurchaseOrderLine><LineActionType>D</LineActionType>"
        "</CommentLine>"
        "<MiscChargeLine><PurchaseOrderLine>4</PurchaseOrderLine>"
        "<LineActionType>C</LineActionType><MiscChargeValue>8.00</MiscChargeValue>"
        "<MiscTaxable>N</MiscTaxable><MiscChargeFLoc>L</MiscChargeFLoc>"
        "<MiscDescription>Crate</MiscDescription></MiscChargeLine>"
        "<FreightLine><PurchaseOrderLine>5</PurchaseOrderLine><LineActionType>D</LineActionType>"
        "</FreightLine>"
        "<FreightLine><LineActionType>A</LineActionType><FreightValue>3.00</FreightValue>"
        "<FreightTaxable>N</FreightTaxable><FreightFLoc>L</FreightFLoc></FreightLine>"
        "</OrderDetails></Orders></PostPurchaseOrders>"
    )


def test_change_when_a_discount_goes_then_all_three_percentages_are_said() -> None:
    line = replace(LINE, action="C", line=1, discounts=(Decimal(0),))
    call = render(replace(CHANGE, lines=(line,)), local_currency="USD")

    assert (
        "<LineDiscPercent1>0.00</LineDiscPercent1><LineDiscPercent2>0.00</LineDiscPercent2>"
        "<LineDiscPercent3>0.00</LineDiscPercent3>"
    ) in call.document


def test_change_when_only_the_header_then_no_line() -> None:
    payload = PurchaseOrderChange(
        purchase_order="000547", supplier="S00118", external_key=K, lines=(), buyer="ANN"
    )

    assert render(payload, local_currency="USD").document == HEAD + (
        "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>C</OrderActionType>"
        "<ApplyDueDateToLines>N</ApplyDueDateToLines><Buyer>ANN</Buyer>"
        "<PurchaseOrder>000547</PurchaseOrder></OrderHeader><OrderDetails/></Orders>"
        "</PostPurchaseOrders>"
    )


def test_change_when_the_plan_saw_something_then_the_document_says_nothing_of_it() -> None:
    seen = (Seen(column="OrderStatus", value="1"),)
    line = replace(CHANGE.lines[0], seen=(Seen(column="MReceivedQty", value="4"),))

    assert render(replace(CHANGE, seen=seen, lines=(line,)), local_currency="USD") == render(
        CHANGE, local_currency="USD"
    )


@pytest.mark.parametrize(("status", "in_process"), [("0", "Y"), ("1", "N"), ("4", "N")])
def test_status_when_rendered_then_the_exact_document(status: str, in_process: str) -> None:
    payload = OrderStatusChange(purchase_order="000547", external_key=K, status=status)
    call = render(payload, local_currency="USD")

    assert (call.business_object, call.operation) == ("PORTOS", "post")
    assert call.parameters == HEAD + (
        "<PostPorOrderStatus><Parameters><ValidateOnly>N</ValidateOnly>"
        "<IgnoreWarnings>N</IgnoreWarnings>"
        "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid>"
        "<WarnIfSupplierOnHold>N</WarnIfSupplierOnHold>"
        f"<StatusInProcess>{in_process}</StatusInProcess></Parameters></PostPorOrderStatus>"
    )
    assert call.document == HEAD + (
        "<PostPorOrderStatus><Item><PurchaseOrder>000547</PurchaseOrder>"
        f"<NewOrderStatus>{status}</NewOrderStatus></Item></PostPorOrderStatus>"
    )


def _charged(line: ChargeLine) -> PurchaseOrderAdd:
    return replace(ORDER, charge_lines=(line,))


FREIGHT, MISC, FREE = ORDER.charge_lines[0], ORDER.charge_lines[1], ORDER.comment_lines[0]


@pytest.mark.parametrize(
    ("payload", "element"),
    [
        (replace(ORDER, buyer="x" * 21), "Buyer"),
        (replace(ORDER, payment_terms="NET30"), "PaymentTerms"),
        (replace(ORDER, shipping_instructions="x" * 51), "ShippingInstrs"),
        (replace(ORDER, delivery_name="x" * 51), "DeliveryName"),
        (replace(ORDER, delivery_address=("a",) * 6), "DeliveryAddr"),
        (replace(ORDER, delivery_address=("a" * 41,)), "DeliveryAddr1"),
        (replace(ORDER, postal_code="x" * 11), "PostalCode"),
        (replace(ORDER, warehouse="x" * 11), "Warehouse"),
        (replace(ORDER, exchange_rate=Decimal(0)), "ExchangeRate"),
        (replace(ORDER, currency="USD"), "ExchangeRate"),
        (replace(ORDER, exchange_rate=Decimal("0.0000001")), "ExchangeRate"),
        (replace(ORDER, lines=(replace(LINE, price_unit="x" * 11),)), "PriceUom"),
        (replace(ORDER, lines=(replace(LINE, discounts=(Decimal(1),) * 4),)), "LineDiscPercent"),
        (replace(ORDER, lines=(replace(LINE, discounts=(Decimal(-1),)),)), "LineDiscPercent1"),
        (
            replace(ORDER, lines=(replace(LINE, discounts=(Decimal(1), Decimal(100))),)),
            "LineDiscPercent2",
        ),
        (replace(ORDER, lines=(replace(LINE, discounts=(Decimal("1.005"),)),)), "LineDiscPercent1"),
        (replace(ORDER, lines=(replace(LINE, discount_value=Decimal(-1)),)), "LineDiscValue"),
        (
            replace(
                ORDER,
                lines=(replace(LINE, discounts=(Decimal(1),), discount_value=Decimal(1)),),
            ),
            "LineDiscType",
        ),
        (_charged(replace(FREIGHT, value=Decimal(0))), "FreightLine"),
        (_charged(replace(FREIGHT, value=Decimal("0.001"))), "FreightValue"),
        (_charged(replace(FREIGHT, text="By air")), "FreightLine"),
        (_charged(replace(FREIGHT, action="C", line=1)), "LineActionType"),
        (_charged(replace(MISC, text="")), "MiscDescription"),
        (_charged(replace(MISC, text="x" * 46)), "MiscDescription"),
        (_charged(replace(MISC, code="LONG")), "MiscCommentCode"),
        (replace(ORDER, comment_lines=(replace(FREE, text="x" * 46),)), "Comment"),
        (replace(ORDER, comment_lines=(replace(FREE, attached_line=1),)), "AttachedToStkLine"),
        (replace(ORDER, comment_lines=(replace(FREE, action="D", line=1),)), "LineActionType"),
        (replace(CHANGE, currency=""), "currency"),
        (replace(CHANGE, charge_lines=(replace(MISC, action="D"),)), "PurchaseOrderLine"),
        (replace(CHANGE, comment_lines=(replace(FREE, action="C"),)), "PurchaseOrderLine"),
        (replace(CHANGE, comment_lines=(replace(FREE, attached_line=0),)), "AttachedToStkLine"),
        (
            OrderStatusChange(purchase_order=" ", external_key=K, status="1"),
            "PurchaseOrder",
        ),
    ],
)
def test_payload_when_it_does_not_fit_then_refused_by_element(
    payload: Payload, element: str
) -> None:
    with pytest.raises(Malformed, match=element):
        render(payload, local_currency="USD")
