"""JSON in one form only: read strictly, written canonically, so that digests mean something.

Reading keeps every digit (`Decimal` from the token) and refuses what two readers could take
differently: NaN, infinities, duplicate keys, nesting over 64, NUL and lone surrogates (which
PostgreSQL and UTF-8 cannot hold). Writing sorts keys, leaves no blanks and prints a Decimal as
the string of its digits; so a canonical body holds no number that a float could spoil. Pure.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NoReturn

import orjson

from engine.errors import Malformed

JsonValue = None | bool | int | str | Decimal | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = Mapping[str, JsonValue]

MAX_DEPTH = 64
_INT64 = range(-(2**63), 2**63)
_MAX_DIGITS = 400


def loads(raw: bytes | str) -> JsonValue:
    """The JSON value of `raw` (UTF-8), numbers with a fraction or exponent as Decimal.

    Raises `Malformed` for anything but one strict JSON document.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value: JsonValue = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
        _check(value, 0)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not strict JSON: {str(error)[:120]}") from error
    return value


def canonical(value: JsonValue) -> bytes:
    """The one byte string that stands for `value`: sorted keys, no blanks, UTF-8."""
    return written(value)[0]


def written(value: JsonValue) -> tuple[bytes, bool]:
    """The canonical bytes, and whether reading them gives this very value again.

    Where nothing within needs more than the text of a Decimal, orjson writes the same bytes, many
    times as fast.
    """
    is_plain, is_as_read = _survey(value)
    if is_plain:
        try:
            return orjson.dumps(value, default=_text, option=orjson.OPT_SORT_KEYS), is_as_read
        except orjson.JSONEncodeError:
            pass
    text = json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8"), False


def digest(value: JsonValue, *, without: Iterable[str] = ()) -> str:
    """SHA-256 (hex) of the canonical form less the keys named in `without`, at any depth."""
    dropped = frozenset(without)
    kept = _less(value, dropped) if dropped else value
    return hashlib.sha256(canonical(kept)).hexdigest()


def _decimal(token: str) -> Decimal:
    if len(token) > _MAX_DIGITS:
        raise ValueError("a number too long to be an amount")
    try:
        number = Decimal(token)
    except InvalidOperation as error:
        raise ValueError("a number that no amount can be") from error
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MAX_DIGITS:
        raise ValueError("a number too large to be an amount")
    return number


def _integer(token: str) -> int:
    if len(token) > _MAX_DIGITS:
        raise ValueError("an integer too large to be read")
    return int(token)


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(f"{token} is not JSON")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a key twice")
    return found


def _check(value: JsonValue, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif depth == MAX_DEPTH and isinstance(value, Mapping | Sequence):
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth + 1)
    elif isinstance(value, Sequence):
        for item in value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ValueError("a text holds NUL")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a text holds a lone surrogate")


def _plain(value: JsonValue) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if value in _INT64 else str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value]


def _text(number: Decimal) -> str:
    return str(number)


def _survey(value: JsonValue) -> tuple[bool, bool]:
    """Whether orjson writes all within canonically, and whether that reads back the same.

    No float, no integer beyond 64 bits, no kind that only looks like a list or an object.
    """
    is_as_read = True
    found: list[object] = [value]
    for item in found:
        kind = type(item)
        if kind is str or kind is bool or item is None:
            continue
        if isinstance(item, dict) and kind is dict:
            found.extend(item.values())
        elif isinstance(item, list) and kind is list:
            found.extend(item)
        elif isinstance(item, int) and kind is int:
            if item not in _INT64:
                return False, False
        elif kind is Decimal:
            is_as_read = False
        else:
            return False, False
    return True, is_as_read


def _less(value: JsonValue, dropped: frozenset[str]) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _less(item, dropped) for key, item in value.items() if key not in dropped}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_less(item, dropped) for item in value]
    return value
