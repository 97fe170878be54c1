"""Each company's policy: as the log has it, as people change it, and what the lanes ask of it.

The file's table lies below (`PolicySet`), what people changed lies over it, one stream a setting:
`policy/<company>/<name>`. Reads facts `policy:<company>` for what holds now; writes no table.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from engine.config import Policy
from engine.config.policy import changed
from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event, NewEvent
from engine.core.reason_texts.entry import ErrorClass
from engine.core.reasons import REASONS
from engine.core.windows import ends_at
from engine.db import Connection, octets, text
from engine.errors import Malformed
from engine.log.contract import Author, Log
from engine.outbox import Outbox, SinceMet

FIXED = frozenset({"local_currency"})
"""What belongs to the company itself: only the file says it."""
OWNER_SETTINGS: Mapping[ErrorClass, str] = {
    ErrorClass.WRONG: "owner_source",
    ErrorClass.BUSINESS: "owner_business",
    ErrorClass.CONFLICT: "owner_conflict",
    ErrorClass.CONFIG: "owner_config",
}
"""Which setting says who acts, by the class of a reason."""
POLICIES = """
SELECT key, body FROM facts WHERE tenant = $1 AND key >= 'policy:' AND key < 'policy;'
ORDER BY key
"""
POLICY = "SELECT body FROM facts WHERE tenant = $1 AND key = 'policy:' || $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a company's policy: its value, and the change it comes of, if any."""

    name: str
    value: JsonValue
    in_file: JsonValue
    change: Event | None
    meaning: str


async def settings_of(log: Log, tenant: str, company: str, base: Policy) -> Sequence[Setting]:
    """Every setting of the company, in the order of the file, as the log has it at its head."""
    changes = await _changes(log, tenant, company)
    found, in_file = changed(base, _values(changes)).body(), base.body()
    return [
        Setting(
            name=name,
            value=found[name],
            in_file=in_file[name],
            change=changes.get(name),
            meaning=field.description or "",
        )
        for name, field in Policy.model_fields.items()
    ]


async def change(
    log: Log,
    tenant: str,
    company: str,
    base: Policy,
    name: str,
    value: str | None,
    *,
    reason: str,
    author: Author,
) -> Event:
    """The setting has this value from now on, or the file's again (None).

    Raises `Malformed` for a value that the file could not have, `StaleVersion` when somebody else
    changed it meanwhile.
    """
    if not reason.strip():
        raise Malformed("a policy is changed for a reason; say it")
    if name in FIXED:
        raise Malformed(f"{name} belongs to the company; change it in the file")
    changes = await _latest(log, tenant, company)
    values = _values(changes)
    before = _value(changes.get(name))
    wanted = {key: kept for key, kept in values.items() if key != name}
    if value is not None:
        wanted[name] = value
    try:
        if name not in Policy.model_fields:
            raise ValueError(f"there is no setting {name!r}")
        after = changed(base, wanted).body()[name]
    except ValueError as error:
        raise Malformed(str(error)) from error
    stream = f"policy/{company}/{name}"
    body: JsonObject = {
        "company": company,
        "name": name,
        "value": None if value is None else "" if after is None else after,
        "before": before,
        "reason": reason.strip(),
    }
    (event,) = await log.append(
        tenant,
        [NewEvent(stream=stream, type="PolicyChanged", body=body)],
        author=author,
        expected={stream: changes[name].version if name in changes else 0},
    )
    return event


async def policies(connection: Connection, tenant: str) -> Mapping[str, Mapping[str, object]]:
    """The policy of each company of the tenant, as projected."""
    return {
        text(row, "key").removeprefix("policy:"): orjson.loads(octets(row, "body"))
        for row in await connection.fetch(POLICIES, tenant)
    }


def quiet_until(policy: Mapping[str, object], now: datetime) -> datetime | None:
    """When the blackout of now ends; None outside one."""
    windows = policy.get("blackout")
    if not isinstance(windows, list) or not windows:
        return None
    return ends_at([str(window) for window in windows], str(policy.get("time_zone") or "UTC"), now)


def owner_of(reason: str, policy: Mapping[str, object]) -> str:
    """Who acts on a reason by the company's policy; "" where it does not say."""
    known = REASONS.get(reason)
    setting = OWNER_SETTINGS.get(known.error_class, "") if known else ""
    return str(policy.get(setting) or "")


MOST_RESTING = 500
"""How many changes may rest without keeping back what comes after them."""


class QuietOutbox(Outbox):
    """An outbox that gives nothing to send while the company's blackout lasts.

    Doubts are resolved and answers read back all the same: nothing new is begun. Changes of orders
    are given once they have rested as long as the policy says, so that several become one
    (rules.md §5.5, 7).
    """

    def __init__(self, database: Connection) -> None:
        super().__init__(database)
        self._rests = SinceMet()

    async def next_ready(
        self,
        tenant: str,
        company: str,
        limit: int,
        now: datetime,
        *,
        resting: Collection[str] = (),
    ) -> Sequence[JsonObject]:
        """As the outbox; nothing in a blackout, and no change that has not rested."""
        row = await self._database.fetchrow(POLICY, tenant, company)
        policy = orjson.loads(octets(row, "body")) if row is not None else {}
        if quiet_until(policy, now) is not None:
            return []
        minutes = policy.get("change_quiet_minutes")
        if not isinstance(minutes, int) or minutes == 0:
            return await super().next_ready(tenant, company, limit, now, resting=resting)
        most = limit + MOST_RESTING
        found = await super().next_ready(tenant, company, most, now, resting=resting)
        began_at = self._rests.at((tenant, company), found, now)
        rested_at = now - timedelta(minutes=minutes)
        return [
            row
            for row, at in zip(found, began_at, strict=True)
            if row["type"] != "purchase_order_change" or at <= rested_at
        ][:limit]


async def _latest(log: Log, tenant: str, company: str) -> dict[str, Event]:
    """The last change of each setting that was ever changed."""
    place = f"policy/{company}/"
    found = await log.latest_under(tenant, place)
    return {stream.removeprefix(place): event for stream, event in found.items()}


async def _changes(log: Log, tenant: str, company: str) -> dict[str, Event]:
    """The changes that hold."""
    latest = await _latest(log, tenant, company)
    return {name: event for name, event in latest.items() if _value(event) is not None}


def _values(changes: Mapping[str, Event]) -> dict[str, JsonValue]:
    values = {name: _value(event) for name, event in changes.items()}
    return {name: value for name, value in values.items() if value is not None}


def _value(event: Event | None) -> JsonValue:
    return event.body.get("value") if event is not None and event.body is not None else None
