"""What a sandbox SYSPRO is told at its start: who may log on, how slow it is, how long a URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from engine.sandbox.syspro.sessions import SessionRules, TokenForm
from engine.sandbox.waits import AT_ONCE, Pace, Waits

Wrapping: TypeAlias = Literal["raw", "json", "string"]

SERVER_LIMITS: Final[Mapping[str, int]] = {"max_line_size": 1_048_576, "max_field_size": 65_536}
"""Arguments for aiohttp's AppRunner, so that a long URL reaches the application and its cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SysproSettings:
    """The settings of one server: how long a query and a post take, and the rest.

    The default URL cap is http.sys's 16 KB, the idle time-out 20 minutes: both are decisions
    (syspro.md §8). `company_passwords` are by company, blank unless set (§2). `denied_objects`
    names, by operator, the business objects whose functional area is denied to him;
    `barred_operators` may not use e.net at all; `wrapping` is how replies are packed; `seats` 0
    counts none.
    """

    operators: Mapping[str, str] = field(default_factory=lambda: {"PROCSYNC": "procsync"})
    company_passwords: Mapping[str, str] = field(default_factory=dict)
    odata_user: str = "ODATA"
    odata_password: str = "odata"
    query: Pace = AT_ONCE
    post: Pace = AT_ONCE
    seed: int = 0
    url_limit: int = 16_384
    body_limit_bytes: int = 16 * 1024 * 1024
    idle_timeout_s: float = 1_200.0
    service_version: str = "7.0.0.6"
    service_name: str = "SYSPROWCFService"
    token_form: TokenForm = "v7"
    seats: int = 0
    seat_timeout_s: float = 300.0
    shared_operators: frozenset[str] = frozenset()
    barred_operators: frozenset[str] = frozenset()
    denied_objects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    refuses_parallel_calls: bool = False
    wrapping: Wrapping = "raw"
    has_post_ld: bool = True
    has_soap: bool = True

    @property
    def session_rules(self) -> SessionRules:
        """What sessions are told of these settings."""
        return SessionRules(
            idle_timeout_s=self.idle_timeout_s,
            token_form=self.token_form,
            seats=self.seats,
            seat_timeout_s=self.seat_timeout_s,
            shared_operators=self.shared_operators,
        )


class Latency:
    """How long the next call takes; the same seed gives the same waits."""

    def __init__(self, settings: SysproSettings) -> None:
        self.query = Waits(settings.query, seed=settings.seed, kind="query")
        self.post = Waits(settings.post, seed=settings.seed, kind="post")
