"""What the last probe of a company's site is worth now, read from the log.

The engine believes by it that a refused token precedes execution, and that a look-up settles a
doubt of class Q (reliability.md §4.3). A bootstrap's `ProbeRecorded` is a sandbox's own word.
"""

from collections.abc import Mapping

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.keys import company_stream
from engine.core.probes import ProbeStanding, probe_standing, probe_stream, version_stream
from engine.log.contract import Log


async def standing_of_probe(log: Log, tenant: str, company: str) -> ProbeStanding:
    """What the company's last probe is worth, by what its site was last seen to be."""
    probe, identity, version = (
        probe_stream(company),
        company_stream(company),
        version_stream(company),
    )
    latest = await log.latest(tenant, [probe, identity, version])
    finished = await _finished(log, tenant, latest.get(probe))
    seen = {**_part(latest.get(identity), "identity"), **_part(latest.get(version), "version")}
    return probe_standing(finished, seen)


async def _finished(log: Log, tenant: str, last: Event | None) -> JsonObject | None:
    """The body of the last probe that ended; one that only began says nothing yet."""
    if last is None or last.body is None:
        return None
    if last.type != "ProbeBegan":
        return last.body
    if last.version == 1:
        return None
    before = await log.read_stream(tenant, last.stream, after_version=last.version - 2, limit=1)
    return await _finished(log, tenant, before[0] if before else None)


def _part(event: Event | None, name: str) -> Mapping[str, JsonValue]:
    part = event.body.get(name) if event is not None and event.body is not None else None
    return part if isinstance(part, Mapping) else {}
