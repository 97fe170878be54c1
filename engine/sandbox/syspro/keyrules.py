"""How the keys of a kind are numbered, stored and shown (syspro.md §4 "Keys and padding").

Numeric keys are digits only, stored zero-filled to 15 and shown with the presentation length;
alphanumeric keys are kept as given, in the case that the kind asks for. That a short or a padded
numeric key is taken for the same key is a decision (§8). Pure.
"""

from dataclasses import dataclass
from typing import Final, Literal

from engine.sandbox.syspro.digits import is_digits

STORED_DIGITS: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRule:
    """One kind of key: `N` numeric or `A` alphanumeric, who numbers it, how it is shown.

    `case` is U upper, L lower or M mixed; with `suppresses_zeros` a numeric key is shown without
    its leading zeros.
    """

    kind: Literal["N", "A"] = "A"
    is_automatic: bool = False
    presentation_length: int = 15
    case: Literal["U", "L", "M"] = "M"
    suppresses_zeros: bool = False

    def stored(self, given: str) -> str:
        """The key as the tables hold it, from any of its forms."""
        bare = given.strip()
        if self.kind == "N" and is_digits(bare):
            return bare.zfill(STORED_DIGITS)
        return {"U": bare.upper(), "L": bare.lower(), "M": bare}[self.case]

    def shown(self, stored: str) -> str:
        """The key as e.net gives it out."""
        if self.kind == "A" or not (len(stored) == STORED_DIGITS and is_digits(stored)):
            return stored
        bare = stored.lstrip("0") or "0"
        return bare if self.suppresses_zeros else bare.zfill(self.presentation_length)

    def takes(self, given: str) -> bool:
        """Whether a key of this kind may be created: digits only and not too long if numeric."""
        bare = given.strip()
        if self.kind == "N":
            return is_digits(bare) and len(bare.lstrip("0")) <= self.presentation_length
        return len(bare) <= self.presentation_length


ORDERS_AUTOMATIC: Final = KeyRule(kind="N", is_automatic=True, presentation_length=6)
ORDERS_MANUAL: Final = KeyRule(presentation_length=20)
GRNS: Final = KeyRule(kind="N", is_automatic=True, presentation_length=9)
SUPPLIERS: Final = KeyRule(presentation_length=15)
SUPPLIERS_AUTOMATIC: Final = KeyRule(kind="N", is_automatic=True, presentation_length=7)
STOCK_CODES: Final = KeyRule(presentation_length=30)
