"""A list reply in either envelope, rows that cannot be read set apart instead of the page. Pure.

Lists come as `{"metadata": {"pagination": …}, "data": […]}` or with `pagination` at top level
(procurify.md §2.1–2.3). A page that is not strict JSON because of one row (NUL, lone surrogate,
broken UTF-8, NaN, a key twice) is read once more leniently: the bad row becomes an `Unreadable`,
the others flow.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.core.canonical import JsonObject, JsonValue, canonical, loads
from engine.errors import Malformed

_POISON = "\ud800"  # what strict reading refuses wherever it stands
_IDENTIFYING = ("id", "uuid", "procurify_PO", "num")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A row of which nothing but perhaps its identity can be used."""

    fragment: JsonObject
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `count` and `size` are None where the envelope does not say."""

    rows: Sequence[JsonObject | Unreadable]
    count: int | None
    size: int | None
    next_url: str | None


def read_detail(value: JsonValue) -> JsonObject:
    """The object inside `{"metadata": …, "data": {…}}` (procurify.md §2.4)."""
    inner = value.get("data") if isinstance(value, Mapping) else None
    if not isinstance(inner, Mapping):
        raise Malformed("a detail reply without a data object")
    return inner


def read_page(raw: bytes) -> Page:
    """The page in `raw`; raises `Malformed` when the envelope itself cannot be read."""
    try:
        value = loads(raw)
    except Malformed as strict:
        return _lenient(raw, strict)
    return _page(value)


def _page(value: JsonValue) -> Page:
    if not isinstance(value, Mapping):
        raise Malformed("a list reply that is not an object")
    rows = value.get("data")
    if not isinstance(rows, list | tuple):
        raise Malformed("a list reply without a data list")
    metadata = value.get("metadata")
    nested = metadata.get("pagination") if isinstance(metadata, Mapping) else None
    found = nested if isinstance(nested, Mapping) else value.get("pagination")
    pagination = found if isinstance(found, Mapping) else {}
    next_url = pagination.get("next")
    if next_url is not None and not isinstance(next_url, str):
        raise Malformed("a list reply whose next page is not an address")
    return Page(
        rows=[_row(row) for row in rows],
        count=_count(pagination.get("count")),
        size=_count(pagination.get("page_size")),
        next_url=next_url or None,
    )


def _count(value: JsonValue) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count and isinstance(value, int) else None


def _row(row: JsonValue) -> JsonObject | Unreadable:
    if not isinstance(row, Mapping):
        return Unreadable(fragment={}, text="not an object")
    return row


def _lenient(raw: bytes, strict: Malformed) -> Page:
    try:
        value: JsonValue = json.loads(
            raw.decode("utf-8", errors="surrogateescape"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=lambda _: _POISON,
            object_pairs_hook=_pairs,
        )
        if not isinstance(value, Mapping):
            raise strict
        rows = value.get("data")
        envelope = loads(canonical({key: value[key] for key in value if key != "data"}))
    except (ValueError, RecursionError) as error:
        raise strict from error
    if not isinstance(rows, list) or not isinstance(envelope, Mapping):
        raise strict
    page = _page({**envelope, "data": []})
    return replace(page, rows=[_checked(row) for row in rows])


def _checked(row: JsonValue) -> JsonObject | Unreadable:
    try:
        read = loads(canonical(row))
    except (Malformed, ValueError, RecursionError) as error:
        text = "not strict JSON" if isinstance(error, ValueError) else str(error)
        return Unreadable(fragment=_fragment(row), text=text[:160])
    return _row(row) if isinstance(read, Mapping) else _row(None)


def _fragment(row: JsonValue) -> JsonObject:
    if not isinstance(row, Mapping):
        return {}
    return {
        name: value
        for name in _IDENTIFYING
        if isinstance(value := row.get(name), int | str) and str(value).isalnum()
    }


def _pairs(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        found[_POISON] = True
    return found


def _number(token: str) -> JsonValue:
    try:
        return loads(token)
    except Malformed:
        return _POISON
