"""A site whose documents keep changing, and what its engine takes of its machine meanwhile."""

import asyncio
from dataclasses import asdict, dataclass

from engine_site import Site
from site_people import apply
from verb_site import series

POLLS = "procurify_syspro_polls_total"
LISTS = ("purchase_orders", "bills")
READ_TWICE = 2
NEARLY_NONE = 50
"""Every poll is an event, so that a few are always to be folded."""
ROUND_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an engine holds at one instant.

    `connections`: those that its database has, of the engine and of the test that looks.
    """

    memory_bytes: int
    descriptors: int
    connections: int

    def is_within(self, most: "Taken") -> bool:
        """Whether it is at most so much of everything."""
        return (
            self.memory_bytes <= most.memory_bytes
            and self.descriptors <= most.descriptors
            and self.connections <= most.connections
        )

    def plain(self) -> dict[str, int]:
        """As JSON values."""
        return asdict(self)


MOST = Taken(memory_bytes=256 << 20, descriptors=64, connections=20)
"""What an engine of one tenant and one company may take: two pools of ten connections, ours and
its; as many descriptors besides as a dozen calls, the listener and the logs need, with room."""


async def taken(site: Site, port: int) -> Taken:
    """What the engine on that port takes now."""
    shown = await series(port)
    row = await site.ground.database.fetchrow(
        "SELECT count(*) AS many FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    assert row is not None
    return Taken(
        memory_bytes=int(shown["process_resident_memory_bytes"]),
        descriptors=int(shown["process_open_fds"]),
        connections=int(row["many"]),
    )


async def changed(site: Site, port: int, mark: str) -> None:
    """Every order and bill has another text, and the engine has read and planned them all."""
    books = (await site.state("purchase_orders,bills"))["procurify"]
    orders = [
        {"do": "set", "kind": "purchase_order", "id": row["id"], "fields": {"comment": mark}}
        for row in books["purchase_orders"]
    ]
    bills = [
        {"do": "set", "kind": "bill", "id": row["uuid"], "fields": {"note": mark}}
        for row in books["bills"]
    ]
    await apply(site, *orders, *bills)
    before = await series(port)
    async with asyncio.timeout(ROUND_S):
        while not _is_read(before, await series(port)):
            await asyncio.sleep(0.1)


def _is_read(before: dict[str, float], now: dict[str, float]) -> bool:
    """Whether both lists were read from their beginning since, and nearly all is folded."""
    lists = [
        name
        for name in now
        if name.startswith(POLLS) and 'side="procurify"' in name and 'outcome="finished"' in name
        if any(f'resource="{resource}"' in name for resource in LISTS)
    ]
    lag = [now[name] for name in now if name.startswith("procurify_syspro_projection_lag_events")]
    return (
        len(lists) == len(LISTS)
        and all(now[name] >= before.get(name, 0.0) + READ_TWICE for name in lists)
        and max(lag) <= NEARLY_NONE
    )
