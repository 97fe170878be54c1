"""Bodies of writes: JSON, form, multipart or XML (procurify.md §1.17), and the check of fields.

Unknown fields are ignored, like unknown parameters. The words of the errors are Django REST
Framework's (inferred); the envelope is that of §6.3.
"""

import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias, cast

import orjson
from aiohttp import web

from engine.sandbox.procurify.body_texts import Given, from_form, from_xml
from engine.sandbox.procurify.pages import Refused
from engine.sandbox.procurify.printing import ZONE

Kind: TypeAlias = Literal[
    "text", "email", "integer", "decimal", "boolean", "date", "instant", "list", "map"
]
Body: TypeAlias = dict[str, object]
_FALSE_WORDS, _TRUE_WORDS = {"false", "0", "no"}, {"true", "1", "yes"}
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_LONGEST_WHOLE = 18
_YEARS = range(1900, 9000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a field of a body may hold; `longest` counts characters, `places` decimals.

    A decimal has no sign and at most `digits` before its point: the document's patterns.
    """

    kind: Kind
    is_required: bool = True
    is_nullable: bool = False
    may_be_blank: bool = False
    longest: int | None = None
    places: int | None = None
    digits: int = 13
    choices: frozenset[object] | None = None


class _Wrong(ValueError):
    def __init__(self, text: str, code: str = "invalid") -> None:
        super().__init__(text)
        self.code = code


async def read_body(request: web.Request) -> object:
    """The body as plain values; 400 when it cannot be read, 415 for another content type."""
    kind = request.content_type if "Content-Type" in request.headers else "application/json"
    if kind in _FORMS:
        return await _read_form(request)
    raw = await request.read()
    if not raw.strip():
        return {}
    if kind in {"application/xml", "text/xml"}:
        try:
            return from_xml(raw)
        except ValueError as error:
            raise Refused(400, "XML parse error.", "parse_error") from error
    if kind != "application/json":
        raise Refused(415, f'Unsupported media type "{kind}" in request.', "unsupported_media_type")
    try:
        orjson.loads(raw)  # refuses what could not be printed again, such as half a surrogate pair
        return json.loads(raw, parse_float=Decimal, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "JSON parse error.", "parse_error") from error


async def _read_form(request: web.Request) -> object:
    try:
        posted = await request.post()
    except (ValueError, LookupError) as error:
        raise Refused(400, "Form parse error.", "parse_error") from error
    return from_form((name, text) for name, text in posted.items() if isinstance(text, str))


def _whole(text: str) -> int | Decimal:
    """An integer token, as a decimal where JSON could not print the integer again."""
    return int(text) if len(text) <= _LONGEST_WHOLE else Decimal(text)


async def read_fields(
    request: web.Request, fields: Mapping[str, Field], *, is_partial: bool = False
) -> Body:
    """The checked fields of a body that is one object."""
    body = await read_body(request)
    if not isinstance(body, dict):
        raise Refused(400, "Invalid data. Expected a dictionary.", "invalid", "null")
    return check(body, fields, is_partial=is_partial)


def check(
    body: Mapping[str, object], fields: Mapping[str, Field], *, is_partial: bool = False
) -> Body:
    """The known fields of the body, each as its kind; raises `Refused` naming every wrong one."""
    errors: dict[str, tuple[str, str]] = {}
    checked: Body = {}
    for name, field in fields.items():
        if name not in body:
            if field.is_required and not is_partial:
                errors[name] = ("This field is required.", "required")
            continue
        try:
            checked[name] = _value(field, body[name])
        except _Wrong as wrong:
            errors[name] = (str(wrong), wrong.code)
    if errors:
        raise Refused.fields(errors)
    return checked


def _value(field: Field, value: object) -> object:
    if value is None or (isinstance(value, Given) and not value and field.kind != "list"):
        if value is not None and field.kind in {"text", "email"} and field.may_be_blank:
            return ""
        if field.is_nullable:
            return None
        raise _Wrong("This field may not be null.", "null")
    checked = _typed(field, value)
    if field.choices is not None and checked not in field.choices:
        raise _Wrong(f'"{checked}" is not a valid choice.', "invalid_choice")
    return checked


def _typed(field: Field, value: object) -> object:
    match field.kind:
        case "text":
            return _text(field, value)
        case "email":
            return email_of(_text(field, value))
        case "integer":
            if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", str(value)):
                raise _Wrong("A valid integer is required.")
            return int(str(value))
        case "decimal":
            return _decimal(field, value)
        case "boolean":
            word = str(value).lower()
            if word not in _TRUE_WORDS | _FALSE_WORDS:
                raise _Wrong("Must be a valid boolean.")
            return word in _TRUE_WORDS
        case "date" | "instant":
            return _moment(field, value)
        case "list":
            if isinstance(value, Given):
                return [text for text in value.texts if text]
            if not isinstance(value, list):
                raise _Wrong("Expected a list of items.", "not_a_list")
            return value
        case "map":
            if not isinstance(value, dict):
                raise _Wrong("Expected a dictionary of items.", "not_a_dict")
            return value


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise _Wrong("Not a valid string.")
    text = str(value).strip()
    if "\0" in text:
        raise _Wrong("Null characters are not allowed.", "null_characters_not_allowed")
    if not text and not field.may_be_blank:
        raise _Wrong("This field may not be blank.", "blank")
    if field.longest is not None and len(text) > field.longest:
        raise _Wrong(
            f"Ensure this field has no more than {field.longest} characters.", "max_length"
        )
    return text


def _decimal(field: Field, value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise _Wrong("A valid number is required.") from error
    if not amount.is_finite() or (amount and amount.adjusted() >= field.digits):
        raise _Wrong("A valid number is required.")
    if amount < 0:
        raise _Wrong("Ensure this value is greater than or equal to 0.", "min_value")
    exponent = amount.as_tuple().exponent
    if field.places is not None and isinstance(exponent, int) and -exponent > field.places:
        raise _Wrong(
            f"Ensure that there are no more than {field.places} decimal places.",
            "max_decimal_places",
        )
    return amount


def _moment(field: Field, value: object) -> date | datetime:
    """The day or instant; one without a zone is the location's (invented)."""
    try:
        moment: date | datetime = (
            date.fromisoformat(str(value))
            if field.kind == "date"
            else datetime.fromisoformat(str(value))
        )
    except ValueError as error:
        raise _Wrong("Date has wrong format.") from error
    if moment.year not in _YEARS:
        raise _Wrong("Date has wrong format.")
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=ZONE)
    return moment


def email_of(text: str) -> str:
    """The address, if it looks like one; raises `ValueError` for anything else."""
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise _Wrong("Enter a valid email address.")
    return text


def number_of(body: Body, name: str) -> int:
    """The checked integer of that name."""
    return cast(int, body[name])


def text_of(body: Body, name: str, default: str = "") -> str:
    """The checked text of that name, the default where it is missing or null."""
    value = body.get(name)
    return default if value is None else str(value)


def amount_of(body: Body, name: str, default: Decimal = Decimal(0)) -> Decimal:
    """The checked decimal of that name, the default where it is missing or null."""
    value = body.get(name)
    return value if isinstance(value, Decimal) else default


def rows_of(body: Body, name: str) -> Sequence[Mapping[str, object]]:
    """The objects in the list of that name; 400 for anything else in it."""
    rows = body.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(400, "Expected a list of objects.", "invalid", name)
    return rows


def ids_of(body: Body, name: str, known: Container[int]) -> list[int]:
    """The known ids in the list of that name, none where it is missing; 400 for any other."""
    ids: list[int] = []
    for given in cast(list[object], body.get(name, [])):
        text = str(given)
        identity = int(text) if re.fullmatch(r"\d{1,18}", text) else -1
        if isinstance(given, bool) or identity not in known:
            raise invalid_id(name, given)
        ids.append(identity)
    return ids


def invalid_id(name: str, identity: object) -> Refused:
    """The refusal of an id that nothing has."""
    return Refused.fields(
        {name: (f'Invalid pk "{identity}" - object does not exist.', "does_not_exist")}
    )
