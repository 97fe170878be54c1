"""Walks every tenant's log in the background and says so when it is not as it was appended.

Once at the start and every hour after, in slices that let the work go on; nothing is stopped or
mended by it, a person decides. Each walk holds the log against what the walk before found whole,
so a database that was restored, or failed over, to an older state under a running engine is found,
however whole it is in itself (reliability.md D4, D17). What was before the start is not known here.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from engine.errors import EngineError
from engine.log.merkle import Checkpoint
from engine.log.verify import verify
from engine.service.foundation import Foundation
from engine.telemetry import Metrics

EVERY_S: Final = 3600.0


class ChainWatch:
    """Holds what the last walk of each tenant's log found."""

    def __init__(self, ground: Foundation, metrics: Metrics) -> None:
        self._ground = ground
        self._metrics = metrics
        self._broken: dict[str, str] = {}
        self._kept: dict[str, Checkpoint] = {}
        for tenant in ground.config.tenants:
            metrics.chain_broken.labels(tenant.name).set(0)

    @property
    def troubles(self) -> Sequence[str]:
        """Which logs were altered and where, each in a sentence."""
        return [
            f"{tenant}: the log is not as it was appended: {what}"
            for tenant, what in sorted(self._broken.items())
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Every log is walked now and every hour until `stop` is set."""
        while not stop.is_set():
            async with asyncio.TaskGroup() as group:
                walk = group.create_task(self._walk_all())
                ends = group.create_task(stop.wait())
                await asyncio.wait([walk, ends], return_when=asyncio.FIRST_COMPLETED)
                walk.cancel()
                ends.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await stop.wait()

    async def _walk_all(self) -> None:
        for tenant in self._ground.config.tenants:
            try:
                await self.walk(tenant.name)
            except EngineError as error:
                logging.getLogger(__name__).warning(
                    "the log of %s could not be verified: %s", tenant.name, error
                )

    async def walk(self, tenant: str) -> None:
        """The tenant's gauge and trouble say what a walk over its log found."""
        found = await verify(self._ground.database, tenant, kept=self._kept.get(tenant))
        self._metrics.chain_broken.labels(tenant).set(not found.is_whole)
        if found.is_whole:
            self._kept[tenant] = found.checkpoint
            self._broken.pop(tenant, None)
            return
        if tenant not in self._broken:
            logging.getLogger(__name__).error(
                "the log of %s is not as it was appended: %s", tenant, found.what
            )
        self._broken[tenant] = found.what
