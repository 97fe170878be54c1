"""Replies to the newer commands: a positive statement about our own document, or nothing."""

from dataclasses import replace

import pytest
from test_objects_render_payables import ACCOUNT, CHANGE, CREDIT, RECEIPT, REGISTER

from engine.core.commands import OrderStatusChange, Payload
from engine.errors import Malformed
from engine.syspro.objects import apsqry, porqry, read
from engine.syspro.objects.answers import Posted, Refused, Unreadable
from engine.syspro.objects.apsqry import RegisteredInvoice

STATUS = OrderStatusChange(purchase_order="000547", external_key="K", status="4")
COUNTS = "<ItemsProcessed>000001</ItemsProcessed><ItemsInvalid>000000</ItemsInvalid>"
STATUS_SET = (
    "<PostPorOrderStatus Language='05'><Item><PurchaseOrder>000547</PurchaseOrder>"
    f"<NewOrderStatus>4</NewOrderStatus></Item><StatusofItems>{COUNTS}</StatusofItems>"
    "</PostPorOrderStatus>"
)
RECEIVED = (
    "<postpurchaseorderreceipts><Item><Receipt><GRN>000000123</GRN><LotNumber/>"
    "<PurchaseOrder>000547</PurchaseOrder><PurchaseOrderLine>0002</PurchaseOrderLine></Receipt>"
    "<ItemNumber>000001</ItemNumber><Key><JnlYear>2026</JnlYear><JnlMonth>11</JnlMonth>"
    "<Journal>00017</Journal><EntryNumber>00001</EntryNumber><Warehouse>FG</Warehouse>"
    "<GlJournal><GlYear/><GlPeriod/><GlJournal/></GlJournal></Key></Item>"
    "</postpurchaseorderreceipts>"
)
REGISTERED = (
    "<postapregisterinvoice><Item><Key><Supplier>S00118</Supplier><Invoice>INV-2</Invoice>"
    "<TransactionType>I</TransactionType><EntryNumber>00001</EntryNumber></Key></Item>"
    "</postapregisterinvoice>"
)
CREDITED = (
    "<postapinvoice><Item><Transaction><Key><TrnYear>2026</TrnYear><TrnMonth>11</TrnMonth>"
    "<Journal>00018</Journal><EntryNumber>001</EntryNumber></Key><Supplier>S00118</Supplier>"
    "<Invoice>INV-1</Invoice><TransactionCode>C</TransactionCode></Transaction></Item>"
    f"<StatusOfItems>{COUNTS}</StatusOfItems></postapinvoice>"
)
RECORDS = "<RecordsRead>1</RecordsRead><RecordsInvalid>0</RecordsInvalid>"
LEDGER_ADDED = (
    "<setupglcodes><item><key><company>EDU1</company><glcode>6100-00</glcode></key></item>"
    f"<StatusOfItems>{RECORDS}</StatusOfItems></setupglcodes>"
)
SUPPLIER_CHANGED = (
    "<setupapsupplier><item><key><supplier>V000118</supplier></key></item>"
    f"<StatusOfItems>{RECORDS}</StatusOfItems></setupapsupplier>"
)
ERROR = "<F><Value>x</Value><ErrorNumber>990101</ErrorNumber></F>"


@pytest.mark.parametrize(
    ("payload", "text", "key", "journal"),
    [
        (STATUS, STATUS_SET, "000547", None),
        (RECEIPT, RECEIVED, "000000123", "00017"),
        (RECEIPT, RECEIVED.replace("000000123", ""), "2026/11/00017/00001", "00017"),
        (REGISTER, REGISTERED, "S00118|INV-2", None),
        (CREDIT, CREDITED, "S00118|INV-1", "00018"),
        (ACCOUNT, LEDGER_ADDED, "6100-00", None),
        (replace(ACCOUNT, company="0"), LEDGER_ADDED.replace("EDU1", "0000"), "6100-00", None),
        (CHANGE, SUPPLIER_CHANGED, "V000118", None),
    ],
)
def test_document_when_accepted_then_posted_under_its_key(
    payload: Payload, text: str, key: str, journal: str | None
) -> None:
    answer = read(payload, text)

    assert isinstance(answer, Posted)
    assert (answer.key, answer.keys.get("Journal")) == (key, journal)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (
            STATUS,
            STATUS_SET.replace("000001</I", "000000</I")
            .replace("000000</ItemsInvalid", "000001</ItemsInvalid")
            .replace("</Item>", f"{ERROR}</Item>"),
        ),
        (
            RECEIPT,
            f"<postpurchaseorderreceipts><Item><Receipt>{ERROR}</Receipt></Item>"
            "</postpurchaseorderreceipts>",
        ),
        (REGISTER, f"<postapregisterinvoice><Item>{ERROR}</Item></postapregisterinvoice>"),
        (CREDIT, f"<postapinvoice><Item>{ERROR}</Item></postapinvoice>"),
        (
            ACCOUNT,
            LEDGER_ADDED.replace("Invalid>0", "Invalid>1").replace("</item>", f"{ERROR}</item>"),
        ),
        (
            CHANGE,
            SUPPLIER_CHANGED.replace("Invalid>0", "Invalid>1").replace(
                "</item>", f"{ERROR}</item>"
            ),
        ),
    ],
)
def test_document_when_refused_then_the_error_is_told(payload: Payload, text: str) -> None:
    answer = read(payload, text)

    assert isinstance(answer, Refused)
    assert answer.errors[0].number == "990101"


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (STATUS, STATUS_SET.replace("000547", "000548")),
        (STATUS, STATUS_SET.replace(">4<", ">1<")),
        (STATUS, STATUS_SET.replace("</Item>", "</Item><Item/>")),
        (STATUS, STATUS_SET.replace("</Item>", f"{ERROR}</Item>")),
        (STATUS, STATUS_SET.replace("PostPorOrderStatus", "PostOther")),
        (RECEIPT, RECEIVED.replace("000547", "000548")),
        (RECEIPT, RECEIVED.replace("0002<", "0001<")),
        (RECEIPT, RECEIVED.replace("000000123", "").replace("00017", "")),
        (RECEIPT, RECEIVED.replace("</Receipt>", "</Receipt><Receipt><GRN>1</GRN></Receipt>")),
        (RECEIPT, RECEIVED.replace("</Item>", f"{ERROR}</Item>")),
        (RECEIPT, RECEIVED.replace("</Item>", "</Item><Item/>")),
        (RECEIPT, "<postpurchaseorderreceipts><Item/></postpurchaseorderreceipts>"),
        (REGISTER, REGISTERED.replace("INV-2", "INV-3")),
        (REGISTER, REGISTERED.replace("S00118", "S00119")),
        (REGISTER, REGISTERED.replace("</Item>", f"{ERROR}</Item>")),
        (REGISTER, REGISTERED.replace("</Item>", "</Item><Item/>")),
        (REGISTER, "<postapregisterinvoice><Item/></postapregisterinvoice>"),
        (CREDIT, CREDITED.replace("<TransactionCode>C", "<TransactionCode>I")),
        (CREDIT, CREDITED.replace("INV-1", "INV-2")),
        (ACCOUNT, LEDGER_ADDED.replace("6100-00", "6200-00")),
        (ACCOUNT, LEDGER_ADDED.replace("EDU1", "EDU2")),
        (ACCOUNT, LEDGER_ADDED.replace(RECORDS, "")),
        (ACCOUNT, LEDGER_ADDED.replace("</item>", "</item><item/>")),
        (CHANGE, SUPPLIER_CHANGED.replace("V000118", "V000119")),
    ],
)
def test_reply_s22_when_it_states_nothing_certain_about_ours_then_unreadable(
    payload: Payload, text: str
) -> None:
    assert isinstance(read(payload, text), Unreadable)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (STATUS, STATUS_SET),
        (RECEIPT, RECEIVED),
        (REGISTER, REGISTERED),
        (CREDIT, CREDITED),
        (ACCOUNT, LEDGER_ADDED),
    ],
)
def test_reply_s15_when_cut_anywhere_then_never_taken_for_an_answer(
    payload: Payload, text: str
) -> None:
    assert all(isinstance(read(payload, text[:end]), Unreadable) for end in range(len(text)))


def test_registered_invoices_when_read_then_number_reference_and_value() -> None:
    text = (
        "<ApQuery><Supplier><RegisteredInvoices><RegisteredInvoiceDetail><Invoice>INV-2</Invoice>"
        "<Reference>K</Reference><InvoiceValue>      105.00</InvoiceValue>"
        "</RegisteredInvoiceDetail></RegisteredInvoices></Supplier></ApQuery>"
    )

    assert apsqry.read(text) == [RegisteredInvoice(invoice="INV-2", reference="K", value="105.00")]
    assert apsqry.read("<ApQuery><Supplier/></ApQuery>") == []
    for wrong in ("<ApQuery/>", "<Other><Supplier/></Other>"):
        with pytest.raises(Malformed):
            apsqry.read(wrong)


def test_order_when_it_has_comments_and_charges_then_they_stand_apart_with_their_kind() -> None:
    text = (
        "<PorDetail><PurchaseOrder>547</PurchaseOrder>"
        "<PurchaseOrderLine><Merchandise><Line>1</Line></Merchandise></PurchaseOrderLine>"
        "<PurchaseOrderLine><Freight><PurchaseOrderLine>2</PurchaseOrderLine>"
        "<NMscChargeValue>   20.00</NMscChargeValue></Freight></PurchaseOrderLine></PorDetail>"
    )
    detail = porqry.read(text)

    assert list(detail.lines) == [{"Line": "1"}]
    assert list(detail.others) == [
        {"PurchaseOrderLine": "2", "NMscChargeValue": "20.00", "Kind": "Freight"}
    ]
