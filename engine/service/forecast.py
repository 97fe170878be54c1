"""What the planner says of one document now, and what would be written: read, never posted.

The rows are read in one snapshot and planned by the same pure function that the projector runs, so
what is shown is what is done next. What SYSPRO holds comes from the log, as it was last read: no
session is opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.audit.find import find
from engine.core.canonical import JsonObject
from engine.core.commands import BUSINESS_OBJECTS, command_type, from_json, to_json
from engine.core.commands.procurify import (
    PROCURIFY_CALLS,
    BillsPaid,
    is_for_procurify,
    procurify_from_json,
)
from engine.core.keys import DocumentKey, command_stream, syspro_stream
from engine.core.projection import Address, Ask, Table
from engine.db import Connection, Database, text
from engine.derived.rows import load
from engine.derived.workspace import Workspace
from engine.errors import Malformed
from engine.log.contract import Log
from engine.procurify.models.writes import request_for
from engine.syspro.objects import render
from engine.telemetry.logs import REDACTOR
from projections.facts import Facts, object_of, text_of
from projections.pictures import Difference, preview, subject_of
from projections.plan import plan
from projections.plan.outcomes import Draft, Held, Outcome, Planned, Settled
from projections.policy import read_policy
from projections.replanning import IN_FLIGHT
from projections.shadows import in_shadow

MOST_SAID = 2000
"""How much of an answer is shown, in characters."""
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
_ANSWERS = frozenset({"PostRejected", "PostDeferred", "PostInDoubt", "LookupAnswered"})
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A command as it is wanted; `standing` is planned, under way, to be approved or not sent."""

    type: str
    action: str
    company: str
    payload: JsonObject
    standing: str
    notices: Sequence[str] = ()

    @property
    def call(self) -> str:
        """The business object, or the call of Procurify's API."""
        return BUSINESS_OBJECTS.get(self.type) or PROCURIFY_CALLS[self.type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A document as its row has it, what planning it now comes to, and the facts looked at.

    `said`: the last answer that stopped it, verbatim but for secrets, at most `MOST_SAID`.
    """

    key: str
    number: str
    row: JsonObject
    draft: Draft
    outcome: Outcome
    facts: Mapping[str, JsonObject | None]
    wanted: Sequence[Wanted]
    local_currencies: Mapping[str, str]
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a command would write, and what that changes.

    `parameters` and `document` are SYSPRO's XML, `request` is Procurify's call; `fault` says what
    does not fit. `read_at`: when SYSPRO was last seen to change what is touched; None where
    nothing is, or it was not read.
    """

    wanted: Wanted
    changes: Sequence[Difference]
    parameters: str = ""
    document: str = ""
    request: JsonObject | None = None
    fault: str = ""
    read_at: datetime | None = None


async def forecast(database: Database, log: Log, tenant: str, name: str) -> Forecast:
    """The document called `name`, planned as things are now; see `audit.find` for names."""
    key = text(await find(database, tenant, name), "key")
    async with database.transaction() as connection:
        await connection.execute(SNAPSHOT)
        rows = Rows(connection, tenant)
        row = await rows.get(Table.DOCUMENTS, key) or {}
        command = await rows.get(Table.COMMANDS, text_of(row, "command"))
        facts, draft, planned = await _planned(rows, tenant, key)
        outcome = in_shadow(row, draft, planned)
        wanted = _wanted(command, draft, outcome)
        found = {need: await rows.get(Table.FACTS, need) for need in sorted(facts.needs)}
        currencies = {
            one.company: read_policy(
                await rows.get(Table.FACTS, f"policy:{one.company}")
            ).local_currency
            for one in wanted
        }
    return Forecast(
        key=key,
        number=text_of(row, "number"),
        row=row,
        draft=draft,
        outcome=outcome,
        facts=found,
        wanted=wanted,
        local_currencies=currencies,
        said=await _said(log, tenant, command),
    )


async def previewed(log: Log, tenant: str, found: Forecast) -> Sequence[Preview]:
    """What each command that is wanted would write."""
    return [
        await _previewed(log, tenant, one, found.local_currencies[one.company])
        for one in found.wanted
    ]


class Rows:
    """Rows of one snapshot, fetched as they are asked for."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.workspace = Workspace()
        self._connection = connection
        self._tenant = tenant

    async def get(self, table: Table, key: str) -> JsonObject | None:
        """The row's body, None when there is no such row."""
        try:
            return self.workspace.get(table, key)
        except Ask as ask:
            await self.fetch(ask)
        return self.workspace.get(table, key)

    async def fetch(self, ask: Ask) -> None:
        """What is asked for is at hand."""
        rows: Mapping[Address, bytes] = await load(self._connection, self._tenant, ask.rows)
        self.workspace.take(ask.rows, rows, {})


async def _planned(rows: Rows, tenant: str, key: str) -> tuple[Facts, Draft, Outcome]:
    while True:
        facts = Facts(rows.workspace)
        try:
            draft, outcome = plan(facts, tenant, DocumentKey.parse(key))
        except Ask as ask:
            await rows.fetch(ask)
            continue
        return facts, draft, outcome


def _wanted(command: JsonObject | None, draft: Draft, outcome: Outcome) -> tuple[Wanted, ...]:
    """What is on its way, else what is planned, else what waits for its approval or is not sent."""
    if command is not None and command.get("state") in IN_FLIGHT:
        return (_of_row(command),)
    if isinstance(outcome, Planned):
        return tuple(_of_plan(one) for one in (outcome, *outcome.others))
    kept = outcome.shadow if isinstance(outcome, Held | Settled) else {}
    if not kept:
        return ()
    return (
        Wanted(
            type=text_of(kept, "type"),
            action=text_of(kept, "action"),
            company=draft.company,
            payload=object_of(kept, "payload"),
            standing="to be approved" if isinstance(outcome, Held) else "not sent",
        ),
    )


def _of_row(command: JsonObject) -> Wanted:
    return Wanted(
        type=text_of(command, "type"),
        action=text_of(command, "action"),
        company=text_of(command, "company"),
        payload=object_of(command, "payload"),
        standing="under way",
    )


def _of_plan(planned: Planned) -> Wanted:
    return Wanted(
        type=command_type(planned.payload),
        action=planned.action,
        company=planned.company,
        payload=to_json(planned.payload),
        standing="planned",
        notices=planned.notices,
    )


async def _said(log: Log, tenant: str, command: JsonObject | None) -> str:
    """The last answer that stopped the command."""
    if command is None or command.get("state") in {"ready", "verified"}:
        return ""
    after, answer = 0, ""
    while True:
        stream = command_stream(text_of(command, "key"))
        events = await log.read_stream(tenant, stream, after_version=after, limit=_PAGE)
        for event in events:
            body = event.body or {}
            if event.type in _ANSWERS:
                answer = str(body.get("reply") or body.get("text") or "")
        if len(events) < _PAGE:
            shown = answer[:MOST_SAID]
            return REDACTOR.scrub(shown + ("…" if len(answer) > MOST_SAID else ""))
        after = events[-1].version


async def _previewed(log: Log, tenant: str, wanted: Wanted, local_currency: str) -> Preview:
    row: JsonObject = {}
    read_at = None
    subject = subject_of(wanted.type, wanted.payload)
    if subject is not None:
        stream = syspro_stream(wanted.company, *subject)
        event = (await log.latest(tenant, [stream])).get(stream)
        if event is not None and event.body is not None:
            row, read_at = object_of(event.body, "row"), event.recorded_at
    changes = preview(wanted.type, wanted.payload, row, local_currency)
    try:
        if is_for_procurify(wanted.company):
            back = procurify_from_json(wanted.type, wanted.payload)
            bills = back.bills if isinstance(back, BillsPaid) else ()
            request = request_for(back, {}, bills).to_json()
            return Preview(wanted=wanted, changes=changes, request=request)
        call = render(from_json(wanted.type, wanted.payload), local_currency=local_currency)
    except Malformed as error:
        return Preview(wanted=wanted, changes=changes, fault=str(error), read_at=read_at)
    return Preview(
        wanted=wanted,
        changes=changes,
        parameters=call.parameters,
        document=call.document,
        read_at=read_at,
    )
