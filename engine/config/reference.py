"""Every setting with its type, default and meaning: what the README's table must say. Pure."""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from engine.config.environment import Environment
from engine.config.faults import table_of
from engine.config.whole import Config

_TYPES = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    date: "date",
    Decimal: "decimal in quotes",
    tuple: "list of texts",
    SecretStr: "secret text",
    dict: "table",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting; `default` is "required" where there is none."""

    name: str
    type: str
    default: str
    meaning: str


def settings() -> list[Setting]:
    """Every setting of the file, in its order, then the environment variables."""
    return [*_settings(Config, ""), *_variables()]


def _settings(model: type[BaseModel], prefix: str) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        inner = table_of(field.annotation)
        if inner is None:
            yield _setting(prefix + name, field)
        else:
            listed = get_origin(field.annotation) is tuple
            yield from _settings(inner, f"{prefix}{name}{'[]' if listed else ''}.")


def _setting(name: str, field: FieldInfo) -> Setting:
    return Setting(
        name=name,
        type=_type(field.annotation),
        default="required" if field.is_required() else _default(field),
        meaning=field.description or "",
    )


def _variables() -> Iterator[Setting]:
    for field in Environment.model_fields.values():
        yield Setting(
            name=f"${field.validation_alias}",
            type=_type(field.annotation),
            default="not set",
            meaning=field.description or "",
        )


def _default(field: FieldInfo) -> str:
    value: object = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value in ("", (), {}):
        return "not set"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value).removesuffix(".0")


def _type(annotation: object) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(str(word) for word in get_args(annotation))
    if get_origin(annotation) in (types.UnionType, Union, Annotated):
        return _type(next(part for part in get_args(annotation) if part is not type(None)))
    plain = get_origin(annotation) or annotation
    return _TYPES[plain] if isinstance(plain, type) else str(plain)
