"""What a file says of the sandbox's SYSPRO: its seats, denials, limits and the quirks of releases.

A JSON object whose members bear the names of `SysproSettings`; those left out stay as they are.
Pure.
"""

from collections.abc import Mapping
from dataclasses import replace

from engine.sandbox.json_fields import Fields
from engine.sandbox.syspro.sessions import TokenForm
from engine.sandbox.syspro.settings import SysproSettings, Wrapping

_TOKEN_FORMS: Mapping[str, TokenForm] = {"v7": "v7", "v8": "v8"}
_WRAPPINGS: Mapping[str, Wrapping] = {"raw": "raw", "json": "json", "string": "string"}


def changed_settings(settings: SysproSettings, given: object) -> SysproSettings:
    """The settings as the file's value changes them; raises `BadInput`.

    `operators` are names with passwords beside those there are; operators' names are upper case.
    """
    fields = Fields(given, "the file")
    changed = replace(
        settings,
        operators={**settings.operators, **_passwords(fields)},
        shared_operators=_operators(fields, "shared_operators"),
        barred_operators=_operators(fields, "barred_operators"),
        denied_objects=_denials(fields),
        idle_timeout_s=fields.seconds("idle_timeout_s", settings.idle_timeout_s),
        seats=fields.whole("seats", settings.seats),
        seat_timeout_s=fields.seconds("seat_timeout_s", settings.seat_timeout_s),
        url_limit=fields.whole("url_limit", settings.url_limit, least=100),
        token_form=_TOKEN_FORMS[fields.choice("token_form", _TOKEN_FORMS, settings.token_form)],
        wrapping=_WRAPPINGS[fields.choice("wrapping", _WRAPPINGS, settings.wrapping)],
        has_post_ld=fields.flag("has_post_ld", settings.has_post_ld),
        has_soap=fields.flag("has_soap", settings.has_soap),
        refuses_parallel_calls=fields.flag(
            "refuses_parallel_calls", settings.refuses_parallel_calls
        ),
    )
    fields.done()
    return changed


def _passwords(fields: Fields) -> dict[str, str]:
    if not fields.has("operators"):
        return {}
    named = Fields(fields.take("operators"), "operators")
    return {name.upper(): named.text(name) for name in named.given}


def _operators(fields: Fields, name: str) -> frozenset[str]:
    if not fields.has(name):
        return frozenset()
    return frozenset(operator.upper() for operator in fields.texts(name))


def _denials(fields: Fields) -> dict[str, frozenset[str]]:
    """The business objects denied to each operator."""
    if not fields.has("denied_objects"):
        return {}
    named = Fields(fields.take("denied_objects"), "denied_objects")
    return {
        operator.upper(): frozenset(item.upper() for item in named.texts(operator))
        for operator in named.given
    }
