"""Suppliers changed, receipts, ledger codes and payables: XML worked out by hand from the schemas
(data sheet APSSSPDOC, PORTORDOC, APSTINDOC, APSTRIDOC; GENSCO from the fact sheet's §3.7)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.core.commands import (
    CreditNoteAdd,
    DebitNoteAdd,
    Discount,
    GrnMatch,
    InvoiceAdd,
    InvoiceRegister,
    LedgerCodeAdd,
    LedgerLine,
    Payload,
    ReceiptAdd,
    SupplierChange,
)
from engine.errors import Malformed
from engine.syspro.objects import render

HEAD = '<?xml version="1.0" encoding="Windows-1252"?>\n'
K = "P2ABCDEFGHJKMNPQ7"
CHANGE = SupplierChange(
    supplier="V000118",
    name="Müller & Søn",
    short_name="",
    terms_code="60",
    address=("2 Side St",),
    postal_code="V6K",
    telephone="",
    contact="Ann",
    email="ap@example.com",
    tax_registration="T-2",
    is_on_hold=True,
    is_order_allowed=False,
)
RECEIPT = ReceiptAdd(
    purchase_order="000547",
    line=2,
    external_key=K,
    quantity=Decimal("2.5"),
    unit="EA",
    received_on=date(2026, 11, 9),
    received_before=Decimal(0),
    reference="PACK-7",
    notation="Dock 3",
    is_line_completed=True,
)
ACCOUNT = LedgerCodeAdd(
    company="EDU1",
    ledger_code="6100-00",
    description="Supplies",
    account_type="E",
    group="OPEX",
)
MATCH = GrnMatch(
    supplier="G00001",
    grn="000000001",
    source="I",
    journal="4",
    entry="1",
    quantity=Decimal(3),
    value=Decimal(60),
    is_full=True,
)
INVOICE = InvoiceAdd(
    supplier="G00001",
    invoice="INV-1",
    external_key=K,
    value=Decimal("77.50"),
    currency="EUR",
    invoice_on=date(2026, 11, 3),
    due_on=date(2026, 12, 3),
    posting_period="C",
    branch="10",
    journal_notation="Bill 88",
    tax_code="G5",
    tax_value=Decimal(3),
    second_tax_code="Q9",
    second_tax_value=Decimal("4.5"),
    matches=(MATCH,),
    distribution=(
        LedgerLine(ledger_code="6200", value=Decimal(10), tax_code="G5", second_tax_code="Q9"),
    ),
    freight=Decimal(8),
    miscellaneous=Decimal(2),
    exchange_rate=Decimal("1.25"),
    is_rate_fixed=True,
    discount=Discount(basis="P", base=Decimal(70), amount=Decimal(2), on=date(2026, 11, 13)),
)
CREDIT = CreditNoteAdd(
    supplier="S00118",
    invoice="INV-1",
    external_key=K,
    value=Decimal(21),
    currency="USD",
    posting_period="C",
    distribution=(LedgerLine(ledger_code="6100", value=Decimal(20), notation="Returned"),),
    tax_code="G5",
    tax_value=Decimal(1),
    notation="CN 5",
    journal_notation="Bill 89",
)
DEBIT = DebitNoteAdd(
    supplier="S00118",
    invoice="INV-1",
    external_key=K,
    value=Decimal(20),
    currency="USD",
    posting_period="P",
    distribution=(LedgerLine(ledger_code="6100", value=Decimal(20)),),
)
REGISTER = InvoiceRegister(
    supplier="S00118",
    invoice="INV-2",
    external_key=K,
    value=Decimal(105),
    currency="EUR",
    invoice_on=date(2026, 11, 3),
    due_on=date(2026, 12, 3),
    branch="10",
    discount=Discount(basis="V", base=Decimal(100), amount=Decimal(5), on=date(2026, 11, 9)),
    exchange_rate=Decimal("1.1"),
    authorising_person="Ann",
    buyer="BOB",
    department="IT",
    narration="Chairs",
    purchase_orders=("000547", "000548"),
)


def test_supplier_change_when_rendered_then_ours_alone_and_whole() -> None:
    call = render(CHANGE, local_currency="USD")

    assert (call.business_object, call.operation) == ("APSSSP", "setup_update")
    assert call.parameters == HEAD + (
        "<SetupApSupplier><Parameters><IgnoreWarnings>N</IgnoreWarnings>"
        "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid>"
        "<ValidateOnly>N</ValidateOnly></Parameters></SetupApSupplier>"
    )
    assert call.document == HEAD + (
        "<SetupApSupplier><Item><Key><Supplier>V000118</Supplier></Key>"
        "<SupplierName>Müller &amp; Søn</SupplierName><SupShortName/><Telephone/>"
        "<Contact>Ann</Contact><TermsCode>60</TermsCode><SupAddr1>2 Side St</SupAddr1>"
        "<SupAddr2/><SupAddr3/><SupAddr4/><SupAddr5/><SupPostalCode>V6K</SupPostalCode>"
        "<TaxRegnNum>T-2</TaxRegnNum><OnHold>Y</OnHold><PurchOrdAllowed>N</PurchOrdAllowed>"
        "<Email>ap@example.com</Email></Item></SetupApSupplier>"
    )
    held = render(SupplierChange(supplier="V000118", is_on_hold=True), local_currency="USD")
    assert held.document == HEAD + (
        "<SetupApSupplier><Item><Key><Supplier>V000118</Supplier></Key><OnHold>Y</OnHold></Item>"
        "</SetupApSupplier>"
    )


def test_receipt_when_rendered_then_the_exact_document() -> None:
    call = render(RECEIPT, local_currency="USD")

    assert (call.business_object, call.operation) == ("PORTOR", "post")
    assert call.parameters == HEAD + (
        "<PostPurchaseOrderReceipts><Parameters><TransactionDate>2026-11-09</TransactionDate>"
        "<IgnoreWarnings>N</IgnoreWarnings><NonStockedWhToUse/>"
        "<GRNMatchingAction>A</GRNMatchingAction><AllowBlankSupplier>N</AllowBlankSupplier>"
        "<ApplyIfEntireDocumentValid>Y</ApplyIfEntireDocumentValid>"
        "<ValidateOnly>N</ValidateOnly>"
        "<ManualSerialTransfersAllowed>N</ManualSerialTransfersAllowed>"
        "<IgnoreAnalysis>Y</IgnoreAnalysis></Parameters></PostPurchaseOrderReceipts>"
    )
    assert call.document == HEAD + (
        "<PostPurchaseOrderReceipts><Item><Receipt><PurchaseOrder>000547</PurchaseOrder>"
        "<PurchaseOrderLine>2</PurchaseOrderLine><Quantity>2.5</Quantity>"
        f"<UnitOfMeasure>EA</UnitOfMeasure><DeliveryNote>{K}</DeliveryNote>"
        "<CostBasis>P</CostBasis><SwitchOnGRNMatching>N</SwitchOnGRNMatching>"
        "<Reference>PACK-7</Reference><PurchaseOrderLineComplete>Y</PurchaseOrderLineComplete>"
        "<Notation>Dock 3</Notation></Receipt></Item></PostPurchaseOrderReceipts>"
    )
    allowed = render(replace(RECEIPT, is_unprinted_allowed=True), local_currency="USD")
    assert "<IgnoreWarnings>W</IgnoreWarnings>" in allowed.parameters


def test_ledger_code_when_rendered_then_the_exact_document() -> None:
    call = render(ACCOUNT, local_currency="USD")

    assert (call.business_object, call.operation) == ("GENSCO", "setup_add")
    assert call.document == HEAD + (
        "<SetupGlCodes><Item><Key><Company>EDU1</Company><GlCode>6100-00</GlCode></Key>"
        "<Description>Supplies</Description><AccountType>E</AccountType><GlGroup>OPEX</GlGroup>"
        "</Item></SetupGlCodes>"
    )


def test_invoice_when_everything_is_said_then_the_exact_document() -> None:
    call = render(INVOICE, local_currency="USD")

    assert "<LedgerDistributionCurrency>F</LedgerDistributionCurrency>" in call.parameters
    assert call.document == HEAD + (
        "<PostApInvoice><Item><Supplier>G00001</Supplier><TransactionCode>I</TransactionCode>"
        "<Branch>10</Branch><Invoice>INV-1</Invoice><TransactionValue>77.50</TransactionValue>"
        "<FreightCharge>8.00</FreightCharge><MiscellaneousCharge>2.00</MiscellaneousCharge>"
        f"<TransactionReference>{K}</TransactionReference>"
        "<JournalNotation>Bill 88</JournalNotation><DiscountBasis>P</DiscountBasis>"
        "<DiscountableValue>70.00</DiscountableValue>"
        "<DiscountPercentageValue>2.00</DiscountPercentageValue>"
        "<InvoiceDate>2026-11-03</InvoiceDate><DueDate>2026-12-03</DueDate>"
        "<DiscountDate>2026-11-13</DiscountDate><ExchRateAtEntry>1.25</ExchRateAtEntry>"
        "<FixedExchRate>Y</FixedExchRate><TaxBasis>E</TaxBasis><TaxCode>G5</TaxCode>"
        "<TaxValue>3.00</TaxValue><SecondTaxCode>Q9</SecondTaxCode>"
        "<SecondTaxValue>4.50</SecondTaxValue>"
        "<GrnDetails><GrnSupplier>G00001</GrnSupplier><GrnGrn>000000001</GrnGrn>"
        "<GrnFlag>I</GrnFlag><GrnJournal>4</GrnJournal><GrnEntry>1</GrnEntry>"
        "<GrnMatchType>U</GrnMatchType><GrnMatchValue>60.00</GrnMatchValue></GrnDetails>"
        "<LedgerDistribution><LedgerCode>6200</LedgerCode><LedgerTaxCode>G5</LedgerTaxCode>"
        "<LedgerSecondTaxCode>Q9</LedgerSecondTaxCode><LedgerValue>10.00</LedgerValue>"
        "</LedgerDistribution></Item></PostApInvoice>"
    )


def test_invoice_when_its_parts_include_the_tax_then_they_alone_make_the_value() -> None:
    payload = replace(
        INVOICE, tax_basis="I", value=Decimal(70), discount=Discount(basis="T", base=Decimal(70))
    )
    call = render(payload, local_currency="USD")

    assert "<TaxBasis>I</TaxBasis><TaxCode>G5</TaxCode><TaxValue>3.00</TaxValue>" in call.document
    assert (
        "<DiscountBasis>T</DiscountBasis><DiscountableValue>70.00</DiscountableValue><InvoiceDate>"
    ) in call.document


@pytest.mark.parametrize(
    ("payload", "code", "period", "value", "rest"),
    [
        (
            CREDIT,
            "C",
            "C",
            "21.00",
            f"<Notation>CN 5</Notation><TransactionReference>{K}</TransactionReference>"
            "<JournalNotation>Bill 89</JournalNotation><TaxBasis>E</TaxBasis>"
            "<TaxCode>G5</TaxCode><TaxValue>1.00</TaxValue>"
            "<LedgerDistribution><LedgerCode>6100</LedgerCode>"
            "<LedgerNotation>Returned</LedgerNotation><LedgerValue>20.00</LedgerValue>"
            "</LedgerDistribution>",
        ),
        (
            DEBIT,
            "D",
            "P",
            "20.00",
            f"<TransactionReference>{K}</TransactionReference><TaxBasis>E</TaxBasis>"
            "<LedgerDistribution><LedgerCode>6100</LedgerCode><LedgerValue>20.00</LedgerValue>"
            "</LedgerDistribution>",
        ),
    ],
    ids=["credit", "debit"],
)
def test_entry_when_rendered_then_the_exact_document(
    payload: Payload, code: str, period: str, value: str, rest: str
) -> None:
    call = render(payload, local_currency="USD")

    assert (call.business_object, call.operation) == ("APSTIN", "post")
    assert f"<PostingPeriod>{period}</PostingPeriod>" in call.parameters
    assert call.document == HEAD + (
        "<PostApInvoice><Item><Supplier>S00118</Supplier>"
        f"<TransactionCode>{code}</TransactionCode><Invoice>INV-1</Invoice>"
        f"<TransactionValue>{value}</TransactionValue>{rest}</Item></PostApInvoice>"
    )


def test_registration_when_rendered_then_the_exact_document() -> None:
    call = render(REGISTER, local_currency="USD")

    assert (call.business_object, call.operation) == ("APSTRI", "post")
    assert call.parameters == HEAD + (
        "<PostApRegisterInvoice><Parameters><IgnoreWarnings>N</IgnoreWarnings>"
        "<DefaultDiscountDate/><DefaultDueDate/></Parameters></PostApRegisterInvoice>"
    )
    assert call.document == HEAD + (
        "<PostApRegisterInvoice><Item><Supplier>S00118</Supplier><Branch>10</Branch>"
        "<Invoice>INV-2</Invoice><InvoiceValue>105.00</InvoiceValue>"
        "<DiscountBasis>V</DiscountBasis><DiscountableValue>100.00</DiscountableValue>"
        "<DiscountPercentageValue>5.00</DiscountPercentageValue>"
        f"<Reference>{K}</Reference><InvoiceDate>2026-11-03</InvoiceDate>"
        "<DueDate>2026-12-03</DueDate><DiscountDate>2026-11-09</DiscountDate>"
        "<ExchRateAtEntry>1.1</ExchRateAtEntry><AuthorisingPerson>Ann</AuthorisingPerson>"
        "<Buyer>BOB</Buyer><Department>IT</Department><Narration>Chairs</Narration>"
        "<Orders><PurchaseOrder>000547</PurchaseOrder><PurchaseOrder>000548</PurchaseOrder>"
        "</Orders></Item></PostApRegisterInvoice>"
    )


@pytest.mark.parametrize(
    ("payload", "element"),
    [
        (SupplierChange(supplier="V000118"), "says nothing"),
        (replace(CHANGE, name=" "), "SupplierName"),
        (replace(CHANGE, terms_code=""), "TermsCode"),
        (replace(CHANGE, name="x" * 51), "SupplierName"),
        (replace(CHANGE, email="x" * 256), "Email"),
        (replace(CHANGE, address=("a",) * 6), "SupAddr"),
        (replace(CHANGE, address=("a" * 41,)), "SupAddr1"),
        (replace(CHANGE, contact="株"), "Contact"),
        (replace(RECEIPT, quantity=Decimal(0)), "Quantity"),
        (replace(RECEIPT, line=0), "PurchaseOrderLine"),
        (replace(RECEIPT, external_key="x" * 21), "DeliveryNote"),
        (replace(RECEIPT, reference="x" * 31), "Reference"),
        (replace(ACCOUNT, company="COMP1"), "Company"),
        (replace(ACCOUNT, ledger_code="x" * 36), "GlCode"),
        (replace(ACCOUNT, description=""), "Description"),
        (replace(INVOICE, currency="USD"), "ExchRateAtEntry"),
        (replace(INVOICE, exchange_rate=None), "FixedExchRate"),
        (replace(INVOICE, second_tax_code=""), "SecondTaxValue"),
        (replace(INVOICE, tax_basis="I"), "TransactionValue"),
        (replace(INVOICE, freight=Decimal(9)), "FreightCharge"),
        (replace(INVOICE, freight=Decimal(-1)), "FreightCharge"),
        (
            replace(
                INVOICE,
                matches=(),
                distribution=(LedgerLine(ledger_code="6200", value=Decimal(70)),),
            ),
            "GRN match",
        ),
        (replace(CREDIT, value=Decimal(20)), "TransactionValue"),
        (replace(CREDIT, value=Decimal(0), tax_value=Decimal(-20)), "TransactionValue"),
        (replace(CREDIT, journal_notation="x" * 31), "JournalNotation"),
        (replace(DEBIT, external_key="x" * 31), "TransactionReference"),
        (replace(REGISTER, value=Decimal(0)), "InvoiceValue"),
        (replace(REGISTER, currency="USD"), "ExchRateAtEntry"),
        (replace(REGISTER, narration="x" * 101), "Narration"),
        (replace(REGISTER, purchase_orders=("1",) * 21), "Orders"),
    ],
)
def test_payload_when_it_does_not_fit_then_refused_by_element(
    payload: Payload, element: str
) -> None:
    with pytest.raises(Malformed, match=element):
        render(payload, local_currency="USD")
