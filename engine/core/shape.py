"""Value classes to plain JSON and back, for commands and for what projections keep. Pure.

Decimals and dates become text, tuples lists, None is left out.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import ClassVar, TypeVar, get_args, get_origin, get_type_hints

from engine.core.canonical import JsonObject, JsonValue
from engine.errors import Malformed


@dataclass(frozen=True, slots=True)
class Shape:
    """What every class has that goes through `store` and `restore`.

    From the field named by `SPARSE_FROM` on, a field is stored only where it is not at its
    default: what was stored before such fields were added keeps its bytes and its digest.
    """

    SPARSE_FROM: ClassVar[str] = ""


Kind = TypeVar("Kind", bound=Shape)


def store(value: Shape) -> JsonObject:
    """The value as plain JSON; None and sparse fields at their default left out."""
    names = [field.name for field in fields(value)]
    start = names.index(value.SPARSE_FROM) if value.SPARSE_FROM else len(names)
    found = {
        field.name: _plain(getattr(value, field.name))
        for place, field in enumerate(fields(value))
        if place < start or getattr(value, field.name) != field.default
    }
    return {name: inner for name, inner in found.items() if inner is not None}


def restore(kind: type[Kind], body: JsonObject) -> Kind:
    """The value that `store` wrote; raises `Malformed` for anything else."""
    try:
        built = _build(kind, body)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Malformed(f"not a {kind.__name__}: {error}") from error
    assert isinstance(built, kind)
    return built


def _plain(value: object) -> JsonValue:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Shape):
        return store(value)
    if value is None or isinstance(value, str | int):
        return value
    raise Malformed(f"a fact cannot hold a {type(value).__name__}")


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return get_type_hints(kind)


def _build(kind: type, body: JsonObject) -> object:
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], value) for name, value in body.items()})


def _read(hint: object, value: JsonValue) -> object:
    if isinstance(hint, types.UnionType):
        hint = next(item for item in get_args(hint) if item is not type(None))
    if get_origin(hint) is tuple:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise TypeError("a list is expected")
        return tuple(_read(get_args(hint)[0], item) for item in value)
    if hint is Decimal:
        return Decimal(str(value))
    if hint is date:
        return date.fromisoformat(str(value))
    if isinstance(hint, type) and is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise TypeError("an object is expected")
        return _build(hint, value)
    return value
