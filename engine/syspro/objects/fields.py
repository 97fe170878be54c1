"""Values on their way into an element: checked for width and characters, printed one way.

Two equal Decimals print the same text, without exponent. Nothing is cut, padded or replaced: what
does not fit raises `Malformed` with the element's name. Widths: syspro.md §3.1, §3.4, §3.6, §4.
Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.errors import Malformed
from engine.syspro import xml

Operation = Literal["post", "setup_add", "setup_update"]
ADDRESS_LINES = 5
MAX_LINE = 9999
SETUP_PARAMETERS = (
    ("IgnoreWarnings", "N"),
    ("ApplyIfEntireDocumentValid", "Y"),
    ("ValidateOnly", "N"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlIn:
    """One call of a business object: `parameters` is its XmlParameters, `document` its XmlIn."""

    business_object: str
    operation: Operation
    parameters: str
    document: str


def present(*elements: xml.Element | None) -> Sequence[xml.Element]:
    """The elements that are there, in the order given."""
    return [element for element in elements if element is not None]


def required(tag: str, text: str, width: int) -> xml.Element:
    """The element; `Malformed` when the text is blank, too long or not for SYSPRO."""
    if not text.strip():
        raise Malformed(f"{tag} is blank")
    return tag, fitted(tag, text, width)


def optional(tag: str, text: str, width: int) -> xml.Element | None:
    """The element, None when there is no text."""
    return (tag, fitted(tag, text, width)) if text else None


def fitted(tag: str, text: str, width: int) -> str:
    """`text` itself; `Malformed` when it is longer than `width` or holds a refused character."""
    if len(text) > width:
        raise Malformed(f"{tag} takes {width} characters, not {len(text)}")
    return xml.checked(tag, text)


def flag(tag: str, is_set: bool) -> xml.Element:
    """The element with `Y` or `N`."""
    return tag, "Y" if is_set else "N"


def day(tag: str, on: date | None) -> xml.Element | None:
    """The element with the date as CCYY-MM-DD, None when there is no date."""
    return (tag, on.isoformat()) if on is not None else None


def amount(tag: str, value: Decimal, *, digits: int = 12) -> xml.Element:
    """The element with a value of money: always two decimals, at most `digits` before them."""
    return tag, number(tag, value, digits=digits, decimals=2, at_least=2)


def price(tag: str, value: Decimal) -> xml.Element:
    """The element with a unit price: two to five decimals, ten digits before (syspro.md §3.1)."""
    return tag, number(tag, _not_negative(tag, value), digits=10, decimals=5, at_least=2)


def quantity(tag: str, value: Decimal) -> xml.Element:
    """The element with a quantity: up to six decimals, twelve digits before (18,6)."""
    return tag, number(tag, _not_negative(tag, value), digits=12, decimals=6, at_least=0)


def percent(tag: str, value: Decimal, *, digits: int = 3) -> xml.Element:
    """The element with a percentage: two decimals, at most `digits` before the point."""
    return tag, number(tag, _not_negative(tag, value), digits=digits, decimals=2, at_least=2)


def factor(tag: str, value: Decimal) -> xml.Element:
    """The element with an exchange rate: above zero, up to six decimals, six digits before."""
    if value.is_finite() and value <= 0:
        raise Malformed(f"{tag} is not above zero")
    return tag, number(tag, value, digits=6, decimals=6, at_least=0)


def line_number(tag: str, line: int | None, what: str) -> xml.Element:
    """The element with an order line's number; `Malformed` when that of `what` is not known."""
    if line is None or not 1 <= line <= MAX_LINE:
        raise Malformed(f"{tag} of {what} is not known")
    return tag, str(line)


def addressed(
    tag: str, lines: Sequence[str], *, is_whole: bool = False
) -> Sequence[xml.Element | None]:
    """The address as `<tag>1` to `<tag>5`, 40 characters each; `is_whole`: empty ones as well."""
    if len(lines) > ADDRESS_LINES:
        raise Malformed(f"{tag} takes {ADDRESS_LINES} lines, not {len(lines)}")
    whole = [*lines, *([""] * (ADDRESS_LINES - len(lines)))]
    return [
        (f"{tag}{place}", fitted(f"{tag}{place}", line, 40)) if is_whole or line else None
        for place, line in enumerate(whole, 1)
    ]


def number(tag: str, value: Decimal, *, digits: int, decimals: int, at_least: int) -> str:
    """The plain text of `value`; `Malformed` when it needs more digits than the field has."""
    if not value.is_finite():
        raise Malformed(f"{tag} is not a number")
    if value.copy_abs() >= Decimal(10) ** digits:
        raise Malformed(f"{tag} takes {digits} digits before the point")
    whole, _, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0").ljust(at_least, "0")
    if len(fraction) > decimals:
        raise Malformed(f"{tag} takes {decimals} decimals, not {len(fraction)}")
    if value == 0:
        whole = "0"
    return f"{whole}.{fraction}" if fraction else whole


def _not_negative(tag: str, value: Decimal) -> Decimal:
    if value.is_finite() and value < 0:
        raise Malformed(f"{tag} is below zero")
    return value


def parameters(root: str, values: Iterable[xml.Element]) -> str:
    """The XmlParameters document: the object's root element around `Parameters`."""
    return xml.build(root, [("Parameters", list(values))])
