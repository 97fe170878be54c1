"""Numbers and dates in requests to the sandbox's SYSPRO: only what COBOL could read counts."""

from datetime import date

import pytest

from engine.sandbox.syspro import conditions, digits
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.odata_filter import BadOption, parse_filter
from engine.sandbox.syspro.refusals import Fault, Refused
from engine.sandbox.syspro.tables import SHAPES

FOREIGN_DIGITS = ("²", "１２", "٣")


@pytest.mark.parametrize("text", [*FOREIGN_DIGITS, "", "-1", "1_000", "1.0", "x"])
def test_whole_when_it_is_not_all_ascii_digits_then_none(text: str) -> None:
    assert digits.whole(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [(" 5", 5), ("000", 0), ("0" * 5000 + "7", 7), ("9" * 5000, digits.MOST)]
)
def test_whole_when_long_or_padded_then_its_number_at_most_the_cap(text: str, number: int) -> None:
    assert digits.whole(text) == number


@pytest.mark.parametrize("text", [*FOREIGN_DIGITS, "NaN", "Infinity", "1e5", "1_000", "", "."])
def test_decimal_when_python_alone_would_read_it_then_none(text: str) -> None:
    assert digits.decimal(text) is None


@pytest.mark.parametrize(
    "text", ["2026-W05-1", "20260201", "2026-02-30", "２０２６-01-01", "0000-00-00"]
)
def test_day_when_in_no_calendar_or_another_form_then_none(text: str) -> None:
    assert digits.day(text) is None


def test_days_after_when_beyond_the_calendar_then_its_last_day() -> None:
    assert digits.days_after(date(9999, 12, 20), 30) == date.max
    assert digits.days_after(date(2026, 11, 2), 30) == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("value", "is_taken"), [("Y", True), ("N", True), ("YN", False), ("y", False)]
)
def test_choice_when_it_is_several_letters_of_the_allowed_then_refused(
    value: str, is_taken: bool
) -> None:
    faults: list[Fault] = []
    fields = Fields(Element("Item", children=[Element("OnHold", content=value)]), faults)
    assert fields.choice("OnHold", "YN", "N") == (value if is_taken else "N")
    assert [fault.path for fault in faults] == ([] if is_taken else [("OnHold",)])


def compared(column: str, value: str, brackets: str = "") -> Element:
    """An expression of COMFND."""
    parts = [
        Element("OpenBracket", content="(" * len(brackets)),
        Element("Column", content=column),
        Element("Value", content=value),
        Element("CloseBracket", content=")" * len(brackets)),
    ]
    return Element("Expression", children=parts)


@pytest.mark.parametrize(
    "expressions",
    [
        [compared("OrigInvValue", "NaN")],
        [compared("OrigInvValue", "²")],
        [compared("InvoiceDate", "2026-W05-1")],
        [compared("Supplier", "S1", "((((")],
        [Element("Expression", children=compared("Supplier", "S1", "(((").children[:2])] * 40,
    ],
)
def test_conditions_when_a_value_or_its_brackets_make_no_sense_then_refused(
    expressions: list[Element],
) -> None:
    ledger = Ledger()
    with pytest.raises(Refused):
        conditions.read(ledger, ledger.tables["ApInvoice"], expressions)


@pytest.mark.parametrize(
    "text", ["(" * 3000 + "Supplier eq 'a'" + ")" * 3000, "not " * 3000 + "Supplier eq 'a'"]
)
def test_filter_when_nested_deeper_than_a_stack_then_a_bad_option(text: str) -> None:
    with pytest.raises(BadOption):
        parse_filter(SHAPES["ApInvoice"], text)
    assert parse_filter(SHAPES["ApInvoice"], "((Supplier eq 'a'))") is not None
