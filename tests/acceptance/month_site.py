"""A month through the real engine: when it has come to rest, and what is wrong with it then."""

import asyncio
import json
import time

from engine_site import Names, Site, Tree, names

from engine.standing import READY, SENDING, standing

STILL_LOOKS = 2
BREATH = 4
"""A look at the oracle of a large month takes a while: so many times that long it is left alone."""


async def month_settled(site: Site, timeout_s: float) -> tuple[Tree, Names]:
    """The oracle, and what the engine holds, once the month rests; fails after the time-out."""
    still = 0
    ends_s = time.monotonic() + timeout_s
    while True:
        site.check_engines()
        began_s = time.monotonic()
        oracle = await site.oracle()
        took_s = time.monotonic() - began_s
        found = await standing(site.ground.database, site.tenant)
        held = {(entry.kind, entry.source_id) for entry in found.held}
        moving = found.many(READY | SENDING) + len(found.in_doubt) + len(found.waiting)
        is_read = found.checkpoint >= await site.head() - 50
        is_there = names(oracle["missing"]) <= held
        rests = not moving and not oracle["story_left"] and is_read and is_there
        still = still + 1 if rests and held >= names(oracle["must_hold"]) else 0
        if still >= STILL_LOOKS:
            return oracle, held
        assert time.monotonic() < ends_s, left(oracle, held, found.counts)
        await asyncio.sleep(max(0.2, BREATH * took_s))


def left(oracle: Tree, held: Names, counts: object) -> str:
    """What keeps a month from resting."""
    wanted = names(oracle["must_hold"])
    return (
        f"story {oracle['story']}, left {oracle['story_left']}, counts {counts}; "
        f"held and need not be {held - wanted}, must be held and is not {wanted - held}, "
        f"missing {names(oracle['missing']) - held}"
    )


def unequal_totals(oracle: Tree) -> list[Tree]:
    """The control totals that are not the same on both sides."""
    return [row for row in oracle["totals"] if row["procurify"] != row["syspro"]]


def figures(oracle: Tree, held: Names) -> Tree:
    """What a month must be judged by, as numbers."""
    wanted, missing = names(oracle["must_hold"]), names(oracle["missing"])
    return {
        "held": len(held),
        "must_hold": len(wanted),
        "held_wrongly": len(held - wanted),
        "not_held": len(wanted - held),
        "lost": len(missing - held),
        "duplicates": len(oracle["duplicates"]),
        "differences": len(oracle["differences"]),
        "order_violations": len(oracle["order_violations"]),
        "totals": len(oracle["totals"]),
        "totals_unequal": len(unequal_totals(oracle)),
    }


def wrong(oracle: Tree, status: Tree) -> str:
    """What is not as it must be, entry by entry."""
    wanted, missing = names(oracle["must_hold"]), names(oracle["missing"])
    held = {(row["kind"], row["source_id"]): row for row in status["held"]}
    found = {
        "held_wrongly": [row for name, row in held.items() if name not in wanted],
        "not_held": sorted(wanted - held.keys()),
        "lost": sorted(missing - held.keys()),
        "totals": unequal_totals(oracle),
        **{name: oracle[name] for name in ("duplicates", "differences", "order_violations")},
    }
    return json.dumps(found, default=str)
