"""`status`: what did not reach SYSPRO, and what somebody must do about it."""

import argparse
import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.cli import worklist
from engine.cli.exits import Exit
from engine.cli.mapping import wrong_now
from engine.cli.output import ago, print_json, printable, say
from engine.cli.verb import Verb, add_config, config_of
from engine.cli.worklist import money
from engine.core.canonical import JsonObject
from engine.core.probes import ProbeStanding
from engine.lines import StoppedLine
from engine.policies import quiet_until
from engine.service.calendar import last_check
from engine.service.foundation import Foundation, foundation
from engine.service.probed import standing_of_probe
from engine.standing import DONE, IN_DOUBT, READY, SENDING, Entry, Poll, Standing, standing, totals

CATCH_UP_S = 2.0
LOOK_AGAIN_S = 0.05
APPROVAL = "NEEDS_APPROVAL"
_LEFT = {"shadowed": "planned only", "observed": "watched only", "off": "not carried"}
_MODES = {
    "off": "are not carried (mode off)",
    "observe": "are watched only (mode observe)",
    "shadow": "are planned and not sent (mode shadow; `agreement` compares)",
    "approve": "wait for an approval each (mode approve)",
}


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration and, if wanted, one tenant."""
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The standing of every tenant is printed; the exit code says the worst of it."""
    async with foundation(config_of(options)) as ground:
        names = ground.tenants(options.tenant)
        found = {name: await caught_up(ground, name) for name in names}
        wrong = {name: len(await wrong_now(ground, name)) for name in names}
        checks = {name: await last_check(ground.log, name) for name in names}
        probes = {name: await _probes(ground, name) for name in names}
        now = ground.clock.now()
    if options.json:
        print_json(plain(found, now, wrong, probes, checks))
    else:
        for name, tenant in found.items():
            show(name, tenant, wrong[name], now, probes[name])
    if any(tenant.in_doubt for tenant in found.values()):
        return Exit.IN_DOUBT
    is_owed = any(tenant.held or tenant.stopped for tenant in found.values())
    return Exit.WAITING_FOR_PERSON if is_owed else Exit.OK


async def _probes(ground: Foundation, tenant: str) -> Mapping[str, ProbeStanding]:
    """What the last probe of each company is worth."""
    names = [company.company for company in ground.config.tenant(tenant).companies]
    return {name: await standing_of_probe(ground.log, tenant, name) for name in names}


async def caught_up(ground: Foundation, tenant: str) -> Standing:
    """The standing as of the log's head now, or as projected when that takes too long."""
    head = (await ground.log.head(tenant)).position
    ends_at = ground.clock.monotonic() + CATCH_UP_S
    while True:
        found = await standing(ground.database, tenant)
        if found.checkpoint >= head or ground.clock.monotonic() > ends_at:
            return found
        await asyncio.sleep(LOOK_AGAIN_S)


def plain(
    found: Mapping[str, Standing],
    now: datetime,
    wrong: Mapping[str, int],
    probes: Mapping[str, Mapping[str, ProbeStanding]] | None = None,
    checks: Mapping[str, JsonObject | None] | None = None,
) -> dict[str, object]:
    """The standing of all tenants as one JSON object; lists name each document once.

    `wrong`: how many of a tenant's mappings lead nowhere now, `checks`: what the check of the day
    found of them; `probes` by tenant and company.
    """
    lists: dict[str, list[dict[str, object]]] = {"held": [], "waiting": [], "in_doubt": []}
    for name, tenant in found.items():
        for entries, place in (
            (tenant.held, "held"),
            (tenant.waiting, "waiting"),
            (tenant.in_doubt, "in_doubt"),
        ):
            lists[place].extend(entry.plain(name) for entry in entries)
    return {
        **lists,
        "value": {
            "held": _value(tenant.held for tenant in found.values()),
            "waiting": _value(tenant.waiting for tenant in found.values()),
            "in_doubt": _value(tenant.in_doubt for tenant in found.values()),
        },
        "ready": sum(tenant.many(READY) for tenant in found.values()),
        "sending": sum(tenant.many(SENDING) for tenant in found.values()),
        "in_syspro": sum(tenant.many(DONE) for tenant in found.values()),
        "tenants": {
            name: {
                "head": tenant.head,
                "checkpoint": tenant.checkpoint,
                "engines": list(tenant.engines),
                "wrong_mappings": wrong[name],
                "mappings_checked": (checks or {}).get(name),
                "blackouts": _quiet(tenant, now),
                "modes": _modes(tenant),
                "stopped": {line.company: _stopped(line) for line in tenant.stopped},
                "probes": {
                    company: {"result": probe.result, "text": probe.text}
                    for company, probe in (probes or {}).get(name, {}).items()
                },
                "write_backs": dict(tenant.write_backs),
                "counts": {kind: dict(states) for kind, states in tenant.counts.items()},
                "polls": [
                    {
                        "poll": poll.stream.removeprefix("poll/"),
                        "age_s": _age_s(poll.finished_at, now),
                        "broken": poll.broken,
                        "text": poll.trouble,
                    }
                    for poll in tenant.polls
                ],
            }
            for name, tenant in found.items()
        },
    }


def _value(lists: Iterable[Sequence[Entry]]) -> dict[str, str]:
    """Money by currency, as text that loses no digit."""
    return {
        currency: str(amount)
        for currency, amount in totals(entry for entries in lists for entry in entries).items()
    }


def show(
    name: str,
    tenant: Standing,
    wrong: int,
    now: datetime,
    probes: Mapping[str, ProbeStanding] | None = None,
) -> None:
    """One tenant's standing for people: counts and money, then who must act on what."""
    say(
        f"{name}: {tenant.many(DONE)} documents in SYSPRO, {tenant.many(READY)} ready to send, "
        f"{tenant.many(SENDING)} being sent, {len(tenant.waiting)} waiting, "
        f"{len(tenant.held)} need somebody, {len(tenant.in_doubt)} in doubt"
    )
    for line in tenant.stopped:
        _show_stopped(line)
    outside = [*tenant.held, *tenant.waiting, *tenant.in_doubt]
    for kind, title in (("purchase_order", "orders"), ("bill", "bills")):
        if value := money(entry for entry in outside if entry.kind == kind):
            say(f"  Outside SYSPRO, {title}: {value}")
    many = {word: tenant.many(frozenset({state})) for state, word in _LEFT.items()}
    if left := ", ".join(f"{count} {word}" for word, count in many.items() if count):
        say(f"  Left alone by the modes: {left}")
    if tenant.write_backs:
        say(f"  {_written_back(tenant.write_backs)}")
    approvals = [entry for entry in tenant.held if entry.reason == APPROVAL]
    others = [entry for entry in tenant.held if entry.reason != APPROVAL]
    worklist.show("In doubt (the answer was lost; it is being looked up)", tenant.in_doubt, now)
    worklist.show("Needs you", others, now)
    worklist.show("To be approved", approvals, now)
    worklist.show("Waiting", tenant.waiting, now)
    say()
    if wrong:
        what = "mapping leads" if wrong == 1 else "mappings lead"
        say(f"  {wrong} {what} to what SYSPRO does not have or has closed: see `map check`.")
    for company, probe in (probes or {}).items():
        if not probe.is_passed:
            say(f"  {company}: {probe.text}; a lost answer goes to a person: `doctor --probe`.")
    _show_health(tenant, now)


def _stopped(line: StoppedLine) -> dict[str, object]:
    return {"since": line.since, "why": list(line.why), "hold_for_payment": list(line.holds)}


def _show_stopped(line: StoppedLine) -> None:
    """Why nothing is posted to a company, what is not to be paid, and how it goes on."""
    say(f"  NOTHING IS POSTED to {line.company} since {line.since:%Y-%m-%d %H:%M}:")
    for why in line.why:
        say(printable(f"    {why}"))
    for hold in line.holds:
        say(printable(f"    hold its payment: {hold}"))
    say(f"    Look into SYSPRO, then `confirm {line.company}`.")


def _written_back(counts: Mapping[str, int]) -> str:
    """What became of what is written to Procurify, the good first."""

    def many(states: frozenset[str]) -> int:
        return sum(counts.get(state, 0) for state in states)

    parts = [
        (many(frozenset({"accepted", "verified"})), "written to Procurify"),
        (many(READY | {"sending"}), "to be written"),
        (many(IN_DOUBT), "in doubt"),
        (many(frozenset({"rejected"})), "refused"),
    ]
    return ", ".join(f"{count} {word}" for count, word in parts if count) or "nothing written back"


def _show_health(tenant: Standing, now: datetime) -> None:
    for side, title in (("procurify", "Procurify"), ("syspro", "SYSPRO")):
        polls = [poll for poll in tenant.polls if poll.side == side]
        done = [poll.finished_at for poll in polls if poll.finished_at]
        if done:
            say(f"  {title} was last read {ago((now - max(done)).total_seconds())}.")
        else:
            say(f"  {title} was never read yet.")
        for trouble, names in _troubles(polls).items():
            say(f"  NOT READ: {', '.join(names)}: {trouble}")
    for company, kinds in _modes(tenant).items():
        for kind, mode in kinds.items():
            say(f"  {company}: {kind.replace('_', ' ')}s {_MODES[mode]}.")
    for company, until in _quiet(tenant, now).items():
        say(f"  {company} is in a blackout: nothing new is sent until {until:%a %H:%M}.")
    behind = tenant.head - tenant.checkpoint
    if behind > 0:
        say(f"  {behind} of {tenant.head} events are not worked through yet.")
    if tenant.engines:
        say(f"  At work: {', '.join(tenant.engines)}.")
    else:
        say("  No engine is running: nothing is read or sent until `run` is started.")


def _modes(tenant: Standing) -> dict[str, dict[str, str]]:
    """The modes that are not auto, by company and kind of document."""
    found: dict[str, dict[str, str]] = {}
    for company, policy in tenant.policies.items():
        for kind in ("vendor", "purchase_order", "bill"):
            mode = str(policy.get(f"mode_{kind}") or "auto")
            if mode in _MODES:
                found.setdefault(company, {})[kind] = mode
    return found


def _quiet(tenant: Standing, now: datetime) -> dict[str, datetime]:
    """Until when a company's blackout lasts, in its own time, for those that are in one."""
    found: dict[str, datetime] = {}
    for company, policy in tenant.policies.items():
        until = quiet_until(policy, now)
        if until is not None:
            found[company] = until.astimezone(ZoneInfo(str(policy.get("time_zone") or "UTC")))
    return found


def _troubles(polls: Sequence[Poll]) -> Mapping[str, list[str]]:
    """Trouble → the resources that have it; each is said once."""
    found: dict[str, list[str]] = {}
    for poll in polls:
        if poll.trouble:
            word = poll.stream.rpartition("/")[2].replace("_", " ")
            about = f": {word}: "
            text = poll.trouble.replace(about, ": ")
            found.setdefault(text, []).append(word)
    return found


def _age_s(at: datetime | None, now: datetime) -> int:
    return max(0, round((now - at).total_seconds())) if at is not None else -1


VERB = Verb(
    name="status",
    summary="what did not reach SYSPRO, and who must act",
    add_arguments=add_arguments,
    run=run,
)
