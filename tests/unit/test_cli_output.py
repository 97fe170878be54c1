"""What verbs print: tables, ages, money, work lists and XML."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cli import worklist
from engine.cli.demo_summary import Summary
from engine.cli.output import ago, printable, table, wide
from engine.cli.xml_print import pretty
from engine.standing import Entry

BILL = Entry(
    key="bill:acme/1",
    kind="bill",
    source_id="1",
    number="SI-1",
    reason="TAX_UNMAPPED",
    sentence="A tax has no tax code in SYSPRO.",
    detail="Eco levy 2%",
    amount="1204.50",
    currency="CAD",
    waits_for=(),
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s ago"),
        (-3, "0 s ago"),
        (119.4, "119 s ago"),
        (120, "2 min ago"),
        (7199, "119 min ago"),
        (7200, "2 h ago"),
        (200_000, "2 days ago"),
    ],
)
def test_age_when_told_then_in_the_unit_that_needs_no_arithmetic(seconds: float, text: str) -> None:
    assert ago(seconds) == text


def test_table_when_cells_are_east_asian_then_columns_stand_under_each_other() -> None:
    lines = table(("name", "n"), [("株式会社", 1), ("Müller", None)])
    assert lines == ["name      n", "────────  ─", "株式会社  1", "Müller"]
    assert table(None, [("a", "b"), ("ccc", "d")]) == ["a    b", "ccc  d"]
    assert table(None, []) == []


def test_text_x09_when_it_could_move_the_cursor_then_made_harmless() -> None:
    assert printable("a\x1b[31mb\nc\u202ed") == "a [31mb c d"
    assert wide("e\u0301") == 1


@given(st.text())
def test_text_when_printed_then_one_printable_line(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)


def test_worklist_when_shown_then_by_cause_with_money_who_and_what(
    capsys: pytest.CaptureFixture[str],
) -> None:
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    bill = replace(BILL, since=noon - timedelta(hours=7))
    usd = replace(
        BILL, number="SI-2", amount="88.00", currency="USD", since=noon - timedelta(days=3)
    )
    waits = replace(
        BILL, kind="purchase_order", number="PF9", reason="WAITS_FOR_HELD", detail="",
        sentence="It waits for vendor X, which is held.", waits_for=("vendor:acme/9",), amount="",
    )  # fmt: skip
    worklist.show("Needs you", [waits, bill, usd], noon)
    assert capsys.readouterr().out.splitlines() == [
        "",
        "Needs you: 3 documents, 1,204.50 CAD, 88.00 USD",
        "",
        "  TAX_UNMAPPED  A tax has no tax code in SYSPRO.",
        "    2 documents, 1,204.50 CAD, 88.00 USD, the oldest 3 days ago",
        "    whoever keeps the mappings: Approve a tax mapping.",
        "    bill SI-1  1204.50 CAD  Eco levy 2%",
        "    bill SI-2  88.00 USD    Eco levy 2%",
        "",
        "  WAITS_FOR_HELD  The document waits only for others that are held.",
        "    whoever acts on the other document: Resolve the other document; this one goes on by "
        "itself.",
        "    purchase order PF9  CAD  It waits for vendor X, which is held.",
    ]


def test_worklist_when_long_or_empty_then_capped_or_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worklist.show("Needs you", [])
    assert capsys.readouterr().out == ""
    worklist.show("Needs you", [replace(BILL, number=str(n)) for n in range(23)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "    … and 3 more; --json lists them all"
    assert sum("bill " in line for line in lines) == worklist.MOST_SHOWN


def test_summary_when_something_is_wrong_then_says_so_plainly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = Summary(
        procurify={"bills": 2},
        syspro={"invoices": 1},
        posted={"bill": 1},
        held=[BILL],
        duplicates=0,
        lost=0,
        held_wrongly=0,
        not_held=0,
        totals_unequal=0,
        story={"revisions": 1, "credit_notes": 2, "closes": 0, "currencies": 4},
        differences=0,
        events=900,
        chain="verified",
        replay="identical",
        probe="passed",
        wall_s=12.34,
    )
    assert good.is_as_promised
    assert not replace(good, probe="failed").is_as_promised
    assert good.plain()["held"] == {"TAX_UNMAPPED": 1}
    good.show()
    said = capsys.readouterr().out
    assert "     1 bills are in SYSPRO, 1 to be acted on (1,204.50 CAD)" in said
    assert "  Nothing lost: yes" in said
    assert "  Meanwhile: 2 credit notes, 1 revisions." in said
    bad = replace(good, lost=2, replay="different")
    assert not bad.is_as_promised
    bad.show()
    assert "  Nothing lost: NO, 2 are not" in capsys.readouterr().out
    assert not replace(good, totals_unequal=1).is_as_promised
    assert not replace(good, not_held=1).is_as_promised


def test_xml_when_shown_then_one_element_a_line_by_depth() -> None:
    assert pretty(
        "<?xml version='1.0'?>\n<A x=\"1\"><B>one &amp; two</B><C/><D><E></E></D></A> "
    ) == [
        "<?xml version='1.0'?>",
        '<A x="1">',
        "  <B>one &amp; two</B>",
        "  <C/>",
        "  <D>",
        "    <E></E>",
        "  </D>",
        "</A>",
    ]


@given(st.text(alphabet="<>/?! ab\n", max_size=60))
def test_xml_when_it_is_none_then_shown_all_the_same(text: str) -> None:
    shown = "".join("".join(pretty(text)).split())
    assert shown.replace("<", "").replace(">", "") == "".join(
        text.replace("<", "").replace(">", "").split()
    )
