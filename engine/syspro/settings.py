"""Everything that the SYSPRO side must be told about one company. Owns no socket, no table.

Passwords are callables, so that the plain text lives in the vault and, for one call, in a frame.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from engine.errors import Misconfigured

Secret = Callable[[], Awaitable[str]]
PostForm = Literal["auto", "get", "post", "soap"]


async def no_secret() -> str:
    """The empty password, which SYSPRO takes for "none" (syspro.md §1.1)."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SysproSettings:
    """One company of one SYSPRO, the operator that serves it, and how to reach both.

    `base_url` ends in `/SYSPROWCFService/Rest`. `timeout_s` bounds one post from connect to the
    last byte, `query_timeout_s` everything else, and `timeout_s` too once SYSPRO answers slowly.
    `requests_per_second` 0 means unpaced.
    `odata_url` ends in the company; empty means that reads go through COMFND. Refusals by
    `lock_errors` alone are tried again `lock_tries` times.
    """

    company: str
    base_url: str
    operator: str
    operator_password: Secret
    company_password: Secret = no_secret
    transport: PostForm = "auto"
    ca_file: str = ""
    timeout_s: float = 120.0
    query_timeout_s: float = 30.0
    connect_timeout_s: float = 5.0
    drain_s: float = 300.0
    double_read_s: float = 5.0
    doubt_limit_s: float = 14_400.0
    logons_window_s: float = 600.0
    lock_tries: int = 10
    lock_errors: tuple[str, ...] = ("990901",)
    cut_off: str = ""
    time_zone: str = "UTC"
    requests_per_second: float = 5.0
    odata_url: str = ""
    odata_user: str = ""
    odata_password: Secret = no_secret
    read_every_s: float = 300.0
    local_currency: str = "USD"

    def __post_init__(self) -> None:
        for name, url in (("base_url", self.base_url), ("odata_url", self.odata_url)):
            if url or name == "base_url":
                _check_url(name, url)
        if not 1 <= len(self.company) <= 4:
            raise Misconfigured(f"company {self.company!r} is not a SYSPRO company id of 1 to 4")
        if not self.operator:
            raise Misconfigured(f"company {self.company} has no operator")
        if not 0 < self.connect_timeout_s <= self.timeout_s + self.connect_timeout_s:
            raise Misconfigured("connect_timeout_s must be above zero")


def _check_url(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(f"{name} is not an http(s) address with a host")
    if parts.username is not None or parts.password is not None:
        raise Misconfigured(f"{name} must not hold a user or a password")
    if parts.query or parts.fragment:
        raise Misconfigured(f"{name} must not hold a query or a fragment")
