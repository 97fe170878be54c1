"""`agreement`: in shadow mode, whether the engine's plan is what people typed into SYSPRO."""

import argparse
from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.cli.exits import Exit
from engine.cli.output import print_json, printable, say, table
from engine.cli.verb import Verb, add_config, config_of
from engine.service.agreements import Compared, compare
from engine.service.foundation import foundation

MOST_SHOWN = 20


def add_arguments(child: argparse.ArgumentParser) -> None:
    """The configuration and, if wanted, one tenant."""
    add_config(child)


async def run(options: argparse.Namespace) -> int:
    """The comparison is printed; exit 4 when anything that was typed differs."""
    async with foundation(config_of(options)) as ground:
        found = {
            name: await compare(ground.database, ground.log, name)
            for name in ground.tenants(options.tenant)
        }
    if options.json:
        print_json({name: plain(compared) for name, compared in found.items()})
    else:
        for name, compared in found.items():
            show(name, compared)
    differs = any(_many(compared, "differs") for compared in found.values())
    return Exit.DRIFT if differs else Exit.OK


def plain(compared: Sequence[Compared]) -> dict[str, object]:
    """A tenant's comparison as JSON."""
    return {
        "total": counted(compared),
        "kinds": {kind: counted(part) for kind, part in by_kind(compared).items()},
        "documents": [
            {
                "document": one.shadow.key,
                "number": one.shadow.number,
                "company": one.shadow.company,
                "syspro_key": one.syspro_key,
                "verdict": one.agreement.verdict,
                "differences": [change.plain() for change in one.agreement.differences],
            }
            for one in compared
        ],
    }


def counted(compared: Sequence[Compared]) -> dict[str, object]:
    """How many there are and were found, and how many of those are equal, also in per cent."""
    equal, differs = _many(compared, "equal"), _many(compared, "differs")
    return {
        "planned": len(compared),
        "found": equal + differs,
        "equal": equal,
        "differs": differs,
        "not_found": _many(compared, "not_found"),
        "equal_percent": percent(equal, equal + differs),
    }


def percent(part: int, whole: int) -> str | None:
    """The share in per cent with one decimal, rounded down: 100.0 only for all; None of nothing."""
    if not whole:
        return None
    return str((Decimal(part * 1000 // whole) / 10).quantize(Decimal("0.1")))


def by_kind(compared: Sequence[Compared]) -> Mapping[str, Sequence[Compared]]:
    """The comparison by the kind of document."""
    kinds = sorted({one.shadow.kind for one in compared})
    return {kind: [one for one in compared if one.shadow.kind == kind] for kind in kinds}


def show(tenant: str, compared: Sequence[Compared]) -> None:
    """A tenant's comparison for people: the counts, then what differs and what was not found."""
    if not compared:
        say(f"{tenant}: nothing is planned in shadow; set a mode to shadow with `policy set`.")
        return
    say(f"{tenant}: what would have been sent, beside what people typed into SYSPRO")
    parts = [*by_kind(compared).items(), ("all", compared)]
    rows = [_row(kind, counted(part)) for kind, part in parts]
    header = ("", "planned", "found", "equal", "differs", "not found", "equal of found")
    for line in table(header, rows):
        say(f"  {line}")
    differing = [one for one in compared if one.agreement.verdict == "differs"]
    if differing:
        say()
        say("  Different, ours → typed:")
    for one in differing[:MOST_SHOWN]:
        say(printable(f"    {named(one)}, in SYSPRO {one.syspro_key}"))
        for change in one.agreement.differences:
            place = ": ".join(part for part in (change.part, change.cell) if part)
            ours, theirs = change.before or "nothing", change.after or "nothing"
            say(printable(f"      {place}: {ours} → {theirs}"))
    _show_more(differing)
    missing = [one for one in compared if one.agreement.verdict == "not_found"]
    if missing:
        say()
        say("  Not found (if it is there, `link` says where):")
    for one in missing[:MOST_SHOWN]:
        say(printable(f"    {named(one)}"))
    _show_more(missing)


def named(one: Compared) -> str:
    """A document as people call it."""
    kind = one.shadow.kind.replace("_", " ")
    return f"{kind} {one.shadow.number or one.shadow.key}"


def _row(kind: str, counts: Mapping[str, object]) -> tuple[object, ...]:
    share = counts["equal_percent"]
    names = ("planned", "found", "equal", "differs", "not_found")
    title = kind.replace("_", " ") + ("s" if kind != "all" else "")
    return (title, *(counts[name] for name in names), "-" if share is None else f"{share} %")


def _show_more(listed: Sequence[Compared]) -> None:
    if len(listed) > MOST_SHOWN:
        say(f"    … and {len(listed) - MOST_SHOWN} more; --json lists them all")


def _many(compared: Sequence[Compared], verdict: str) -> int:
    return sum(one.agreement.verdict == verdict for one in compared)


VERB = Verb(
    name="agreement",
    summary="whether what shadow mode planned is what people typed into SYSPRO",
    add_arguments=add_arguments,
    run=run,
)
