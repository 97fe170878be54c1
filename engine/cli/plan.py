"""`plan DOC`: what the planner says of a document now, and what it looked at."""

import argparse
from collections.abc import Mapping

from engine.audit.words import doing, standing_words
from engine.cli.cards import card
from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say, table
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.cli.xml_print import pretty
from engine.core.canonical import JsonObject
from engine.core.keys import DocumentKey
from engine.core.reasons import REASONS
from engine.policies import owner_of, policies
from engine.service.forecast import Forecast, Wanted, forecast
from engine.service.foundation import foundation
from engine.standing import HELD, IN_DOUBT

MOST_LINES = 40
_WIDEST = 70


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What the document is called."""
    child.add_argument("document", metavar="DOC", help="as for `audit`")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The plan is printed; exit 3 when somebody must act, 7 when an outcome is not known."""
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        found = await forecast(ground.database, ground.log, tenant, options.document)
        rules = await policies(ground.database, tenant)
    owner = owner_of(str(found.row.get("reason")), rules.get(found.draft.company, {}))
    if options.json:
        print_json(plain(tenant, found, owner))
    else:
        show(tenant, found, owner)
    return exit_for(found)


def exit_for(found: Forecast) -> Exit:
    """What the plan means for whoever asked."""
    if found.row.get("state") in IN_DOUBT:
        return Exit.IN_DOUBT
    return Exit.WAITING_FOR_PERSON if found.row.get("state") in HELD else Exit.OK


def plain(tenant: str, found: Forecast, owner: str) -> dict[str, object]:
    """The plan as JSON; `needs` are the facts it looked at, None where there was none."""
    row = found.row
    reason = REASONS.get(str(row.get("reason")))
    return {
        "tenant": tenant,
        "document": found.key,
        "number": found.number,
        "company": found.draft.company,
        "revision": found.draft.revision,
        "state": row.get("state"),
        "reason": row.get("reason"),
        "detail": row.get("detail"),
        "sentence": row.get("sentence"),
        "cause": reason.cause if reason else "",
        "class": reason.error_class if reason else "",
        "who": owner or (reason.who if reason else ""),
        "action": reason.action if reason else "",
        "automatic": reason.automatic if reason else "",
        "said": found.said,
        "outcome": type(found.outcome).__name__.lower(),
        "commands": [plain_command(one) for one in found.wanted],
        "needs": dict(found.facts),
    }


def plain_command(wanted: Wanted) -> dict[str, object]:
    """A command as JSON."""
    return {
        "type": wanted.type,
        "action": wanted.action,
        "company": wanted.company,
        "object": wanted.call,
        "standing": wanted.standing,
        "notices": list(wanted.notices),
        "payload": wanted.payload,
    }


def show(tenant: str, found: Forecast, owner: str) -> None:
    """The plan for people."""
    headed(tenant, found, owner)
    for wanted in found.wanted:
        say(printable(f"  {wish(wanted)}"))
        for notice in wanted.notices:
            say(printable(f"    note: {notice}"))
    if not found.wanted:
        say("  Nothing is to be sent.")
    say()
    say("  It rests on:")
    rows = [(_named(key), _shown(fact)) for key, fact in found.facts.items()]
    for line in table(None, rows):
        say(f"    {line}")


def headed(tenant: str, found: Forecast, owner: str) -> None:
    """How the document stands; why, who, what now, and what was answered, where it is stopped."""
    key = DocumentKey.parse(found.key)
    lines = standing_words(found.row)
    kind = key.kind.replace("_", " ").capitalize()
    say(printable(f"{kind} {found.number or key.id} ({found.key}) of {tenant}: {lines[0]}"))
    reason = REASONS.get(str(found.row.get("reason")))
    if reason is not None:
        say(printable(f"  {reason.code}: {lines[1]}" if len(lines) > 1 else f"  {reason.code}"))
        for line in card(reason, owner):
            say(printable(f"    {line}"))
    said = pretty(found.said) or found.said.splitlines()
    if said:
        say("    The answer, word for word:")
    for line in said[:MOST_LINES]:
        say(printable(f"      {line}"))


def wish(wanted: Wanted) -> str:
    """What a command would do, in words."""
    what = {
        "planned": "To be sent",
        "under way": "On its way",
        "to be approved": "Waits for its approval",
        "not sent": "Planned and not sent (shadow)",
    }[wanted.standing]
    return f"{what}: {doing(wanted.type)} in {where(wanted)} by {wanted.call}."


def where(wanted: Wanted) -> str:
    """Where a command is addressed to."""
    name = wanted.company
    return "Procurify" if name.startswith("procurify:") else f"company {name}"


def _named(key: str) -> str:
    """A fact by its key, less like a key."""
    kind, _, rest = key.partition(":")
    return f"{kind.replace('_', ' ')} {rest}"


def _shown(fact: JsonObject | None) -> str:
    """A fact in one short line: its plain fields."""
    if fact is None:
        return "none"
    fields = ", ".join(
        f"{name} {value}"
        for name, value in fact.items()
        if not isinstance(value, Mapping | list | tuple) and value not in (None, "")
    )
    return f"{fields[: _WIDEST - 1]}…" if len(fields) > _WIDEST else fields or "there"


VERB = Verb(
    name="plan",
    summary="what would be done with a document now, and what that rests on",
    add_arguments=add_arguments,
    run=run,
)
