"""Mappings as people keep them: what holds, what a file would change, and approving it as events.

The last event of each row's stream says whether it holds: `MappingApproved`, or `MappingRetired`.
Writes no table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.core.events import Event, NewEvent
from engine.core.mapping import MappingRow, row_of
from engine.errors import NotFound
from engine.log.contract import Author, Log

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A row in force, and the event that approved it."""

    row: MappingRow
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a file changes: new rows, rows that say something else than before, rows that end.

    `missing`: rows in force that the file does not have; they end only if that is asked for.
    """

    added: Sequence[MappingRow]
    changed: Sequence[tuple[MappingRow, MappingRow]]
    unchanged: int
    missing: Sequence[MappingRow]

    @property
    def wanted(self) -> list[MappingRow]:
        """The rows that are to be approved."""
        return [*self.added, *(after for _, after in self.changed)]


async def approved(log: Log, tenant: str) -> Sequence[Approved]:
    """The mappings in force, by kind, key, company and first day."""
    latest = await log.latest_under(tenant, "mapping/")
    found = [
        Approved(row=row_of(event.body), event=event)
        for event in latest.values()
        if event.type == "MappingApproved" and event.body is not None and event.body.get("target")
    ]
    return sorted(found, key=lambda one: _order(one.row))


def difference(rows: Iterable[MappingRow], standing: Sequence[Approved]) -> Difference:
    """What the rows of a file would change of what is in force. Notes alone change nothing."""
    before = {one.row.stream: one.row for one in standing}
    listed = {row.stream: row for row in rows}
    added = [row for stream, row in listed.items() if stream not in before]
    both = [(before[stream], row) for stream, row in listed.items() if stream in before]
    changed = [(old, new) for old, new in both if _content(old) != _content(new)]
    return Difference(
        added=added,
        changed=changed,
        unchanged=len(both) - len(changed),
        missing=[row for stream, row in before.items() if stream not in listed],
    )


async def approve(
    log: Log,
    tenant: str,
    rows: Sequence[MappingRow],
    *,
    retired: Sequence[MappingRow] = (),
    author: Author,
) -> None:
    """The rows are in force and the retired ones are not, as events.

    `StaleVersion` when somebody else changed one of them meanwhile; what was appended before that
    stays, and importing again does the rest.
    """
    latest = await log.latest_under(tenant, "mapping/")
    events = [_event("MappingApproved", row) for row in rows]
    events += [_event("MappingRetired", row) for row in retired]
    for first in range(0, len(events), BATCH):
        part = events[first : first + BATCH]
        await log.append(tenant, part, author=author, expected=_expected(part, latest))


async def retire(
    log: Log, tenant: str, kind: str, key: str, company: str, from_on: str, *, author: Author
) -> MappingRow:
    """The one row is not in force any more; raises `NotFound` when it was not."""
    wanted = MappingRow(kind=kind, key=key, target="", company=company, from_on=from_on)
    for one in await approved(log, tenant):
        if one.row.stream == wanted.stream:
            await approve(log, tenant, [], retired=[one.row], author=author)
            return one.row
    raise NotFound(f"{wanted.name} is not mapped; `map list` shows what is")


def _event(type_: str, row: MappingRow) -> NewEvent:
    return NewEvent(stream=row.stream, type=type_, body={**row.plain()})


def _expected(events: Sequence[NewEvent], latest: Mapping[str, Event]) -> dict[str, int]:
    return {
        event.stream: latest[event.stream].version if event.stream in latest else 0
        for event in events
    }


def _order(row: MappingRow) -> tuple[str, str, str, str]:
    return row.kind, row.key, row.company, row.from_on


def _content(row: MappingRow) -> tuple[str, str]:
    return row.target, row.until_on
