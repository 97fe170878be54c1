"""Leases among processes: whoever asks and when, one holds the role at a time."""

import asyncio
import subprocess
import sys
from pathlib import Path

from engine.clock import SystemClock
from engine.db import Database
from engine.leases import Leases

RIVALS = 3
RIVAL = """
import asyncio, os, sys
from engine.clock import SystemClock
from engine.db import PostgresDatabase
from engine.leases import Leases

async def main(dsn, holder, place):
    async with PostgresDatabase.open(dsn) as database:
        leases = Leases(database, SystemClock(), holder, 30)
        assert await leases.acquire("acme", "poller") is None
        print(".", end="", flush=True)
        while (lease := await leases.acquire("acme", "poller")) is None:
            await asyncio.sleep(0.01)
        os.close(os.open(place, os.O_CREAT | os.O_EXCL))
        assert await leases.renew(lease)
        os.unlink(place)
        await leases.release(lease)
        print(lease.epoch, end="")

asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 60))
"""
"""A process that waits for the role, says so, and fails if it is not alone when it has it."""


async def test_acquire_k08_when_processes_wait_for_a_role_then_one_at_a_time_has_it(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    here = Leases(database, SystemClock(), "here", 60)
    lease = await here.acquire("acme", "poller")
    assert lease is not None
    rivals = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RIVAL, dsn, f"rival {number}", str(tmp_path / "held")),
            stdout=subprocess.PIPE,
        )
        for number in range(RIVALS)
    ]
    async with asyncio.timeout(60):
        for rival in rivals:
            assert rival.stdout is not None
            assert await rival.stdout.read(1) == b"."
        await here.release(lease)
        answers = [await rival.communicate() for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0] * RIVALS
    epochs = {int(out) for out, _ in answers}
    assert (len(epochs), min(epochs) > lease.epoch) == (RIVALS, True)
