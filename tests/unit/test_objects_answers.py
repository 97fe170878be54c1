"""Replies to verdicts: a positive statement about our own document, or nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.commands import (
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    SupplierAdd,
)
from engine.errors import Malformed
from engine.syspro import reply
from engine.syspro.objects import comfnd, comlgn, genqgl, porqry, read
from engine.syspro.objects.answers import Posted, Refused, Unreadable, take_apart

SAMPLES = Path(__file__).parent.parent / "samples" / "syspro"
K = "P2ABCDEFGHJKMNPQ7"
LINE = OrderLine(
    item_id="1",
    action="A",
    stock_code="A",
    description="",
    is_stocked=True,
    warehouse="FG",
    quantity=Decimal(1),
    unit="EA",
    price=Decimal(1),
)
ORDER = PurchaseOrderAdd(
    supplier="0000001",
    external_key=K,
    currency="USD",
    order_on=date(2026, 11, 1),
    due_on=date(2026, 11, 1),
    lines=(LINE,),
)
CANCEL = PurchaseOrderCancel(purchase_order="000547", supplier="0000001", external_key=K)
SUPPLIER = SupplierAdd(
    supplier="V000118", name="A", short_name="A", branch="10", terms_code="30", currency="USD"
)
INVOICE = InvoiceAdd(
    supplier="AZT001",
    invoice="1",
    external_key=K,
    value=Decimal(1),
    currency="USD",
    invoice_on=date(2026, 11, 1),
    posting_period="C",
    distribution=(LedgerLine(ledger_code="6100", value=Decimal(1)),),
)
ORDER_POSTED = """<?xml version="1.0" encoding="Windows-1252"?>
<postpurchaseorders Language='05' Version='8.0.021'>
<Order>
<Key>
<PurchaseOrder>000547</PurchaseOrder>
</Key>
<ItemNumber>000001</ItemNumber>
<OrderActionType>A</OrderActionType>
<Supplier>0000001</Supplier>
</Order>
<StatusofItems>
<ItemsProcessed>000001</ItemsProcessed>
<ItemsInvalid>000000</ItemsInvalid>
</StatusofItems>
</postpurchaseorders>
 """
ORDER_REFUSED = """<postpurchaseorders><Order><Supplier><Value>0000009</Value>
<ErrorNumber>990101</ErrorNumber><ErrorDescription>Supplier '0000009' not found</ErrorDescription>
</Supplier><StockLine><LedgerCode><Value>9</Value><ErrorNumber> 990202</ErrorNumber>
<ErrorDescription>Ledger code '9' not found</ErrorDescription></LedgerCode></StockLine>
<ItemNumber>000001</ItemNumber></Order><StatusofItems><ItemsProcessed>000000</ItemsProcessed>
<ItemsInvalid>000001</ItemsInvalid></StatusofItems></postpurchaseorders>"""
INVOICE_POSTED = """<postapinvoice Language='05'><Item><Transaction><Key><TrnYear>2006</TrnYear>
<TrnMonth>12</TrnMonth><Journal>00017</Journal><EntryNumber>001</EntryNumber></Key>
<Supplier>AZT001</Supplier><Invoice>1</Invoice><TransactionCode>I</TransactionCode></Transaction>
</Item><StatusOfItems><GlJournal><GlYear/><GlPeriod/><GlJournal/><GlJournalError/>
<GlJournalMessage/></GlJournal><ItemsProcessed>1</ItemsProcessed><ItemsInvalid/></StatusOfItems>
</postapinvoice>"""
INVOICE_REFUSED = """<postapinvoice><Item><Invoice><Value>1</Value><ErrorNumber>990301</ErrorNumber>
<ErrorDescription>Invoice '1' already on file</ErrorDescription></Invoice><ItemNumber>00001
</ItemNumber></Item><StatusOfItems><ItemsProcessed>00000</ItemsProcessed>
<ItemsInvalid>00001</ItemsInvalid></StatusOfItems></postapinvoice>"""
SUPPLIER_POSTED = """<setupapsupplier><item><key><supplier>V000118</supplier></key></item>
<StatusOfItems><RecordsRead>1</RecordsRead><RecordsInvalid>0</RecordsInvalid></StatusOfItems>
</setupapsupplier>"""
SUPPLIER_REFUSED = """<setupapsupplier><item><key><supplier>V000118</supplier></key><supplier>
<Value>V000118</Value><ErrorNumber>120001</ErrorNumber>
<ErrorDescription>Duplicate key 'V000118' on 'ApSupplier'</ErrorDescription></supplier></item>
<StatusOfItems><RecordsRead>1</RecordsRead><RecordsInvalid>1</RecordsInvalid></StatusOfItems>
</setupapsupplier>"""


def body_of(name: str) -> str:
    return reply.unwrap((SAMPLES / f"{name}.response.txt").read_bytes().partition(b"\n\n")[2])


def test_order_when_accepted_then_posted_under_its_number() -> None:
    assert read(ORDER, ORDER_POSTED) == Posted(
        key="000547", keys={"PurchaseOrder": "000547"}, warnings=()
    )


def test_invoice_when_accepted_then_posted_with_its_journal() -> None:
    answer = read(INVOICE, INVOICE_POSTED)

    assert isinstance(answer, Posted)
    assert answer.key == "AZT001|1"
    assert answer.keys["Journal"] == "00017"
    assert answer.keys["TrnYear"] == "2006"


def test_invoice_when_its_ledger_journal_failed_then_posted_with_a_warning() -> None:
    text = INVOICE_POSTED.replace(
        "<GlJournalMessage/>", "<GlJournalMessage>GL period closed</GlJournalMessage>"
    )
    answer = read(INVOICE, text)

    assert isinstance(answer, Posted)
    assert [fault.text for fault in answer.warnings] == ["GL period closed"]


def test_supplier_when_accepted_then_posted() -> None:
    answer = read(SUPPLIER, SUPPLIER_POSTED)

    assert isinstance(answer, Posted)
    assert answer.key == "V000118"


def test_order_when_refused_then_every_error_at_any_depth() -> None:
    answer = read(ORDER, ORDER_REFUSED)

    assert isinstance(answer, Refused)
    assert [(fault.path, fault.number, fault.value) for fault in answer.errors] == [
        ("Order/Supplier", "990101", "0000009"),
        ("Order/StockLine/LedgerCode", "990202", "9"),
    ]
    assert answer.errors[0].text == "Supplier '0000009' not found"


@pytest.mark.parametrize(
    ("payload", "text", "number"),
    [
        (INVOICE, INVOICE_REFUSED, "990301"),
        (SUPPLIER, SUPPLIER_REFUSED, "120001"),
        (CANCEL, ORDER_REFUSED, "990101"),
    ],
)
def test_document_when_refused_then_the_number_is_told(
    payload: Payload, text: str, number: str
) -> None:
    answer = read(payload, text)

    assert isinstance(answer, Refused)
    assert answer.errors[0].number == number


def test_recorded_setup_error_when_taken_apart_then_number_text_value_and_counts() -> None:
    answer = take_apart(body_of("06-setup_add-INVSWS"))

    assert [fault.to_json() for fault in answer.errors] == [
        {
            "path": "item/stockcode",
            "number": "240004",
            "text": "Stock code '1004' not found",
            "value": "1004",
        }
    ]
    assert (answer.accepted, answer.rejected) == (1, 1)


def test_warning_s20_when_posted_then_kept_beside_the_key() -> None:
    warned = ORDER_POSTED.replace(
        "<ItemNumber>",
        "<Buyer><Value/><WarningNumber>100200</WarningNumber>"
        "<WarningDescription>Buyer blank</WarningDescription></Buyer><ItemNumber>",
    )
    answer = read(ORDER, warned)

    assert isinstance(answer, Posted)
    assert [fault.text for fault in answer.warnings] == ["Buyer blank"]


def test_warning_when_it_rejected_the_item_then_refused() -> None:
    text = """<postapinvoice><Item><Supplier><Value>AZT001</Value><WarningNumber>1</WarningNumber>
    <WarningDescription>on hold</WarningDescription></Supplier></Item><StatusOfItems>
    <ItemsProcessed>0</ItemsProcessed><ItemsInvalid>0</ItemsInvalid>
    <ItemsRejectedWithWarnings>1</ItemsRejectedWithWarnings></StatusOfItems></postapinvoice>"""
    answer = read(INVOICE, text)

    assert isinstance(answer, Refused)
    assert answer.errors[0].text == "on hold"


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (ORDER, ""),
        (ORDER, "0"),
        (ORDER, "<html><body>503</body></html>"),
        (ORDER, ORDER_POSTED[:200]),
        (ORDER, ORDER_POSTED.replace("000547", "")),
        (ORDER, ORDER_POSTED.replace("<PurchaseOrder>000547</PurchaseOrder>", "")),
        (ORDER, ORDER_POSTED.replace("0000001</Supplier>", "0000002</Supplier>")),
        (ORDER, ORDER_POSTED.replace("000000</ItemsInvalid>", "000001</ItemsInvalid>")),
        (ORDER, ORDER_POSTED.replace("000001</ItemsProcessed>", "000002</ItemsProcessed>")),
        (ORDER, ORDER_POSTED.replace("000001</ItemsProcessed>", "000000</ItemsProcessed>")),
        (ORDER, ORDER_POSTED.replace("<ItemNumber>", "<ErrorDescription>x</ErrorDescription><I>")),
        (ORDER, ORDER_POSTED.replace("</Order>", "</Order><Order/>")),
        (ORDER, ORDER_POSTED.replace("postpurchaseorders", "postapinvoice")),
        (
            ORDER,
            ORDER_POSTED.replace("<ItemNumber>", "<F><ErrorNumber>1</ErrorNumber></F><ItemNumber>"),
        ),
        (ORDER, "<postpurchaseorders/>"),
        (replace(ORDER, purchase_order="PO-1"), ORDER_POSTED),
        (CANCEL, ORDER_POSTED),
        (INVOICE, INVOICE_POSTED.replace("<Invoice>1<", "<Invoice>2<")),
        (INVOICE, INVOICE_POSTED.replace("AZT001", "AZT002")),
        (INVOICE, INVOICE_POSTED.replace("<TransactionCode>I", "<TransactionCode>C")),
        (SUPPLIER, SUPPLIER_POSTED.replace("V000118", "V000119")),
        (SUPPLIER, SUPPLIER_POSTED.replace("V000118", "")),
        (SUPPLIER, "<setupapsupplier><item><key><supplier>V000118</supplier></key></item>"),
        (SUPPLIER, SUPPLIER_POSTED.replace("RecordsRead", "X").replace("RecordsInvalid", "Y")),
        (SUPPLIER, SUPPLIER_POSTED.replace("</item>", "</item><item/>")),
        (SUPPLIER, SUPPLIER_POSTED.replace("setupapsupplier", "setupother")),
        (INVOICE, INVOICE_POSTED.replace("postapinvoice", "postother")),
        (INVOICE, INVOICE_POSTED.replace("</Item>", "</Item><Item/>")),
        (INVOICE, INVOICE_POSTED.replace("</Transaction>", "</Transaction><Transaction/>")),
        (INVOICE, INVOICE_REFUSED.replace("00001</ItemsInvalid>", "00000</ItemsInvalid>")),
        (
            CANCEL,
            "<postpurchaseorders><Order><F><ErrorNumber>1</ErrorNumber></F></Order>"
            "</postpurchaseorders>",
        ),
        (SUPPLIER, SUPPLIER_REFUSED.replace("RecordsInvalid>1", "RecordsInvalid>0")),
    ],
)
def test_reply_s22_when_it_states_nothing_certain_about_ours_then_unreadable(
    payload: Payload, text: str
) -> None:
    assert isinstance(read(payload, text), Unreadable)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (ORDER, ORDER_POSTED.replace("000001</ItemsProcessed>", "000002</ItemsProcessed>")),
        (
            ORDER,
            ORDER_POSTED.replace("000000</ItemsInvalid>", "000001</ItemsInvalid>").replace(
                "<ItemNumber>", "<F><ErrorNumber>1</ErrorNumber></F><ItemNumber>"
            ),
        ),
        (ORDER, ORDER_POSTED.replace("000000</ItemsInvalid>", "000001</ItemsInvalid>")),
        (ORDER, ORDER_REFUSED.replace("000000</ItemsProcessed>", "000001</ItemsProcessed>")),
        (INVOICE, INVOICE_REFUSED.replace("00000</ItemsProcessed>", "00001</ItemsProcessed>")),
        (
            SUPPLIER,
            SUPPLIER_REFUSED.replace("<RecordsI", "<RecordsWritten>1</RecordsWritten><RecordsI"),
        ),
    ],
)
def test_reply_s19_when_a_part_was_accepted_then_a_doubt_that_says_so(
    payload: Payload, text: str
) -> None:
    """One document goes in one post, so this cannot be; should it be seen, it is in doubt, which
    what is read then settles, and the line is stopped (the row's `InvariantBreach{partial}` is a
    `PostInDoubt` of cause `partial`)."""
    answer = read(payload, text)
    assert isinstance(answer, Unreadable) and answer.is_partial


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (INVOICE, INVOICE_POSTED.replace("</Item>", "<F><ErrorNumber>1</ErrorNumber></F></Item>")),
        (ORDER, ORDER_POSTED.replace("000001</ItemsProcessed>", "000000</ItemsProcessed>")),
        (SUPPLIER, SUPPLIER_REFUSED.replace("RecordsInvalid>1", "RecordsInvalid>0")),
    ],
)
def test_reply_s19_when_it_only_contradicts_itself_then_a_doubt_and_no_part(
    payload: Payload, text: str
) -> None:
    answer = read(payload, text)
    assert isinstance(answer, Unreadable) and not answer.is_partial


def test_cancellation_when_accepted_then_posted() -> None:
    text = ORDER_POSTED.replace("<OrderActionType>A", "<OrderActionType>D")

    answer = read(CANCEL, text)

    assert isinstance(answer, Posted)
    assert answer.key == "000547"


@given(st.integers(0, len(ORDER_POSTED.rstrip()) - 1))
def test_reply_s15_when_cut_anywhere_then_never_taken_for_an_answer(length: int) -> None:
    assert isinstance(read(ORDER, ORDER_POSTED[:length]), Unreadable)


@given(st.text(max_size=200))
def test_reply_when_any_text_then_never_posted_and_never_raises(text: str) -> None:
    for payload in (ORDER, CANCEL, INVOICE, SUPPLIER):
        assert isinstance(read(payload, text), Unreadable)


def test_recorded_lookup_when_read_then_its_row() -> None:
    assert comfnd.read("InvMaster", ["StockCode"], body_of("12-query_query-COMFND")) == [
        {"StockCode": "02"}
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("RowsReturned>       1", "RowsReturned>       2"),
        ("InvMaster", "ApSupplier"),
        ("<Row>", "<R0w>"),
    ],
)
def test_lookup_when_its_count_or_table_is_wrong_then_refused(change: tuple[str, str]) -> None:
    text = body_of("12-query_query-COMFND").replace(*change)

    with pytest.raises(Malformed):
        comfnd.read("InvMaster", ["StockCode"], text)


def test_lookup_when_a_column_is_missing_then_refused() -> None:
    with pytest.raises(Malformed, match="Description"):
        comfnd.read("InvMaster", ["Description"], body_of("12-query_query-COMFND"))


@pytest.mark.parametrize(
    ("column", "text", "cell"),
    [
        ("OrderEntryDate", "0000-00-00", ""),
        ("OrderEntryDate", "2026-11-01T00:00:00", "2026-11-01"),
        ("OrderEntryDate", "2026-11-01 00:00:00.000", "2026-11-01"),
        ("CurYrPrdEnd11", "2026-11-30T00:00:00Z", "2026-11-30"),
        ("CustomerPoNumber", "2026-11-01T00:00:00", "2026-11-01T00:00:00"),
        ("MOrderQty", "     12.500000", "12.500000"),
        ("Supplier", "S1   ", "S1"),
    ],
)
def test_cell_when_read_then_in_one_form(column: str, text: str, cell: str) -> None:
    assert comfnd.cell(column, text) == cell


def test_recorded_order_when_read_then_unedited_numbers_and_lines() -> None:
    order = porqry.read(body_of("09-query_query-PORQRY"))

    assert order.header["PurchaseOrder"] == "00001"
    assert order.header["OrderStatus"] == "*"
    assert order.header["Supplier"] == "UTE002"
    assert order.lines[0]["Line"] == "1"
    assert order.lines[0]["MOrderQty"] == "38400.000000"
    assert not any(name.startswith("Unedited_") for name in order.lines[0])


def test_profile_and_ledger_code_when_read_then_by_name() -> None:
    profile = comlgn.read_profile("<UserInfo><OperatorCode>PROCSYNC</OperatorCode></UserInfo>")
    ledger = genqgl.read(
        "6100",
        "<GLStructureQuery><LedgerDetails><LedgerCode>6100</LedgerCode>"
        "<ControlAccFlag>N</ControlAccFlag></LedgerDetails></GLStructureQuery>",
    )

    assert profile["OperatorCode"] == "PROCSYNC"
    assert ledger["ControlAccFlag"] == "N"
    other = (
        "<GLStructureQuery><LedgerDetails><LedgerCode>6200</LedgerCode></LedgerDetails>"
        "</GLStructureQuery>"
    )
    for wrong in ("<Other/>", "<GLStructureQuery/>", other):
        with pytest.raises(Malformed):
            genqgl.read("6100", wrong)
        with pytest.raises(Malformed):
            comlgn.read_profile(wrong)
        with pytest.raises(Malformed):
            porqry.read(wrong)
