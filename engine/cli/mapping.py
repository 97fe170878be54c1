"""`map import|list|export`: which word of Procurify is which word of SYSPRO, approved as events."""

import argparse
import csv
import sys
from pathlib import Path

from engine.cli.exits import Exit
from engine.cli.output import complain, print_json, say, table
from engine.cli.verb import Verb, add_config, config_of, one_tenant
from engine.core.events import Event, NewEvent
from engine.core.mapping import MappingRow, parse_csv
from engine.errors import Malformed, Misconfigured
from engine.log.contract import Author
from engine.service.foundation import Foundation, foundation

BATCH = 500


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What to do, and the file (columns kind, key, target, note)."""
    add_config(child)
    child.add_argument("action", choices=("import", "list", "export"))
    child.add_argument("file", nargs="?", type=Path, help="CSV: kind,key,target,note")
    child.add_argument("--actor", default="cli", help="who approves")
    child.add_argument("--dry-run", action="store_true", help="show what would change, only")


async def run(options: argparse.Namespace) -> int:
    """A file with any fault is refused whole; rows that say nothing new append nothing."""
    async with foundation(config_of(options)) as ground:
        tenant = one_tenant(ground, options.tenant)
        if options.action == "import":
            return await take_in(ground, tenant, options)
        rows = await approved(ground, tenant)
    if options.action == "export":
        export(rows, options.file)
        return Exit.OK
    if options.json:
        print_json([plain(row) for row in rows])
    else:
        for line in table(
            ("kind", "key", "target", "note"),
            [(row.kind, row.key, row.target, row.note) for row in rows],
        ):
            say(line)
    return Exit.OK


async def take_in(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """Each new or changed row is a `MappingApproved` event; the difference is shown first."""
    if options.file is None:
        raise Misconfigured("map import needs a file")
    rows, faults = parse_csv(read(options.file))
    if faults:
        for fault in faults:
            complain(f"{options.file}: {fault}")
        raise Malformed(f"{options.file}: {len(faults)} faults, nothing was imported")
    latest = await ground.log.latest_under(tenant, "mapping/")
    wanted = [(row, latest.get(f"mapping/{row.kind}/{row.key}")) for row in rows]
    changes = [(row, before) for row, before in wanted if target_of(before) != row.target]
    if not options.json:
        for row, before in changes:
            old = target_of(before)
            arrow = f"{old} -> {row.target}" if old else f"-> {row.target}"
            say(f"  {row.kind} {row.key} {arrow}")
    if not options.dry_run:
        await approve(ground, tenant, changes, options.actor)
    outcome = {"rows": len(rows), "changed": len(changes), "is_dry_run": options.dry_run}
    if options.json:
        print_json(outcome)
    else:
        verb = "would change" if options.dry_run else "approved"
        say(f"{len(changes)} of {len(rows)} mappings {verb}.")
    return Exit.OK


async def approve(
    ground: Foundation, tenant: str, changes: list[tuple[MappingRow, Event | None]], actor: str
) -> None:
    """The rows are approved; refused if somebody else changed one of them meanwhile."""
    author = Author(actor=actor, run_id=ground.run_id, correlation=ground.run_id)
    for first in range(0, len(changes), BATCH):
        part = changes[first : first + BATCH]
        events = [
            NewEvent(
                stream=f"mapping/{row.kind}/{row.key}",
                type="MappingApproved",
                body={**plain(row), "company": ""},
            )
            for row, _ in part
        ]
        expected = {
            event.stream: before.version if before is not None else 0
            for event, (_, before) in zip(events, part, strict=True)
        }
        await ground.log.append(tenant, events, author=author, expected=expected)


async def approved(ground: Foundation, tenant: str) -> list[MappingRow]:
    """The mappings in force, by kind and key."""
    latest = await ground.log.latest_under(tenant, "mapping/")
    return [
        MappingRow(
            kind=str(event.body["kind"]),
            key=str(event.body["key"]),
            target=target_of(event),
            note=str(event.body.get("note") or ""),
        )
        for event in latest.values()
        if event.body is not None and target_of(event)
    ]


def target_of(event: Event | None) -> str:
    """The target that an event approved; "" for none or a retired mapping."""
    if event is None or event.body is None or event.type != "MappingApproved":
        return ""
    return str(event.body["target"])


def plain(row: MappingRow) -> dict[str, str]:
    """A mapping as JSON."""
    return {"kind": row.kind, "key": row.key, "target": row.target, "note": row.note}


def read(path: Path) -> str:
    """The text of a mapping file; raises `Misconfigured` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Misconfigured(f"{path}: cannot be read: {why}") from error


def export(rows: list[MappingRow], path: Path | None) -> None:
    """The mappings as CSV, to a file or standard output; `import` takes it back."""
    try:
        stream = path.open("w", encoding="utf-8", newline="") if path else sys.stdout
    except OSError as error:
        raise Misconfigured(f"{path}: cannot be written: {error.strerror}") from error
    try:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("kind", "key", "target", "note"))
        writer.writerows((row.kind, row.key, row.target, row.note) for row in rows)
    finally:
        if path:
            stream.close()


VERB = Verb(
    name="map",
    summary="import, list or export mappings",
    add_arguments=add_arguments,
    run=run,
)
