"""COMFND's conditions and OData's filters mean the same, and what ordinary logic says."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sandbox.syspro import conditions
from engine.sandbox.syspro.elements import Element, Unreadable, in_code_page, parse
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.odata_filter import parse_filter
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.tables import SHAPES, Row, blank_row

WORDS = {"EQ": "eq", "NE": "ne", "GT": "gt", "GE": "ge", "LT": "lt", "LE": "le"}


@dataclass(frozen=True)
class Leaf:
    """One comparison of OrigInvValue with a whole number."""

    condition: str
    value: int

    def holds(self, value: int) -> bool:
        return {
            "EQ": value == self.value,
            "NE": value != self.value,
            "GT": value > self.value,
            "GE": value >= self.value,
            "LT": value < self.value,
            "LE": value <= self.value,
        }[self.condition]


leaves = st.builds(Leaf, st.sampled_from(sorted(WORDS)), st.integers(0, 4))
clauses = st.lists(leaves, min_size=1, max_size=3)


def as_elements(groups: list[list[Leaf]], outer: str, inner: str) -> list[Element]:
    """Groups in brackets, joined by `outer`; within a group the leaves are joined by `inner`."""
    found = []
    for group in groups:
        for place, leaf in enumerate(group):
            parts = [
                Element("AndOr", content=inner if place else outer),
                Element("OpenBracket", content="" if place else "("),
                Element("Column", content="OrigInvValue"),
                Element("Condition", content=leaf.condition),
                Element("Value", content=f" {leaf.value}.00"),
                Element("CloseBracket", content=")" if place == len(group) - 1 else ""),
            ]
            found.append(Element("Expression", children=parts))
    return found


def as_filter(groups: list[list[Leaf]], outer: str, inner: str) -> str:
    texts = [
        f" {inner} ".join(f"OrigInvValue {WORDS[leaf.condition]} {leaf.value}" for leaf in group)
        for group in groups
    ]
    return f" {outer} ".join(f"({text})" for text in texts)


@given(st.lists(clauses, min_size=1, max_size=3), st.sampled_from(["and", "or"]), st.integers(0, 4))
def test_conditions_when_grouped_by_brackets_then_they_hold_as_logic_says(
    groups: list[list[Leaf]], outer: str, value: int
) -> None:
    inner = "or" if outer == "and" else "and"
    ledger = Ledger()
    table = ledger.tables["ApInvoice"]
    row: Row = {**blank_row("ApInvoice"), "OrigInvValue": Decimal(value)}
    of_groups = [
        (any if inner == "or" else all)(leaf.holds(value) for leaf in group) for group in groups
    ]
    wanted = all(of_groups) if outer == "and" else any(of_groups)
    test = conditions.read(ledger, table, as_elements(groups, outer, inner))
    assert test is not None
    assert conditions.holds(test, row) is wanted
    odata = parse_filter(SHAPES["ApInvoice"], as_filter(groups, outer, inner))
    assert odata is not None
    assert conditions.holds(odata, row) is wanted


@pytest.mark.parametrize(
    ("brackets", "is_good"), [(("((", "))"), True), (("(", ""), False), (("", ")"), False)]
)
def test_conditions_when_brackets_do_not_match_then_refused(
    brackets: tuple[str, str], is_good: bool
) -> None:
    ledger = Ledger()
    parts = [
        Element("OpenBracket", content=brackets[0]),
        Element("Column", content="Supplier"),
        Element("Value", content="S1"),
        Element("CloseBracket", content=brackets[1]),
    ]
    expression = Element("Expression", children=parts)
    if is_good:
        test = conditions.read(ledger, ledger.tables["ApInvoice"], [expression])
        assert test is not None
        assert conditions.indexed(test, ledger.tables["ApInvoice"]) == ("Supplier", "S1")
    else:
        with pytest.raises(Refused):
            conditions.read(ledger, ledger.tables["ApInvoice"], [expression])


@pytest.mark.parametrize(
    "bad", ["", "text", "<a>", "<a></b>", '<!DOCTYPE a SYSTEM "x"><a/>', "<a>" * 51 + "</a>" * 51]
)
def test_parse_when_it_is_no_good_document_then_unreadable(bad: str) -> None:
    with pytest.raises(Unreadable):
        parse(bad)


def test_parse_when_names_differ_in_case_then_found_and_declarations_do_not_matter() -> None:
    root = parse('<?xml version="1.0" encoding="Windows-1252"?><A><b> é </b><B>2</B></A>')
    assert root.value("B") == "é"
    assert [child.content for child in root.named("b")] == [" é ", "2"]
    assert parse(b'<?xml version="1.0" encoding="Windows-1252"?><a>\xe9</a>').content == "é"
    assert root.value("none", "deeper") == ""


def test_in_code_page_when_a_character_is_not_in_it_then_a_question_mark() -> None:
    assert in_code_page("€ é Ł 東") == "€ é ? ?"
