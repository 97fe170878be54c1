"""The figures of the evidence in words, each with what it is worth; for the page and the manual.

Read from the evidence as it is written to the file, so that whoever has the file has the words.
Pure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

HEADS: Final = ("what", "how many", "what that is worth")
Figure = tuple[str, str, str]


def figures(whole: Mapping[str, object]) -> list[Figure]:
    """One row a figure: what was counted, how many, and what a zero or a total is worth."""
    faults, model, mutants = _part(whole, "faults"), _part(whole, "model"), _part(whole, "mutants")
    doubts, bounds = _part(whole, "doubts"), _part(whole, "bounds")
    simulated_s = _part(whole, "simulation").get("simulated_s", 0)
    assert isinstance(simulated_s, int | float)
    rows: list[tuple[str, object, str]] = [
        ("documents posted twice", whole["duplicates"], _worth(bounds, "duplicates")),
        ("documents lost", whole["lost"], _worth(bounds, "lost")),
        ("doubts settled wrongly", whole["wrong_verdicts"], _worth(bounds, "wrong_verdicts")),
        ("posts whose answer was not read", whole["ambiguous_posts"], ""),
        ("doubts opened", doubts["opened"], ""),
        ("doubts settled by the engine", doubts["resolved"], ""),
        ("doubts given to a person", doubts["escalated"], ""),
        ("engines killed", whole["kills"], _worth(bounds, "kills_not_survived")),
        ("takeovers", whole["takeovers"], _worth(bounds, "takeovers_not_survived")),
        ("COMMITs cut off", whole["cuts"], ""),
        ("PostgreSQL killed", whole["server_kills"], ""),
        ("crossings of one undisturbed life", whole["crossings"], ""),
        ("simulation seeds", whole["seeds"], ""),
        ("simulated hours", round(simulated_s / 3600), ""),
        ("model states", model["states"], "every one within the bounds"),
        ("model transitions", model["transitions"], ""),
        ("model violations", model["violations"], ""),
        ("model states that recover", model["recoverable"], ""),
        ("mutants noticed", f"{mutants['killed']} of {mutants['total']}", ""),
        ("faults catalogued", faults["catalogued"], ""),
        ("faults injected", faults["injected"], ""),
        ("faults passed", faults["passed"], ""),
        *_fuzzed(whole, bounds),
    ]
    return [(what, _shown(many), worth) for what, many, worth in rows]


def _fuzzed(
    whole: Mapping[str, object], bounds: Mapping[str, object]
) -> Iterator[tuple[str, object, str]]:
    """How many inputs the readers were given; nothing where none was."""
    found = whole["fuzzed"]
    assert isinstance(found, list)
    if not found:
        return
    inputs: Counter[str] = Counter()
    for one in found:
        inputs[one["by"]] += one["executions"]
    by = ", ".join(f"{_shown(many)} by {name}" for name, many in sorted(inputs.items()))
    readers = len({one["target"] for one in found})
    yield "inputs invented for readers", sum(inputs.values()), f"{readers} readers, {by}"
    broken = sum(one["crashes"] for one in found)
    yield "promises that a reader broke", broken, _worth(bounds, "promises_broken")


def percent(rate: float) -> str:
    """A rate as a percentage with two significant digits and no exponent."""
    digits = f"{rate * 100:.2g}"
    return f"{float(digits):f}".rstrip("0").rstrip(".") + " %"


def _worth(bounds: Mapping[str, object], name: str) -> str:
    """What it is worth that none was seen; empty where some were, or where nothing was tried."""
    seen = _part(bounds, name)
    below = seen["below"]
    if not isinstance(below, float):
        return ""
    at_most = min(below, 1.0)
    return f"none in {_shown(seen['trials'])}: below {percent(at_most)} with 95 % confidence"


def _part(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = whole[name]
    assert isinstance(part, Mapping)
    return part


def _shown(many: object) -> str:
    return f"{many:,}" if isinstance(many, int) else str(many)
