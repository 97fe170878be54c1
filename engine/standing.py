"""Where every document stands, for people: held, waiting, in doubt, ready, sending, done.

Reads `documents`, `checkpoints`, `polls`, `leases` and `logs`, writes nothing. A document that
waits only for held ones is held too (`WAITS_FOR_HELD`): whoever frees those frees it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation

import orjson

from engine.core.keys import command_stream
from engine.core.reasons import REASONS
from engine.db import Database, Row, instant, integer, text
from engine.lines import StoppedLine, stopped_lines
from engine.policies import owner_of, policies

HELD = frozenset({"held", "rejected", "conflict"})
IN_DOUBT = frozenset({"in_doubt", "escalated"})
READY = frozenset({"ready", "deferred"})
SENDING = frozenset({"sending", "sent"})
WAITS_FOR_HELD = "WAITS_FOR_HELD"
DONE = frozenset(
    {"in_syspro", "cancelled_in_syspro", "completed_in_syspro", "linked", "in_procurify"}
)

_WRITTEN = "written:"
"""How the facts begin that hold what SYSPRO took from us for a document."""
_EXACT = Context(prec=400)
"""Wide enough that no sum of amounts is ever rounded (a token has 400 digits at most)."""

DOCUMENTS = """
SELECT key, kind, source_id, number, state, reason, body FROM documents
WHERE tenant = $1 AND state = ANY($2) ORDER BY kind, number, key
"""
NAMES = "SELECT key, kind, source_id, number FROM documents WHERE tenant = $1 AND key = ANY($2)"
COUNTS = """
SELECT kind, state, count(*) AS many FROM documents WHERE tenant = $1 GROUP BY kind, state
ORDER BY kind, state
"""
DOCUMENT = "SELECT body FROM documents WHERE tenant = $1 AND key = $2"
COMMANDS = "SELECT body FROM commands WHERE tenant = $1 AND document = ANY($2)"
DECISION = "SELECT body FROM facts WHERE tenant = $1 AND key = $2"
OLDEST = """
SELECT recorded_at FROM events WHERE tenant = $1 AND position = (
    SELECT min(planned_position) FROM commands
    WHERE tenant = $1 AND state IN ('ready', 'deferred'))
"""
WAITING = """
SELECT reason, min(convert_from(body, 'UTF8')::json ->> 'since') AS since FROM documents
WHERE tenant = $1 AND state = 'waiting' GROUP BY reason ORDER BY reason
"""
WRITE_BACKS = """
SELECT state, count(*) AS many FROM commands WHERE tenant = $1 AND company LIKE 'procurify:%'
GROUP BY state ORDER BY state
"""
HEAD = "SELECT head_position FROM logs WHERE tenant = $1"
CHECKPOINT = "SELECT position FROM checkpoints WHERE tenant = $1 AND projection = 'planning'"
POLLS = "SELECT key, body FROM polls WHERE tenant = $1 ORDER BY key"
ENGINES = """
SELECT DISTINCT holder FROM leases
WHERE tenant = $1 AND expires_at > clock_timestamp() AND holder NOT LIKE 'cli/%' ORDER BY holder
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document that is not where it should be; `sentence` and `detail` are for people.

    `waits_for` are keys of documents, `awaited` what people call them; `company` is SYSPRO's,
    "" while it is not known; `owner` who acts there by the company's policy, "" for the usual;
    `since`: when it came to stand so, None where that is not known.
    """

    key: str
    kind: str
    source_id: str
    number: str
    reason: str
    sentence: str
    detail: str = ""
    amount: str
    currency: str
    waits_for: tuple[str, ...]
    awaited: tuple[str, ...] = ()
    company: str = ""
    owner: str = ""
    since: datetime | None = None

    @property
    def name(self) -> str:
        """What a person calls the document: its kind and its number, or its id without one."""
        return f"{self.kind.replace('_', ' ')} {self.number or self.source_id}"

    @property
    def why(self) -> str:
        """The particulars, or the sentence of the reason where there are none."""
        if self.detail or self.reason == WAITS_FOR_HELD:
            return self.detail or self.sentence
        return f"waits for {', '.join(self.awaited)}" if self.awaited else self.sentence

    @property
    def who(self) -> str:
        """Who must act."""
        known = REASONS.get(self.reason)
        return self.owner or (known.who if known else "")

    def plain(self, tenant: str) -> dict[str, object]:
        """The entry as JSON, with the three keys that the sandbox's oracle uses."""
        known = REASONS.get(self.reason)
        return {
            "tenant": tenant,
            "kind": self.kind,
            "source_id": self.source_id,
            "number": self.number,
            "company": self.company,
            "reason": self.reason,
            "sentence": self.sentence,
            "detail": self.detail,
            "cause": known.cause if known else "",
            "class": known.error_class if known else "",
            "who": self.who,
            "action": known.action if known else "",
            "automatic": known.automatic if known else "",
            "since": self.since,
            "amount": self.amount,
            "currency": self.currency,
            "waits_for": list(self.waits_for),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """When a resource was last read to the end, and why it is not any more, "" while it is."""

    stream: str
    finished_at: datetime | None
    broken: str
    text: str = ""

    @property
    def side(self) -> str:
        """`procurify` or `syspro`."""
        return self.stream.partition("/")[0]

    @property
    def trouble(self) -> str:
        """Why it cannot be read, in words; "" while it is."""
        return self.text or self.broken if self.broken else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A tenant's whole standing. `counts` is kind → state → how many.

    `write_backs` is how many commands to Procurify stand in each state; `engines` are those that
    work for the tenant now; `policies` is what each company may decide; `stopped` are the companies
    to which nothing is posted.
    """

    held: Sequence[Entry]
    waiting: Sequence[Entry]
    in_doubt: Sequence[Entry]
    counts: Mapping[str, Mapping[str, int]]
    head: int
    checkpoint: int
    polls: Sequence[Poll]
    policies: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    engines: Sequence[str] = ()
    stopped: Sequence[StoppedLine] = ()
    write_backs: Mapping[str, int] = field(default_factory=dict)

    def many(self, states: frozenset[str]) -> int:
        """How many documents are in one of `states`."""
        return sum(
            many
            for kinds in self.counts.values()
            for state, many in kinds.items()
            if state in states
        )


def totals(entries: Iterable[Entry]) -> dict[str, Decimal]:
    """The entries' money by currency, exact; documents without an amount count nothing."""
    found: dict[str, Decimal] = {}
    for entry in entries:
        try:
            amount = Decimal(entry.amount) if entry.amount else None
        except InvalidOperation:
            amount = None
        if amount is not None:
            found[entry.currency] = _EXACT.add(found.get(entry.currency, Decimal(0)), amount)
    return dict(sorted(found.items()))


async def document_position(database: Database, tenant: str, key: str) -> int:
    """The position of the last source event that the document's plan has seen; 0: none."""
    row = await database.fetchrow(DOCUMENT, tenant, key)
    position = _body(row).get("position") if row is not None else 0
    return position if isinstance(position, int) else 0


async def rested_on(database: Database, tenant: str, key: str) -> Mapping[str, int]:
    """The streams of all commands whose outcomes the document's plan looked at, with the versions
    that it has seen: those of its order and vendor, of other bills over the same order."""
    row = await database.fetchrow(DOCUMENT, tenant, key)
    needs = _body(row).get("needs") if row is not None else None
    known = needs if isinstance(needs, dict) else {}
    looked_at = [need for need in known if need.startswith(_WRITTEN)]
    others = {need.removeprefix(_WRITTEN).partition("@")[0] for need in looked_at} - {key}
    rows = await database.fetch(COMMANDS, tenant, sorted(others)) if others else []
    bodies = [_body(found) for found in rows]
    return {command_stream(str(body["key"])): int(str(body["version"])) for body in bodies}


async def decision_position(database: Database, tenant: str, key: str) -> int:
    """The position of the last decision of a person that the document's plan has seen; 0: none."""
    row = await database.fetchrow(DECISION, tenant, f"decision:{key}")
    position = _body(row).get("position") if row is not None else 0
    return position if isinstance(position, int) else 0


async def oldest_ready_at(database: Database, tenant: str) -> datetime | None:
    """Since when the oldest command that could be sent is owed; None when there is none."""
    row = await database.fetchrow(OLDEST, tenant)
    return instant(row, "recorded_at") if row is not None else None


async def waiting_since(database: Database, tenant: str) -> Mapping[str, datetime]:
    """Since when the oldest document waits, by the reason that documents wait for."""
    rows = await database.fetch(WAITING, tenant)
    found = {text(row, "reason"): _instant(row["since"]) for row in rows}
    return {reason: since for reason, since in found.items() if since is not None}


async def standing(database: Database, tenant: str, *, has_entries: bool = True) -> Standing:
    """The tenant's standing as the derived tables have it now; without entries it is cheap."""
    open_states = sorted(HELD | IN_DOUBT | {"waiting"}) if has_entries else []
    entries: dict[str, list[Entry]] = {"held": [], "waiting": [], "in_doubt": []}
    rules = await policies(database, tenant)
    for row in await database.fetch(DOCUMENTS, tenant, open_states):
        state = str(row["state"])
        place = "held" if state in HELD else "in_doubt" if state in IN_DOUBT else "waiting"
        entries[place].append(_entry(row, rules))
    named = await _named(database, tenant, entries["waiting"])
    held, waiting = held_through(entries["held"], named)
    counts: dict[str, dict[str, int]] = {}
    for row in await database.fetch(COUNTS, tenant):
        many = row["many"]
        assert isinstance(many, int)
        counts.setdefault(str(row["kind"]), {})[str(row["state"])] = many
    back = await database.fetch(WRITE_BACKS, tenant) if has_entries else []
    return Standing(
        held=held,
        waiting=waiting,
        in_doubt=entries["in_doubt"],
        counts=counts,
        head=await _number(database, HEAD, tenant, "head_position"),
        checkpoint=await _number(database, CHECKPOINT, tenant, "position"),
        policies=rules,
        polls=[_poll(row) for row in await database.fetch(POLLS, tenant)],
        stopped=list((await stopped_lines(database, tenant)).values()),
        engines=[text(row, "holder") for row in await database.fetch(ENGINES, tenant)],
        write_backs={text(row, "state"): integer(row, "many") for row in back},
    )


def held_through(
    held: Sequence[Entry], waiting: Sequence[Entry]
) -> tuple[list[Entry], list[Entry]]:
    """Held and waiting, after those that wait only for held documents became held."""
    stuck = {entry.key for entry in held}
    rest = list(waiting)
    found = list(held)
    while True:
        caught = [
            entry for entry in rest if entry.waits_for and all(k in stuck for k in entry.waits_for)
        ]
        if not caught:
            return found, rest
        for entry in caught:
            stuck.add(entry.key)
            found.append(_waits_for_held(entry))
        rest = [entry for entry in rest if entry.key not in stuck]


def _waits_for_held(entry: Entry) -> Entry:
    whom = entry.awaited or entry.waits_for
    sentence = f"It waits for {', '.join(whom)}, which {'is' if len(whom) == 1 else 'are'} held."
    return replace(entry, reason=WAITS_FOR_HELD, sentence=sentence, detail="")


async def _named(database: Database, tenant: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries with what they wait for called by its number."""
    keys = sorted({key for entry in entries for key in entry.waits_for})
    if not keys:
        return list(entries)
    names = {
        text(row, "key"): f"{text(row, 'kind').replace('_', ' ')} "
        f"{text(row, 'number') or text(row, 'source_id')}"
        for row in await database.fetch(NAMES, tenant, keys)
    }
    return [
        replace(entry, awaited=tuple(names.get(key, key) for key in entry.waits_for))
        for entry in entries
    ]


def _entry(row: Row, rules: Mapping[str, Mapping[str, object]]) -> Entry:
    body = _body(row)
    company = str(body.get("company") or "")
    waits = body.get("waits_for")
    return Entry(
        key=str(row["key"]),
        kind=str(row["kind"]),
        source_id=str(row["source_id"]),
        number=str(row["number"]),
        reason=str(row["reason"]),
        sentence=str(body.get("sentence") or ""),
        detail=str(body.get("detail") or ""),
        amount=str(body.get("amount") or ""),
        currency=str(body.get("currency") or ""),
        waits_for=tuple(str(key) for key in waits) if isinstance(waits, list) else (),
        company=company,
        owner=owner_of(str(row["reason"]), rules.get(company, {})),
        since=_instant(body.get("since")),
    )


def _poll(row: Row) -> Poll:
    body = _body(row)
    return Poll(
        stream=str(row["key"]),
        finished_at=_instant(body.get("finished_at")),
        broken=str(body.get("broken") or ""),
        text=str(body.get("text") or ""),
    )


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


def _body(row: Row) -> Mapping[str, object]:
    raw = row["body"]
    assert isinstance(raw, bytes)
    body = orjson.loads(raw)
    assert isinstance(body, dict)
    return body


async def _number(database: Database, sql: str, tenant: str, column: str) -> int:
    row = await database.fetchrow(sql, tenant)
    value = row[column] if row is not None else 0
    assert isinstance(value, int)
    return value
