"""How many documents SYSPRO may show under a key that we ever sent, and when to count. Pure.

Defence in depth should an assumption of reliability.md §4.2 be wrong (§4.4, the late-commit sweep):
what was accepted is there once, what was not is not there. A key is counted again an hour and a day
after its post was in doubt, and every night. What carries no key of ours (suppliers, ledger codes,
changes) is not counted: SYSPRO itself takes those once, or a second one changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine.core.canonical import JsonObject
from engine.core.keys import command_stream
from engine.core.lifecycle import CommandState

COUNTED = frozenset(
    {
        "purchase_order_add",
        "receipt_add",
        "invoice_add",
        "invoice_register",
        "credit_note_add",
        "debit_note_add",
    }
)
"""The commands whose effect is a document that carries our key."""
OWED = frozenset({"invoice_add", "invoice_register", "credit_note_add", "debit_note_add"})
"""Those of which a second one may be paid."""
AFTER_DOUBT = (timedelta(hours=1), timedelta(hours=24))
KEPT = timedelta(days=35)
"""So long a document is expected to be there: SYSPRO purges what is paid or complete (§0.3)."""
_MAY_GO = frozenset({"receipt_add", "invoice_register"})
"""Those that need not show for ever: a receipt may leave no row, a registered invoice is approved
or turned down by people, and what becomes of its reference then is unverified."""
_OPEN = frozenset(
    {
        CommandState.SENDING,
        CommandState.IN_DOUBT,
        CommandState.ESCALATED,
        CommandState.CONFLICT,
        CommandState.ACCEPTED,
        CommandState.LINKED,
    }
)
"""States of which one document may be there, or none."""

Breach = Literal["", "FOUND_TWICE", "LATE_COMMIT", "VANISHED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many documents may stand under one key, by the rows of all commands that sent it.

    `streams`: the versions that the rows had; a later one makes the count worthless. `row` is the
    last command that was sent.
    """

    document: str
    type: str
    external_key: str
    least: int
    most: int
    streams: Mapping[str, int]
    row: JsonObject


def is_counted(row: JsonObject) -> bool:
    """Whether a command was ever sent and would leave a document under our key."""
    return row.get("type") in COUNTED and _attempt(row) > 0


def expectations(rows: Iterable[JsonObject], now: datetime) -> Sequence[Expected]:
    """What may stand under each key that these commands, all of their documents, ever sent."""
    together: dict[tuple[str, str, str], list[JsonObject]] = {}
    for row in rows:
        if is_counted(row):
            place = (str(row["document"]), str(row["type"]), str(row["external_key"]))
            together.setdefault(place, []).append(row)
    return [
        _expected(place, sorted(found, key=_sent_at), now)
        for place, found in sorted(together.items())
    ]


def breach(expected: Expected, found: int) -> Breach:
    """What is wrong with so many documents under the key; "" where nothing is."""
    if found > 1:
        return "FOUND_TWICE"
    if found > expected.most:
        return "LATE_COMMIT"
    return "VANISHED" if found < expected.least else ""


def due_after_doubt(
    doubted: Mapping[str, datetime], since: datetime, now: datetime
) -> Sequence[str]:
    """The documents whose hour or day after a doubt ended in (since, now]."""
    return sorted(
        key
        for key, at in doubted.items()
        if any(since < at + pause <= now for pause in AFTER_DOUBT)
    )


def _expected(place: tuple[str, str, str], rows: Sequence[JsonObject], now: datetime) -> Expected:
    document, type_, external_key = place
    states = {CommandState(str(row["state"])) for row in rows}
    is_there = CommandState.VERIFIED in states
    last = rows[-1]
    is_read_back = is_there and any(row.get("is_equal") is True for row in rows)
    is_young = now - datetime.fromisoformat(_sent_at(last) or now.isoformat()) < KEPT
    return Expected(
        document=document,
        type=type_,
        external_key=external_key,
        least=int(is_read_back and is_young and type_ not in _MAY_GO),
        most=int(is_there or bool(states & _OPEN)),
        streams={command_stream(str(row["key"])): _version(row) for row in rows},
        row=last,
    )


def _sent_at(row: JsonObject) -> str:
    return str(row.get("intended_at") or "")


def _attempt(row: JsonObject) -> int:
    value = row.get("attempt")
    return value if isinstance(value, int) else 0


def _version(row: JsonObject) -> int:
    value = row.get("version")
    return value if isinstance(value, int) else 0
