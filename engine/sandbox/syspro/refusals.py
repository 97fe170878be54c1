"""The words of SYSPRO's errors: those that are known, and the kinds that refusals come in.

Numbers and texts of this module are documented, recorded or seen in a real client (syspro.md §2,
§3.0). What nobody outside knows is in `invented`. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ERROR: Final = "ERROR: "
INVALID_USER_ID: Final = (
    "The supplied UserID is invalid. Either you were not logged in; or your session has expired. "
    "You will need to logon again."
)
INVALID_PASSWORD: Final = "Invalid operator password"
NOT_INSTALLED: Final = "e.net exception raised: 100000"


def missing_instance(digit: str) -> str:
    """The line for a token that names an e.net instance which is not there (recorded)."""
    return f"Unable to read the SYSPRO base directory registry string BaseDir{digit}"


def access_denied(area: str, operator: str, business_object: str) -> str:
    """The line for an operator without access to an object's functional area (recorded)."""
    return (
        f"Access denied to Functional Area '{area}' for operator '{operator}' "
        f"(Business Object '{business_object}')"
    )


class Refused(Exception):
    """The whole call is refused with an `ERROR: ` line; the message is the line after that."""

    @property
    def line(self) -> str:
        """The body of the reply."""
        return f"{ERROR}{self}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failing field of a document: where, what was given, number and text.

    `path` names the element under the item, outermost first; a warning is an error unless the
    caller's IgnoreWarnings says otherwise.
    """

    path: Sequence[str]
    value: str
    number: int
    text: str
    is_warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A number and its text, `{0}` and on to be filled in."""

    number: int
    text: str
    is_warning: bool = False

    def at(self, path: Sequence[str] | str, value: str, *arguments: str) -> Fault:
        """The fault of this kind on one field; the value fills `{0}` unless arguments do."""
        return Fault(
            path=(path,) if isinstance(path, str) else tuple(path),
            value=value,
            number=self.number,
            text=self.text.format(*(arguments or (value,))),
            is_warning=self.is_warning,
        )


BAD_DATE: Final = Known(number=100028, text="XML element '{1}' has an invalid date '{0}'")
BLANK: Final = Known(number=100030, text="XML element '{0}' cannot be spaces")
DUPLICATE: Final = Known(number=120001, text="Duplicate key '{0}' on '{1}'")
STOCK_NOT_FOUND: Final = Known(number=240004, text="Stock code '{0}' not found")
NOT_STOCKED: Final = Known(number=240008, text="Stock code '{0}' not stocked in warehouse {1}")
NOT_NUMERIC: Final = Known(number=100156, text="XML element '{1}' must be numeric")
