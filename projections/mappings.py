"""Approved mappings, kept as the facts `mapping:<kind>/<key>`: which row counts where and when.

A fact keeps `{rows: [{company, from_on, until_on, target, position}]}`, one row a company and first
day; a later approval takes the place of the row with the same two, a retirement removes it. Days
are CCYY-MM-DD, "" is without bound; company "" is every company. Pure.
"""

from collections.abc import Mapping
from datetime import date

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.mapping import mapping_fact
from engine.core.projection import Overlay, Table
from projections.claims import claim
from projections.facts import number_of, text_of
from projections.reference_rows import aim

_IDENTITY = ("company", "from_on")


def fold_mapping(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The row that the event approves is among the key's rows, or the one it retires is not."""
    kind, key = text_of(body, "kind"), text_of(body, "key")
    if not (kind and key):
        return
    fact, target = mapping_fact(kind, key), text_of(body, "target").strip()
    own = {name: text_of(body, name) for name in _IDENTITY}
    rows = [
        row
        for row in rows_of(overlay.get(Table.FACTS, fact))
        if any(row.get(name) != own[name] for name in _IDENTITY)
    ]
    if event.type == "MappingApproved" and target:
        until = text_of(body, "until_on")
        rows.append({**own, "until_on": until, "target": target, "position": event.position})
    rows.sort(key=lambda row: [text_of(row, name) for name in _IDENTITY])
    if kind == "vendor":
        claim(overlay, target, key)
    aim(overlay, kind, key, target)
    kept: list[JsonValue] = [*rows]
    overlay.put(Table.FACTS, fact, {"rows": kept} if kept else None)


def rows_of(fact: JsonObject | None) -> list[JsonObject]:
    """The approved rows of a mapping fact; none where there is none."""
    rows = fact.get("rows") if fact else None
    listed = rows if isinstance(rows, list | tuple) else ()
    return [row for row in listed if isinstance(row, Mapping)]


def is_dated(fact: JsonObject | None) -> bool:
    """Whether the answer of the mapping depends on the day."""
    return any(text_of(row, "from_on") or text_of(row, "until_on") for row in rows_of(fact))


def target_in(fact: JsonObject | None, company: str, on: date | None) -> str:
    """The target that holds in a company on a day, "" where none does.

    A row of the company goes before one of all companies, the latest approval before an earlier
    one. Without a day only rows without bounds hold.
    """
    holding = [
        row for row in rows_of(fact) if text_of(row, "company") in {"", company} and _holds(row, on)
    ]
    if not holding:
        return ""
    best = max(holding, key=lambda row: (text_of(row, "company") != "", number_of(row, "position")))
    return text_of(best, "target")


def _holds(row: JsonObject, on: date | None) -> bool:
    first, last = text_of(row, "from_on"), text_of(row, "until_on")
    if on is None:
        return not (first or last)
    return first <= on.isoformat() and (not last or on.isoformat() <= last)
