"""`map`: which word of Procurify is which word of SYSPRO, approved and retired as events."""

import argparse
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.cli.exits import Exit
from engine.cli.output import ago, complain, print_json, printable, say, table
from engine.cli.suggesting import differences, merged, suggest
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.core.mapping import COLUMNS, MappingRow
from engine.core.mapping_csv import parse_csv, to_csv
from engine.errors import Malformed, Misconfigured
from engine.log.contract import Author
from engine.mapping_checks import Fault, faults, unmapped, wrong_mappings
from engine.mappings import Difference, approve, approved, difference, retire
from engine.service.foundation import Foundation, foundation

Action = Callable[[Foundation, str, argparse.Namespace], Coroutine[None, None, int]]


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What to do, with which file or which mapping, and who approves."""
    add_config(child)
    child.add_argument("action", choices=tuple(ACTIONS))
    child.add_argument("words", nargs="*", metavar="FILE | KIND KEY", help="CSV; see README")
    child.add_argument("--actor", default="cli", help="who approves")
    child.add_argument("--dry-run", action="store_true", help="show what would change, only")
    child.add_argument(
        "--retire-missing", action="store_true", help="import: rows not in the file end"
    )
    child.add_argument("--force", action="store_true", help="import what SYSPRO does not have")
    child.add_argument("--note", default="", help="why; for rows without a note of their own")
    child.add_argument(
        "--accept-above", metavar="SCORE", help="suggest: approve the one best above this"
    )
    child.add_argument("--company", default="", help="retire: of this company alone")
    child.add_argument("--from", dest="from_on", default="", help="retire: from this day alone")


async def run(options: argparse.Namespace) -> int:
    """The action is done for one tenant."""
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        return await ACTIONS[options.action](ground, tenant, options)


async def take_in(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """Each new or changed row is a `MappingApproved` event; the difference is shown first.

    A file with any fault, or with a target that SYSPRO does not have, is refused whole.
    """
    rows = _read(_file(options, "import"))
    found = difference(rows, await approved(ground.log, tenant))
    wrong = await faults(ground.database, tenant, _companies(ground, tenant), found.wanted)
    retired = found.missing if options.retire_missing else ()
    if not options.json:
        _show_difference(found, retired)
    _refuse(wrong, options)
    if not options.dry_run:
        wanted = [
            replace(row, note=row.note or " ".join(options.note.split())) for row in found.wanted
        ]
        author = _author(ground, options)
        await approve(ground.log, tenant, wanted, retired=retired, author=author)
    counts = {
        "added": len(found.added),
        "changed": len(found.changed),
        "unchanged": found.unchanged,
        "retired": len(retired),
    }
    if options.json:
        outcome = {"rows": len(rows), **counts, "forced": len(wrong)}
        print_json({**outcome, "is_dry_run": options.dry_run})
        return Exit.OK
    told = ", ".join(f"{many} {what}" for what, many in counts.items())
    say(f"{told}{' (nothing was approved: dry run)' if options.dry_run else ''}.")
    if kept := len(found.missing) - len(retired):
        say(f"{kept} in force are not in the file and stay; --retire-missing ends them.")
    return Exit.OK


def _refuse(wrong: Sequence[Fault], options: argparse.Namespace) -> None:
    """Nothing is wrong, or a person says why it is imported all the same."""
    for fault in wrong:
        complain(printable(f"{fault.row.name} -> {fault.row.target}: {fault.text}"))
    if not wrong or (options.force and options.note):
        return
    hint = "--force needs a --note that says why" if options.force else "--force --note imports"
    raise Malformed(f"{len(wrong)} targets cannot be used; nothing was imported ({hint})")


def _show_difference(found: Difference, retired: Sequence[MappingRow]) -> None:
    for row in found.added:
        say(printable(f"  + {row.name} -> {row.target}{_until(row)}"))
    for before, after in found.changed:
        what = f"{before.target}{_until(before)} -> {after.target}{_until(after)}"
        say(printable(f"  ~ {after.name} {what}"))
    for row in retired:
        say(printable(f"  - {row.name} -> {row.target}"))


def _until(row: MappingRow) -> str:
    return f" until {row.until_on}" if row.until_on else ""


async def show_all(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """The mappings in force are listed."""
    rows = [one.row for one in await approved(ground.log, tenant)]
    if options.json:
        print_json([row.plain() for row in rows])
    else:
        for line in table(COLUMNS, [tuple(row.plain().values()) for row in rows]):
            say(line)
    return Exit.OK


async def export(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """The mappings in force are a CSV, in a file or on standard output; `import` takes it back."""
    text = to_csv(one.row for one in await approved(ground.log, tenant))
    if not options.words:
        sys.stdout.write(text)
        return Exit.OK
    path = _file(options, "export")
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Misconfigured(f"{path}: cannot be written: {error.strerror}") from error
    return Exit.OK


async def end(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """One row ends: a `MappingRetired` event."""
    if len(options.words) != 2:
        raise Misconfigured("map retire needs KIND and KEY")
    kind, key = options.words
    author = _author(ground, options)
    row = await retire(
        ground.log, tenant, kind, key, options.company, options.from_on, author=author
    )
    if options.json:
        print_json(row.plain())
    else:
        say(printable(f"{row.name} -> {row.target} is retired."))
    return Exit.OK


async def check(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """The mappings in force whose target SYSPRO does not have, or cannot use; exit 3 for any."""
    found = await wrong_now(ground, tenant)
    if options.json:
        print_json([{**fault.row.plain(), "text": fault.text} for fault in found])
    else:
        for fault in found:
            say(printable(f"{fault.row.name} -> {fault.row.target}: {fault.text}"))
        if not found:
            say("Every mapping leads to something that SYSPRO has, as far as it was read.")
    return Exit.WAITING_FOR_PERSON if found else Exit.OK


async def missing(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """What is mapped to nothing and waited for, most documents first; exit 3 for any."""
    found = [one.plain(ground.clock.now()) for one in await unmapped(ground.database, tenant)]
    if options.json:
        print_json(found)
    else:
        rows = [
            (one["kind"], one["key"], one["documents"], _money(one["value"]), _age(one["oldest_s"]))
            for one in found
        ]
        for line in table(("kind", "key", "documents", "value", "oldest"), rows):
            say(line)
        if not found:
            say("Nothing waits for a mapping.")
    return Exit.WAITING_FOR_PERSON if found else Exit.OK


async def wrong_now(ground: Foundation, tenant: str) -> list[Fault]:
    """The mappings that hold today or later and that SYSPRO, as last read, cannot follow."""
    today = ground.clock.now().date().isoformat()
    rows = [one.row for one in await approved(ground.log, tenant)]
    return await wrong_mappings(ground.database, tenant, _companies(ground, tenant), rows, today)


def _money(value: object) -> str:
    assert isinstance(value, Mapping)
    return ", ".join(f"{amount} {currency}".strip() for currency, amount in value.items())


def _age(seconds: object) -> str:
    assert isinstance(seconds, int)
    return ago(seconds) if seconds >= 0 else ""


def _companies(ground: Foundation, tenant: str) -> list[str]:
    return [company.company for company in ground.config.tenant(tenant).companies]


def _author(ground: Foundation, options: argparse.Namespace) -> Author:
    return Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)


def _file(options: argparse.Namespace, action: str) -> Path:
    if len(options.words) != 1:
        raise Misconfigured(f"map {action} needs a file")
    return Path(options.words[0])


def _read(path: Path) -> Sequence[MappingRow]:
    """The rows of a mapping file; raises `Misconfigured` when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Misconfigured(f"{path}: cannot be read: {why}") from error
    rows, wrong = parse_csv(text)
    if wrong:
        for fault in wrong:
            complain(f"{path}: {fault}")
        raise Malformed(f"{path}: {len(wrong)} faults, nothing was imported")
    return rows


ACTIONS: Mapping[str, Action] = {
    "import": take_in,
    "list": show_all,
    "export": export,
    "retire": end,
    "check": check,
    "unmapped": missing,
    "suggest": suggest,
    "merged": merged,
    "differences": differences,
}
VERB = Verb(
    name="map",
    summary="import, list, check or export mappings, or see what is unmapped",
    add_arguments=add_arguments,
    run=run,
)
