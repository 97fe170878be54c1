"""Fields of a request read and checked one by one, every fault collected on the way.

Whether SYSPRO refuses or cuts a text that is too long is unknown: it is refused here (decision),
so that nothing is lost without a word. Pure.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.sandbox.syspro import digits, invented, refusals
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.refusals import Fault, Known
from engine.sandbox.syspro.tables import Table


class Fields:
    """The fields of one element and the faults found in them.

    `path` is where the element stands in the reply's item, `shown` its name in texts such as
    `XML element '{Item}{StockCode}' cannot be spaces`.
    """

    def __init__(
        self,
        element: Element,
        faults: list[Fault],
        *,
        path: Sequence[str] = (),
        shown: str = "{Item}",
    ) -> None:
        self.element = element
        self.faults = faults
        self._path = tuple(path)
        self._shown = shown

    def fault(self, kind: Known, name: str, value: str, *arguments: str) -> None:
        """One more fault, on the field of that name."""
        self.faults.append(kind.at((*self._path, name), value, *arguments))

    def has(self, name: str) -> bool:
        """Whether the element is there, empty or not."""
        return self.element.has(name)

    def text(self, name: str, length: int, *, is_needed: bool = False, default: str = "") -> str:
        """The text of a field, at most `length` characters."""
        value = self.element.value(name) or default
        if not value and is_needed:
            self.fault(refusals.BLANK, name, "", f"{self._shown}{{{name}}}")
        elif len(value) > length:
            self.fault(invented.TOO_LONG, name, value, value, name, str(length))
            return ""
        return value

    def choice(self, name: str, allowed: str | Sequence[str], default: str = "") -> str:
        """One of the allowed values; the default where the field is left out or empty."""
        value = self.element.value(name)
        if not value:
            return default
        if value not in tuple(allowed):
            self.fault(invented.NOT_ALLOWED, name, value, value, name)
            return default
        return value

    def number(self, name: str, before: int, decimals: int) -> Decimal | None:
        """The number of a field with at most `before` digits before the point; None if empty.

        One of more digits or decimals is refused as not numeric, as seen for a price
        (syspro.md §3.1).
        """
        value = self.element.value(name)
        if not value:
            return None
        parsed = digits.decimal(value)
        whole, _, fraction = value.lstrip("+-").partition(".")
        if parsed is None or len(fraction) > decimals or len(whole.lstrip("0")) > before:
            self.fault(refusals.NOT_NUMERIC, name, value, value, name.lower())
            return None
        return parsed

    def day(self, name: str, default: date | None = None) -> date | None:
        """The date of a field in the form CCYY-MM-DD; the default where it is empty."""
        value = self.element.value(name)
        if not value:
            return default
        found = digits.day(value)
        if found is None:
            self.fault(refusals.BAD_DATE, name, value, value, name)
        return found or default

    def known(self, name: str, value: str, table: Table, kind: Known) -> bool:
        """Whether `value` is empty or a key of the table; a fault is noted where it is not."""
        if not value or (value,) in table:
            return True
        self.fault(kind, name, value)
        return False
