"""Commands to documents: exact text for hand-worked examples, and what does not fit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.commands import (
    ChargeLine,
    CommentLine,
    GrnMatch,
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    SupplierAdd,
)
from engine.errors import Malformed
from engine.syspro.objects import fields, render

HEAD = '<?xml version="1.0" encoding="Windows-1252"?>\n'
K = "P2ABCDEFGHJKMNPQ7"

SUPPLIER = SupplierAdd(
    supplier="V000118",
    name="Müller & Søn <Ltd>",
    short_name="Müller",
    branch="10",
    terms_code="30",
    currency="USD",
    address=("1 Main St", "Vancouver"),
    postal_code="V5K 0A1",
    email="ap@example.com",
)
STOCKED = OrderLine(
    item_id="501",
    action="A",
    stock_code="A100",
    description="Bolt",
    is_stocked=True,
    warehouse="FG",
    quantity=Decimal("10.000000"),
    unit="EA",
    price=Decimal("1.5"),
    tax_code="G5",
)
NON_STOCKED = OrderLine(
    item_id="502",
    action="A",
    stock_code="PI-502",
    description="Installation",
    is_stocked=False,
    quantity=Decimal("2.5"),
    unit="EA",
    price=Decimal("0.12345"),
    ledger_code="6100",
    product_class="NONS",
    due_on=date(2026, 12, 1),
)
ORDER = PurchaseOrderAdd(
    supplier="S00118",
    external_key=K,
    currency="USD",
    order_on=date(2026, 11, 2),
    due_on=date(2026, 11, 30),
    terms_code="30",
    is_taxable=True,
    lines=(STOCKED, NON_STOCKED),
    charge_lines=(
        ChargeLine(key="freight", kind="freight", value=Decimal("12.5")),
        ChargeLine(key="other", kind="misc", value=Decimal(3), text="Other charges"),
    ),
    comment_lines=(CommentLine(key="comment", text="Deliver & call"),),
)
CHANGE = PurchaseOrderChange(
    purchase_order="000547",
    supplier="S00118",
    external_key=K,
    lines=(
        replace(STOCKED, action="C", line=1, tax_code=""),
        replace(NON_STOCKED, action="A", due_on=None),
        replace(STOCKED, item_id="503", action="D", line=3),
    ),
)
INVOICE = InvoiceAdd(
    supplier="S00118",
    invoice="INV-1",
    external_key=K,
    value=Decimal("115.00"),
    currency="USD",
    invoice_on=date(2026, 11, 3),
    due_on=date(2026, 12, 3),
    posting_period="P",
    distribution=(
        LedgerLine(ledger_code="6100", value=Decimal(100), notation="Chairs"),
        LedgerLine(ledger_code="6200", value=Decimal("10")),
        LedgerLine(ledger_code="2200", value=Decimal("5"), tax_code="G5", is_tax_only=True),
    ),
    notation="PO-1042",
)
MATCH = GrnMatch(
    supplier="G00001",
    grn="000000001",
    source="I",
    journal="4",
    entry="1",
    quantity=Decimal(3),
    value=Decimal("60"),
    is_full=False,
)


def test_supplier_when_rendered_then_every_parameter_and_flag_is_said() -> None:
    call = render(SUPPLIER, local_currency="USD")

    assert (call.business_object, call.operation) == ("APSSSP", "setup_add")
    assert call.parameters == HEAD + (
        "<SetupApSupplier><Parameters><IgnoreWarnings>N</IgnoreWarnings>"
        "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid>"
        "<ValidateOnly>N</ValidateOnly></Parameters></SetupApSupplier>"
    )
    assert call.document == HEAD + (
        "<SetupApSupplier><Item><Key><Supplier>V000118</Supplier></Key>"
        "<SupplierName>Müller &amp; Søn &lt;Ltd&gt;</SupplierName>"
        "<SupShortName>Müller</SupShortName><Branch>10</Branch><TermsCode>30</TermsCode>"
        "<Currency>USD</Currency><SupAddr1>1 Main St</SupAddr1><SupAddr2>Vancouver</SupAddr2>"
        "<SupPostalCode>V5K 0A1</SupPostalCode><OnHold>N</OnHold>"
        "<PurchOrdAllowed>Y</PurchOrdAllowed><GrnMatchReqd>N</GrnMatchReqd>"
        "<Email>ap@example.com</Email></Item></SetupApSupplier>"
    )


def test_order_s38_when_rendered_then_the_exact_document() -> None:
    call = render(ORDER, local_currency="USD")

    assert (call.business_object, call.operation) == ("PORTOI", "post")
    assert call.parameters == HEAD + (
        "<PostPurchaseOrders><Parameters><ValidateOnly>N</ValidateOnly>"
        "<IgnoreWarnings>N</IgnoreWarnings><AllowNonStockItems>S</AllowNonStockItems>"
        "<AllowZeroPrice>N</AllowZeroPrice><ValidateWorkingDays>A</ValidateWorkingDays>"
        "<AllowPoWhenBlanketPo>N</AllowPoWhenBlanketPo><DefaultMemoCode/>"
        "<FixedExchangeRate>N</FixedExchangeRate><DefaultMemoDays/>"
        "<AllowBlankLedgerCode>N</AllowBlankLedgerCode><DefaultDeliveryAddress/>"
        "<CalcDueDate>N</CalcDueDate><InsertDangerousGoodsText>N</InsertDangerousGoodsText>"
        "<InsertAdditionalPOText>N</InsertAdditionalPOText><Status>1</Status>"
        "</Parameters></PostPurchaseOrders>"
    )
    assert call.document == HEAD + (
        "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>A</OrderActionType>"
        "<Supplier>S00118</Supplier><TaxStatus>N</TaxStatus><InvoiceTerms>30</InvoiceTerms>"
        f"<CustomerPoNumber>{K}</CustomerPoNumber><OrderDate>2026-11-02</OrderDate>"
        "<DueDate>2026-11-30</DueDate></OrderHeader><OrderDetails>"
        "<StockLine><LineActionType>A</LineActionType><StockCode>A100</StockCode>"
        "<Warehouse>FG</Warehouse><SupCatalogue>PI-501</SupCatalogue><OrderQty>10</OrderQty>"
        "<OrderUom>EA</OrderUom><PriceMethod>M</PriceMethod><Price>1.50</Price>"
        "<PriceUom>EA</PriceUom><Taxable>Y</Taxable><TaxCode>G5</TaxCode>"
        "<LatestDueDate>2026-11-30</LatestDueDate></StockLine>"
        "<StockLine><LineActionType>A</LineActionType><StockCode>PI-502</StockCode>"
        "<StockDescription>Installation</StockDescription><Warehouse>**</Warehouse>"
        "<SupCatalogue>PI-502</SupCatalogue><OrderQty>2.5</OrderQty><OrderUom>EA</OrderUom>"
        "<PriceMethod>M</PriceMethod><Price>0.12345</Price><PriceUom>EA</PriceUom>"
        "<Taxable>N</Taxable><LatestDueDate>2026-12-01</LatestDueDate>"
        "<LedgerCode>6100</LedgerCode><ProductClass>NONS</ProductClass>"
        "<NonStockedLine>Y</NonStockedLine></StockLine>"
        "<CommentLine><LineActionType>A</LineActionType><Comment>Deliver &amp; call</Comment>"
        "</CommentLine>"
        "<MiscChargeLine><LineActionType>A</LineActionType><MiscChargeValue>3.00</MiscChargeValue>"
        "<MiscTaxable>N</MiscTaxable><MiscChargeFLoc>L</MiscChargeFLoc>"
        "<MiscDescription>Other charges</MiscDescription></MiscChargeLine>"
        "<FreightLine><LineActionType>A</LineActionType><FreightValue>12.50</FreightValue>"
        "<FreightTaxable>N</FreightTaxable><FreightFLoc>L</FreightFLoc></FreightLine>"
        "</OrderDetails></Orders></PostPurchaseOrders>"
    )


def test_order_when_foreign_or_numbered_by_us_then_said_so() -> None:
    call = render(replace(ORDER, currency="EUR", purchase_order="PO-1042"), local_currency="USD")

    assert "<PurchaseOrder>PO-1042</PurchaseOrder></OrderHeader>" in call.document
    assert "<FreightFLoc>F</FreightFLoc>" in call.document
    assert "<MiscChargeFLoc>F</MiscChargeFLoc>" in call.document


def test_change_when_rendered_then_lines_by_number_and_nothing_else() -> None:
    call = render(CHANGE, local_currency="USD")

    assert "<Status>" not in call.parameters
    assert call.document == HEAD + (
        "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>C</OrderActionType>"
        "<ApplyDueDateToLines>N</ApplyDueDateToLines>"
        "<PurchaseOrder>000547</PurchaseOrder></OrderHeader><OrderDetails>"
        "<StockLine><PurchaseOrderLine>1</PurchaseOrderLine><LineActionType>C</LineActionType>"
        "<StockCode>A100</StockCode><Warehouse>FG</Warehouse><SupCatalogue>PI-501</SupCatalogue>"
        "<OrderQty>10</OrderQty><OrderUom>EA</OrderUom><PriceMethod>M</PriceMethod>"
        "<Price>1.50</Price><PriceUom>EA</PriceUom></StockLine>"
        "<StockLine><LineActionType>A</LineActionType><StockCode>PI-502</StockCode>"
        "<StockDescription>Installation</StockDescription><Warehouse>**</Warehouse>"
        "<SupCatalogue>PI-502</SupCatalogue><OrderQty>2.5</OrderQty><OrderUom>EA</OrderUom>"
        "<PriceMethod>M</PriceMethod><Price>0.12345</Price><PriceUom>EA</PriceUom>"
        "<LedgerCode>6100</LedgerCode><ProductClass>NONS</ProductClass>"
        "<NonStockedLine>Y</NonStockedLine></StockLine>"
        "<StockLine><PurchaseOrderLine>3</PurchaseOrderLine><LineActionType>D</LineActionType>"
        "</StockLine></OrderDetails></Orders></PostPurchaseOrders>"
    )


def test_cancellation_when_rendered_then_a_header_alone() -> None:
    payload = PurchaseOrderCancel(purchase_order="000547", supplier="S00118", external_key=K)

    assert render(payload, local_currency="USD").document == HEAD + (
        "<PostPurchaseOrders><Orders><OrderHeader><OrderActionType>D</OrderActionType>"
        "<PurchaseOrder>000547</PurchaseOrder></OrderHeader></Orders></PostPurchaseOrders>"
    )


def test_invoice_s38_when_distributed_then_the_exact_document() -> None:
    call = render(INVOICE, local_currency="USD")

    assert (call.business_object, call.operation) == ("APSTIN", "post")
    assert call.parameters == HEAD + (
        "<PostApInvoice><Parameters><PostingPeriod>P</PostingPeriod>"
        "<IgnoreWarnings>N</IgnoreWarnings>"
        "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid>"
        "<ValidateOnly>N</ValidateOnly><PostZeroAdjustments>N</PostZeroAdjustments>"
        "<DefaultDiscountDate/><DefaultDueDate/>"
        "<LedgerDistributionCurrency>L</LedgerDistributionCurrency>"
        "<AutomaticTaxCalculation>N</AutomaticTaxCalculation>"
        "<PermissibleTaxVariance>0.00</PermissibleTaxVariance><ApArContraTrx>N</ApArContraTrx>"
        "<IgnoreAnalysis>Y</IgnoreAnalysis></Parameters></PostApInvoice>"
    )
    assert call.document == HEAD + (
        "<PostApInvoice><Item><Supplier>S00118</Supplier><TransactionCode>I</TransactionCode>"
        "<Invoice>INV-1</Invoice><TransactionValue>115.00</TransactionValue>"
        f"<Notation>PO-1042</Notation><TransactionReference>{K}</TransactionReference>"
        "<InvoiceDate>2026-11-03</InvoiceDate><DueDate>2026-12-03</DueDate>"
        "<TaxBasis>E</TaxBasis>"
        "<LedgerDistribution><LedgerCode>6100</LedgerCode><LedgerNotation>Chairs</LedgerNotation>"
        "<LedgerValue>100.00</LedgerValue></LedgerDistribution>"
        "<LedgerDistribution><LedgerCode>6200</LedgerCode><LedgerValue>10.00</LedgerValue>"
        "</LedgerDistribution>"
        "<LedgerDistribution><LedgerCode>2200</LedgerCode><LedgerTaxCode>G5</LedgerTaxCode>"
        "<LedgerValue>5.00</LedgerValue><TaxOnlyLine>Y</TaxOnlyLine></LedgerDistribution>"
        "</Item></PostApInvoice>"
    )


def test_invoice_when_matched_and_foreign_then_grns_tax_and_currency_are_said() -> None:
    full = replace(MATCH, grn="000000002", is_full=True, value=Decimal("40"))
    payload = replace(
        INVOICE,
        currency="EUR",
        value=Decimal("105"),
        matches=(MATCH, full),
        distribution=(),
        tax_code="G5",
        tax_value=Decimal(5),
        notation="",
        due_on=None,
    )

    call = render(payload, local_currency="USD")

    assert "<LedgerDistributionCurrency>F</LedgerDistributionCurrency>" in call.parameters
    assert (
        "<InvoiceDate>2026-11-03</InvoiceDate><TaxBasis>E</TaxBasis><TaxCode>G5</TaxCode>"
        "<TaxValue>5.00</TaxValue>"
        "<GrnDetails><GrnSupplier>G00001</GrnSupplier><GrnGrn>000000001</GrnGrn>"
        "<GrnFlag>I</GrnFlag><GrnJournal>4</GrnJournal><GrnEntry>1</GrnEntry>"
        "<GrnMatchType>P</GrnMatchType><GrnPartialMatchQuantity>3</GrnPartialMatchQuantity>"
        "<GrnPartialMatchValue>60.00</GrnPartialMatchValue></GrnDetails>"
        "<GrnDetails><GrnSupplier>G00001</GrnSupplier><GrnGrn>000000002</GrnGrn>"
        "<GrnFlag>I</GrnFlag><GrnJournal>4</GrnJournal><GrnEntry>1</GrnEntry>"
        "<GrnMatchType>U</GrnMatchType><GrnMatchValue>40.00</GrnMatchValue></GrnDetails>"
        "</Item>"
    ) in call.document


@pytest.mark.parametrize(
    ("payload", "element"),
    [
        (replace(SUPPLIER, name="x" * 51), "SupplierName"),
        (replace(SUPPLIER, name="株"), "SupplierName"),
        (replace(SUPPLIER, supplier="x" * 16), "Supplier"),
        (replace(SUPPLIER, supplier=" "), "Supplier"),
        (replace(SUPPLIER, terms_code="300"), "TermsCode"),
        (replace(SUPPLIER, address=("a",) * 6), "SupAddr"),
        (replace(SUPPLIER, address=("a" * 41,)), "SupAddr1"),
        (replace(SUPPLIER, postal_code="x" * 11), "SupPostalCode"),
        (replace(ORDER, external_key="x" * 31), "CustomerPoNumber"),
        (replace(ORDER, purchase_order="x" * 21), "PurchaseOrder"),
        (replace(ORDER, lines=()), "OrderDetails"),
        (replace(ORDER, comment_lines=(CommentLine(key="c", text="x" * 46),)), "Comment"),
        (replace(ORDER, lines=(replace(STOCKED, price=Decimal("1.123456")),)), "Price"),
        (replace(ORDER, lines=(replace(STOCKED, price=Decimal("-1")),)), "Price"),
        (replace(ORDER, lines=(replace(STOCKED, price=Decimal("1e10")),)), "Price"),
        (replace(ORDER, lines=(replace(STOCKED, price=Decimal("NaN")),)), "Price"),
        (replace(ORDER, lines=(replace(STOCKED, quantity=Decimal("0.0000001")),)), "OrderQty"),
        (replace(ORDER, lines=(replace(STOCKED, stock_code="x" * 31),)), "StockCode"),
        (replace(ORDER, lines=(replace(STOCKED, action="C", line=1),)), "LineActionType"),
        (replace(ORDER, lines=(replace(NON_STOCKED, ledger_code=""),)), "LedgerCode"),
        (replace(ORDER, lines=(replace(NON_STOCKED, product_class=""),)), "ProductClass"),
        (replace(ORDER, lines=(replace(NON_STOCKED, description="é\n"),)), "StockDescription"),
        (replace(CHANGE, lines=(replace(STOCKED, action="C"),)), "PurchaseOrderLine"),
        (replace(INVOICE, invoice="x" * 21), "Invoice"),
        (replace(INVOICE, value=Decimal("115.01")), "TransactionValue"),
        (replace(INVOICE, tax_value=Decimal(1), value=Decimal(116)), "TaxValue"),
        (replace(INVOICE, value=Decimal(0), distribution=()), "TransactionValue"),
        (replace(INVOICE, notation="x" * 31), "Notation"),
        (
            replace(
                INVOICE,
                value=Decimal("0.001"),
                distribution=(LedgerLine(ledger_code="6100", value=Decimal("0.001")),),
            ),
            "TransactionValue",
        ),
    ],
)
def test_payload_when_it_does_not_fit_then_refused_by_element(
    payload: Payload, element: str
) -> None:
    with pytest.raises(Malformed, match=element):
        render(payload, local_currency="USD")


@given(st.decimals(min_value=0, max_value=10**9, places=5), st.integers(0, 4))
def test_price_when_printed_then_plain_and_equal(price: Decimal, shift: int) -> None:
    _, text = fields.price("Price", price.scaleb(shift).scaleb(-shift))

    assert Decimal(str(text)) == price
    assert "E" not in str(text).upper()
    assert fields.price("Price", price.normalize())[1] == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+2", "100.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("-12.3", "-12.30"),
        ("5.10000", "5.10"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_amount_when_printed_then_two_plain_decimals(value: str, text: str) -> None:
    assert fields.amount("Value", Decimal(value)) == ("Value", text)
