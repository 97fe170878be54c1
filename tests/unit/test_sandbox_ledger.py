"""The sandbox's company ledger: seeds, keys, receipts, periods, tables."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sandbox.syspro.keys import shown_order
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import SHAPES, Table, whole


def a_ledger() -> Ledger:
    """A ledger whose clock stands still, with one order of two lines."""
    ledger = Ledger(clock=lambda: datetime(2026, 1, 5, tzinfo=UTC))
    header = {"PurchaseOrder": "000000000000547", "Supplier": "S1", "Currency": "USD"}
    line = {"PurchaseOrder": "000000000000547", "LineType": "1", "MForeignPrice": Decimal("2.5")}
    ledger.load(
        {
            "PorMasterHdr": [{**header, "OrderStatus": "4", "ExchangeRate": 1}],
            "PorMasterDetail": [
                {**line, "Line": number, "MOrderQty": Decimal(10)} for number in (2, 10)
            ],
        }
    )
    return ledger


def test_load_when_columns_are_left_out_then_they_are_blank() -> None:
    ledger = Ledger()
    ledger.load({"ApSupplier": [{"Supplier": "S1"}]})
    row = ledger.tables["ApSupplier"][("S1",)]
    assert (row["SupplierName"], row["CurrentBalance"], row["LastPurchDate"]) == ("", 0, None)
    assert whole(row).keys() == SHAPES["ApSupplier"].columns.keys()


@pytest.mark.parametrize("row", [{"Nothing": "x"}, {"Supplier": 1.5}, {"Supplier": True}])
def test_load_when_a_cell_is_unknown_or_a_float_then_refused(row: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        Ledger().load({"ApSupplier": [row]})


@pytest.mark.parametrize("shown", ["547", "000547", " 547 ", "000000000000547"])
def test_order_when_asked_in_any_form_then_found(shown: str) -> None:
    ledger = a_ledger()
    order = ledger.order(shown)
    assert order is not None
    assert shown_order(ledger, order.header["PurchaseOrder"]) == "000547"
    assert [line["Line"] for line in order.lines] == [2, 10]


def test_receive_when_part_then_all_comes_in_then_grn_rows_and_a_complete_order() -> None:
    ledger = a_ledger()
    first = ledger.receive("000547", 2, Decimal(4), date(2026, 1, 3))
    assert first["Grn"] == "000000000000001"
    assert first["OrigReceiptDate"] == date(2026, 1, 3)
    assert first["CurrencyValue"] == first["OrigGrnValue"] == Decimal("10.00")
    assert (first["PurchaseOrderLin"], first["QtyReceived"]) == (2, 4)
    ledger.receive("000547", 2, Decimal(6))
    order = ledger.order("547")
    assert order is not None
    assert (order.lines[0]["MReceivedQty"], order.lines[0]["MCompleteFlag"]) == (10, "Y")
    assert order.header["OrderStatus"] == "4"
    ledger.receive("000547", 10, Decimal(10))
    order = ledger.order("547")
    assert order is not None
    assert order.header["OrderStatus"] == "9"
    assert [write.sequence for write in ledger.writes] == [1, 2, 3]
    assert ledger.sequence == 3


@pytest.mark.parametrize(("order", "line", "quantity"), [("1", 2, 1), ("547", 3, 1), ("547", 2, 0)])
def test_receive_when_there_is_nothing_to_receive_then_refused(
    order: str, line: int, quantity: int
) -> None:
    with pytest.raises(ValueError, match=r"cannot|no line"):
        a_ledger().receive(order, line, Decimal(quantity))


def test_period_when_letters_cross_the_year_then_the_previous_year_rules() -> None:
    ledger = a_ledger()
    ledger.move_to_period(2026, 1)
    ledger.set_period(2025, 12, is_open=False)
    assert [(p.year, p.month, p.is_open) for p in map(ledger.period, "CPB")] == [
        (2026, 1, True),
        (2025, 12, False),
        (2025, 11, True),
    ]


def test_rows_when_replaced_then_who_kept_the_old_one_keeps_it() -> None:
    ledger = a_ledger()
    before = ledger.tables["PorMasterHdr"][("000000000000547",)]
    ledger.tables["PorMasterHdr"].put({**before, "Supplier": "S2"})
    assert before["Supplier"] == "S1"
    assert ledger.tables["PorMasterHdr"].where("Supplier", "S1") == []
    assert len(ledger.tables["PorMasterHdr"].where("Supplier", "S2")) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 30), st.sampled_from("xy"), st.booleans())
    )
)
def test_table_when_rows_come_and_go_then_indexes_and_order_agree_with_a_plain_dict(
    steps: list[tuple[str, int, str, bool]],
) -> None:
    table = Table(SHAPES["PorMasterDetail"])
    plain: dict[tuple[str, int], str] = {}
    for order, line, catalogue, is_deleted in steps:
        if is_deleted and (order, line) in plain:
            del table[(order, str(line))]
            del plain[(order, line)]
        else:
            row = {"PurchaseOrder": order, "Line": Decimal(line), "MSupCatalogue": catalogue}
            table.put(row)
            plain[(order, line)] = catalogue
    keys = [(row["PurchaseOrder"], int(row["Line"] or 0)) for row in table.in_order()]
    assert keys == sorted(plain)
    for wanted in "xy":
        found = [(r["PurchaseOrder"], r["Line"]) for r in table.where("MSupCatalogue", wanted)]
        assert found == sorted(key for key, value in plain.items() if value == wanted)
