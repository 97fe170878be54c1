"""What an event is, before and after the log has taken it; and which events there are. Pure.

Bodies are plain JSON values (`core.canonical`); no field of a body is ever a float. A stream is
the story of one thing: `procurify/acme/bill/<uuid>`, `syspro/EDU1/supplier/V000118`,
`command/<key>`, `poll/procurify/acme/bills`, `mapping/<kind>/<key>`, `policy/<company>`,
`decision/<document key>`, `session/<operator>`, `service`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.core.canonical import JsonObject, JsonValue

FORMAT: Final = 1
"""The newest schema version that this engine knows. It rises with every new type of event and every
new shape of one, which are written under it; an older engine stops before them, loudly, instead of
passing over what it does not know (reliability.md K14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A fact on its way into the log. `causation` is the position that led here.

    `event_id` makes an append repeatable: the log takes each id once (None: the log gives one).
    """

    stream: str
    type: str
    body: JsonObject
    schema_version: int = 1
    causation: int | None = None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact in the log. `position` counts the tenant's events from 1, `version` the stream's.

    `body` is None after an erasure. `recorded_at` is aware UTC, in whole microseconds.
    """

    tenant: str
    position: int
    event_id: UUID
    stream: str
    version: int
    type: str
    schema_version: int
    body: Mapping[str, JsonValue] | None
    actor: str
    run_id: str
    correlation: str
    causation: int | None
    recorded_at: datetime
    hash: bytes
