"""Numbers in texts as SYSPRO can read them: ASCII digits, no exponent, no digit of another script.

Python takes `²` for a digit and `1_000` and `NaN` for numbers; COBOL does not (inferred). Pure.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

MOST: Final = 2_000_000_000
"""What `whole` gives for every greater number: no table holds so many rows."""
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def is_digits(text: str) -> bool:
    """Whether the text is one or more of 0 to 9 and nothing else."""
    return text.isascii() and text.isdigit()


def whole(text: str) -> int | None:
    """The whole number that digits and blanks around them make, `MOST` at most; else None."""
    bare = text.strip()
    if not is_digits(bare):
        return None
    bare = bare.lstrip("0")
    return MOST if len(bare) > 9 else int(bare or "0")


def decimal(text: str) -> Decimal | None:
    """The decimal number of a text in digits with or without sign and point; else None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    """The date of a text CCYY-MM-DD; None for any other and for a day that is in no calendar."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def days_after(start: date, days: int) -> date:
    """The day so many days after `start`, or the calendar's last one."""
    return date.fromordinal(min(start.toordinal() + days, date.max.toordinal()))
