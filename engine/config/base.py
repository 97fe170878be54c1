"""What every table of the configuration file is made of: its base and the types of settings."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MINUTE_S = 60.0
SAFE_DRAIN_S = 300.0
"""The least time in which a real site's posts are known to have ended (reliability.md §4.7)."""
DAY_S = 86_400.0
LOOPBACK_INTERVAL_S = 0.2

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
Rate = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Interval = Annotated[float, Field(ge=LOOPBACK_INTERVAL_S, le=DAY_S, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]
Code = Annotated[str, Field(max_length=30, pattern=r"^[\x20-\x7e]*$")]


def _decimal(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError("write it in quotes, so that no digit is lost")
    try:
        return Decimal(value) if isinstance(value, str | int) else value
    except InvalidOperation:
        raise ValueError("is no decimal number") from None


Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    Field(ge=0, le=1_000_000_000, decimal_places=5, allow_inf_nan=False),
]
Percent = Annotated[
    Decimal, BeforeValidator(_decimal), Field(ge=0, le=100, decimal_places=4, allow_inf_nan=False)
]


class Table(BaseModel):
    """A table of the file: every key known, every value of its own type, nothing changed later."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, validate_default=False
    )
