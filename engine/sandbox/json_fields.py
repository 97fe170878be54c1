"""JSON that people write, read strictly: each member known and typed, or a sentence why not.

Numbers with a point are read as Decimal. Pure.
"""

import json
from collections.abc import Collection
from decimal import Decimal


class BadInput(ValueError):
    """What was given cannot be used; the text says what and where."""


def read_json(raw: bytes) -> object:
    """The JSON value; raises `BadInput`."""
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as wrong:
        raise BadInput(f"this is not JSON: {wrong}") from wrong


class Fields:
    """The members of one JSON object, taken one by one; `done` refuses what nobody took."""

    def __init__(self, given: object, where: str) -> None:
        if not isinstance(given, dict):
            raise BadInput(f"{where} is to be a JSON object")
        self.given: dict[str, object] = {str(name): value for name, value in given.items()}
        self._left = dict(self.given)
        self.where = where

    def has(self, name: str) -> bool:
        """Whether the member is there and not taken yet."""
        return name in self._left

    def take(self, name: str) -> object:
        """The member as it is, None when it is not there."""
        return self._left.pop(name, None)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; a whole number counts as one, so that ids may be written either way."""
        value = self._taken(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def choice(self, name: str, known: Collection[str], default: str | None = None) -> str:
        """A text that is one of those known."""
        value = self.text(name, default)
        if value not in known:
            raise self.wrong(name, f"one of {', '.join(known)}")
        return value

    def whole(self, name: str, default: int | None = None, least: int = 0) -> int:
        """A whole number, not under `least`."""
        value = self._taken(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(name, f"a whole number from {least} on")
        return value

    def amount(self, name: str, default: Decimal | None = None) -> Decimal:
        """A decimal number, written as a number or as a text."""
        value = self._taken(name, default)
        try:
            if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
                found = Decimal(value)
                if found.is_finite():
                    return found
        except ArithmeticError:
            pass
        raise self.wrong(name, "a number")

    def seconds(self, name: str, default: float | None = None) -> float:
        """A number of seconds, not negative, a day at most."""
        value = float(self.amount(name, None if default is None else Decimal(str(default))))
        if not 0 <= value <= 86_400:
            raise self.wrong(name, "a number of seconds from 0 to 86400")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._taken(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, at least one; a text alone counts as a list of one."""
        value = self._taken(name, None)
        items = value if isinstance(value, list) else [value]
        if not items or not all(isinstance(item, str | int) for item in items):
            raise self.wrong(name, "a list of texts")
        return tuple(str(item) for item in items)

    def done(self) -> None:
        """Everything was taken; raises `BadInput` that names what was not."""
        if self._left:
            raise BadInput(f"{self.where}: unknown member {', '.join(sorted(self._left))}")

    def wrong(self, name: str, wanted: str) -> BadInput:
        """The error that says what the member is to be."""
        return BadInput(f"{self.where}: {name} is to be {wanted}")

    def _taken(self, name: str, default: object) -> object:
        value = self._left.pop(name, default)
        if value is None:
            raise BadInput(f"{self.where}: {name} is missing")
        return value


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no number")
