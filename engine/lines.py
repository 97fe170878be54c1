"""The line of a company: whether its posting was stopped, why, and how a person lets it go on.

Reads the fact `lines`, writes no table. While a line is stopped nothing new is sent to the company;
doubts are settled and answers read back all the same.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from engine.core.canonical import JsonObject
from engine.core.events import Event, NewEvent
from engine.db import Connection, octets
from engine.errors import Malformed
from engine.log.contract import Author, Log
from engine.policies import QuietOutbox

FACT: Final = "SELECT body FROM facts WHERE tenant = $1 AND key = $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedLine:
    """A company whose posting stands still: since when, why, and what is not to be paid."""

    company: str
    since: datetime
    why: Sequence[str]
    holds: Sequence[str]


def line_stream(company: str) -> str:
    """The stream of what stopped a company's posting and let it go on."""
    return f"line/{company}"


async def stopped_lines(connection: Connection, tenant: str) -> Mapping[str, StoppedLine]:
    """The companies of the tenant whose posting is stopped."""
    row = await connection.fetchrow(FACT, tenant, "lines")
    lines: Mapping[str, object] = orjson.loads(octets(row, "body")) if row is not None else {}
    return {
        company: StoppedLine(
            company=company,
            since=datetime.fromisoformat(str(line["since"])),
            why=[str(one) for one in line["why"]],
            holds=[str(one) for one in line["holds"]],
        )
        for company, line in lines.items()
        if isinstance(line, dict)
    }


async def release_line(
    log: Log, tenant: str, company: str, *, reason: str, author: Author
) -> Event:
    """Posting to the company goes on; who let it, and why, is in the log.

    Raises `Malformed` without a reason.
    """
    if not reason.strip():
        raise Malformed("a line goes on for a reason: what you found out and what you did about it")
    body: JsonObject = {"company": company, "reason": reason.strip()}
    event = NewEvent(stream=line_stream(company), type="LineReleased", body=body)
    (appended,) = await log.append(tenant, [event], author=author)
    return appended


class LineOutbox(QuietOutbox):
    """An outbox that gives nothing to send while the company's line is stopped.

    `told` hears why, "" while it runs, each time that somebody asks for work.
    """

    def __init__(self, database: Connection, told: Callable[[str], None]) -> None:
        super().__init__(database)
        self._told = told

    async def next_ready(
        self,
        tenant: str,
        company: str,
        limit: int,
        now: datetime,
        *,
        resting: Collection[str] = (),
    ) -> Sequence[JsonObject]:
        """As the outbox; nothing while the line is stopped."""
        line = (await stopped_lines(self._database, tenant)).get(company)
        self._told("; ".join(line.why) if line is not None else "")
        if line is not None:
            return []
        return await super().next_ready(tenant, company, limit, now, resting=resting)
