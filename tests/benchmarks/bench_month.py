"""How long a whole month takes the engine, and whether all of it is right at the end.

    python tests/benchmarks/bench_month.py [documents] [seed]

Runs `engine run` against `sandbox --scenario month` and prints one JSON line: seconds from the
engine's start until all rests, documents (of the beginning, and those that came besides) a second,
what is held, lost, doubled or different, and whether the control totals are equal.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE.parent), str(HERE / "acceptance")]

LIMIT_S = 12 * 60.0
PATIENCE_S = 40 * 60.0
WRONG = (
    "held_wrongly",
    "not_held",
    "lost",
    "duplicates",
    "differences",
    "order_violations",
    "totals_unequal",
)


async def main(documents: int, seed: int) -> int:
    """0 when the month rests in time, and nothing is wrong."""
    from engine_site import opened
    from month_site import figures, month_settled

    async with opened(seed=seed, documents=documents, scenario="month") as site:
        began_s = time.monotonic()
        await site.engine()
        oracle, held = await month_settled(site, PATIENCE_S)
        took_s = time.monotonic() - began_s
    counts = oracle["counts"]["procurify"]
    settled = counts["purchase_orders"] + counts["bills"]
    found = {
        "documents": documents,
        "settled": settled,
        "seconds": round(took_s, 1),
        "documents_per_s": round(settled / took_s, 2),
        **figures(oracle, held),
        "story": oracle["story"],
    }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0 if took_s <= LIMIT_S and not any(found[name] for name in WRONG) else 1


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [5000, 7][len(given) :]))))
