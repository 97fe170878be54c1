"""Mapping files: rows, and errors by line and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.mapping import (
    KINDS,
    MAX_TARGET,
    AccountUse,
    MappingRow,
    mapping_fact,
    row_errors,
    tax_key,
    vendor_pair_key,
)
from engine.core.mapping_csv import parse_csv, to_csv


def test_file_when_good_then_all_rows_are_read() -> None:
    rows, errors = parse_csv(
        "\ufeffKind,key,target,note\r\n"
        'vendor,118,S00118,"Nordlicht, Hamburg"\r\n'
        "\r\n"
        "account, 6100/Engineering ,6100-20\r\n"
    )

    assert errors == ()
    assert rows == (
        MappingRow(kind="vendor", key="118", target="S00118", note="Nordlicht, Hamburg"),
        MappingRow(kind="account", key="6100/Engineering", target="6100-20"),
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "line 1: column 'kind' is missing"),
        ("kind,key\n", "line 1: column 'target' is missing"),
        ("kind,key,target,colour\n", "line 1: column 'colour' is not one of"),
        ("kind,key,target,key\n", "line 1: column 'key' stands twice"),
        ("kind,key,target\nplanet,a,b\n", "line 2, column kind: 'planet' is not one of"),
        ("kind,key,target\ntax,,A\n", "line 2, column key: is empty"),
        ("kind,key,target\ntax,GST\n", "line 2, column target: is empty"),
        ("kind,key,target\ntax,GST,ABCD\n", "line 2, column target: 'ABCD' is longer than 3"),
        (
            "kind,key,target\ntax,GST,A\ntax,GST,B\n",
            "line 3, column key: tax GST stands on line 2",
        ),
        ("kind,key,target\ntax,GST,A,why,more\n", "line 2: 5 cells, but 3 columns"),
        (
            "kind,key,target,company\ntax,GST,A,ED U\n",
            "column company: 'ED U' is no",
        ),
        (
            "kind,key,target,company\ncompany,HQ,EDU1,EDU1\n",
            "company: is the target",
        ),
        (
            "kind,key,target,from_on\ntax,GST,A,31.12.2026\n",
            "from_on: '31.12.2026' is no",
        ),
        ("kind,key,target,until_on\ntax,GST,A,20261231\n", "column until_on: '20261231' is no day"),
        ("kind,key,target\ntolerance,price:1,101\n", "column target: '101' is no percentage"),
        ("kind,key,target\nterms_days,30,net\n", "column target: 'net' is no number of days"),
        ('kind,key,target\ntax,"G\nT",A\n', "line 3, column key: holds a line break"),
        (
            "kind,key,target,from_on,until_on\ntax,GST,A,2026-12-01,2026-11-30\n",
            "column until_on: is before from_on",
        ),
        ('kind,key,target\ntax,"GST,A\n', "not CSV"),
    ],
)
def test_file_when_wrong_then_the_error_names_the_place(text: str, error: str) -> None:
    _, errors = parse_csv(text)

    assert any(error in found for found in errors), errors


def test_account_when_it_has_a_department_then_that_goes_first() -> None:
    plain = AccountUse(code="6100", department="Engineering")
    assert plain.lookup_keys() == ("6100/Engineering", "6100")
    assert AccountUse(code="6100", department="").lookup_keys() == ("6100",)
    assert AccountUse(code="", department="Engineering").lookup_keys() == ()
    whole = AccountUse(
        code="6100", department="Engineering", vendor="118", item="10421", number="PO-1042"
    )
    assert whole.lookup_keys() == (
        "override:item:10421",
        "override:document:PO-1042",
        "6100/Engineering@vendor:118",
        "6100/Engineering",
        "6100",
    )
    assert (tax_key(["PST 7%", "GST 5%"]), tax_key([])) == ("GST 5%+PST 7%", "")
    assert vendor_pair_key("118", "119") == "118/119"
    assert mapping_fact("account", "6100/Engineering") == "mapping:account/6100/Engineering"


@given(st.text(max_size=200))
def test_file_when_anything_then_it_is_read_or_refused_without_a_crash(text: str) -> None:
    rows, errors = parse_csv(text)

    assert all(row_errors(row) == [] for row in rows)
    assert all(error.startswith("line ") for error in errors)


def test_targets_when_listed_then_every_kind_has_a_width() -> None:
    assert set(MAX_TARGET) == set(KINDS)


def test_rows_when_they_differ_in_company_or_first_day_then_each_stands_for_itself() -> None:
    rows, errors = parse_csv(
        "kind,key,target,company,from_on,until_on\n"
        "account,6100,6100-00,,,2026-12-31\n"
        "account,6100,6100-01,,2027-01-01,\n"
        "account,6100,6100-02,EDU2,2027-01-01,\n"
    )

    assert errors == ()
    assert [row.stream for row in rows] == [
        "mapping/account/6100",
        "mapping/account,2027-01-01/6100",
        "mapping/account@EDU2,2027-01-01/6100",
    ]
    assert rows[2].name == "account 6100 in EDU2 from 2027-01-01"


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


@given(
    st.lists(
        st.builds(
            MappingRow,
            kind=st.sampled_from(["vendor", "account", "stock"]),
            key=words,
            target=st.text("AB-09", min_size=1, max_size=15),
            note=st.text("a b,\"';", max_size=9).map(str.strip),
            company=st.sampled_from(["", "EDU1", "EDU2"]),
            from_on=st.sampled_from(["", "2026-01-01", "2026-07-01"]),
            until_on=st.sampled_from(["", "2026-12-31"]),
        ),
        unique_by=lambda row: row.stream,
    )
)
def test_rows_when_written_then_read_back_as_they_were(rows: list[MappingRow]) -> None:
    assert parse_csv(to_csv(rows)) == (tuple(rows), ())
