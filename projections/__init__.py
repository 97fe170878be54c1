"""Readings of the log. `planning()` is the one that leads to commands. Pure.

    events ──fold──▶ facts, commands, polls ──replan──▶ documents, commands

One module a noun: `documents` with `suppliers`, `purchase_orders`, `invoices` (what Procurify
says), `syspro_rows` (what SYSPRO shows), `references` (mappings, policies, zones), `commands`
(what became of posts), `runs` (polls), `plan/` (what a document and the facts call for).
"""

from engine.core.projection import Projection
from projections.planning import Fold, Planning

__all__ = ["Fold", "Planning", "planning"]


def planning() -> Planning:
    """The projection that plans; it is a `Projection`, and can be run in slices besides."""
    projection: Projection = Planning()
    assert isinstance(projection, Planning)
    return projection
