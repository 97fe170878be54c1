"""The assumptions of reliability.md §4.2 that a SYSPRO can be asked about, one check each.

A check posts and reads for real and says what it found; it raises only what keeps any answer from
coming. Thresholds are those of §4.2 and §4.7.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from engine.clock import Clock
from engine.core.commands import InvoiceAdd, Payload, PurchaseOrderAdd, SupplierAdd, command_type
from engine.syspro.objects.answers import Posted, Refused
from engine.syspro.probe.bench import Bench, words
from engine.syspro.probe.findings import Finding
from engine.syspro.probe.trials import Trials

SAFE_DRAIN_S = 300.0
"""The least drain that reliability.md §4.7 allows for a real site."""
DRAIN_FACTOR = 4
LOOK_AGAIN_S = 5.0
LONGEST_KEY = 30
"""The width of CustomerPoNumber."""


async def sees_at_once(bench: Bench, clock: Clock, payload: Payload) -> tuple[Posted | None, str]:
    """The acceptance, if it was accepted; and what was wrong with how it showed, "" for nothing."""
    name = command_type(payload)
    if await bench.sightings(payload):
        return None, f"{name}: there is a document under its new key already"
    reply = await bench.post(payload)
    if not isinstance(reply, Posted):
        return None, f"{name}: {words(reply)}"
    found = await bench.sightings(payload)
    if len(found) == 1 and found[0].is_ours and found[0].is_equal:
        return reply, ""
    if found:
        how = "reads otherwise than sent" if len(found) == 1 else f"shows {len(found)} times"
        return reply, f"{name} {reply.key} {how}"
    await clock.sleep(LOOK_AGAIN_S)
    later = "it shows" if await bench.sightings(payload) else "it does not show"
    return reply, f"{name} {reply.key} did not show at once; {LOOK_AGAIN_S:g} s later {later}"


async def refuses_a_second(bench: Bench, payload: SupplierAdd | InvoiceAdd) -> str:
    """What is wrong with the answer to a second post of a unique key; "" when it is refused."""
    name = command_type(payload)
    reply = await bench.post(payload)
    if not isinstance(reply, Refused):
        return f"{name}: a second one was not refused: {words(reply)}"
    found = await bench.sightings(payload)
    return "" if len(found) == 1 else f"{name}: it shows {len(found)} times after a second post"


async def ends_sessions(bench: Bench, trials: Trials) -> Finding:
    """A1: by Logoff and by a logon elsewhere, with a query and a post under the old token each."""
    payload = trials.order()
    session = await bench.keeper.open()
    faults = []
    if await bench.keeper.revoke(session):
        faults.append(_after("Logoff", await bench.why_alive(session.token, payload)))
    else:
        faults.append("Logoff was not confirmed")
    await bench.keeper.open(fail_when_logged_in=not faults[0])
    async with bench.evicted() as token:
        faults.append(_after("another logon", await bench.why_alive(token, payload)))
    await bench.keeper.open(fail_when_logged_in=not any(faults))
    if await bench.sightings(payload):
        faults.append("what was posted under a dead token is there")
    said = "; ".join(fault for fault in faults if fault)
    done = "queries and posts were refused after Logoff and after another logon"
    return Finding(name="A1", result="failed" if said else "passed", text=said or done)


def ends_in_time(seconds: Sequence[float], drain_s: float) -> Finding:
    """A2: the longest post beside the drain, which is four times as long and five minutes."""
    longest_s = max(seconds, default=0.0)
    wanted_s = max(SAFE_DRAIN_S, DRAIN_FACTOR * longest_s)
    said = f"the longest of {len(seconds)} posts took {longest_s:.2f} s, drain_s is {drain_s:g}"
    if 2 * longest_s > drain_s:
        return Finding(name="A2", result="failed", text=f"{said}: make it {wanted_s:.0f}")
    if drain_s < wanted_s:
        return Finding(name="A2", result="warned", text=f"{said}: at least {wanted_s:.0f} is safe")
    return Finding(name="A2", result="passed", text=said)


async def forms_kept(bench: Bench, trials: Trials) -> Mapping[str, bool]:
    """Which forms of a key are found as they were written; ours is upper case without blanks."""
    key = trials.key()
    forms = {
        "lower case": key.lower(),
        "leading zeros": "000" + "".join(filter(str.isdecimal, key)),
        "inner blanks": f"{key[:6]}  {key[6:]}",
        "longest": (key + key)[:LONGEST_KEY],
    }
    return {form: await _is_kept(bench, trials.order(text)) for form, text in forms.items()}


async def _is_kept(bench: Bench, order: PurchaseOrderAdd) -> bool:
    if not isinstance(await bench.post(order), Posted):
        return False
    return any(sighting.is_ours for sighting in await bench.sightings(order))


def together(name: str, faults: Sequence[str], done: str) -> Finding:
    """The finding over several looks: passed where none found a fault."""
    said = "; ".join(fault for fault in faults if fault)
    return Finding(name=name, result="failed" if said else "passed", text=said or done)


async def sends_once(self_test: Callable[[], Awaitable[None]]) -> Finding:
    """A6: the library's own test; that no proxy repeats is for the site to say (§4.2)."""
    await self_test()
    return Finding(name="A6", result="passed", text="one request went out once, by GET and by POST")


def _after(what: str, fault: str) -> str:
    return f"after {what} {fault}" if fault else ""
