"""Value classes to plain JSON and back, for commands and for what projections keep. Pure.

Decimals and dates become text, tuples lists, None is left out.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import ClassVar, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

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
_Reader: TypeAlias = Callable[[JsonValue], object]


def store(value: Shape) -> JsonObject:
    """The value as plain JSON; None and sparse fields at their default left out."""
    kind: type = type(value)
    always, sparse = _stored(kind)
    found: dict[str, JsonValue] = {}
    for name in always:
        if (inner := getattr(value, name)) is not None:
            found[name] = _plain(inner)
    for name, default in sparse:
        if (inner := getattr(value, name)) != default and inner is not None:
            found[name] = _plain(inner)
    return found


@cache
def _stored(kind: type) -> tuple[Sequence[str], Sequence[tuple[str, object]]]:
    """The names of the fields that are always stored, and of the sparse ones with the default."""
    assert issubclass(kind, Shape)
    found = fields(kind)
    names = [field.name for field in found]
    start = names.index(kind.SPARSE_FROM) if kind.SPARSE_FROM else len(names)
    return names[:start], [(field.name, field.default) for field in found[start:]]


def restore(kind: type[Kind], body: JsonObject) -> Kind:
    """The value that `store` wrote; raises `Malformed` for anything else."""
    try:
        built = _build(kind, body)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Malformed(f"not a {kind.__name__}: {error}") from error
    assert isinstance(built, kind)
    return built


def _plain(value: object) -> JsonValue:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Shape):
        return store(value)
    if value is None or isinstance(value, int):
        return value
    raise Malformed(f"a fact cannot hold a {type(value).__name__}")


@cache
def _readers(kind: type) -> Mapping[str, _Reader | None]:
    """What reads each field of the class; None where JSON holds the value as it is."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _build(kind: type, body: JsonObject) -> object:
    readers = _readers(kind)
    read = {
        name: value if (reader := readers[name]) is None else reader(value)
        for name, value in body.items()
    }
    return kind(**read)


def _reader(hint: object) -> _Reader | None:
    if isinstance(hint, types.UnionType):
        hint = next(item for item in get_args(hint) if item is not type(None))
    if get_origin(hint) is tuple:
        return partial(_read_items, _reader(get_args(hint)[0]))
    if hint is Decimal:
        return _read_decimal
    if hint is date:
        return _read_date
    if isinstance(hint, type) and is_dataclass(hint):
        return partial(_read_object, hint)
    return None


def _read_items(reader: _Reader | None, value: JsonValue) -> object:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError("a list is expected")
    return tuple(value) if reader is None else tuple(map(reader, value))


def _read_decimal(value: JsonValue) -> object:
    return Decimal(str(value))


def _read_date(value: JsonValue) -> object:
    return date.fromisoformat(str(value))


def _read_object(kind: type, value: JsonValue) -> object:
    if not isinstance(value, Mapping):
        raise TypeError("an object is expected")
    return _build(kind, value)
