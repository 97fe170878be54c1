"""`audit DOC`: a document's whole story, from the log."""

import argparse

from engine.audit import Chapter, Story, story
from engine.audit.words import standing_words
from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say
from engine.cli.verb import Verb, add_config, config_of
from engine.cli.xml_print import pretty
from engine.core.keys import DocumentKey
from engine.errors import NotFound
from engine.service.foundation import foundation

MOST_CHANGES = 40


def add_arguments(child: argparse.ArgumentParser) -> None:
    """What the document is called; `--no-xml` leaves out what was sent and answered."""
    child.add_argument(
        "document", help="e.g. PO-1042, an invoice number, a bill's uuid, a vendor's name"
    )
    child.add_argument("--no-xml", action="store_true", help="leave the XML out")
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The story is printed in the order of the log; exit 1 when no document has that name."""
    async with foundation(config_of(options)) as ground:
        names = ground.tenants(options.tenant)
        found: list[tuple[str, Story]] = []
        refused: NotFound | None = None
        for name in names:
            try:
                told = await story(ground.database, ground.log, name, options.document)
                found.append((name, told))
            except NotFound as error:
                refused = error
    if not found and refused is not None:
        raise refused
    if options.json:
        print_json([plain(name, told) for name, told in found])
    else:
        for name, told in found:
            show(name, told, has_xml=not options.no_xml)
    return Exit.OK


def plain(tenant: str, told: Story) -> dict[str, object]:
    """The story as JSON, every event with its hash."""
    return {
        "tenant": tenant,
        "document": told.key,
        "number": told.number,
        "standing": dict(told.standing),
        "last_read": None
        if told.last_read is None
        else {
            "resource": told.last_read.resource,
            "finished_at": told.last_read.finished_at,
            "position": told.last_read.position,
            "run_id": told.last_read.run_id,
        },
        "story": [
            {
                "position": chapter.event.position,
                "recorded_at": chapter.event.recorded_at,
                "type": chapter.event.type,
                "actor": chapter.event.actor,
                "run_id": chapter.event.run_id,
                "causation": chapter.event.causation,
                "hash": chapter.event.hash.hex(),
                "text": chapter.text,
                "correlation": chapter.event.correlation,
                "changes": list(chapter.changes),
                "parameters": chapter.parameters,
                "xml_in": chapter.xml_in,
                "request": chapter.request,
                "reply": chapter.reply,
            }
            for chapter in told.chapters
        ],
    }


def show(tenant: str, told: Story, *, has_xml: bool) -> None:
    """The story for people."""
    lines = standing_words(told.standing)
    key = DocumentKey.parse(told.key)
    kind = key.kind.replace("_", " ").capitalize()
    say(printable(f"{kind} {told.number or key.id} ({told.key}) of {tenant}: {lines[0]}"))
    for line in lines[1:]:
        say(f"  {printable(line)}")
    say()
    for chapter in told.chapters:
        _show_chapter(chapter, has_xml=has_xml)
    if (last := told.last_read) is not None:
        say(f"{last.position:>8}  {last.finished_at:%Y-%m-%d %H:%M:%S}  nothing newer in Procurify")
        say(f"{'':>8}  by {last.run_id}, which read {last.resource.replace('_', ' ')} then")


def _show_chapter(chapter: Chapter, *, has_xml: bool) -> None:
    event = chapter.event
    text = printable(chapter.text)
    say(f"{event.position:>8}  {event.recorded_at:%Y-%m-%d %H:%M:%S}  {text}")
    poll = event.correlation.removeprefix(f"{event.run_id}/")
    read = f", poll {poll}" if poll != event.correlation else ""
    say(f"{'':>8}  by {event.actor} in {event.run_id}{read}")
    for line in chapter.changes[:MOST_CHANGES]:
        say(f"{'':>12}{printable(line)}")
    if len(chapter.changes) > MOST_CHANGES:
        say(f"{'':>12}… and {len(chapter.changes) - MOST_CHANGES} more; --json lists them all")
    if not has_xml:
        return
    for title, lines in (
        ("parameters", pretty(chapter.parameters)),
        ("sent", pretty(chapter.xml_in) or chapter.request.splitlines()),
        ("answered", pretty(chapter.reply)),
    ):
        if lines:
            say(f"{'':>8}  {title}:")
        for line in lines:
            say(f"{'':>12}{printable(line)}")


VERB = Verb(
    name="audit",
    summary="the whole story of one document, from the log",
    add_arguments=add_arguments,
    run=run,
)
