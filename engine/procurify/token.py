"""The bearer token of one domain: fetched once for all who wait, renewed before it ends.

OAuth 2.0 client credentials as JSON (procurify.md §1.4–1.8). The token endpoint's 401 echoes the
client secret (§1.12), so no error of this module quotes a body, and a cause is never chained
from one. Refused credentials are not tried again for a while unless they change. Where it is
early to renew a token and none is to be had, the old one serves on.
"""

import asyncio
import re
from collections.abc import Mapping

from engine.clock import Clock
from engine.core.canonical import JsonValue
from engine.errors import EngineError, Malformed, Misconfigured, Throttled, Transient, Unauthorized
from engine.pacing.retry_after import retry_after_s
from engine.procurify.client_wire import Wire
from engine.procurify.replies import Reply
from engine.procurify.settings import ProcurifySettings

AUDIENCE = "https://api.procurify.com/"
RENEW_BEFORE_S = 300.0
PAUSE_AFTER_FAILURE_S = 60.0
SHORTEST_LIFE_S = 60.0
LONGEST_LIFE_S = 86_400.0
PAUSE_AFTER_REFUSAL_S = 900.0
PAUSE_ON_LOOPBACK_S = 5.0
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


class TokenKeeper:
    """Holds one token. All methods may be called by many at once: one request goes out."""

    def __init__(self, settings: ProcurifySettings, wire: Wire, clock: Clock) -> None:
        self._settings = settings
        self._wire = wire
        self._clock = clock
        self._turn = asyncio.Lock()
        self._token = ""
        self._life_s = 0.0
        self._ends_at_s = 0.0
        self._early_at_s = 0.0
        self._refused: tuple[str, str] | None = None
        self._refusal = ""
        self._paused_until_s = 0.0

    async def freshen(self) -> None:
        """The token lasts for the next five minutes (or half its life, if that is shorter).

        One that has not ended stays where another cannot be had now, and for the next minute no
        other is asked for.
        """
        left_s = min(RENEW_BEFORE_S, self._life_s / 2)
        try:
            await self._ensure(left_s if self._clock.monotonic() >= self._early_at_s else 0.0)
        except (Transient, Malformed):
            if self._lasts(0.0):
                self._early_at_s = self._clock.monotonic() + PAUSE_AFTER_FAILURE_S
                return
            raise

    async def bearer(self) -> str:
        """A token that has not ended."""
        await self._ensure(0.0)
        return self._token

    async def renew(self, refused: str) -> str:
        """A token other than `refused`, which the API did not take."""
        async with self._turn:
            if not self._token or self._token == refused:
                await self._fetch()
            return self._token

    def distrust(self, text: str) -> None:
        """A token just given out was refused as well: no more are asked for, for a while."""
        self._pause(self._settings.credentials(), text)

    async def _ensure(self, left_s: float) -> None:
        async with self._turn:
            if not self._lasts(left_s):
                await self._fetch()

    def _lasts(self, left_s: float) -> bool:
        return bool(self._token) and self._ends_at_s - self._clock.monotonic() > left_s

    async def _fetch(self) -> None:
        credentials = self._settings.credentials()
        if credentials == self._refused and self._clock.monotonic() < self._paused_until_s:
            raise Unauthorized(self._refusal)
        reply = await self._wire.send(
            "POST",
            self._settings.token_endpoint,
            {
                "client_id": credentials[0],
                "client_secret": credentials[1],
                "audience": AUDIENCE,
                "grant_type": "client_credentials",
            },
            {},
        )
        failure = self._failure(reply)
        if failure is not None:
            if isinstance(failure, Unauthorized):
                self._pause(credentials, str(failure))
            raise failure
        self._token, self._life_s = read_token(reply, self._host)
        self._ends_at_s = self._clock.monotonic() + self._life_s
        self._refused = None

    def _pause(self, credentials: tuple[str, str], text: str) -> None:
        is_near = self._settings.is_loopback
        seconds = PAUSE_ON_LOOPBACK_S if is_near else PAUSE_AFTER_REFUSAL_S
        self._refused, self._refusal = credentials, text
        self._paused_until_s = self._clock.monotonic() + seconds

    @property
    def _host(self) -> str:
        return self._settings.host

    def _failure(self, reply: Reply) -> EngineError | None:
        status, host = reply.status, self._host
        if status == 200:
            return None
        if status in (400, 401, 403):
            return Unauthorized(
                f"client id or secret refused by {host} ({status}): check both, and that the "
                "API application and its owner are active in Procurify"
            )
        if status in (404, 405) or 300 <= status < 400:
            return Misconfigured(
                f"{host} gives out no tokens here ({status}): check base_url (the subdomain) "
                "and token_url"
            )
        if status == 429:
            wait_s = retry_after_s(reply.retry_after, now=self._clock.now())
            return Throttled(f"{host}: too many token requests (429)", retry_after_s=wait_s)
        if status in (408, 425) or status >= 500:
            return Transient(f"{host}: no token now ({status})")
        return Malformed(f"{host}: an unexpected answer of the token endpoint ({status})")


def read_token(reply: Reply, host: str) -> tuple[str, float]:
    """The token and its life in seconds; raises `Malformed`, quoting nothing."""
    value: JsonValue = None
    if "html" in reply.content_type.lower():
        raise Malformed(f"{host}: a web page instead of a token; check base_url and token_url")
    try:
        value = reply.value
    except Malformed:
        value = None
    token = value.get("access_token") if isinstance(value, Mapping) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise Malformed(f"{host}: the token endpoint's answer holds no usable token")
    life = value.get("expires_in") if isinstance(value, Mapping) else None
    return token, _life_s(life)


def _life_s(value: JsonValue) -> float:
    digits = str(value).strip() if isinstance(value, int | str) else ""
    is_number = digits.isascii() and digits.isdigit() and not isinstance(value, bool)
    seconds = float(digits[:12]) if is_number else 0.0
    return min(max(seconds, SHORTEST_LIFE_S), LONGEST_LIFE_S)
