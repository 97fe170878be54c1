"""`status`: what did not reach SYSPRO, and what somebody must do about it."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.cli.exits import Exit
from engine.cli.output import print_json, say, table
from engine.cli.verb import Verb, add_config, config_of
from engine.foundation import Foundation, foundation
from engine.standing import DONE, READY, SENDING, Entry, Standing, standing

CATCH_UP_S = 2.0
LOOK_AGAIN_S = 0.05
WORDS = {"held": "Needs you", "waiting": "Waiting", "in_doubt": "In doubt"}


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration and, if wanted, one tenant."""
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The standing of every tenant is printed; the exit code says the worst of it."""
    async with foundation(config_of(options)) as ground:
        found = {name: await caught_up(ground, name) for name in ground.tenants(options.tenant)}
        now = ground.clock.now()
    if options.json:
        print_json(plain(found, now))
    else:
        for name, tenant in found.items():
            show(name, tenant, now)
    if any(tenant.in_doubt for tenant in found.values()):
        return Exit.IN_DOUBT
    return Exit.WAITING_FOR_PERSON if any(t.held for t in found.values()) else Exit.OK


async def caught_up(ground: Foundation, tenant: str) -> Standing:
    """The standing as of the log's head now, or as projected when that takes too long."""
    head = (await ground.log.head(tenant)).position
    ends_at = ground.clock.monotonic() + CATCH_UP_S
    while True:
        found = await standing(ground.database, tenant)
        if found.checkpoint >= head or ground.clock.monotonic() > ends_at:
            return found
        await asyncio.sleep(LOOK_AGAIN_S)


def plain(found: Mapping[str, Standing], now: datetime) -> dict[str, object]:
    """The standing of all tenants as one JSON object; lists name each document once."""
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
        "ready": sum(tenant.many(READY) for tenant in found.values()),
        "sending": sum(tenant.many(SENDING) for tenant in found.values()),
        "in_syspro": sum(tenant.many(DONE) for tenant in found.values()),
        "tenants": {
            name: {
                "head": tenant.head,
                "checkpoint": tenant.checkpoint,
                "counts": {kind: dict(states) for kind, states in tenant.counts.items()},
                "polls": [
                    {
                        "poll": poll.stream.removeprefix("poll/"),
                        "age_s": _age_s(poll.finished_at, now),
                        "broken": poll.broken,
                    }
                    for poll in tenant.polls
                ],
            }
            for name, tenant in found.items()
        },
    }


def show(name: str, tenant: Standing, now: datetime) -> None:
    """One tenant's standing for people: counts first, then who must act on what."""
    say(
        f"{name}: {tenant.many(DONE)} documents in SYSPRO, {tenant.many(READY)} ready, "
        f"{tenant.many(SENDING)} being sent, {len(tenant.waiting)} waiting, "
        f"{len(tenant.held)} need somebody, {len(tenant.in_doubt)} in doubt"
    )
    for place, entries in (
        ("in_doubt", tenant.in_doubt),
        ("held", tenant.held),
        ("waiting", tenant.waiting),
    ):
        _show_entries(WORDS[place], entries)
    broken = [poll for poll in tenant.polls if poll.broken]
    for poll in broken:
        say(f"  Not read: {poll.stream.removeprefix('poll/')}: {poll.broken}")
    ages = [_age_s(poll.finished_at, now) for poll in tenant.polls if poll.finished_at]
    if ages:
        say(
            f"  Last read {min(ages)} s ago (newest), {max(ages)} s ago (oldest resource). "
            f"Log at {tenant.head}, planned up to {tenant.checkpoint}."
        )


def _show_entries(title: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    say()
    rows = [
        (
            entry.kind.replace("_", " "),
            entry.number or entry.source_id,
            f"{entry.amount} {entry.currency}".strip(),
            entry.reason,
            entry.sentence,
        )
        for entry in entries
    ]
    for line in table((title, "number", "amount", "reason", "why"), rows):
        say(f"  {line}")
    say()


def _age_s(at: datetime | None, now: datetime) -> int:
    return max(0, round((now - at).total_seconds())) if at is not None else -1


VERB = Verb(
    name="status",
    summary="what did not reach SYSPRO, and who must act",
    add_arguments=add_arguments,
    run=run,
)
