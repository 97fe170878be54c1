"""What a command changes, field by field and line by line, worked out by hand."""

import pytest
from picture_rows import INVOICE, Tree, held_line, line, order, row, told

from engine.core.commands import TYPES
from engine.errors import Malformed
from projections.pictures import UNREAD, Difference, preview, subject_of
from projections.pictures.picture import as_text


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


def test_preview_when_lines_are_charges_or_not_read_then_they_are_named_all_the_same() -> None:
    body = {
        "purchase_order": "547",
        "supplier": "S00118",
        "currency": "CAD",
        "lines": [line(action="D", line=9)],
        "charge_lines": [
            {"key": "freight", "kind": "freight", "action": "A", "value": "12"},
            {"key": "other", "kind": "misc", "action": "C", "line": 3, "value": "8", "text": "Fee"},
        ],
    }
    charge = {"Line": "3", "LineType": "5", "NMscChargeValue": "4.60", "NMscChargeFor": "6.00"}
    held = row(held_line(), {**charge, "NComment": "Fee"})
    assert preview("purchase_order_change", body, held, "USD") == told(
        ("line 3 charge", "value", "6.00 CAD", "8.00 CAD"),
        ("line of item freight freight", "", None, "value 12.00 CAD"),
        ("line 9", "", "", None),
    )
    [first, second] = preview("purchase_order_add", {**body, "lines": []}, {}, "USD")[-2:]
    assert (first.part, second.part) == ("line 1 freight", "line 2 charge")


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
            "debit_note_add",
            {
                "supplier": "S00118",
                "invoice": "INV-601",
                "value": "7.50",
                "currency": "USD",
                "posting_period": "C",
                "distribution": [],
            },
            {},
            told(
                ("", "debit note", None, "7.50 USD against invoice INV-601 of S00118"),
                ("", "period", None, "current"),
            ),
        ),
        (
            "invoice_register",
            {
                "supplier": "S00118",
                "invoice": "INV-7",
                "value": "5",
                "currency": "USD",
                "invoice_on": "2026-11-04",
                "purchase_orders": ["547", "548"],
            },
            {},
            told(
                ("", "supplier", None, "S00118"),
                ("", "invoice", None, "INV-7"),
                ("", "value", None, "5.00 USD"),
                ("", "currency", None, "USD"),
                ("", "invoice date", None, "2026-11-04"),
                ("", "orders", None, "547, 548"),
            ),
        ),
        (
            "supplier_add",
            {
                "supplier": "V200",
                "name": "Lamps Ltd",
                "address": ["1 Main", "Vancouver"],
                "is_order_allowed": True,
                "is_grn_match_required": False,
            },
            {},
            told(
                ("", "supplier", None, "V200"),
                ("", "name", None, "Lamps Ltd"),
                ("", "address", None, "1 Main, Vancouver"),
                ("", "may be ordered from", None, "yes"),
            ),
        ),
        (
            "bills_paid",
            {"bills": ["a" * 32], "paid_on": "2026-11-20"},
            {},
            told(("", "bills", None, "a" * 32), ("", "paid on", None, "2026-11-20")),
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


def test_preview_when_nobody_can_draw_the_command_then_it_says_so() -> None:
    drawn = [type_ for type_ in TYPES if preview(type_, {}, {}, "USD") is not None]
    assert drawn == list(TYPES)
    with pytest.raises(Malformed, match="nobody can draw a invoice_burn"):
        preview("invoice_burn", {}, {}, "USD")
