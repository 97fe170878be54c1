"""Values of facts: stored as plain JSON and restored, numbers of lines, texts that wrap."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from engine.core.canonical import JsonValue
from engine.core.shape import Shape, restore, store
from engine.errors import Malformed
from projections.plan.outcomes import Stopped
from projections.plan.texts import clean, label, outside_code_page, pieces
from projections.plan.written import line_number
from projections.source import Source, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Shape):
    amount: Decimal
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Shape):
    name: str
    first: Part
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd(Shape):
    thing: object


def test_shape_when_stored_then_it_is_restored() -> None:
    part = Part(amount=Decimal("1.50"), on=date(2026, 11, 5))
    whole = Whole(name="a", first=part, parts=(part, Part(amount=Decimal(2))))

    stored = store(whole)

    assert stored["first"] == {"amount": "1.50", "on": "2026-11-05"}
    assert restore(Whole, stored) == whole
    with pytest.raises(Malformed):
        store(Odd(thing=b"bytes"))


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), ("  12 ", 12), ("4.000000", 4), ("", None), ("x", None), (True, None), (None, None)],
)
def test_line_number_when_read_then_only_numbers_are(value: JsonValue, number: int | None) -> None:
    assert line_number(value) == number


def test_texts_when_they_do_not_fit_then_they_wrap_at_words() -> None:
    assert clean("  a\u0301\tb\n ") == "\u00e1 b"
    assert outside_code_page("€ŁŁ") == "Ł"
    assert label("name", "Lamp one two", 9) == "Lamp one"
    with pytest.raises(Stopped):
        label("name", "Łamp one two", 9)
    assert pieces("abcdefgh ij", 4) == ("abcd", "efgh", "ij")


def test_source_when_read_wrongly_then_the_path_is_named() -> None:
    source = Source(value={"a": {"b": [{"c": "x"}]}, "f": 3, "e": ""})
    (item,) = source.at("a", "b").items()

    assert source.amount_or_none("e") is None
    for wrong, path in (
        (lambda: item.amount("c"), "$.a.b[0].c"),
        (lambda: source.text("f"), "$.f"),
        (lambda: source.number("e"), "$.e"),
        (lambda: source.at("f", "x"), "$.f"),
        (lambda: list(source.at("e").items()), "$.e"),
    ):
        with pytest.raises(Unreadable) as caught:
            wrong()
        assert str(caught.value).startswith(path)
