"""Keys and rows of the sandbox's ledger: padding, presentation, sparseness, locks, snapshots."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sandbox.syspro.keyrules import ORDERS_AUTOMATIC, KeyRule
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import SHAPES, SparseRow, Table, whole


@given(st.integers(min_value=1, max_value=999_999))
def test_numeric_key_when_given_in_any_form_then_one_key_stored_and_shown(value: int) -> None:
    stored = str(value).zfill(15)
    for form in (str(value), str(value).zfill(6), stored, f" {value} "):
        assert ORDERS_AUTOMATIC.stored(form) == stored
    assert ORDERS_AUTOMATIC.shown(stored) == str(value).zfill(6)
    assert ORDERS_AUTOMATIC.takes(str(value))


@pytest.mark.parametrize(
    ("rule", "given_key", "stored", "shown"),
    [
        (KeyRule(), " a1 ", "a1", "a1"),
        (KeyRule(case="U"), "a1", "A1", "A1"),
        (KeyRule(case="L"), "A1", "a1", "a1"),
        (KeyRule(kind="N", suppresses_zeros=True), "0042", "000000000000042", "42"),
        (KeyRule(kind="N", presentation_length=7), "X1", "X1", "X1"),
    ],
)
def test_key_when_of_a_rule_then_in_its_form(
    rule: KeyRule, given_key: str, stored: str, shown: str
) -> None:
    assert rule.stored(given_key) == stored
    assert rule.shown(stored) == shown


def test_row_when_stored_then_it_keeps_only_what_is_set() -> None:
    table = Table(SHAPES["PorMasterHdr"])
    row = table.put({"PurchaseOrder": "1", "Supplier": "S", "ExchangeRate": Decimal(0)})
    assert isinstance(row, SparseRow)
    assert set(row) == {"PurchaseOrder", "Supplier"}
    assert (row["ExchangeRate"], row["Buyer"], row["MemoDate"]) == (0, "", None)
    assert whole(row).keys() == SHAPES["PorMasterHdr"].columns.keys()
    with pytest.raises(KeyError):
        _ = row["NoSuchColumn"]
    with pytest.raises(KeyError):
        table.put({"PurchaseOrder": "1", "NoSuchColumn": "x"})


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["", "a", "b"])), max_size=40))
def test_index_when_rows_come_change_and_go_then_it_finds_what_a_walk_finds(
    steps: list[tuple[int, str]],
) -> None:
    table = Table(SHAPES["PorMasterHdr"])
    for number, supplier in steps:
        key = str(number)
        if (key,) in table and supplier == "":
            del table[(key,)]
        else:
            table.put({"PurchaseOrder": key, "Supplier": supplier})
    for supplier in ("", "a", "b", "c"):
        walked = [row for row in table.in_order() if row["Supplier"] == supplier]
        assert table.where("Supplier", supplier) == walked


def test_lock_when_counted_then_it_refuses_so_many_times() -> None:
    ledger = Ledger()
    ledger.lock("ApSupplier", ("S1",), times=2)
    asked = [ledger.is_locked("ApSupplier", ("S1",)) for _ in range(3)]
    assert asked == [True, True, False]
    assert not ledger.is_locked("ApSupplier", ("S2",))


def test_snapshot_when_put_back_then_rows_orders_and_indexes_are_as_before() -> None:
    ledger = Ledger()
    ledger.tables["ApSupplier"].put({"Supplier": "S1", "SupShortName": "one"})
    before = ledger.snapshot()
    ledger.tables["ApSupplier"].put({"Supplier": "S1", "SupShortName": "two"})
    ledger.tables["ApSupplier"].put({"Supplier": "S2"})
    ledger.restore(before)
    table = ledger.tables["ApSupplier"]
    assert [row["Supplier"] for row in table.in_order()] == ["S1"]
    assert table.where("SupShortName", "two") == []
    assert len(table.where("SupShortName", "one")) == 1


def test_clock_when_set_off_then_the_company_date_follows() -> None:
    ledger = Ledger(clock=lambda: datetime(2026, 11, 16, 9, tzinfo=UTC))
    ledger.clock_offset = timedelta(days=30)
    assert ledger.today().isoformat() == "2026-12-16"
