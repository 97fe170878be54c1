"""Stamps, pages, rows and digests, from procurify.md's own examples."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.canonical import canonical, loads
from engine.errors import Malformed
from engine.procurify.memory import MOST_ROWS, Memory
from engine.procurify.models.pages import Unreadable, read_detail, read_page
from engine.procurify.models.rows import address, age, identity, modified_at, received, references
from engine.procurify.models.stamps import parse_stamp, print_stamp
from engine.procurify.models.volatile import content_digest

HEX = "3cda5ef4ac1a401bb6619e4a5d87c10d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-03-17T21:45:36.120222Z", datetime(2017, 3, 17, 21, 45, 36, 120222, UTC)),
        ("2017-05-17T15:52:33-07:00", datetime(2017, 5, 17, 22, 52, 33, 0, UTC)),
        ("2019-12-10T17:47:00.373867-08:00", datetime(2019, 12, 11, 1, 47, 0, 373867, UTC)),
        ("2026-12-31T23:59:59.999000+00:00", datetime(2026, 12, 31, 23, 59, 59, 999000, UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22 10:11", datetime(2026, 11, 22, 10, 11, tzinfo=UTC)),
        ("2026-11-22T10:11:12.1", datetime(2026, 11, 22, 10, 11, 12, 100000, UTC)),
        ("2026-11-22T10:11:12.123456789Z", datetime(2026, 11, 22, 10, 11, 12, 123456, UTC)),
        ("2026-11-22T10:11:12+0530", datetime(2026, 11, 22, 4, 41, 12, 0, UTC)),
        ("2026-11-22T10:11.5Z", None),
        ("2026-02-30", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("2026-11-22T25:00:00Z", None),
        ("", None),
        ("soon", None),
        (None, None),
        (20261122, None),
    ],
)
def test_stamp_when_parsed_p22_then_it_is_the_instant_in_utc(
    text: Any, expected: datetime | None
) -> None:
    assert parse_stamp(text) == expected


@given(st.datetimes(timezones=st.just(UTC)))
def test_stamp_when_printed_then_it_parses_back(at: datetime) -> None:
    assert parse_stamp(print_stamp(at)) == at


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        ("purchase_order", {"procurify_PO": 52, "id": 7}, "52"),
        ("purchase_order", {"id": 7}, "7"),
        ("purchase_request", {"num": 9}, "9"),
        ("vendor", {"id": 118}, "118"),
        ("vendor", {"id": "118"}, "118"),
        ("bill", {"id": 3, "uuid": HEX}, HEX),
        ("bill", {"uuid": "3CDA5EF4-AC1A-401B-B661-9E4A5D87C10D"}, HEX),
    ],
)
def test_identity_when_present_p37_then_in_one_form(
    kind: str, row: dict[str, Any], expected: str
) -> None:
    assert identity(kind, row) == expected


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("vendor", {}),
        ("vendor", {"id": None}),
        ("vendor", {"id": True}),
        ("vendor", {"id": -1}),
        ("vendor", {"id": "a/b"}),
        ("vendor", {"id": "9" * 41}),
        ("vendor", None),
        ("bill", {"id": 3}),
        ("bill", {"uuid": "../users/me"}),
    ],
)
def test_identity_when_missing_or_odd_then_malformed(kind: str, row: Any) -> None:
    with pytest.raises(Malformed):
        identity(kind, row)


def test_address_when_a_bill_then_as_received_in_lower_case() -> None:
    dashed = "3CDA5EF4-AC1A-401B-B661-9E4A5D87C10D"
    assert address("bill", {"uuid": dashed}) == dashed.lower()
    assert address("purchase_order", {"procurify_PO": 5, "uuid": dashed}) == "5"


def test_age_when_version_or_stamp_is_higher_then_greater() -> None:
    older = {"version": 1, "last_modified": "2026-11-22T10:00:00Z"}
    later = {"version": 1, "last_modified": "2026-11-22T10:00:00-01:00"}
    assert age(older) < age(later) < age({"version": 2})
    assert age({}) == age({"name": "x"})


def test_modified_when_the_first_field_is_odd_then_the_next_is_taken() -> None:
    row = {"last_modified": "never", "dateModified": "2026-11-22"}
    assert modified_at(row) == datetime(2026, 11, 22, tzinfo=UTC)
    assert modified_at({}) is None


def test_received_when_text_number_or_missing_then_decimals() -> None:
    row = loads(b'{"receivedPassQty": "5.00000", "receivedFailQty": 1.5}')
    assert [str(part) for part in received(row)] == ["5.00000", "1.5"]
    assert received({"receivedPassQty": "NaN"}) == (0, 0)


def test_references_when_nested_then_all_are_named() -> None:
    order = {
        "pref_vendor": {"id": 118},
        "purchased_currency": {"id": 2},
        "order_items": [
            {"account": {"id": 9, "account_code": {"id": 61}, "department": {"id": 4}}},
            None,
        ],
    }
    assert set(references("purchase_order", order)) == {
        ("vendor", "118"),
        ("currency", "2"),
        ("account", "9"),
        ("account_code", "61"),
        ("department", "4"),
    }
    bill = {"vendor": None, "items": [{"cost_allocations": [{"budget": {"id": 5}}]}]}
    assert set(references("bill", bill)) == {("account", "5")}
    assert set(references("order_item", {"pref_vendor": 118})) == {("vendor", "118")}


def order(**changes: Any) -> dict[str, Any]:
    return {
        "procurify_PO": 52,
        "total": "80.00",
        "pref_vendor": {"id": 118, "name": "Acme", "overall_score": "4.000", "phoneOne": "1"},
        "purchased_currency": {"id": 2, "name": "CAD", "rate": "0.769231"},
        "purchaser": {"id": 3, "phone": "1", "updated_at": "2026-01-01"},
        "order_items": [
            {"id": 1, "account": {"id": 9, "budget_used_approved": 1, "balance_approved": "2.00"}}
        ],
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"pref_vendor": {"id": 118, "name": "Acme", "overall_score": "5.000", "phoneOne": "2"}},
        {"purchased_currency": {"id": 2, "name": "CAD", "rate": "0.8"}},
        {"purchaser": {"id": 3, "phone": "2", "updated_at": "2026-02-01"}},
        {
            "order_items": [
                {"id": 1, "account": {"id": 9, "budget_used_approved": 7, "balance_approved": "0"}}
            ]
        },
        {"total_cost_in_base_currency": 1},
    ],
)
def test_digest_when_only_others_moved_then_the_same(changes: dict[str, Any]) -> None:
    assert content_digest(order(**changes)) == content_digest(order())


@pytest.mark.parametrize(
    "changes",
    [
        {"total": "80.0"},
        {"pref_vendor": {"id": 119, "name": "Acme"}},
        {"purchaser": {"id": 4}},
        {"order_items": []},
        {"bill_payment": {"id": 1}},
        {"new_field": None},
    ],
)
def test_digest_when_the_row_moved_then_another(changes: dict[str, Any]) -> None:
    assert content_digest(order(**changes)) != content_digest(order())


def test_digest_when_taken_of_what_the_log_kept_then_the_same() -> None:
    read = loads(b'{"total": 12345678901234567.89, "price": 0.10, "large": 99999999999999999999}')
    kept = loads(canonical(read))
    assert isinstance(read, dict) and isinstance(kept, dict)
    assert content_digest(read) == content_digest(kept)


@pytest.mark.parametrize("is_on_top", [True, False])
def test_page_when_either_envelope_then_the_same(is_on_top: bool) -> None:
    pagination = {"count": 3, "next": "?page=2", "page_size": 2}
    body = {"data": [{"id": 1}, {"id": 2}]}
    where = {"pagination": pagination} if is_on_top else {"metadata": {"pagination": pagination}}
    page = read_page(json.dumps({**body, **where}).encode())
    assert (page.count, page.size, page.next_url) == (3, 2, "?page=2")
    assert page.rows == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"data": {}}',
        b'{"data": [], "pagination": {"next": 7}}',
        b'\xef\xbb\xbf{"data": []}',
        b'{"data": [',
        b'{"data": [' + b"[" * 100_000,
        b'{"data": [], "metadata": {"a": NaN}}',
    ],
)
def test_page_when_the_envelope_is_broken_p15_p16_then_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_page(raw)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"id": 2, "name": "a\\u0000b"}',
        b'{"id": 2, "name": "\\ud800"}',
        b'{"id": 2, "name": "\xff\xfe"}',
        b'{"id": 2, "total": NaN}',
        b'{"id": 2, "total": Infinity}',
        b'{"id": 2, "total": ' + b"9" * 5000 + b"}",
        b'{"id": 2, "total": 1e999}',
        b'{"id": 2, "a": 1, "a": 2}',
        b'{"id": 2, "deep": ' + b"[" * 80 + b"]" * 80 + b"}",
    ],
)
def test_page_when_one_row_is_broken_p15_p16_then_the_others_flow(bad: bytes) -> None:
    raw = b'{"data": [{"id": 1, "x": 0.10}, ' + bad + b', {"id": 3}], "pagination": {"count": 3}}'
    page = read_page(raw)
    assert page.count == 3
    assert page.rows[0] == {"id": 1, "x": loads(b"0.10")}
    assert page.rows[2] == {"id": 3}
    broken = page.rows[1]
    assert isinstance(broken, Unreadable)
    assert broken.fragment == {"id": 2}


@pytest.mark.parametrize(
    "name",
    ["e\u0301", "\u00e9", "\u202eevil\u202c", "zero\u200bwidth", "\ufeffmark", "\u2028", "𝕏 € ł"],
)
def test_page_when_a_text_is_odd_but_sound_p15_then_kept_as_it_is(name: str) -> None:
    for raw in (json.dumps(name), json.dumps(name, ensure_ascii=False)):
        page = read_page(b'{"data": [{"id": 1, "name": ' + raw.encode() + b"}]}")
        assert page.rows == [{"id": 1, "name": name}]
        assert loads(canonical(page.rows[0])) == {"id": 1, "name": name}


def test_page_when_a_row_is_no_object_then_unreadable() -> None:
    page = read_page(b'{"data": [1, null, {"id": 3}]}')
    assert [isinstance(row, Unreadable) for row in page.rows] == [True, True, False]
    broken = read_page(b'{"data": ["\\ud800", 5, {"id": 1}]}')
    assert [isinstance(row, Unreadable) for row in broken.rows] == [True, True, False]


@pytest.mark.parametrize("value", [None, [], {}, {"data": []}, {"data": None}])
def test_detail_when_there_is_no_object_then_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        read_detail(value)


@given(st.binary(max_size=200))
def test_page_when_anything_comes_then_a_page_or_malformed(raw: bytes) -> None:
    for candidate in (raw, b'{"data": [' + raw + b"]}", b'{"data": [{"id": 1}, "' + raw + b'"]}'):
        try:
            page = read_page(candidate)
        except Malformed:
            continue
        for row in page.rows:
            if not isinstance(row, Unreadable):
                canonical(row)


def test_memory_when_pages_are_many_then_rows_are_bounded_and_the_latest_are_kept() -> None:
    log: Any = None
    memory = Memory(log, "acme-group", "acme", "bill")
    ages = {str(number): (1, "") for number in range(1000)}
    for place in range(1000):
        memory.put_page(str(place), "d", ages)
    kept = [place for place in range(1000) if memory.page(str(place), "d") is not None]
    assert kept[-1] == 999
    assert 1 <= len(kept) <= MOST_ROWS / 1000 + 1
    assert memory.page("999", "other") is None


def test_memory_when_one_page_keeps_changing_then_it_alone_is_replaced() -> None:
    log: Any = None
    memory = Memory(log, "acme-group", "acme", "bill")
    ages = {str(number): (1, "") for number in range(1000)}
    memory.put_page("quiet", "d", ages)
    for turn in range(MOST_ROWS // 100):
        memory.put_page("busy", str(turn), ages)
    assert memory.page("quiet", "d") is not None
