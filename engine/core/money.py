"""Amounts, quantities and prices: exact decimals, half up, never a float. Pure.

SYSPRO keeps prices with 5 decimals, quantities with 6 and values with 2 (syspro.md §4).
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from engine.core.canonical import JsonValue

ZERO = Decimal(0)
CENT = Decimal("0.01")
PRICE_STEP = Decimal("0.00001")
QUANTITY_STEP = Decimal("0.000001")
LINE_TOLERANCE = Decimal("0.01")
DOCUMENT_TOLERANCE = Decimal("0.05")
LARGEST = Decimal(10) ** 12


def to_cents(amount: Decimal) -> Decimal:
    """The amount with two decimals, half up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def to_price(amount: Decimal) -> Decimal:
    """The price with five decimals, half up."""
    return amount.quantize(PRICE_STEP, rounding=ROUND_HALF_UP)


def to_quantity(amount: Decimal) -> Decimal:
    """The quantity with six decimals, half up."""
    return amount.quantize(QUANTITY_STEP, rounding=ROUND_HALF_UP)


def plain(amount: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent, so that its text is one."""
    bare = amount.normalize()
    exponent = bare.as_tuple().exponent
    return bare.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else bare + ZERO


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum; of nothing, 0."""
    return sum(amounts, ZERO)


def is_within(one: Decimal, other: Decimal, tolerance: Decimal) -> bool:
    """Whether the two differ by no more than the tolerance."""
    return abs(one - other) <= tolerance


def read_amount(value: JsonValue) -> Decimal | None:
    """The number that a JSON number or text of digits says; None for anything else.

    Procurify mixes numbers and decimal strings (procurify.md §6.11); SYSPRO pads with blanks.
    Not finite, or of a size that is no amount: None as well.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Decimal):
        amount = Decimal(value)
    elif isinstance(value, str):
        try:
            amount = Decimal(value.strip())
        except InvalidOperation:
            return None
    else:
        return None
    return amount if amount.is_finite() and abs(amount) < LARGEST else None


def share(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """The amount in cents, split by the weights; the rest goes to the largest (rules.md §5.3).

    The shares sum to the amount exactly. Weights that sum to nothing give all to the first.
    """
    whole = total(weights)
    if not weights:
        return ()
    if whole == 0:
        return (amount, *(ZERO for _ in weights[1:]))
    shares = [to_cents(amount * weight / whole) for weight in weights]
    largest = max(range(len(weights)), key=lambda place: (abs(weights[place]), -place))
    shares[largest] += amount - total(shares)
    return tuple(shares)
