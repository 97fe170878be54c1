"""What a file says of the sandbox's Procurify: the rights of the role, limits, the slash rule.

A JSON object whose members bear the names of `ProcurifySettings`; those left out stay as they are.
Pure.
"""

from dataclasses import replace

from engine.sandbox.json_fields import BadInput, Fields
from engine.sandbox.procurify.settings import RESOURCES, ProcurifySettings, RateLimit


def changed_settings(settings: ProcurifySettings, given: object) -> ProcurifySettings:
    """The settings as the file's value changes them; raises `BadInput`."""
    fields = Fields(given, "the file")
    changed = replace(
        settings,
        denied=_denied(fields),
        limit=_limit(fields),
        redirects_slash=fields.flag("redirects_slash", settings.redirects_slash),
        has_old_payments=fields.flag("has_old_payments", settings.has_old_payments),
        largest_size=fields.whole("largest_size", settings.largest_size, least=1),
        token_lifetime_s=fields.whole("token_lifetime_s", settings.token_lifetime_s, least=1),
    )
    fields.done()
    return changed


def _denied(fields: Fields) -> frozenset[str]:
    """Resources as "bills", or as "bills:write" for their writes alone."""
    if not fields.has("denied"):
        return frozenset()
    denied = frozenset(fields.texts("denied"))
    unknown = sorted(name for name in denied if name.removesuffix(":write") not in RESOURCES)
    if unknown:
        raise BadInput(f"the file: denied {unknown[0]} is none of {', '.join(sorted(RESOURCES))}")
    return denied


def _limit(fields: Fields) -> RateLimit | None:
    if not fields.has("limit"):
        return None
    named = Fields(fields.take("limit"), "limit")
    limit = RateLimit(
        requests=named.whole("requests", least=1),
        window_s=named.seconds("window_s", 1.0),
        retry_after=named.flag("retry_after", True),
    )
    named.done()
    return limit
