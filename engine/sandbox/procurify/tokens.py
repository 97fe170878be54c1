"""Bearer tokens: 24 hours, JWT-looking, without a refresh token (procurify.md §1.4–1.14).

A wrong secret is answered with 401 and an echo of the request, secrets included (§1.12); another
audience than the documented one likewise (invented).
"""

import base64
import hmac
import secrets
from dataclasses import dataclass

import orjson
from aiohttp import web

from engine.sandbox.procurify.desk import Desk
from engine.sandbox.procurify.printing import Json, printed
from engine.sandbox.procurify.settings import ProcurifySettings

AUDIENCE = "https://api.procurify.com/"
_HEADER = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The application's client id and secret."""

    client_id: str
    client_secret: str


class Tokens:
    """The tokens given out, and until when each holds."""

    def __init__(
        self,
        credentials: Credentials,
        domain: str,
        desk: Desk,
        settings: ProcurifySettings | None = None,
    ) -> None:
        self._credentials = credentials
        self._domain = domain
        self._settings = settings or ProcurifySettings()
        self._desk = desk
        self._until: dict[str, float] = {}
        self._basic: set[str] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """POST /oauth/token: a new token for the right client, else 401 with the echo."""
        try:
            body: object = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            body = {}
        fields = body if isinstance(body, dict) else {}
        if not self._is_right(fields):
            return web.Response(
                status=401, body=printed(_refusal(fields)), content_type="application/json"
            )
        token = self._issue()
        answer: dict[str, Json] = {
            "access_token": token,
            "scope": f"urn:procurify-api:domain:{self._domain} "
            f"urn:procurify-api:email:{self._desk.owner.user.email}",
            "expires_in": self._settings.token_lifetime_s,
            "token_type": "Bearer",
        }
        return web.Response(body=printed(answer), content_type="application/json")

    def is_live(self, authorization: str) -> bool:
        """Whether a header bears a token that still holds, or an issued Basic string (§1.11)."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "basic":
            return token.strip() in self._basic
        until = self._until.get(token.strip())
        return (
            scheme.lower() == "bearer" and until is not None and self._settings.monotonic() < until
        )

    def issue_basic(self) -> str:
        """A Basic string of the integration user, that holds until the server ends (§3.1)."""
        plain = f"integrations@{self._domain}.example:{secrets.token_hex(16)}"
        text = base64.b64encode(plain.encode()).decode()
        self._basic.add(text)
        return text

    def is_owner(self, authorization: str) -> bool:
        """Whether the header is the Basic one of who owns the application (invented)."""
        plain = f"{self._credentials.client_id}:{self._credentials.client_secret}"
        wanted = "Basic " + base64.b64encode(plain.encode()).decode()
        return hmac.compare_digest(authorization.encode(), wanted.encode())

    def expire(self) -> None:
        """No token given out so far holds any longer."""
        self._until.clear()

    def _is_right(self, fields: dict[str, object]) -> bool:
        given = (str(fields.get("client_id", "")), str(fields.get("client_secret", "")))
        wanted = (self._credentials.client_id, self._credentials.client_secret)
        is_same = hmac.compare_digest("\0".join(given).encode(), "\0".join(wanted).encode())
        return (
            is_same
            and fields.get("grant_type") == "client_credentials"
            and fields.get("audience") == AUDIENCE
            and self._settings.is_owner_active
            and self._desk.owner.is_active
        )

    def _issue(self) -> str:
        now = int(self._settings.clock().timestamp())
        lifetime_s = self._settings.token_lifetime_s
        claims = {"iat": now, "exp": now + lifetime_s, "jti": secrets.token_hex(8)}
        parts = (orjson.dumps(_HEADER), orjson.dumps(claims), secrets.token_bytes(32))
        token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        self._until[token] = self._settings.monotonic() + lifetime_s
        return token


def _refusal(fields: dict[str, object]) -> dict[str, Json]:
    names = ("grant_type", "client_id", "client_secret")
    echo: dict[str, Json] = {name: str(fields[name]) for name in names if name in fields}
    return {"data": echo, "errors": {"detail": {"message": "Unauthorized"}}}
