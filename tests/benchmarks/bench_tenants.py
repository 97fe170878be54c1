"""How much longer one tenant's documents take when the other's hosts hang, in the same run.

    python tests/benchmarks/bench_tenants.py [documents] [rounds]

Prints seconds from the engine's start to the end of the first tenant's whole story, with the
other tenant's hosts well and with them hanging, in turn, and the ratio of the best of each.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE.parent), str(HERE / "acceptance")]

LIMIT = 1.2


async def settled_s(documents: int, *, is_hanging: bool) -> float:
    """Seconds until the first tenant has settled."""
    from engine_site import assert_right
    from tenant_site import pair

    async with pair(documents, 0) as both:
        if is_hanging:
            both.hang()
        started_s = time.monotonic()
        await both.first.engine()
        await both.first.settled(180)
        took_s = time.monotonic() - started_s
        assert_right(await both.first.oracle(), await both.first.status())
    return round(took_s, 2)


async def main(documents: int, rounds: int) -> int:
    """0 when hanging costs at most a fifth."""
    well: list[float] = []
    hanging: list[float] = []
    for _ in range(rounds):
        well.append(await settled_s(documents, is_hanging=False))
        hanging.append(await settled_s(documents, is_hanging=True))
    ratio = round(min(hanging) / min(well), 3)
    found = {"documents": documents, "well_s": well, "hanging_s": hanging, "ratio": ratio}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [100, 2][len(given) :]))))
