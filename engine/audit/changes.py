"""What differs between two versions of a document, field by field, in words. Pure.

A change is a path and its line. Lists whose members have an `id` are compared by id, so that a
line added in the middle reads as one line added; other lists by place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.core.canonical import JsonValue

Change = tuple[str, str]
_LONGEST = 60
_NAMES = ("id", "uuid")
_TITLES = ("name", "item_name", "description", "number")
_STAMPS = ("last_modified", "updated_at")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def changes(before: JsonValue, now: JsonValue) -> list[str]:
    """Each field that differs as `path: old → new`: the document's own first, time stamps last."""
    return [line for _, line in sorted(_between("", before, now), key=_rank)]


def _rank(change: Change) -> tuple[bool, bool]:
    path, _ = change
    return path.rpartition(".")[2] in _STAMPS, "." in path or "[" in path


def _between(path: str, before: JsonValue, now: JsonValue) -> Iterator[Change]:
    if before == now:
        return
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for name in sorted({*before, *now}):
            place = f"{path}.{name}" if path else name
            if name not in before:
                yield place, f"{place}: {_text(now[name])} (new)"
            elif name not in now:
                yield place, f"{place}: {_text(before[name])} (gone)"
            else:
                yield from _between(place, before[name], now[name])
    elif _is_list(before) and _is_list(now):
        yield from _between_lists(path, _members(before), _members(now))
    else:
        yield path, f"{path or 'it'}: {_text(before)} → {_text(now)}"


def _between_lists(
    path: str, before: Mapping[str, JsonValue], now: Mapping[str, JsonValue]
) -> Iterator[Change]:
    for name, member in before.items():
        if name in now:
            yield from _between(f"{path}[{name}]", member, now[name])
        else:
            yield f"{path}[{name}]", f"{path}[{name}]: {_text(member)} removed"
    for name, member in now.items():
        if name not in before:
            yield f"{path}[{name}]", f"{path}[{name}]: {_text(member)} added"


def _is_list(value: JsonValue) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _members(value: JsonValue) -> dict[str, JsonValue]:
    """The members by id where every one has one of its own, else by place from 1."""
    assert isinstance(value, Sequence)
    named = {_name(member): member for member in value}
    if "" not in named and len(named) == len(value):
        return named
    return {str(place): member for place, member in enumerate(value, 1)}


def _name(member: JsonValue) -> str:
    if isinstance(member, Mapping):
        for name in _NAMES:
            if isinstance(found := member.get(name), str | int):
                return str(found)
    return ""


def _text(value: JsonValue) -> str:
    """The value as a person writes it, in one short line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str() if found := _NUMBER.fullmatch(value):
            return value.rstrip("0").rstrip(".") if found[1] else value
        case str():
            flat = " ".join(value.split())
            return f'"{flat[:_LONGEST]}…"' if len(flat) > _LONGEST else f'"{flat}"'
        case Mapping():
            title = next((value[name] for name in _TITLES if value.get(name)), None)
            return _text(title) if isinstance(title, str) else f"{len(value)} fields"
        case Sequence():
            return f"{len(value)} entries" if value else "none"
        case _:
            return str(value)
