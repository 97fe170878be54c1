"""`sbom`: what the installed engine is made of, as a CycloneDX bill of materials.

Read from the metadata of what is installed here, without a network, so that a scanner elsewhere can
compare it with known weaknesses. The same installation gives the same bytes: no time, no serial.
"""

import argparse
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb

OURS = "procurify-syspro"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"""\bextra\s*==\s*["']""")


def add_arguments(child: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


async def run(options: argparse.Namespace) -> int:
    """The bill stands on standard output: a line a component, or with `--json` CycloneDX 1.6."""
    found = installed()
    if options.json:
        print_json(bill(found))
        return Exit.OK
    for name, each in found.items():
        say(f"{name} {each.version}")
    return Exit.OK


def installed() -> dict[str, Distribution]:
    """The engine and all that it needs to run and that is installed, by name, sorted.

    Extras are left out: they are for demo and tests.
    """
    found: dict[str, Distribution] = {}
    waiting = [OURS]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        waiting += needed(found[name])
    return dict(sorted(found.items()))


def needed(each: Distribution) -> list[str]:
    """The names of what the distribution needs in some environment, its extras left out."""
    lines = [line for line in each.requires or [] if not _EXTRA.search(line)]
    names = [found[0] for line in lines if (found := _NAME.match(line))]
    return sorted({re.sub(r"[-_.]+", "-", name).lower() for name in names})


def bill(found: dict[str, Distribution]) -> dict[str, object]:
    """The bill of materials of what was found, in the form of CycloneDX 1.6."""
    parts = {name: _component(name, each) for name, each in found.items()}
    ours = parts.pop(OURS, {})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**ours, "type": "application"}},
        "components": list(parts.values()),
        "dependencies": [
            {
                "ref": _reference(name, each),
                "dependsOn": [
                    _reference(need, found[need]) for need in needed(each) if need in found
                ],
            }
            for name, each in found.items()
        ],
    }


def _component(name: str, each: Distribution) -> dict[str, object]:
    reference = _reference(name, each)
    part: dict[str, object] = {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": each.version,
        "purl": reference,
    }
    if "License-Expression" in each.metadata:
        part["licenses"] = [{"expression": each.metadata["License-Expression"]}]
    return part


def _reference(name: str, each: Distribution) -> str:
    """The package's URL, as scanners look it up."""
    return f"pkg:pypi/{name}@{each.version}"


VERB = Verb(
    name="sbom",
    summary="what the installed engine is made of, for a scanner of weaknesses",
    add_arguments=add_arguments,
    run=run,
)
