"""Bodies of writes: JSON, form, multipart or XML (procurify.md §1.17), and the check of fields.

Unknown fields are ignored, like unknown parameters. The words of the errors are Django REST
Framework's (inferred); the envelope is that of §6.3.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeAlias, cast
from xml.etree import ElementTree

from aiohttp import web

from engine.sandbox.procurify.pages import Refused

Kind: TypeAlias = Literal["text", "integer", "decimal", "boolean", "date", "instant", "list", "map"]
Body: TypeAlias = dict[str, object]
_FALSE_WORDS, _TRUE_WORDS = {"false", "0", "no"}, {"true", "1", "yes"}
_MOST_DIGITS = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a field of a body may hold; `longest` counts characters, `places` decimals."""

    kind: Kind
    is_required: bool = True
    is_nullable: bool = False
    may_be_blank: bool = False
    longest: int | None = None
    places: int | None = None
    choices: frozenset[object] | None = None


class _Wrong(ValueError):
    def __init__(self, text: str, code: str = "invalid") -> None:
        super().__init__(text)
        self.code = code


async def read_body(request: web.Request) -> object:
    """The body as plain values; 400 when it cannot be read, 415 for another content type."""
    kind = request.content_type
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        posted = await request.post()
        return {name: text for name, text in posted.items() if isinstance(text, str)}
    raw = await request.read()
    if not raw.strip():
        return {}
    if kind in {"application/xml", "text/xml"}:
        return _from_xml(raw)
    if kind not in {"application/json", "application/octet-stream"}:
        raise Refused(415, f'Unsupported media type "{kind}" in request.', "unsupported_media_type")
    try:
        return json.loads(raw, parse_float=Decimal)
    except ValueError as error:
        raise Refused(400, "JSON parse error.", "parse_error") from error


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
    if value is None:
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
    if not amount.is_finite() or amount.adjusted() >= _MOST_DIGITS:
        raise _Wrong("A valid number is required.")
    exponent = amount.as_tuple().exponent
    if field.places is not None and isinstance(exponent, int) and -exponent > field.places:
        raise _Wrong(
            f"Ensure that there are no more than {field.places} decimal places.",
            "max_decimal_places",
        )
    return amount


def _moment(field: Field, value: object) -> date | datetime:
    text = str(value)
    try:
        if field.kind == "date":
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _Wrong("Date has wrong format.") from error
    return instant if instant.tzinfo else instant.astimezone()


def _from_xml(raw: bytes) -> object:
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Refused(400, "XML parse error.", "parse_error")
    try:
        root = ElementTree.fromstring(raw)
    except ElementTree.ParseError as error:
        raise Refused(400, "XML parse error.", "parse_error") from error
    return _element(root)


def _element(element: ElementTree.Element) -> object:
    children = list(element)
    if not children:
        return element.text or ""
    if all(child.tag == "list-item" for child in children):
        return [_element(child) for child in children]
    return {child.tag: _element(child) for child in children}


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


def invalid_id(name: str, identity: object) -> Refused:
    """The refusal of an id that nothing has."""
    return Refused.fields(
        {name: (f'Invalid pk "{identity}" - object does not exist.', "does_not_exist")}
    )
