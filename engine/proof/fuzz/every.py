"""All targets, side by side."""

from collections.abc import Sequence

from engine.proof.fuzz import own_targets, procurify_targets, syspro_targets
from engine.proof.fuzz.target import Target


def targets() -> Sequence[Target]:
    """Every reader that is fuzzed, SYSPRO's first."""
    return (*syspro_targets.targets(), *procurify_targets.targets(), *own_targets.targets())
