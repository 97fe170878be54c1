"""`preview DOC`: the XML that would be written, and what it changes. Nothing is sent."""

import argparse
import json
from collections.abc import Sequence

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.plan import exit_for, headed, plain_command, wish
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.cli.xml_print import pretty
from engine.policies import owner_of, policies
from engine.service.forecast import Forecast, Preview, forecast, previewed
from engine.service.foundation import foundation
from projections.pictures import Difference


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What the document is called; `--no-xml` leaves out what would be written."""
    child.add_argument("document", metavar="DOC", help="as for `audit`")
    child.add_argument("--no-xml", action="store_true", help="show only what changes")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """What would be written is printed; exit 3 when somebody must act before it is."""
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        found = await forecast(ground.database, ground.log, tenant, options.document)
        shown = await previewed(ground.log, tenant, found)
        rules = await policies(ground.database, tenant)
    owner = owner_of(str(found.row.get("reason")), rules.get(found.draft.company, {}))
    if options.json:
        print_json(plain(tenant, found, shown))
    else:
        show(tenant, found, shown, owner, has_xml=not options.no_xml)
    code = exit_for(found)
    has_fault = any(one.fault for one in shown)
    return Exit.WAITING_FOR_PERSON if has_fault and code is not Exit.IN_DOUBT else code


def plain(tenant: str, found: Forecast, shown: Sequence[Preview]) -> dict[str, object]:
    """The previews as JSON; the XML is to the byte what would be sent."""
    return {
        "tenant": tenant,
        "document": found.key,
        "number": found.number,
        "state": found.row.get("state"),
        "reason": found.row.get("reason"),
        "detail": found.row.get("detail"),
        "previews": [
            {
                **plain_command(one.wanted),
                "changes": [change.plain() for change in one.changes],
                "xml_parameters": one.parameters,
                "xml_in": one.document,
                "request": one.request,
                "fault": one.fault,
                "read_at": one.read_at,
            }
            for one in shown
        ],
    }


def show(
    tenant: str, found: Forecast, shown: Sequence[Preview], owner: str, *, has_xml: bool
) -> None:
    """The previews for people."""
    headed(tenant, found, owner)
    if not shown:
        say("  Nothing would be written.")
    for one in shown:
        say()
        say(printable(f"  {wish(one.wanted)}"))
        for notice in one.wanted.notices:
            say(printable(f"    note: {notice}"))
        if one.read_at is not None:
            say(f"    Against SYSPRO as it was last seen to change, {one.read_at:%F %T}:")
        for change in one.changes:
            say(printable(f"    {change_text(change)}"))
        if not one.changes:
            say("    Nothing differs from what SYSPRO holds.")
        if one.fault:
            say(printable(f"    It does not fit: {one.fault}"))
        if has_xml:
            _show_call(one)


def _show_call(one: Preview) -> None:
    parts = [("parameters", pretty(one.parameters)), ("document", pretty(one.document))]
    if one.request is not None:
        body = json.dumps(one.request["body"], indent=2, ensure_ascii=False, default=str)
        first = f"{one.request['method']} {one.request['path']}"
        parts = [("request, after a read of what is there", [first, *body.splitlines()])]
    for title, lines in parts:
        if lines:
            say(f"    {title}:")
        for line in lines:
            say(f"      {printable(line)}")


def change_text(change: Difference) -> str:
    """A difference in one line: + for new, - for gone, an arrow between."""
    if not change.cell:
        sign, cells = ("+", change.after) if change.before is None else ("-", change.before)
        return f"{sign} {change.part}{f': {cells}' if cells else ''}"
    name = f"{change.part}: {change.cell}" if change.part else change.cell
    if change.before is None:
        return f"+ {name}: {change.after}"
    if change.after is None:
        return f"- {name}: {change.before}"
    return f"  {name}: {change.before} → {change.after}"


VERB = Verb(
    name="preview",
    summary="what would be written for a document, and what that changes",
    add_arguments=add_arguments,
    run=run,
)
