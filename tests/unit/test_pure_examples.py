"""Small cases of the pure modules that the stories in the other tests do not come by."""

from datetime import date
from decimal import Decimal

import pytest

from engine.core.commands import OrderLine, PurchaseOrderAdd, PurchaseOrderChange
from engine.errors import Malformed
from engine.procurify.models.pages import read_detail, read_page
from engine.procurify.models.rows import received, references
from engine.syspro.objects import comfnd, read, render
from engine.syspro.objects.answers import Posted, Unreadable

LINE = OrderLine(
    item_id="1",
    action="A",
    stock_code="A100",
    description="Bolt",
    is_stocked=True,
    warehouse="FG",
    quantity=Decimal(1),
    unit="EA",
    price=Decimal(1),
)
ORDER = PurchaseOrderAdd(
    supplier="0000001",
    external_key="P2ABCDEFGHJKMNPQ7",
    currency="USD",
    order_on=date(2026, 11, 1),
    due_on=date(2026, 11, 1),
    lines=(LINE,),
)
REPLY = (
    "<postpurchaseorders><Order><Key><PurchaseOrder>000547</PurchaseOrder></Key>"
    "<OrderActionType>{action}</OrderActionType></Order><StatusofItems>"
    "<ItemsProcessed>{many}</ItemsProcessed><ItemsInvalid>0</ItemsInvalid></StatusofItems>"
    "</postpurchaseorders>"
)


def test_detail_when_enveloped_then_what_is_inside() -> None:
    assert read_detail({"metadata": {}, "data": {"id": 7}}) == {"id": 7}


@pytest.mark.parametrize("raw", [b'[{"a": NaN}]', b'{"data": {"a": NaN}}', b'{"data": NaN}'])
def test_page_when_neither_it_nor_its_rows_are_a_list_then_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_page(raw)


def test_received_when_it_is_no_number_then_none() -> None:
    assert received({"receivedPassQty": "five", "receivedFailQty": None}) == (0, 0)


def test_references_when_the_allocation_is_single_then_its_account() -> None:
    row = {"cost_allocation": {"account": {"id": 9, "account_code": 61}}}
    assert set(references("bill", row)) == {("account", "9"), ("account_code", "61")}


def test_lookup_when_neither_bounded_nor_sorted_then_only_what_is_asked() -> None:
    asked = comfnd.render("ApSupplier", ["Supplier"])
    assert "<Columns><Column>Supplier</Column></Columns></Query>" in asked
    assert "ReturnRows" not in asked


def test_order_when_it_has_lines_alone_then_no_charge_freight_or_comment() -> None:
    document = render(ORDER, local_currency="USD").document
    assert document.count("<StockLine>") == 1
    assert not any(tag in document for tag in ("MiscChargeLine", "FreightLine", "CommentLine"))


def test_change_when_accepted_then_posted_and_not_for_another_action() -> None:
    change = PurchaseOrderChange(
        purchase_order="000547",
        supplier="0000001",
        external_key="P2ABCDEFGHJKMNPQ7",
        due_on=date(2026, 11, 1),
        lines=(LINE,),
    )
    assert isinstance(read(change, REPLY.format(action="C", many=1)), Posted)
    assert isinstance(read(change, REPLY.format(action="D", many=1)), Unreadable)


def test_reply_when_more_was_accepted_than_sent_then_unreadable() -> None:
    assert isinstance(read(ORDER, REPLY.format(action="A", many=1)), Posted)
    assert isinstance(read(ORDER, REPLY.format(action="A", many=2)), Unreadable)
