"""`audit DOC`: a document's whole story, from the log."""

import argparse

from engine.audit import Chapter, Story, story
from engine.cli.exits import Exit
from engine.cli.output import print_json, say
from engine.cli.verb import Verb, add_config, config_of
from engine.errors import NotFound
from engine.foundation import foundation


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The document's number, id or key; `--xml` prints what was sent and answered."""
    child.add_argument("document", help="e.g. PO-1042, an invoice number, a bill's uuid")
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
                "xml_in": chapter.xml_in,
                "reply": chapter.reply,
            }
            for chapter in told.chapters
        ],
    }


def show(tenant: str, told: Story, *, has_xml: bool) -> None:
    """The story for people."""
    say(f"{told.number or told.key} ({told.key}) of {tenant}: {told.standing.get('state')}")
    reason = told.standing.get("sentence") or told.standing.get("reason")
    if reason:
        say(f"  {reason}")
    for chapter in told.chapters:
        _show_chapter(chapter, has_xml=has_xml)


def _show_chapter(chapter: Chapter, *, has_xml: bool) -> None:
    event = chapter.event
    say(
        f"{event.position:>8}  {event.recorded_at:%Y-%m-%d %H:%M:%S}  {event.type:<20} "
        f"{chapter.text}"
    )
    say(f"{'':>8}  by {event.actor} in {event.run_id}")
    if not has_xml:
        return
    for title, text in (("sent", chapter.xml_in), ("answered", chapter.reply)):
        if text:
            say(f"{'':>8}  {title}:")
            for line in text.replace("><", ">\n<").splitlines():
                say(f"{'':>12}{line}")


VERB = Verb(
    name="audit",
    summary="the whole story of one document, from the log",
    add_arguments=add_arguments,
    run=run,
)
