"""Commands go to plain JSON and back without loss, and rows give back what they say."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import canonical, loads
from engine.core.commands import (
    BUSINESS_OBJECTS,
    CLASSES,
    STAGES,
    TYPES,
    ChargeLine,
    CommentLine,
    CreditNoteAdd,
    DebitNoteAdd,
    Discount,
    GrnMatch,
    InvoiceAdd,
    InvoiceRegister,
    LedgerCodeAdd,
    LedgerLine,
    OrderLine,
    OrderStatusChange,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    ReceiptAdd,
    Seen,
    SupplierAdd,
    SupplierChange,
    command_type,
    from_json,
    to_json,
)
from engine.core.commands.procurify import PROCURIFY_TYPES
from engine.core.lifecycle import CommandState
from engine.core.planned import command_of
from engine.errors import Malformed

TEXT = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=20)
MONEY = st.decimals(-(10**9), 10**9, places=5, allow_nan=False, allow_infinity=False)
DAY = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SEEN = st.lists(st.builds(Seen, column=TEXT, value=TEXT), max_size=2).map(tuple)
LINE = st.builds(
    OrderLine,
    item_id=TEXT,
    action=st.sampled_from(["A", "C", "D"]),
    line=st.none() | st.integers(1, 9999),
    stock_code=TEXT,
    description=TEXT,
    is_stocked=st.booleans(),
    warehouse=TEXT,
    quantity=MONEY,
    unit=TEXT,
    price=MONEY,
    tax_code=TEXT,
    ledger_code=TEXT,
    product_class=TEXT,
    due_on=st.none() | DAY,
    price_unit=TEXT,
    discounts=st.lists(MONEY, max_size=3).map(tuple),
    discount_value=st.none() | MONEY,
    is_completed=st.booleans(),
    seen=SEEN,
)
CHARGES = st.lists(
    st.builds(
        ChargeLine,
        key=TEXT,
        kind=st.sampled_from(["freight", "misc"]),
        action=st.sampled_from(["A", "C", "D"]),
        line=st.none() | st.integers(1, 9999),
        value=MONEY,
        flag=st.sampled_from([None, "L", "F"]),
        seen=SEEN,
    ),
    max_size=2,
).map(tuple)
COMMENTS = st.lists(
    st.builds(
        CommentLine, key=TEXT, text=TEXT, attached_line=st.none() | st.integers(1, 9999), seen=SEEN
    ),
    max_size=2,
).map(tuple)
DISCOUNT = st.none() | st.builds(
    Discount,
    basis=st.sampled_from(["T", "P", "V"]),
    base=MONEY,
    amount=MONEY,
    on=st.none() | DAY,
)
LINES = st.lists(LINE, max_size=3).map(tuple)
MATCH = st.builds(
    GrnMatch,
    supplier=TEXT,
    grn=TEXT,
    source=TEXT,
    journal=TEXT,
    entry=TEXT,
    quantity=MONEY,
    value=MONEY,
    is_full=st.booleans(),
)
LEDGER = st.builds(
    LedgerLine,
    ledger_code=TEXT,
    value=MONEY,
    notation=TEXT,
    tax_code=TEXT,
    is_tax_only=st.booleans(),
    second_tax_code=TEXT,
)
ENTRY = {
    "supplier": TEXT,
    "invoice": TEXT,
    "external_key": TEXT,
    "value": MONEY,
    "currency": TEXT,
    "posting_period": st.sampled_from(["C", "P", "B"]),
    "distribution": st.lists(LEDGER, max_size=2).map(tuple),
    "tax_basis": st.sampled_from(["E", "I"]),
    "exchange_rate": st.none() | MONEY,
}
PAYLOAD = st.one_of(
    st.builds(
        SupplierAdd,
        supplier=TEXT,
        name=TEXT,
        short_name=TEXT,
        branch=TEXT,
        terms_code=TEXT,
        currency=TEXT,
        address=st.lists(TEXT, max_size=5).map(tuple),
        is_grn_match_required=st.booleans(),
    ),
    st.builds(
        PurchaseOrderAdd,
        purchase_order=st.none() | TEXT,
        supplier=TEXT,
        external_key=TEXT,
        currency=TEXT,
        order_on=DAY,
        due_on=DAY,
        lines=LINES,
        charge_lines=CHARGES,
        comment_lines=COMMENTS,
        delivery_address=st.lists(TEXT, max_size=5).map(tuple),
        exchange_rate=st.none() | MONEY,
        is_zero_price_allowed=st.booleans(),
    ),
    st.builds(
        PurchaseOrderChange,
        purchase_order=TEXT,
        supplier=TEXT,
        external_key=TEXT,
        due_on=st.none() | DAY,
        lines=LINES,
        charge_lines=CHARGES,
        comment_lines=COMMENTS,
        buyer=TEXT,
        seen=SEEN,
    ),
    st.builds(
        SupplierChange,
        supplier=TEXT,
        name=st.none() | TEXT,
        address=st.none() | st.lists(TEXT, max_size=5).map(tuple),
        is_on_hold=st.none() | st.booleans(),
        seen=SEEN,
    ),
    st.builds(
        LedgerCodeAdd,
        company=TEXT,
        ledger_code=TEXT,
        description=TEXT,
        account_type=st.sampled_from(["A", "E"]),
    ),
    st.builds(
        OrderStatusChange,
        purchase_order=TEXT,
        external_key=TEXT,
        status=st.sampled_from(["0", "1", "4"]),
        seen=SEEN,
    ),
    st.builds(
        ReceiptAdd,
        purchase_order=TEXT,
        line=st.integers(1, 9999),
        external_key=TEXT,
        quantity=MONEY,
        unit=TEXT,
        received_on=DAY,
        received_before=MONEY,
        is_line_completed=st.booleans(),
    ),
    st.builds(
        InvoiceRegister,
        supplier=TEXT,
        invoice=TEXT,
        external_key=TEXT,
        value=MONEY,
        currency=TEXT,
        invoice_on=DAY,
        discount=DISCOUNT,
        purchase_orders=st.lists(TEXT, max_size=2).map(tuple),
    ),
    st.builds(CreditNoteAdd, **ENTRY),
    st.builds(DebitNoteAdd, **ENTRY),
    st.builds(PurchaseOrderCancel, purchase_order=TEXT, supplier=TEXT, external_key=TEXT),
    st.builds(
        InvoiceAdd,
        supplier=TEXT,
        invoice=TEXT,
        external_key=TEXT,
        value=MONEY,
        currency=TEXT,
        invoice_on=DAY,
        due_on=st.none() | DAY,
        posting_period=st.sampled_from(["C", "P", "B"]),
        tax_value=MONEY,
        matches=st.lists(MATCH, max_size=2).map(tuple),
        distribution=st.lists(LEDGER, max_size=2).map(tuple),
        tax_basis=st.sampled_from(["E", "I"]),
        freight=MONEY,
        exchange_rate=st.none() | MONEY,
        discount=DISCOUNT,
    ),
)


@given(PAYLOAD)
def test_command_when_it_has_been_json_then_it_is_the_same(payload: Payload) -> None:
    name = command_type(payload)
    body = loads(canonical(to_json(payload)))
    assert isinstance(body, dict)
    again = from_json(name, body)
    assert again == payload
    assert to_json(again) == to_json(payload)


def test_types_when_listed_then_each_has_stage_object_and_class() -> None:
    assert set(TYPES) == set(BUSINESS_OBJECTS) == set(STAGES) - set(PROCURIFY_TYPES) == set(CLASSES)
    assert STAGES["supplier_add"] < STAGES["purchase_order_add"] < STAGES["invoice_add"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("nothing", {}),
        ("purchase_order_cancel", {}),
        (
            "purchase_order_cancel",
            {"purchase_order": "1", "supplier": "S", "external_key": "K", "unknown": "x"},
        ),
        ("invoice_add", {"supplier": "S", "value": "abc"}),
    ],
)
def test_from_json_when_it_is_no_command_then_refused(name: str, body: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        from_json(name, body)


def test_to_json_when_a_value_has_no_plain_form_then_refused() -> None:
    with pytest.raises(Malformed):
        to_json(PurchaseOrderCancel(purchase_order=object(), supplier="S", external_key="K"))


ROW = {
    "key": "k1",
    "document": "bill:acme/1",
    "kind": "bill",
    "number": "INV-1",
    "company": "EDU1",
    "type": "purchase_order_cancel",
    "action": "cancel",
    "state": "ready",
    "revision": "r",
    "generation": 1,
    "external_key": "K",
    "attempt": 2,
    "version": 3,
    "deferrals": 1,
    "syspro_key": None,
    "session_tag": "t",
    "payload": {"purchase_order": "547", "supplier": "S", "external_key": "K"},
}


def test_command_of_when_a_row_is_whole_then_typed() -> None:
    command = command_of(ROW)
    assert command.state is CommandState.READY
    assert command.payload == PurchaseOrderCancel(
        purchase_order="547", supplier="S", external_key="K"
    )
    assert (command.attempt, command.version, command.syspro_key) == (2, 3, "")
    assert command.stream == "command/k1"


@pytest.mark.parametrize(
    "change",
    [{"payload": None}, {"payload": {}}, {"state": "nonsense"}, {"type": "nonsense"}],
)
def test_command_of_when_a_row_is_broken_then_refused(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        command_of({**ROW, **change})


def test_money_when_it_has_trailing_zeros_then_they_stay() -> None:
    line = LedgerLine(ledger_code="6100", value=Decimal("100.00"))
    assert to_json(line)["value"] == "100.00"


def test_to_json_when_a_later_field_is_at_its_default_then_the_text_of_before() -> None:
    line = LedgerLine(ledger_code="6100", value=Decimal(1))

    assert to_json(line) == {
        "ledger_code": "6100",
        "value": "1",
        "notation": "",
        "tax_code": "",
        "is_tax_only": False,
    }
    taxed = LedgerLine(ledger_code="6100", value=Decimal(1), second_tax_code="Q9")
    assert to_json(taxed)["second_tax_code"] == "Q9"
