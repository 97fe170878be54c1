"""What differs between two versions of a document, in words."""

from hypothesis import given
from hypothesis import strategies as st

from engine.audit.changes import changes
from engine.audit.find import kinds_of, spellings, syspro_keys
from engine.core.canonical import JsonValue

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


def test_changes_when_an_order_is_revised_then_paths_with_old_and_new() -> None:
    before: JsonValue = {
        "version": 1,
        "total": "4277.13000000",
        "last_modified": "2026-11-20",
        "note": None,
        "items": [{"id": 7, "quantity": "11.0", "name": "Toner"}, {"id": 8, "name": "Paper"}],
        "tags": ["a", "b"],
        "old": {"a": 1},
    }
    now: JsonValue = {
        "version": 2,
        "total": "6388.40000000",
        "last_modified": "2026-11-22",
        "note": "x" * 70,
        "items": [{"id": 7, "quantity": "13.0", "name": "Toner"}, {"id": 9, "name": "Ink"}],
        "tags": ["a", "c"],
        "active": True,
    }
    assert changes(before, now) == [
        "active: yes (new)",
        f'note: nothing → "{"x" * 60}…"',
        "old: 1 fields (gone)",
        "total: 4277.13 → 6388.4",
        "version: 1 → 2",
        "items[7].quantity: 11 → 13",
        'items[8]: "Paper" removed',
        'items[9]: "Ink" added',
        'tags[2]: "b" → "c"',
        'last_modified: "2026-11-20" → "2026-11-22"',
    ]


def test_changes_when_a_type_changes_then_both_are_told() -> None:
    assert changes({"a": []}, {"a": {"x": 1}}) == ["a: none → 1 fields"]
    assert changes({"a": [1, 2]}, {"a": "0010"}) == ["a: 2 entries → 0010"]
    assert changes(1, 2) == ["it: 1 → 2"]


@given(json_values)
def test_changes_when_nothing_changed_then_none(value: JsonValue) -> None:
    assert changes(value, value) == []


@given(json_values, json_values)
def test_changes_when_something_changed_then_some_and_each_on_one_line(
    before: JsonValue, now: JsonValue
) -> None:
    found = changes(before, now)
    assert bool(found) == (before != now)


ANY = ["bill", "order_part", "purchase_order", "vendor"]


def test_names_when_spelt_as_people_do_then_found_as_the_tables_have_them() -> None:
    assert spellings("PO-1042") == ["1042", "PF1042", "PO-1042"]
    assert spellings("INV-7") == ["INV-7", "PFINV-7"]
    dashed = "5480C955-331A-4470-8E16-67CBF5F728AC"
    plain = "5480c955331a44708e1667cbf5f728ac"
    assert plain in spellings(dashed)
    assert f"bill:acme/{plain}" in spellings(f"bill:acme/{dashed}")
    assert kinds_of("PO-104") == kinds_of("pf104") == ["purchase_order"]
    assert kinds_of("BILL 12") == ["bill"]
    assert kinds_of("vendor#104") == ["vendor"]
    assert kinds_of("POLAR-1") == kinds_of("104") == ANY
    assert syspro_keys("547") == ["000547", "547"]
    assert syspro_keys("000547") == ["000547", "547"]
    assert syspro_keys("v000118|f-1") == ["V000118|F-1", "v000118|f-1"]
