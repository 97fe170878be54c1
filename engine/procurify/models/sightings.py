"""What Procurify shows of a write whose answer was lost, as the protocol weighs it. Pure.

A write that may be repeated shows once it reads as wanted; what was made is found by its code or
name, a receipt by the item, the quantities and our user, among those that were not there before.
"""

from collections.abc import Sequence

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import ProcurifyPayload, ReceiptReport
from engine.core.protocol import Read, Sighting
from engine.procurify.models.findings import (
    Already,
    finding,
    key_of,
    made_of,
    receipts_like,
    text_of,
)


def read_on_repeatable(payload: ProcurifyPayload, rows: Sequence[JsonObject]) -> Read:
    """Of a PATCH, a PUT or mark-as-paid: it is so, or nothing is seen of it.

    What somebody changed meanwhile shows nothing either: the look before the send sees it.
    """
    found = finding(payload, rows)
    if isinstance(found, Already):
        return (Sighting(syspro_key=found.key, is_ours=True, is_equal=True),)
    return ()


def read_on_made(
    payload: ProcurifyPayload,
    rows: Sequence[JsonObject],
    *,
    known: Sequence[str] = (),
    user: str = "",
) -> Read:
    """Of a POST that makes a vendor, an account code, a department or a receipt.

    `known` and `user` are the item's receipts and our own id before the write, from its intent;
    without our id no receipt is known to be ours.
    """
    is_ours = True
    if isinstance(payload, ReceiptReport):
        made = receipts_like(payload, rows, known)
        is_ours = bool(user)
        if user:
            made = [row for row in made if text_of(row.get("created_by")) == user]
    else:
        made = made_of(payload, rows)
    return tuple(
        Sighting(syspro_key=key_of(payload, row), is_ours=is_ours, is_equal=True) for row in made
    )
