"""Host names to addresses for the HTTP clients, without those that the engine never talks to.

A name that was in order when it was configured may lead anywhere when it is dialled (DNS
rebinding, reliability.md X6). Both clients dial only what this resolver answers, so the rule of
`config.hosts` holds for the dialled address as well; an address written as such is never
resolved and was judged with the configuration. Addresses of a private network pass (SYSPRO stands
in one), except for names below a domain that is known to be public.
"""

import socket
from collections.abc import Callable, Sequence

from aiohttp import ClientConnectorDNSError, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from engine.config.hosts import resolved_fault


class Misdirected(OSError):
    """Every address that a name leads to is one that the engine never talks to."""


class GuardedResolver(AbstractResolver):
    """The system's resolver, its answers judged. Names below `public` lead to no private network.

    `system` makes the resolver that is asked, once there is an event loop.
    """

    def __init__(
        self, *, public: str = "", system: Callable[[], AbstractResolver] = ThreadedResolver
    ) -> None:
        self._public = public
        self._system = system()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses that may be dialled, at least one; raises `Misdirected` when none may."""
        found = await self._system.resolve(host, port, family)
        is_public = bool(self._public) and host.endswith(self._public)
        faults = [resolved_fault(host, each["host"], is_public=is_public) for each in found]
        allowed = _without_fault(found, faults)
        if allowed:
            return allowed
        raise Misdirected(f"{host}: {faults[0]}") if faults else OSError(f"{host}: no address")

    async def close(self) -> None:
        """The system's resolver is closed."""
        await self._system.close()


def is_misdirected(error: Exception) -> bool:
    """Whether a request was not sent because its host's name leads where we never go."""
    return isinstance(error, ClientConnectorDNSError) and isinstance(error.__cause__, Misdirected)


def _without_fault(found: Sequence[ResolveResult], faults: Sequence[str]) -> list[ResolveResult]:
    return [each for each, fault in zip(found, faults, strict=True) if not fault]
