"""What a command changes, field by field and line by line, worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from projections.pictures import UNREAD, Difference, agreed, best_order, preview, subject_of
from projections.pictures.agreement import Typed
from projections.pictures.picture import as_text

Tree = dict[str, Any]


def line(item: str = "10421", **fields: Any) -> Tree:
    return {
        "item_id": item,
        "action": "A",
        "stock_code": "LAMP",
        "description": "Desk lamp",
        "is_stocked": False,
        "quantity": "10",
        "unit": "EA",
        "price": "12.5",
        "ledger_code": "6100-20",
        "tax_code": "A",
        "due_on": "2026-11-20",
        **fields,
    }


def order(*lines: Tree, **fields: Any) -> Tree:
    return {
        "supplier": "S00118",
        "external_key": "P2",
        "currency": "CAD",
        "order_on": "2026-11-02",
        "due_on": "2026-11-20",
        "lines": list(lines or (line(),)),
        **fields,
    }


def row(*lines: Tree, **columns: Any) -> Tree:
    return {
        "PurchaseOrder": "000547",
        "OrderStatus": "1",
        "Supplier": "S00118",
        "Currency": "CAD",
        "OrderEntryDate": "2026-11-03T00:00:00",
        "OrderDueDate": "2026-11-20T00:00:00",
        "Buyer": "",
        "lines": list(lines or (held_line(),)),
        **columns,
    }


def held_line(number: str = "1", **columns: Any) -> Tree:
    return {
        "Line": number,
        "LineType": "7",
        "MStockCode": "LAMP",
        "MStockDes": "Desk lamp",
        "MOrderQty": "10.000000",
        "MReceivedQty": "0.000000",
        "MOrderUom": "EA",
        "MPrice": "9.10000",
        "MForeignPrice": "12.50000",
        "MTaxCode": "A",
        "MGlCode": "6100-20",
        "MSupCatalogue": "PI-10421",
        "MLatestDueDate": "2026-11-20",
        "MCompleteFlag": "N",
        **columns,
    }


def told(*found: tuple[str, str, str | None, str | None]) -> tuple[Difference, ...]:
    return tuple(Difference(part=p, cell=c, before=b, after=a) for p, c, b, a in found)


def test_preview_when_an_order_is_new_then_all_that_is_said_and_its_lines() -> None:
    body = order(freight="20", comments=["by door 4"])
    assert preview("purchase_order_add", body, {}, "USD") == told(
        ("", "supplier", None, "S00118"),
        ("", "currency", None, "CAD"),
        ("", "order date", None, "2026-11-02"),
        ("", "due date", None, "2026-11-20"),
        ("", "freight", None, "20.00 CAD"),
        ("", "comments", None, "by door 4"),
        (
            "line 1 Desk lamp",
            "",
            None,
            "item LAMP, description Desk lamp, quantity 10, unit EA, price 12.50 CAD, "
            "tax code A, ledger code 6100-20, due date 2026-11-20",
        ),
    )


def test_preview_when_an_order_is_changed_then_only_what_differs_from_syspro() -> None:
    body = {
        "purchase_order": "547",
        "supplier": "S00118",
        "currency": "CAD",
        "due_on": "2026-11-27",
        "shipping_instructions": "GROUND",
        "buyer": "DANA",
        "lines": [
            line(action="C", quantity="12"),
            line("10422", action="D", line=2),
            line("10423", description="Bulb", quantity="2", price="4.125"),
        ],
        "comment_lines": [{"key": "c1", "action": "A", "text": "two lamps more"}],
        "seen": [{"column": "ShippingInstrs", "value": "AIR"}],
    }
    cable = held_line("2", MStockDes="Cable", MStockCode="CABLE", MSupCatalogue="PI-10422")
    assert preview("purchase_order_change", body, row(held_line(), cable), "USD") == told(
        ("", "due date", "2026-11-20", "2026-11-27"),
        ("", "buyer", None, "DANA"),
        ("", "shipping", "AIR", "GROUND"),
        ("line 1 Desk lamp", "quantity", "10", "12"),
        (
            "line of item 10423 Bulb",
            "",
            None,
            "item LAMP, description Bulb, quantity 2, unit EA, price 4.125 CAD, tax code A, "
            "ledger code 6100-20, due date 2026-11-20",
        ),
        ("line of item c1 comment", "", None, "text two lamps more"),
        (
            "line 2 Cable",
            "",
            "item CABLE, description Cable, quantity 10, unit EA, price 12.50 CAD, tax code A, "
            "ledger code 6100-20, due date 2026-11-20",
            None,
        ),
    )


def test_preview_when_a_field_of_the_order_is_not_read_then_it_says_so() -> None:
    body = {"purchase_order": "547", "supplier": "S00118", "lines": [], "postal_code": "V5K"}
    [found] = preview("purchase_order_change", body, row(), "USD")
    assert (found.cell, found.before, found.after) == ("postal code", UNREAD, "V5K")


def test_preview_when_an_order_is_cancelled_then_what_is_lost_with_it() -> None:
    body = {"purchase_order": "547", "supplier": "S00118", "external_key": "P2"}
    freight = {"Line": "2", "LineType": "4", "NMscChargeValue": "9.23", "NMscChargeFor": "12.00"}
    held = row(held_line(), freight)
    header, goods, charge = preview("purchase_order_cancel", body, held, "USD")
    assert (header.cell, header.before, header.after) == ("order", "open", "cancelled")
    assert goods.after is None and "price 12.50 CAD" in str(goods.before)
    assert (charge.part, charge.before) == ("line 2 freight", "value 12.00 CAD")
    [_, _, local] = preview("purchase_order_cancel", body, {**held, "Currency": ""}, "USD")
    assert local.before == "value 9.23 USD"


@pytest.mark.parametrize(
    ("type_", "body", "held", "expected"),
    [
        (
            "order_status_change",
            {"purchase_order": "547", "status": "4"},
            row(),
            told(("", "status", "ready to print", "printed")),
        ),
        (
            "supplier_change",
            {
                "supplier": "S00118",
                "name": "Lamps Ltd",
                "email": "",
                "address": ["1 Main", "", "", "", ""],
                "seen": [{"column": "SupAddr1", "value": "2 Side"}],
            },
            {"SupplierName": "Lamp Ltd", "Email": "old@lamps.test"},
            told(
                ("", "name", "Lamp Ltd", "Lamps Ltd"),
                ("", "address", "2 Side", "1 Main"),
                ("", "e-mail", "old@lamps.test", None),
            ),
        ),
        (
            "receipt_add",
            {
                "purchase_order": "547",
                "line": 1,
                "quantity": "4",
                "received_before": "6",
                "unit": "EA",
                "received_on": "2026-11-05",
            },
            row(),
            told(
                ("", "order", None, "547"),
                ("", "line", None, "1"),
                ("", "received on", None, "2026-11-05"),
                ("", "unit", None, "EA"),
                ("", "received", "6", "10"),
            ),
        ),
        (
            "credit_note_add",
            {
                "supplier": "S00118",
                "invoice": "INV-601",
                "value": "40",
                "currency": "USD",
                "posting_period": "C",
                "distribution": [{"ledger_code": "6100-20", "value": "40", "notation": ""}],
                "tax_value": "0",
            },
            {"OrigInvValue": "100.00"},
            told(
                ("", "credit note", None, "40.00 USD against invoice INV-601 of S00118"),
                ("", "period", None, "current"),
                ("ledger code 6100-20", "", None, "value 40.00 USD"),
            ),
        ),
        (
            "ledger_code_add",
            {"company": "EDU1", "ledger_code": "6100-30", "description": "Lab"},
            {},
            told(("", "ledger code", None, "6100-30"), ("", "description", None, "Lab")),
        ),
        (
            "vendor_change",
            {
                "vendor": 118,
                "name": "Lamps Ltd",
                "is_active": False,
                "payment_term": {"id": 3, "name": "Net 30"},
                "seen": [{"column": "name", "value": "Lamp Ltd"}],
            },
            {},
            told(
                ("", "vendor", None, "118"),
                ("", "name", "Lamp Ltd", "Lamps Ltd"),
                ("", "is active", None, "no"),
                ("", "payment term", None, "Net 30"),
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_preview_when_asked_of_a_command_then_what_it_changes(
    type_: str, body: Tree, held: Tree, expected: tuple[Difference, ...]
) -> None:
    assert preview(type_, body, held, "USD") == expected


INVOICE: Tree = {
    "supplier": "S00118",
    "invoice": "INV-601",
    "value": "113.00",
    "currency": "CAD",
    "invoice_on": "2026-11-04",
    "posting_period": "P",
    "tax_code": "C",
    "tax_value": "13.00",
    "matches": [{"grn": "000088", "quantity": "8", "value": "100", "is_full": True}],
    "distribution": [],
    "notation": "for the lab",
}


def test_preview_when_an_invoice_is_new_then_its_value_tax_and_what_it_matches() -> None:
    assert preview("invoice_add", INVOICE, {}, "USD") == told(
        ("", "supplier", None, "S00118"),
        ("", "invoice", None, "INV-601"),
        ("", "value", None, "113.00 CAD"),
        ("", "currency", None, "CAD"),
        ("", "invoice date", None, "2026-11-04"),
        ("", "period", None, "previous"),
        ("", "tax code", None, "C"),
        ("", "tax", None, "13.00 CAD"),
        ("", "notation", None, "for the lab"),
        ("receipt 000088", "", None, "quantity 8, value 100.00 CAD, all of it yes"),
    )


def test_subject_when_a_command_touches_what_is_there_then_its_key_compares() -> None:
    assert subject_of("purchase_order_change", {"purchase_order": "000547"}) == (
        "purchase_order",
        "547",
    )
    entry = {"supplier": "S00118", "invoice": "0601"}
    assert subject_of("debit_note_add", entry) == ("invoice", "S00118|601")
    assert subject_of("supplier_change", {"supplier": "0118"}) == ("supplier", "118")
    assert subject_of("invoice_add", INVOICE) is None


def test_cell_when_a_number_is_written_otherwise_then_it_compares_equal() -> None:
    assert as_text("10.000000", "number", "") == as_text("10", "number", "") == "10"
    assert as_text("12.5", "money", "CAD") == as_text("12.50000", "money", "CAD") == "12.50 CAD"
    assert as_text("4.125", "money", "") == "4.125"
    assert as_text("n/a", "number", "") == "n/a"
    assert as_text(None, "money", "CAD") == ""


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
