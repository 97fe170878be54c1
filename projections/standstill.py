"""Is a SYSPRO company still the one that the log knows? If not, it stands still. Pure.

Facts: `identity:<company>`, what its logon profile said last; `last_order:<company>` {key}, the
order that was last read back as ours; `standstill:<company>` {why}, there while nothing is to be
written. A company restored from a backup, or a test copy under its name, has another profile or
lacks that order (rules.md §5.5, 43). Only a person says that it is the right one, and where in the
log is kept as `confirmed:<company>` {position}.
"""

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.keys import comparable_key
from engine.core.projection import Overlay, Table
from projections.facts import object_of, text_of
from projections.syspro_rows import fold_row


def standstill_fact(company: str) -> str:
    """The key of the fact that is there while a company stands still."""
    return f"standstill:{company}"


def confirmed_fact(company: str) -> str:
    """The key of the fact that says when a person confirmed a company last."""
    return f"confirmed:{company}"


def fold_identity(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The company's identity is known; another than before stops it, a confirmation lets it go."""
    company, identity = text_of(body, "company"), object_of(body, "identity")
    fact = f"identity:{company}"
    before = overlay.get(Table.FACTS, fact)
    overlay.put(Table.FACTS, fact, identity)
    if event.type == "CompanyConfirmed":
        overlay.put(Table.FACTS, standstill_fact(company), None)
        overlay.put(Table.FACTS, f"last_order:{company}", None)
        overlay.put(Table.FACTS, confirmed_fact(company), {"position": event.position})
        return
    names = sorted({*identity, *(before or {})})
    told = [
        f"{name} is {text_of(identity, name)!r}, was {text_of(before, name)!r}"
        for name in names
        if text_of(identity, name) != text_of(before, name)
    ]
    if before is not None and told:
        _stop(overlay, company, "; ".join(told))


def note_verified(overlay: Overlay, row: JsonObject) -> None:
    """The order of a command that was read back is the company's last one of ours."""
    if text_of(row, "type") == "purchase_order_add" and text_of(row, "syspro_key"):
        key = comparable_key(text_of(row, "syspro_key"))
        overlay.put(Table.FACTS, f"last_order:{text_of(row, 'company')}", {"key": key})


def fold_order_gone(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The order is gone; a company that lacks the last one of ours stands still."""
    fold_row(overlay, event, body)
    company, key = text_of(body, "company"), text_of(body, "key")
    last = overlay.get(Table.FACTS, f"last_order:{company}")
    if last is not None and text_of(last, "key") == comparable_key(key):
        _stop(overlay, company, f"order {key}, the last that was read back, is not there any more")


def _stop(overlay: Overlay, company: str, why: str) -> None:
    fact = standstill_fact(company)
    if overlay.get(Table.FACTS, fact) is None:
        overlay.put(Table.FACTS, fact, {"why": why})
