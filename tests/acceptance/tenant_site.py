"""One engine before two tenants, each with a sandbox of its own; the second's hosts can hang."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from engine_site import Site, opened
from site_config import read, through, write
from site_programs import roomy, sandbox
from wire_proxy import WireProxy

from engine.config import load
from engine.service.bootstrap import take_bootstrap
from engine.service.foundation import foundation

SECOND = "globex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tenants before one database; both sites share their engines."""

    first: Site
    second: Site
    hosts: tuple[WireProxy, WireProxy]

    def hang(self) -> None:
        """The second's Procurify and SYSPRO take requests and never answer."""
        for host in self.hosts:
            host.hang()

    def answer_again(self) -> None:
        """The second's hosts answer."""
        for host in self.hosts:
            host.answer_again()


@asynccontextmanager
async def pair(documents: int, others: int, *, seed: int = 7) -> AsyncIterator[Pair]:
    """Two sandboxes listen, the log knows both tenants' bootstrap; no engine runs yet."""
    folder = roomy()
    async with AsyncExitStack() as stack:
        program, ready = await sandbox(folder, seed=seed + 1, documents=others, numbering="auto")
        stack.push_async_callback(program.kill)
        other = read(Path(ready["config"]))
        procurify, syspro = [
            await stack.enter_async_context(WireProxy(origin(ready, host)).running())
            for host in ("procurify", "syspro")
        ]
        through(syspro, other)
        (tenant,) = other["tenants"]
        tenant["name"] = SECOND
        tenant["procurify"]["base_url"] = procurify.origin
        site = await stack.enter_async_context(
            opened(seed=seed, documents=documents, edit=lambda tree: tree["tenants"].append(tenant))
        )
        both = read(site.config)
        alone = folder / "alone.toml"
        write(alone, {**other, "database": both["database"], "vault": both["vault"]})
        async with foundation(load(str(alone))) as ground:
            await take_bootstrap(ground, await ground.vault())
        second = replace(site, tenant=SECOND, ready=ready, sandbox=program)
        yield Pair(first=site, second=second, hosts=(procurify, syspro))


def origin(ready: dict[str, dict[str, str]], host: str) -> str:
    """Scheme, host and port of a host of the ready line."""
    return "/".join(ready[host]["base_url"].split("/")[:3])
