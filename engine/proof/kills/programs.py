"""Engines and sandboxes as processes of their own, cheap to start and never left behind.

A process is forked from a server that has imported the engine already, so a life costs no import;
it is otherwise a process like any other, and SIGKILL ends it like any other. Each holds one end of
a pipe whose other end only the harness has: when the harness is gone, however it went, so are they.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Final

import orjson

from engine import service
from engine.config import Config
from engine.errors import EngineError, Transient
from engine.sandbox.main import SandboxOptions, serve
from engine.telemetry.logs import configure_logging
from projections import planning

READY_S: Final = 60.0
END_S: Final = 30.0
LOOK_S: Final = 0.02
UNABLE: Final = 6
"""The exit code of an engine that cannot go on and says why, as `run` ends by itself; whoever
watches over it starts it again. Not one that the interpreter gives by itself."""


class Program:
    """One process: an engine or a sandbox. `log` takes its standard error."""

    def __init__(self, child: ForkServerProcess, held: Connection, log: Path) -> None:
        self._child = child
        self._held = held
        self.log = log

    @property
    def is_running(self) -> bool:
        """Whether it has not ended; a stopped one has not."""
        return self._child.is_alive()

    @property
    def exit_code(self) -> int | None:
        """Its exit code, minus the signal that ended it; None while it runs."""
        return self._child.exitcode

    def send(self, number: signal.Signals) -> None:
        """The signal is sent, if there is still somebody to take it."""
        if self._child.pid is not None and self._child.is_alive():
            with suppress(ProcessLookupError):
                os.kill(self._child.pid, number)

    async def ended(self, timeout_s: float = END_S) -> int | None:
        """Its exit code once it has ended by itself, None when it still runs after that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._child.is_alive():
                    await asyncio.sleep(LOOK_S)
        return self._child.exitcode

    async def kill(self) -> None:
        """It is gone, stopped or not, and everything that was held for it is free."""
        self.send(signal.SIGKILL)
        await self.ended()
        self._held.close()

    def last_words(self) -> str:
        """The end of what it wrote on standard error."""
        with suppress(OSError):
            return self.log.read_text("utf-8", "replace")[-1500:]
        return ""


class Programs:
    """Starts processes from one fork server."""

    def __init__(self) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["engine.proof.kills.programs"])

    def engine(self, config: Config, log: Path, chaos: str = "") -> Program:
        """An engine of that configuration runs; `chaos` as `engine.crossings.arm` takes it."""
        ours, theirs = self._context.Pipe()
        child = self._context.Process(target=_engine, args=(theirs, config, log, chaos))
        return _begun(child, ours, theirs, log)

    async def sandbox(self, options: SandboxOptions, log: Path) -> tuple[Program, dict[str, str]]:
        """A sandbox that listens: the program, its control port and its configuration file."""
        ours, theirs = self._context.Pipe()
        child = self._context.Process(target=_sandbox, args=(theirs, options, log))
        program = _begun(child, ours, theirs, log)
        try:
            async with asyncio.timeout(READY_S):
                while not ours.poll():
                    await asyncio.sleep(LOOK_S)
            ready = orjson.loads(ours.recv_bytes())
        except (TimeoutError, EOFError):
            await program.kill()
            raise Transient(f"the sandbox is not ready: {program.last_words()}") from None
        return program, {"control_url": ready["control_url"], "config": ready["config"]}


def _begun(child: ForkServerProcess, ours: Connection, theirs: Connection, log: Path) -> Program:
    child.start()
    theirs.close()
    return Program(child, ours, log)


def _engine(held: Connection, config: Config, log: Path, chaos: str) -> None:
    """The life of an engine: as `run`, without the command line."""
    _settle_in(held, log)
    configure_logging()
    service.arm_crossings(config, chaos)
    said = ""
    try:
        asyncio.run(service.run(config, planning()))
    except* EngineError as errors:
        said = str(errors.exceptions[0])
    if said:
        logging.getLogger(__name__).error("the engine cannot go on: %s", said)
    logging.shutdown()  # a child of the fork server runs nothing at exit that would write the rest
    if said:
        sys.exit(UNABLE)


def _sandbox(held: Connection, options: SandboxOptions, log: Path) -> None:
    """The life of a sandbox; its ready line goes to the harness."""
    _settle_in(held, log)
    sys.exit(asyncio.run(serve(options, held.send_bytes)))


def _settle_in(held: Connection, log: Path) -> None:
    """Standard error is the log, and the process ends when the harness has ended."""
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    threading.Thread(target=_wait_for_the_end, args=(held,), daemon=True).start()


def _wait_for_the_end(held: Connection) -> None:
    with suppress(EOFError, OSError):
        held.recv_bytes()
    os.kill(os.getpid(), signal.SIGKILL)
