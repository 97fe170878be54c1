"""The list of documents that somebody must act on, by cause, as a clerk works through it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.cli.output import ago, say, table
from engine.core.reasons import REASONS
from engine.standing import Entry, totals

MOST_SHOWN = 20


def money(entries: Iterable[Entry]) -> str:
    """The entries' amounts by currency: `1,204.50 CAD, 88.00 USD`; "" without any."""
    return ", ".join(
        f"{amount:,} {currency}".strip() for currency, amount in totals(entries).items()
    )


def show(title: str, entries: Sequence[Entry], now: datetime | None = None) -> None:
    """The entries under a title, grouped by cause: what it is, who acts, what to do, which.

    Each names its SYSPRO company where there are several; with `now`, a group tells its age.
    """
    if not entries:
        return
    say()
    say(f"{title}: {counted(entries)}")
    has_company = len({entry.company for entry in entries} - {""}) > 1
    for reason, group in grouped(entries):
        _show_group(reason, group, now, has_company=has_company)


def counted(entries: Sequence[Entry]) -> str:
    """How many they are and what they are worth: `2 documents, 1,204.50 CAD`."""
    value = money(entries)
    many = f"{len(entries)} {'document' if len(entries) == 1 else 'documents'}"
    return f"{many}, {value}" if value else many


def grouped(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries by reason, most of them first; what only waits for others comes last."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.reason, []).append(entry)
    return sorted(
        groups.items(), key=lambda item: (item[0] == "WAITS_FOR_HELD", -len(item[1]), item[0])
    )


def _show_group(
    reason: str, group: Sequence[Entry], now: datetime | None, *, has_company: bool
) -> None:
    known = REASONS.get(reason)
    say()
    say(f"  {reason}  {known.sentence if known else group[0].sentence}")
    since = [entry.since for entry in group if entry.since is not None]
    age = ago((now - min(since)).total_seconds()) if now and since else ""
    if len(group) > 1:
        say(f"    {counted(group)}{f', the oldest {age}' if age else ''}")
    elif age:
        say(f"    it began {age}")
    if known and known.who != "nobody":
        owners = dict.fromkeys(entry.who for entry in group)
        say(f"    {', '.join(owners)}: {known.action}")
    rows = [
        (
            entry.name,
            *([entry.company] if has_company else []),
            f"{entry.amount} {entry.currency}".strip(),
            _particulars(entry),
        )
        for entry in group[:MOST_SHOWN]
    ]
    for line in table(None, rows):
        say(f"    {line}")
    if len(group) > MOST_SHOWN:
        say(f"    … and {len(group) - MOST_SHOWN} more; --json lists them all")


def _particulars(entry: Entry) -> str:
    return entry.why if entry.detail or entry.waits_for else ""
