"""`$filter` of OData read into the same tests that COMFND uses.

eq ne gt ge lt le, and, or, not, brackets, startswith and contains; texts in single quotes,
numbers, dates, date-times and null. A date-time compares with the midnight that a date column
means. Pure.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro.conditions import MAX_DEPTH, Comparison, Group, Test
from engine.sandbox.syspro.tables import Column, Shape


class BadOption(Exception):
    """A query option that cannot be served; the message is the error's."""


_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<day>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark>[(),]))",
    re.ASCII,
)
_OPERATORS: Final = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
_FUNCTIONS: Final = {"startswith": ("", ".*"), "contains": (".*", ".*"), "endswith": (".*", "")}


def parse_filter(shape: Shape, text: str) -> Test | None:
    """The test that the filter names; None for an empty one; raises `BadOption`."""
    if not text.strip():
        return None
    reader = _Reader(shape, text)
    test = reader.any_of()
    if reader.kind:
        raise reader.error()
    return test


class _Reader:
    def __init__(self, shape: Shape, text: str) -> None:
        self._shape = shape
        self._text = text
        self._at = 0
        self._depth = 0
        self.kind = ""
        self.token = ""
        self._step()

    def error(self) -> BadOption:
        return BadOption(f"Syntax error at position {self._at} in '{self._text}'.")

    def _step(self) -> str:
        """Moves on; gives the token that was read before."""
        before = self.token
        if not self._text[self._at :].strip():
            self.kind = self.token = ""
            return before
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            raise self.error()
        self.kind, self.token, self._at = match.lastgroup, match[match.lastgroup], match.end()
        return before

    def _take(self, token: str) -> None:
        if self.token != token or self.kind == "text":
            raise self.error()
        self._step()

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self.kind == "name" and self.token == "or":
            self._step()
            tests.append(self._all_of())
        return tests[0] if len(tests) == 1 else Group(is_any=True, tests=tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self.kind == "name" and self.token == "and":
            self._step()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else Group(is_any=False, tests=tests)

    def _one(self) -> Test:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadOption("Recursion depth exceeded allowed limit.")
        test = self._operand()
        self._depth -= 1
        return test

    def _operand(self) -> Test:
        if self.kind == "mark" and self.token == "(":
            self._step()
            test = self.any_of()
            self._take(")")
            return test
        if self.kind != "name":
            raise self.error()
        if self.token == "not":
            self._step()
            return _negated(self._one())
        if self.token in _FUNCTIONS:
            return self._function(self._step())
        column = self._column()
        word = self._step()
        if word not in _OPERATORS:
            raise self.error()
        return self._comparison(column, word.upper())

    def _column(self) -> Column:
        name = self._step()
        column = self._shape.columns.get(name)
        if column is None:
            raise BadOption(
                f"Could not find a property named '{name}' on type '{self._shape.name}'."
            )
        return column

    def _function(self, name: str) -> Test:
        before, after = _FUNCTIONS[name]
        self._take("(")
        column = self._column()
        self._take(",")
        if self.kind != "text" or column.kind in "dD":
            raise self.error()
        value = _unquoted(self._step())
        self._take(")")
        pattern = re.compile(before + re.escape(value) + after, re.DOTALL)
        return Comparison(column=column.name, condition="LIKE", value=value, pattern=pattern)

    def _comparison(self, column: Column, condition: str) -> Test:
        kind, token = self.kind, self._step()
        if kind == "name" and token == "null" and condition in ("EQ", "NE"):
            is_null = Comparison(column=column.name, condition="NULL", value="")
            return is_null if condition == "EQ" else _negated(is_null)
        if kind == "text" and column.kind in "vc":
            value = _unquoted(token).rstrip()
            return Comparison(column=column.name, condition=condition, value=value)
        if kind == "number" and column.kind == "d":
            return Comparison(column=column.name, condition=condition, value=Decimal(token))
        if kind == "day" and column.kind == "D":
            return _dated(column, condition, token)
        raise BadOption(
            f"A binary operator with incompatible types was detected at '{column.name}'."
        )


def _unquoted(token: str) -> str:
    return token[1:-1].replace("''", "'")


def _dated(column: Column, condition: str, token: str) -> Test:
    try:
        moment = datetime.fromisoformat(token.replace("Z", "+00:00"))
    except ValueError as error:
        raise BadOption(f"'{token}' is not a date.") from error
    day: date = moment.date()
    if (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
        condition = {"GE": "GT", "LT": "LE", "EQ": "NEVER", "NE": "ALWAYS"}.get(
            condition, condition
        )
    return Comparison(column=column.name, condition=condition, value=day)


def _negated(test: Test) -> Test:
    return Group(is_any=False, tests=[test], is_not=True)
