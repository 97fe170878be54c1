"""The Where of COMFND: expressions with brackets, And, Or and seven comparisons.

And binds before Or, as in SQL. Texts compare by character and without blanks at the end (binary
collation, unverified); `*` and `?` are LIKE's wildcards; numbers compare as numbers, dates as
dates. The AndOr of the first expression is ignored (recorded request). Pure but for the numbering
of the ledger, which decides how a purchase order number is spelt.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from engine.sandbox.syspro import digits, invented
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.keys import table_key
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.refusals import Refused
from engine.sandbox.syspro.tables import Column, Row, Table, Value

_HOLDS_FOR: Final = {
    "EQ": (0,),
    "NE": (-1, 1),
    "GT": (1,),
    "GE": (0, 1),
    "LT": (-1,),
    "LE": (-1, 0),
    "NEVER": (),
    "ALWAYS": (-1, 0, 1),
}
_CONDITIONS: Final = frozenset({"EQ", "NE", "GT", "GE", "LT", "LE"})
MOST_BRACKETS: Final = 3
"""How many brackets an expression opens or closes (syspro.md §3.7)."""
MAX_DEPTH: Final = 100
"""How many brackets may be open at once, here and in OData (a decision)."""
Cell: TypeAlias = str | Decimal | date


def sign(cell: Cell, value: Cell) -> int:
    """-1, 0 or 1 as the cell is below, equal to or above the value; both are of one type."""
    if isinstance(cell, str) and isinstance(value, str):
        return (cell > value) - (cell < value)
    if isinstance(cell, Decimal) and isinstance(value, Decimal):
        return (cell > value) - (cell < value)
    if isinstance(cell, date) and isinstance(value, date):
        return (cell > value) - (cell < value)
    raise TypeError(f"{type(cell).__name__} does not compare with {type(value).__name__}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One column compared with one value; `pattern` is set for LIKE."""

    column: str
    condition: str
    value: Cell
    pattern: re.Pattern[str] | None = None

    def holds(self, row: Row) -> bool:
        """Whether the row's cell stands in this relation; an empty date stands in none but NE."""
        cell = row[self.column]
        if isinstance(cell, str):
            cell = cell.rstrip()
        if self.pattern is not None:
            return isinstance(cell, str) and self.pattern.fullmatch(cell) is not None
        if self.condition == "NULL":
            return cell is None
        if cell is None:
            return self.condition == "NE"
        return sign(cell, self.value) in _HOLDS_FOR[self.condition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tests that must all hold, or of which one must, or (`is_not`) the opposite of that."""

    is_any: bool
    tests: Sequence["Test"]
    is_not: bool = False


Test: TypeAlias = Comparison | Group


def holds(test: Test, row: Row) -> bool:
    """Whether the row passes."""
    if isinstance(test, Comparison):
        return test.holds(row)
    parts = (holds(part, row) for part in test.tests)
    return (any(parts) if test.is_any else all(parts)) is not test.is_not


def indexed(test: Test, table: Table) -> tuple[str, Value] | None:
    """An indexed column and the value that every matching row has in it, if there is one."""
    if isinstance(test, Comparison):
        usable = test.condition == "EQ" and test.column in table.indexes
        return (test.column, test.value) if usable else None
    if test.is_not or (test.is_any and len(test.tests) > 1):
        return None
    found = (indexed(part, table) for part in test.tests)
    return next((pair for pair in found if pair is not None), None)


def read(ledger: Ledger, table: Table, expressions: Iterable[Element]) -> Test | None:
    """The whole condition; None where there is none; raises `Refused` for what makes no sense."""
    tokens: list[str | Comparison] = []
    depth = 0
    for position, expression in enumerate(expressions):
        if position:
            tokens.append("or" if expression.value("AndOr").lower() == "or" else "and")
        opening, closing = expression.value("OpenBracket"), expression.value("CloseBracket")
        depth += len(opening)
        if max(len(opening), len(closing)) > MOST_BRACKETS or depth > MAX_DEPTH:
            raise Refused(invented.BAD_EXPRESSION.format("too many brackets"))
        tokens.extend(opening)
        tokens.append(_comparison(ledger, table, expression))
        tokens.extend(closing)
        depth -= len(closing)
    if not tokens:
        return None
    stream = iter([*tokens, ""])
    test, rest = _any_of(stream, next(stream))
    if rest != "":
        raise Refused(invented.BAD_EXPRESSION.format("brackets do not match"))
    return test


def _any_of(
    stream: Iterator[str | Comparison], token: str | Comparison
) -> tuple[Test, str | Comparison]:
    tests: list[Test] = []
    while True:
        test, token = _all_of(stream, token)
        tests.append(test)
        if token != "or":
            return (Group(is_any=True, tests=tests) if len(tests) > 1 else test), token
        token = next(stream)


def _all_of(
    stream: Iterator[str | Comparison], token: str | Comparison
) -> tuple[Test, str | Comparison]:
    tests: list[Test] = []
    while True:
        if token == "(":
            test, closing = _any_of(stream, next(stream))
            if closing != ")":
                raise Refused(invented.BAD_EXPRESSION.format("brackets do not match"))
            tests.append(test)
        elif isinstance(token, Comparison):
            tests.append(token)
        else:
            raise Refused(invented.BAD_EXPRESSION.format(f"unexpected {token!r}"))
        token = next(stream)
        if token != "and":
            return (Group(is_any=False, tests=tests) if len(tests) > 1 else tests[0]), token
        token = next(stream)


def _comparison(ledger: Ledger, table: Table, expression: Element) -> Comparison:
    name = expression.value("Column")
    column = table.shape.columns.get(name)
    if column is None:
        raise Refused(invented.UNKNOWN_COLUMN.format(name, table.shape.name))
    condition = expression.value("Condition").upper() or "EQ"
    given = expression.path("Value").content.rstrip()
    if condition == "LIKE":
        return Comparison(column=name, condition=condition, value=given, pattern=_pattern(given))
    if condition not in _CONDITIONS:
        raise Refused(invented.BAD_EXPRESSION.format(f"condition {condition!r}"))
    return Comparison(column=name, condition=condition, value=_value(ledger, column, given))


def _value(ledger: Ledger, column: Column, given: str) -> Cell:
    if column.kind not in "dD":
        return table_key(ledger, column.name, given)
    bare = given.strip()
    found = digits.decimal(bare or "0") if column.kind == "d" else digits.day(bare[:10])
    if found is None:
        raise Refused(
            invented.BAD_EXPRESSION.format(f"{given!r} is no value of column {column.name}")
        )
    return found


def _pattern(given: str) -> re.Pattern[str]:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in given)
    return re.compile("".join(parts), re.DOTALL)
