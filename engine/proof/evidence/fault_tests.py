"""The tests that show the fault catalogue, run in the checkout they lie in.

They are not part of what is installed: without a checkout there is nothing to run, and the
evidence says so.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import engine
from engine.errors import NotFound, TimedOut, Transient
from engine.proof.evidence.figures import FaultRow
from engine.proof.evidence.rows import counted, selected

ROOT: Final = Path(engine.__file__).parents[1]
RUN_S: Final = 1800.0
ENDED: Final = (0, 1)
"""pytest's codes for a run that came to its end, with and without failures."""


async def rows_shown(results: Path | None, excused: Mapping[str, str]) -> list[FaultRow]:
    """Every row of the catalogue with its cases, from those results, or from a run made now.

    Raises `NotFound` without a checkout, `TimedOut` and `Transient` when pytest did not end well.
    """
    if results is not None:
        return counted(results, excused)
    tests = ROOT / "tests"
    names = await asyncio.to_thread(_names, tests)
    if not names:
        raise NotFound(
            "the tests are not installed beside the engine; run this in the repository's checkout"
        )
    with tempfile.TemporaryDirectory(prefix="procurify-syspro-rows-") as folder:
        found = Path(folder) / "results.xml"
        await _run(names, found)
        return counted(found, excused)


def _names(tests: Path) -> list[str]:
    return selected(tests) if tests.is_dir() else []


async def _run(names: list[str], results: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={results}", *names),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(RUN_S):
            said, _ = await child.communicate()
    except TimeoutError:
        raise TimedOut(f"the tests of the fault catalogue took over {RUN_S:.0f} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode not in ENDED:
        tail = said.decode("utf-8", "replace")[-1000:]
        raise Transient(f"pytest ended with {child.returncode}: {tail}")
