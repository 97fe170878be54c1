"""What an engine takes of its machine while documents change for minutes without end.

    python tests/benchmarks/bench_soak.py [minutes] [documents]

Every order and bill gets another text, the engine reads, plans and writes them, and again. Prints a
line for each minute, and at the end by how much memory grew from the second quarter to the last.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE.parent), str(HERE / "acceptance")]

GROWTH = 1.05
"""How many times as much memory the last quarter may take as the second, which is warm."""


async def main(minutes: int, documents: int) -> int:
    """0 when memory, descriptors and connections stay as they are."""
    from engine_site import opened
    from soak_site import MOST, Taken, changed, taken
    from verb_site import port_of

    found: list[Taken] = []
    async with opened(documents=documents) as site:
        port = await port_of((await site.engine()).words)
        await site.settled(300)
        ends_s = time.monotonic() + 60 * minutes
        next_s = 0.0
        while time.monotonic() < ends_s:
            await changed(site, port, f"soaked {len(found)}")
            found.append(await taken(site, port))
            if time.monotonic() >= next_s:
                next_s = time.monotonic() + 60
                say({"round": len(found), **found[-1].plain(), "events": await site.head()})
    quarter = len(found) // 4
    early = median(each.memory_bytes for each in found[quarter : 2 * quarter])
    late = median(each.memory_bytes for each in found[-quarter:])
    most = Taken(
        memory_bytes=max(each.memory_bytes for each in found),
        descriptors=max(each.descriptors for each in found),
        connections=max(each.connections for each in found),
    )
    say({"rounds": len(found), "most": most.plain(), "growth": round(late / early, 3)})
    return 0 if late <= GROWTH * early and most.is_within(MOST) else 1


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [20, 60][len(given) :]))))
