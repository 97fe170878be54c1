"""Every variant explored and held against what is known of it; the figures for the evidence."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import NotFound
from engine.proof.evidence.figures import Model, Mutant
from engine.proof.model.explorer import Bounds, Explored, explore
from engine.proof.model.variants import Variant, variants, worlds


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One variant, how far and how long it was explored, and what was found."""

    variant: Variant
    bounds: Bounds
    found: Explored
    seconds: float

    @property
    def is_as_known(self) -> bool:
        """Whether an unsafe one was found out, and a safe one is clean and never stuck."""
        found = self.found
        if not self.variant.is_safe:
            return found.breach is not None
        return found.violations == 0 and found.recoverable == found.states

    @property
    def said(self) -> str:
        """What was found, in a few words."""
        if self.found.breach is not None:
            return f"{self.found.breach.what}, {len(self.found.breach.trace)} steps"
        if self.variant.is_safe and self.found.recoverable < self.found.states:
            return f"{self.found.states - self.found.recoverable} states do not recover"
        return "clean"


def check(
    *, is_quick: bool = False, only: str = "", bounds: Bounds | None = None
) -> Iterator[Checked]:
    """Each variant in turn, or the one of that name; raises `NotFound` for no variant's name."""
    known = (*variants(), *worlds())
    chosen = [one for one in known if only in ("", one.name)]
    if not chosen:
        names = ", ".join(one.name for one in known)
        raise NotFound(f"no variant is called {only[:40]!r}; there are {names}")
    for variant in chosen:
        limits = bounds or variant.bounds(is_quick=is_quick)
        began = time.monotonic()
        found = explore(variant.world, limits, counts=variant.counts, is_search=not variant.is_safe)
        seconds = time.monotonic() - began
        yield Checked(variant=variant, bounds=limits, found=found, seconds=seconds)


def model_of(checked: Sequence[Checked]) -> Model:
    """The figures of all that goes by the shipped `decide`, added up."""
    shipped = [one for one in checked if one.variant.is_shipped]
    return Model(
        states=sum(one.found.states for one in shipped),
        transitions=sum(one.found.transitions for one in shipped),
        violations=sum(one.found.violations for one in shipped),
        recoverable=sum(one.found.recoverable for one in shipped),
        bounds="; ".join(f"{one.variant.name}: {one.bounds}" for one in shipped),
        seconds=sum(one.seconds for one in shipped),
    )


def mutants_of(checked: Sequence[Checked]) -> tuple[Mutant, ...]:
    """The unsafe variants, and which of them the explorer found out."""
    return tuple(
        Mutant(
            name=f"{one.variant.name} {one.variant.words}",
            instrument="model",
            is_killed=one.is_as_known,
            said=one.said,
        )
        for one in checked
        if not one.variant.is_safe
    )
