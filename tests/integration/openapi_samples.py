"""Procurify's OpenAPI document as the sheet corrects it, and a strict check of a reply against it.

Strict: an unknown property is an error, null needs `nullable`, formats and patterns are checked,
and read-only properties must be there unless a delta names them as sometimes absent.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

FOLDER = Path(__file__).parents[1] / "samples" / "procurify"
Schema = dict[str, Any]


class Document:
    """The operations and schemas, after the deltas."""

    def __init__(self) -> None:
        kept = json.loads((FOLDER / "openapi-2024.json").read_text(encoding="utf-8"))
        self.deltas: list[Schema] = json.loads((FOLDER / "deltas.json").read_text("utf-8"))
        self.schemas: dict[str, Schema] = kept["schemas"]
        self.operations: dict[tuple[str, str], Schema] = {
            (row["method"], with_slash(row["path"])): row for row in kept["operations"]
        }
        self.may_miss: set[tuple[str, str]] = set()
        for delta in self.deltas:
            self._apply(delta)

    def _apply(self, delta: Schema) -> None:
        if "operation" in delta:
            method, path = delta["operation"].split(" ")
            self.operations[method, path] = {
                "status": delta.get("status", 200),
                "schema": delta["answer"],
            }
            return
        if "define" in delta:
            self.schemas[delta["define"]] = delta["as"]
            return
        for name in delta["schemas"]:
            schema = self.schemas[name]
            properties = schema.get("properties", {})
            for key, added in delta.get("add", {}).items():
                properties[key] = added
            for key in delta.get("remove", []):
                del properties[key]
                schema["required"] = [one for one in schema.get("required", []) if one != key]
            for key in delta.get("may_be_absent", []):
                assert key in properties, (name, key)
                self.may_miss.add((name, key))
                schema["required"] = [one for one in schema.get("required", []) if one != key]
            for key, changed in delta.get("change", {}).items():
                if key:
                    properties[key] = {**properties[key], **changed}
                else:
                    schema.update(changed)

    def faults(self, schema: Schema, value: Any, path: str = "$") -> Iterator[str]:
        """What of the value is not as the schema says."""
        name = ""
        is_nullable = bool(schema.get("nullable"))
        while "$ref" in schema or "allOf" in schema:
            schema = schema["allOf"][0] if "allOf" in schema else schema
            name = schema["$ref"].rsplit("/", 1)[1]
            schema = self.schemas[name]
            is_nullable = is_nullable or bool(schema.get("nullable"))
        if value is None:
            if not is_nullable and schema:
                yield f"{path}: null ({name})"
            return
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            yield from self._object_faults(schema, value, path, name)
        elif kind == "array":
            if not isinstance(value, list):
                yield f"{path}: not a list"
                return
            for place, item in enumerate(value):
                yield from self.faults(schema["items"], item, f"{path}[{place}]")
        elif kind is not None:
            yield from scalar_faults(schema, value, path)

    def _object_faults(self, schema: Schema, value: Any, path: str, name: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{path}: not an object ({name})"
            return
        properties: dict[str, Schema] = schema.get("properties", {})
        extra = schema.get("additionalProperties", None if properties else {})
        for key, item in value.items():
            if key in properties:
                yield from self.faults(properties[key], item, f"{path}.{key}")
            elif extra is None:
                yield f"{path}.{key}: unknown ({name})"
            else:
                yield from self.faults(extra, item, f"{path}.{key}")
        wanted = {
            key
            for key, one in properties.items()
            if (key in schema.get("required", []) or one.get("readOnly"))
            and (name, key) not in self.may_miss
        }
        for key in sorted(wanted - value.keys()):
            yield f"{path}.{key}: missing ({name})"


def with_slash(path: str) -> str:
    """The path as S26 and the sheet give it (procurify.md §1.2): the copy lost its slashes."""
    return path if path == "/oauth/token" else path + "/"


def scalar_faults(schema: Schema, value: Any, path: str) -> Iterator[str]:
    """What of a plain value is not as the schema says."""
    kind, form = schema["type"], schema.get("format", "")
    is_right = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | Decimal) and not isinstance(value, bool),
    }[kind]
    if not is_right:
        yield f"{path}: {value!r} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if not isinstance(value, str):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{path}: {value!r} is out of range"
        return
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{path}: longer than {schema['maxLength']}"
    if "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value):
        yield f"{path}: {value!r} does not match {schema['pattern']}"
    try:
        check_format(form, value)
    except ValueError:
        yield f"{path}: {value!r} is no {form}"


def check_format(form: str, value: str) -> None:
    """Raises `ValueError` for a string that is not of the format."""
    if form == "date-time":
        if datetime.fromisoformat(value).tzinfo is None:
            raise ValueError(value)
    elif form == "date":
        date.fromisoformat(value)
    elif form == "uuid":
        UUID(value)
    elif form == "email":
        if value.count("@") != 1:
            raise ValueError(value)
    elif form == "uri":
        if not urlsplit(value).scheme:
            raise ValueError(value)
    elif form == "decimal":
        Decimal(value)
