"""Every target under every instrument that is installed, so many inputs of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import Final

from engine.proof.evidence.figures import Fuzzed
from engine.proof.fuzz.every import targets
from engine.proof.fuzz.mutator import mutations
from engine.proof.fuzz.target import Target
from engine.proof.fuzz.watch import Watch

SEED: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many inputs of each instrument a target is given; atheris stops at `seconds` as well."""

    mutated: int
    drawn: int
    guided: int
    seconds: int


QUICK: Final = Plan(mutated=4_000, drawn=150, guided=0, seconds=0)
FULL: Final = Plan(mutated=25_000, drawn=1_000, guided=200_000, seconds=3)


def fuzzed(plan: Plan) -> Iterator[Fuzzed]:
    """What came of each target by each instrument that is installed."""
    for target in targets():
        yield from _of(target, plan)


def missing(plan: Plan) -> Sequence[str]:
    """Those of the instruments that the plan wants and that are not installed."""
    wanted = {"hypothesis": plan.drawn, "atheris": plan.guided}
    return [name for name, many in wanted.items() if many and find_spec(name) is None]


def _of(target: Target, plan: Plan) -> Iterator[Fuzzed]:
    watch = Watch(target, "mutator")
    watch.try_samples()
    for raw in islice(mutations(target.samples, f"{SEED} {target.name}"), plan.mutated):
        watch.try_one(raw)
    yield watch.fuzzed()
    if plan.drawn and find_spec("hypothesis") is not None:
        from engine.proof.fuzz.strategies import drawn

        watch = Watch(target, "hypothesis")
        drawn(target.samples, SEED, plan.drawn, watch.try_one)
        yield watch.fuzzed()
    if plan.guided and find_spec("atheris") is not None:
        from engine.proof.fuzz.guided import guided

        yield guided(target.name, seed=SEED, runs=plan.guided, seconds=plan.seconds)
