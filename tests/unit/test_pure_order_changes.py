"""Which comments and charges of an order change: every way they can move, without a world."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.commands import ChargeLine, CommentLine
from projections.plan.orders.other_changes import changed_charges, changed_comments

FREIGHT = ChargeLine(key="freight", kind="freight", value=Decimal("15.25"))
OTHER = ChargeLine(key="other", kind="misc", value=Decimal("4.00"), text="Handling")
NUMBERS = {"freight": 3, "other": 4, "a/1": 5, "a/2": 6}


def comments(*told: tuple[str, str]) -> tuple[CommentLine, ...]:
    return tuple(CommentLine(key=key, text=text) for key, text in told)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([FREIGHT], [FREIGHT], []),
        ([replace(FREIGHT, action="C", line=3)], [FREIGHT], []),
        ([], [FREIGHT], [FREIGHT]),
        ([FREIGHT, OTHER], [OTHER], [replace(FREIGHT, action="D", line=3)]),
        (
            [OTHER],
            [replace(OTHER, value=Decimal("5.00"))],
            [replace(OTHER, value=Decimal("5.00"), action="C", line=4)],
        ),
        (
            [FREIGHT],
            [replace(FREIGHT, kind="misc", text="Freight")],
            [
                replace(FREIGHT, action="D", line=3),
                replace(FREIGHT, kind="misc", text="Freight"),
            ],
        ),
    ],
    ids=["same", "changed before", "new", "gone", "other value", "other kind"],
)
def test_charges_when_they_move_then_only_what_differs_is_sent(
    old: list[ChargeLine], new: list[ChargeLine], expected: list[ChargeLine]
) -> None:
    assert changed_charges(old, new, NUMBERS) == tuple(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([("a/1", "Ring")], [("a/1", "Ring")], []),
        ([("a/1", "Ring")], [("a/1", "Knock")], [("C", "a/1", 5, "Knock")]),
        ([("a/1", "Ring"), ("a/2", "Wait")], [("a/1", "Wait")], [("D", "a/1", 5, "Ring")]),
        ([("a/1", "Ring")], [("a/1", "Please"), ("a/2", "Ring")], [("A", "a/1+", None, "Please")]),
        ([], [("a/1", "Ring")], [("A", "a/1", None, "Ring")]),
        ([("a/1", "Ring")], [("a/1", "Ring"), ("a/2", "Ring")], []),
        ([("a/1", "Ring"), ("a/2", "Ring")], [("a/1", "Ring")], [("D", "a/2", 6, "Ring")]),
        (
            [("a/1", "Ring"), ("a/2", "Ring")],
            [("a/1", "Ring"), ("a/2", "Wait")],
            [("C", "a/2", 6, "Wait")],
        ),
    ],
    ids=["same", "rewritten", "gone", "one before", "new", "wanted twice", "twice", "twice, one"],
)
def test_comments_when_they_move_then_a_text_that_stands_stays(
    old: list[tuple[str, str]],
    new: list[tuple[str, str]],
    expected: list[tuple[str, str, int | None, str]],
) -> None:
    found = changed_comments(comments(*old), comments(*new), NUMBERS)

    assert [(line.action, line.key, line.line, line.text) for line in found] == expected
