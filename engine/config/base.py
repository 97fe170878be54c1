"""What every table of the configuration file is made of: its base and the types of settings."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MINUTE_S = 60.0
DAY_S = 86_400.0
LOOPBACK_INTERVAL_S = 0.2

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
Rate = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Interval = Annotated[float, Field(ge=LOOPBACK_INTERVAL_S, le=DAY_S, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]


class Table(BaseModel):
    """A table of the file: every key known, every value of its own type, nothing changed later."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, validate_default=False
    )
