"""What SYSPRO holds from us after a second command: changes in the first, entries beside it."""

from projections.merging import merged

ORDER = {
    "supplier": "S1",
    "due_on": "2026-11-30",
    "buyer": "ANN",
    "lines": [{"item_id": "1", "quantity": "10", "action": "A"}, {"item_id": "2", "action": "A"}],
    "charge_lines": [{"key": "f", "value": "20", "action": "A"}],
}
WRITTEN = {"payload": ORDER, "type": "purchase_order_add", "entries": []}


def row(type_: str, payload: dict[str, object]) -> dict[str, object]:
    return {"type": type_, "payload": payload, "revision": "r2"}


def test_written_when_first_then_the_payload_itself() -> None:
    assert merged(None, row("purchase_order_add", ORDER)) == WRITTEN


def test_written_when_an_order_changes_then_lines_charges_comments_and_header_follow() -> None:
    change = {
        "lines": [
            {"item_id": "1", "quantity": "4", "action": "C", "line": 1, "seen": [{"column": "x"}]},
            {"item_id": "2", "action": "D", "line": 2},
            {"item_id": "3", "action": "A"},
        ],
        "charge_lines": [{"key": "f", "action": "D", "line": 3}],
        "comment_lines": [{"key": "c", "text": "Blue", "action": "A"}],
        "buyer": "",
        "due_on": "2026-12-01",
        "delivery_name": "Depot",
        "seen": [{"column": "Buyer", "value": ""}],
    }

    assert merged(WRITTEN, row("purchase_order_change", change)) == {
        "payload": {
            "supplier": "S1",
            "due_on": "2026-12-01",
            "buyer": "ANN",
            "delivery_name": "Depot",
            "lines": [
                {"item_id": "1", "quantity": "4", "action": "A", "line": 1},
                {"item_id": "3", "action": "A"},
            ],
            "charge_lines": [],
            "comment_lines": [{"key": "c", "text": "Blue", "action": "A"}],
        },
        "type": "purchase_order_add",
        "entries": [],
    }


def test_written_when_an_order_only_changes_its_status_or_is_cancelled_then_kept() -> None:
    for type_ in ("order_status_change", "purchase_order_cancel"):
        assert merged(WRITTEN, row(type_, {"purchase_order": "1"})) == WRITTEN


def test_written_when_a_supplier_changes_then_its_fields_follow() -> None:
    before = {"payload": {"supplier": "V1", "name": "Old", "email": "a"}, "type": "supplier_add"}
    change = {"supplier": "V1", "name": "New", "seen": [{"column": "SupplierName"}]}

    assert merged(before, row("supplier_change", change)) == {
        "payload": {"supplier": "V1", "name": "New", "email": "a"},
        "type": "supplier_add",
        "entries": [],
    }


def test_written_when_credited_then_the_invoice_stays_and_the_entry_stands_beside_it() -> None:
    bill = merged(None, row("invoice_add", {"invoice": "I1", "value": "10"}))
    credited = merged(bill, row("credit_note_add", {"invoice": "I1", "value": "4"}))
    both = merged(credited, row("debit_note_add", {"invoice": "I1", "value": "1"}))

    assert both["payload"] == {"invoice": "I1", "value": "10"}
    assert both["type"] == "invoice_add"
    assert both["entries"] == [
        {"type": "credit_note_add", "payload": {"invoice": "I1", "value": "4"}, "revision": "r2"},
        {"type": "debit_note_add", "payload": {"invoice": "I1", "value": "1"}, "revision": "r2"},
    ]
    again = merged(both, row("invoice_add", {"invoice": "I2", "value": "7"}))
    assert again == {"payload": {"invoice": "I2", "value": "7"}, "type": "invoice_add"} | {
        "entries": []
    }


def test_written_when_a_credit_note_comes_first_then_it_is_the_payload() -> None:
    assert merged(None, row("credit_note_add", {"invoice": "I1"})) == {
        "payload": {"invoice": "I1"},
        "type": "credit_note_add",
        "entries": [],
    }
