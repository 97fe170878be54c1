"""`map suggest|merged|differences`: what is alike, what a merge left, what one side lacks."""

import argparse
from decimal import Decimal, InvalidOperation

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say, table
from engine.errors import Malformed
from engine.log.contract import Author
from engine.mappings import approve, approved
from engine.reference_differences import one_sided
from engine.retired import retired
from engine.service.foundation import Foundation
from engine.suggestions import certain, suggestions


async def suggest(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """Every suggestion with its score and evidence; exit 3 while any is left to a person.

    `--accept-above S` approves, for each vendor, its one best supplier if that scores above S.
    """
    found = await suggestions(ground.database, tenant)
    accepted = [] if options.accept_above is None else certain(found, _score(options.accept_above))
    if accepted and not options.dry_run:
        author = Author(actor=options.actor, run_id=ground.run_id, correlation=ground.run_id)
        await approve(ground.log, tenant, [one.row() for one in accepted], author=author)
    if options.json:
        print_json([{**one.plain(), "is_accepted": one in accepted} for one in found])
    else:
        rows = [
            (
                f"{one.vendor} {one.vendor_name}",
                one.company,
                f"{one.supplier} {one.supplier_name}",
                str(one.likeness.score),
                ", ".join(one.likeness.evidence),
                "approved" if one in accepted else "",
            )
            for one in found
        ]
        for line in table(("vendor", "company", "supplier", "score", "because", ""), rows):
            say(printable(line))
        if not found:
            say("No vendor without a supplier is like any supplier that SYSPRO has.")
    left = {one.vendor for one in found} - {one.vendor for one in accepted}
    return Exit.WAITING_FOR_PERSON if left else Exit.OK


async def merged(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """What is open on suppliers that their vendors were merged away from; exit 3 for any."""
    rows = [one.row for one in await approved(ground.log, tenant)]
    found = await retired(ground.database, tenant, rows)
    if options.json:
        print_json([one.plain() for one in found])
    else:
        listed = [
            (one.company, one.supplier, one.survivor, one.kind, one.number, one.syspro_key)
            for one in found
        ]
        header = ("company", "supplier", "now", "kind", "number", "SYSPRO")
        for line in table(header, listed):
            say(printable(line))
        if not found:
            say("Nothing of ours is open on a supplier that its vendor was merged away from.")
    return Exit.WAITING_FOR_PERSON if found else Exit.OK


def _score(text: str) -> Decimal:
    try:
        score = Decimal(text)
    except InvalidOperation:
        score = Decimal(-1)
    if not 0 <= score <= 1:
        raise Malformed(f"--accept-above takes a score from 0 to 1, not {text!r}")
    return score


async def differences(ground: Foundation, tenant: str, options: argparse.Namespace) -> int:
    """Reference data that one side lacks, by kind and company; exit 3 for any."""
    rows = [one.row for one in await approved(ground.log, tenant)]
    companies = [company.company for company in ground.config.tenant(tenant).companies]
    found = await one_sided(ground.database, tenant, companies, rows)
    if options.json:
        print_json([one.plain() for one in found])
    else:
        listed = [(one.kind, one.company, f"{one.side} only", one.name) for one in found]
        for line in table(("kind", "company", "where", "name"), listed):
            say(printable(line))
        if not found:
            say("Both sides have the same reference data, as far as they were read.")
    return Exit.WAITING_FOR_PERSON if found else Exit.OK
