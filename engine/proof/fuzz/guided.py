"""atheris on one target, in a process of its own: libFuzzer ends its process when it is done.

`python -m engine.proof.fuzz.guided NAME SEED RUNS SECONDS FILE` writes what came of it to FILE,
as JSON. libFuzzer is led by the branches of our readers, so these are imported under its eyes.
Imported only where atheris is installed, which the engine does not need.
"""

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final, Protocol, cast

from engine.errors import EngineError
from engine.proof.evidence.figures import Fuzzed

BY: Final = "atheris"
GRACE_S: Final = 60.0
LONGEST_INPUT: Final = 16 * 1024
_TELL_EVERY: Final = 500


class _Atheris(Protocol):
    def instrument_imports(self, *, include: Sequence[str]) -> AbstractContextManager[None]: ...

    def Setup(self, arguments: Sequence[str], check: Callable[[bytes], None]) -> object: ...

    def Fuzz(self) -> None: ...


def guided(name: str, *, seed: int, runs: int, seconds: int) -> Fuzzed:
    """What came of so many runs, or of so many seconds if they end sooner.

    Raises `EngineError` when the process did not come to an end by itself.
    """
    with tempfile.TemporaryDirectory(prefix="procurify-syspro-fuzz-") as folder:
        told = Path(folder) / "told.json"
        asked = [name, str(seed), str(runs), str(seconds), str(told)]
        try:
            ended = subprocess.run(
                [sys.executable, "-m", "engine.proof.fuzz.guided", *asked],
                cwd=folder,
                capture_output=True,
                timeout=seconds + GRACE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise EngineError(
                f"atheris on {name}: no end after {seconds + GRACE_S:.0f} s"
            ) from error
        if not told.exists():
            said = ended.stderr.decode("utf-8", errors="replace")[-300:]
            raise EngineError(f"atheris on {name} ended with {ended.returncode}: {said}")
        found = json.loads(told.read_bytes())
    fuzzed = Fuzzed(**{**found, "said": tuple(found["said"])})
    if ended.returncode == 0:
        return fuzzed
    said = f"libFuzzer ended with {ended.returncode}: an input hung or took the memory"
    return replace(fuzzed, crashes=fuzzed.crashes + 1, said=(*fuzzed.said, said))


def main(arguments: Sequence[str]) -> None:
    """libFuzzer has this process until it is done; the file is told every so often, and at last."""
    name, seed, runs, seconds, told = arguments
    atheris = cast(_Atheris, importlib.import_module("atheris"))
    with atheris.instrument_imports(include=["engine.syspro", "engine.procurify", "engine.core"]):
        every = importlib.import_module("engine.proof.fuzz.every")
    watch_of = importlib.import_module("engine.proof.fuzz.watch").Watch
    target = next(one for one in every.targets() if one.name == name)
    watch = watch_of(target, BY)
    corpus = Path(told).parent / "corpus"
    corpus.mkdir()
    for number, sample in enumerate(target.samples):
        (corpus / str(number)).write_bytes(sample)
    left = int(runs)

    def try_one(raw: bytes) -> None:
        nonlocal left
        watch.try_one(bytes(raw))
        left -= 1
        if left <= 0 or left % _TELL_EVERY == 0:
            Path(told).write_text(json.dumps(asdict(watch.fuzzed())), "utf-8")

    options = (
        f"-seed={seed}",
        f"-atheris_runs={runs}",
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_INPUT}",
        "-timeout=30",
        "-rss_limit_mb=2048",
        "-verbosity=0",
    )
    atheris.Setup([sys.argv[0], *options, str(corpus)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
