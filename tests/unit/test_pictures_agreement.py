"""What would have been sent beside what a person typed, worked out by hand."""

from decimal import Decimal

import pytest
from picture_rows import INVOICE, held_line, line, order, row, told

from projections.pictures import agreed, best_order
from projections.pictures.agreement import Typed


def test_agreement_when_a_clerk_typed_the_same_then_equal_whatever_its_words() -> None:
    typed = row(
        held_line("3", MSupCatalogue="", MStockDes="lamp, desk", MStockCode="X"),
        {"Line": "4", "LineType": "6", "NComment": "hello"},
    )
    assert agreed("purchase_order_add", order(), typed, "USD").verdict == "equal"


def test_agreement_when_a_clerk_typed_otherwise_then_field_by_field() -> None:
    typed = row(
        held_line("1", MOrderQty="2", MForeignPrice="5", MGlCode="6200-00"),
        held_line("2", MForeignPrice="12", MGlCode="6100-00"),
        held_line("3", MOrderQty="1", MForeignPrice="99", MGlCode="1", MStockDes="Chair"),
        OrderDueDate="2026-11-30",
    )
    body = order(line(), line("10422", quantity="2", price="5", ledger_code="6200-00"))
    found = agreed("purchase_order_add", body, typed, "USD")
    assert found.verdict == "differs"
    assert found.differences == told(
        ("", "due date", "2026-11-20", "2026-11-30"),
        ("line 1 Desk lamp", "price", "12.50 CAD", "12.00 CAD"),
        ("line 1 Desk lamp", "ledger code", "6100-20", "6100-00"),
        (
            "line 3 Chair",
            "",
            None,
            "quantity 1, unit EA, price 99.00 CAD, tax code A, ledger code 1, due date 2026-11-20",
        ),
    )


def test_agreement_when_a_supplier_was_entered_then_its_code_is_the_clerk_s_own() -> None:
    body = {"supplier": "V200", "name": "Lamps Ltd", "currency": "CAD", "contact": "Kim"}
    typed = {"Supplier": "LAMPS", "SupplierName": "Lamps Ltd", "Currency": "", "Contact": "Lee"}
    assert agreed("supplier_add", body, typed, "CAD").verdict == "equal"
    found = agreed("supplier_add", body, typed, "USD")
    assert found.differences == told(("", "currency", "CAD", "USD"))


def test_agreement_when_a_line_is_missing_then_the_whole_of_it_is_told() -> None:
    body = order(line(), line("10422", quantity="2", price="5", description="Bulb"))
    body["charge_lines"] = [{"key": "freight", "kind": "freight", "value": "12"}]
    found = agreed("purchase_order_add", body, row(), "USD")
    assert [(change.part, change.after) for change in found.differences] == [
        ("line 2 Bulb", None),
        ("line 3 freight", None),
    ]


def test_agreement_when_an_invoice_has_another_value_then_that_alone_is_told() -> None:
    typed = {
        "Supplier": "S00118", "Invoice": "INV-601", "OrigInvValue": "112.99", "Currency": "CAD",
        "InvoiceDate": "2026-11-04", "FirstTaxCode": "C",
    }  # fmt: skip
    found = agreed("invoice_add", INVOICE, typed, "USD")
    assert found.differences == told(("", "value", "113.00 CAD", "112.99 CAD"))
    assert agreed("invoice_add", INVOICE, None, "USD").verdict == "not_found"


def typed(key: str, supplier: str, *lines: tuple[str, str], reference: str = "") -> Typed:
    amounts = [(Decimal(quantity), Decimal(price)) for quantity, price in lines]
    return Typed(key=key, supplier=supplier, reference=reference, lines=amounts)


@pytest.mark.parametrize(
    ("found", "key"),
    [
        ([typed("88", "S00118", ("10", "12.5")), typed("9", "X", reference="PO-1042")], "9"),
        ([typed("88", "S00118", ("10", "12.5")), typed("001042", "S00118")], "001042"),
        ([typed("88", "S00118", ("10", "12.5")), typed("001042", "OTHER")], "88"),
        ([typed("88", "S00118", ("5", "25")), typed("9", "S00118", ("10", "12.5"))], "9"),
        ([typed("88", "S00118", ("5", "25"))], "88"),
        ([typed("88", "S00118", ("5", "1")), typed("9", "OTHER", ("10", "12.5"))], None),
        ([], None),
    ],
    ids=["reference", "number", "number_of_another", "lines", "value", "nothing_like_it", "none"],
)
def test_order_when_looked_for_among_typed_ones_then_the_likest(
    found: list[Typed], key: str | None
) -> None:
    best = best_order("PO-1042", order(), found)
    assert (best.key if best else None) == key
