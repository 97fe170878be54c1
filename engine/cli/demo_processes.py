"""The processes of a demo: the sandboxes and the engine, started, watched and ended."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from engine.errors import TimedOut, Transient

READY_S = 60.0
STOP_S = 20.0
LINE_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running process of ours; `log` is the file that holds its standard error."""

    child: asyncio.subprocess.Process
    name: str
    log: Path

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.child.returncode is None

    def last_words(self) -> str:
        """The end of what it wrote on standard error."""
        with suppress(OSError):
            return self.log.read_text("utf-8", "replace")[-2000:]
        return ""


@asynccontextmanager
async def started(
    name: str, verb: Sequence[str], folder: Path, *, stdout: int = asyncio.subprocess.DEVNULL
) -> AsyncIterator[Child]:
    """`python -m engine VERB…` runs inside the block and is ended, by force if need be, after."""
    log = folder / f"{name}.log"
    with log.open("wb") as errors:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "engine",
            *verb,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=errors,
            limit=LINE_LIMIT,
            cwd=_home(),
        )
    try:
        yield Child(child=child, name=name, log=log)
    finally:
        await stopped(child)


async def stopped(child: asyncio.subprocess.Process) -> None:
    """The process has ended: asked first, killed when it does not listen."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await child.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()


async def ready_line(sandbox: Child) -> Mapping[str, object]:
    """The one line that the sandbox prints; else `TimedOut` or `Transient`."""
    assert sandbox.child.stdout is not None
    try:
        async with asyncio.timeout(READY_S):
            line = await sandbox.child.stdout.readline()
    except TimeoutError:
        raise TimedOut(f"the sandbox is not ready after {READY_S:.0f} s") from None
    if not line:
        raise Transient(f"the sandbox ended at once: {sandbox.last_words()}")
    ready = orjson.loads(line)
    assert isinstance(ready, dict)
    return ready


def _home() -> str:
    """Where `engine` can be imported from, also when it is not installed."""
    return os.fspath(Path(__file__).parents[2])
