"""`python -m engine …` as processes, and the folder they work in; nobody outlives its test."""

import asyncio
import atexit
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

Tree = dict[str, Any]

ROOT = Path(__file__).parents[2]


STOP_S = 30.0


LOOK_EVERY_S = 0.1


SERVER_STOP_S = 10.0


@dataclass(slots=True, kw_only=True, eq=False)
class Program:
    """One `python -m engine …`; `log` is the file that takes its standard error."""

    child: asyncio.subprocess.Process
    log: Path

    @property
    def is_running(self) -> bool:
        return self.child.returncode is None

    def words(self) -> str:
        return self.log.read_text("utf-8", "replace")

    async def kill(self) -> None:
        """It is gone, without a chance to say so."""
        self.send(signal.SIGKILL)
        await self.child.wait()

    def send(self, number: signal.Signals) -> None:
        """The signal is sent by its own hand: `send_signal` would reap an ended child, and its
        exit code with it."""
        if self.child.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.child.pid, number)

    async def stop(self) -> int:
        """Its exit code after SIGTERM; fails when it takes longer than `STOP_S`."""
        self.send(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """Its exit code, once it has ended by itself within `STOP_S`."""
        async with asyncio.timeout(STOP_S):
            return await self.child.wait()


async def started(
    folder: Path,
    name: str,
    *words: str,
    is_heard: bool = False,
    also: Mapping[str, str] | None = None,
) -> Program:
    """`python -m engine WORDS…` runs; its log is appended to `name`.log.

    `also`: what its environment says besides, and otherwise than ours.
    """
    log = folder / f"{name}.log"
    inherited = {key: text for key, text in os.environ.items() if key != "DATABASE_URL"}
    environment = {**inherited, **(also or {})}
    with log.open("ab") as errors:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "engine",
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if is_heard else asyncio.subprocess.DEVNULL,
            stderr=errors,
            limit=1 << 24,
            cwd=ROOT,
            env=environment,
        )
    return Program(child=child, log=log)


async def said(folder: Path, *words: str) -> tuple[int, Tree]:
    """Exit code and JSON of a verb that ends by itself."""
    program = await started(folder, words[0], *words, "--json", is_heard=True)
    try:
        async with asyncio.timeout(60):
            out, _ = await program.child.communicate()
    finally:
        await program.kill()
    code = program.child.returncode
    assert code is not None
    assert out, f"{words} said nothing, exit {code}: {program.words()[-2000:]}"
    return code, orjson.loads(out)


async def sandbox(
    folder: Path, *, seed: int, documents: int, numbering: str, scenario: str = "standard"
) -> tuple[Program, Tree]:
    """A sandbox that listens, and its ready line."""
    program = await started(
        folder,
        "sandbox",
        "sandbox",
        f"--seed={seed}",
        f"--documents={documents}",
        f"--scenario={scenario}",
        f"--po-numbering={numbering}",
        f"--folder={folder}",
        is_heard=True,
    )
    assert program.child.stdout is not None
    async with asyncio.timeout(60):
        line = await program.child.stdout.readline()
    assert line, program.words()[-2000:]
    return program, orjson.loads(line)


def roomy() -> Path:
    """A new folder, in memory where that is possible: a log on a busy disk measures the disk.

    Anybody may enter it: else root's PostgreSQL, which runs as somebody else, lies elsewhere.
    """
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="procurify-syspro-site-", dir=base))
    folder.chmod(0o755)
    atexit.register(_remove, folder)
    return folder


def _remove(folder: Path) -> None:
    """The folder is gone, once its server has stopped: a second after its last user."""
    ends_s = time.monotonic() + SERVER_STOP_S
    while time.monotonic() < ends_s and any(folder.rglob("postmaster.pid")):
        time.sleep(LOOK_EVERY_S)
    shutil.rmtree(folder, ignore_errors=True)
