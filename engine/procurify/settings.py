"""How one Procurify domain is reached and how often it is read; checked when it is made."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import SplitResult, urlsplit

from engine.errors import Misconfigured

LONGEST_INTERVAL_S = 86_400.0
SHORTEST_INTERVAL_S = 60.0
SHORTEST_LOOPBACK_INTERVAL_S = 0.2
DOCUMENT_INTERVAL_S = 300.0
REFERENCE_INTERVAL_S = 3600.0
LARGEST_PAGE = 100
SMALLEST_PAGE = 5

Secret = str | Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcurifySettings:
    """One domain: where it is, who we are there, how fast and how often we read.

    `requests_per_second` 0 means unpaced. `schedule` gives seconds by resource; `reference` is
    the default of reference resources. Secrets may be callables and are never printed.
    """

    source: str
    base_url: str
    token_url: str = ""
    client_id: Secret = field(repr=False)
    client_secret: Secret = field(repr=False)
    requests_per_second: float = 3.0
    page_size: int = 50
    timeout_s: float = 60.0
    since: date
    schedule: Mapping[str, float] = field(default_factory=dict)
    overlap_s: float = 600.0
    payment_methods: bool = False
    allow_plain_http: bool = False

    def __post_init__(self) -> None:
        for name, url in (("base_url", self.base_url), ("token_url", self.token_endpoint)):
            _check_url(name, url, allow_plain_http=self.allow_plain_http)
        limits = (
            ("requests_per_second", self.requests_per_second, 0, 1000),
            ("page_size", self.page_size, SMALLEST_PAGE, LARGEST_PAGE),
            ("timeout_s", self.timeout_s, 0.01, 600),
            ("overlap_s", self.overlap_s, 0, 7 * 86_400),
        )
        for name, value, least, most in limits:
            if not least <= value <= most:
                raise Misconfigured(f"{name} is {value}: must lie between {least} and {most}")
        if not self.source or "/" in self.source:
            raise Misconfigured("source must be a name without a slash")
        shortest = SHORTEST_LOOPBACK_INTERVAL_S if self.is_loopback else SHORTEST_INTERVAL_S
        for name, seconds in self.schedule.items():
            if not shortest <= seconds <= LONGEST_INTERVAL_S:
                raise Misconfigured(
                    f"schedule.{name} is {seconds} s: must lie between {shortest:g} s "
                    f"and {LONGEST_INTERVAL_S:g} s"
                )

    @property
    def token_endpoint(self) -> str:
        """Where tokens are given out; by default the domain's own host (procurify.md §1.4)."""
        return self.token_url or f"{self.root}/oauth/token"

    @property
    def root(self) -> str:
        """`base_url` without a slash at its end."""
        return self.base_url.rstrip("/")

    @property
    def host(self) -> str:
        """The host's name, for texts that people read."""
        return urlsplit(self.base_url).hostname or self.base_url

    @property
    def is_loopback(self) -> bool:
        """Whether the domain is on this very machine, as a sandbox is."""
        return is_loopback(urlsplit(self.base_url))

    def interval_s(self, resource: str, *, is_reference: bool) -> float:
        """Seconds between two polls of a resource: its own, else its group's."""
        own = self.schedule.get(resource)
        if own is not None:
            return own
        reference = self.schedule.get("reference", REFERENCE_INTERVAL_S)
        return reference if is_reference else min(reference, DOCUMENT_INTERVAL_S)

    def credentials(self) -> tuple[str, str]:
        """The client id and secret as they are now."""
        return _reveal(self.client_id), _reveal(self.client_secret)


def is_loopback(parts: SplitResult) -> bool:
    """Whether the address names this machine."""
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reveal(secret: Secret) -> str:
    return secret if isinstance(secret, str) else secret()


def _check_url(name: str, url: str, *, allow_plain_http: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Misconfigured(f"{name} is not an address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Misconfigured(f"{name} must look like https://<subdomain>.procurify.com")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Misconfigured(f"{name} must not hold a user, a query or a fragment")
    if parts.scheme == "http" and not (allow_plain_http or is_loopback(parts)):
        raise Misconfigured(f"{name} must begin with https://: credentials travel over it")
