"""Which companies' posting is stopped, and whose posts were in doubt lately. Pure.

Facts: `lines` {company: {since, why: [sentences], holds: [what is not to be paid]}} of those that
are stopped, by a count that is wrong, a look-up that found our key twice (reliability.md §4.4) or a
document that was accepted in part (S19); only a person lets one go on. `doubted:<company>`
{document: when a post of it was in doubt}, of the last two days: each is counted again an hour and
a day later.
"""

from datetime import datetime, timedelta

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.projection import Overlay, Table
from projections.facts import object_of, text_of

LINES = "lines"
KEPT = timedelta(hours=48)
MOST = 50
"""So many reasons and holds are kept of one company; the log has them all."""


def doubted_fact(company: str) -> str:
    """The key of the fact that says which posts to a company were in doubt lately."""
    return f"doubted:{company}"


def fold_line(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The company's posting is stopped for one more reason, or goes on."""
    company = text_of(body, "company")
    if event.type == "LineStopped":
        holds = body.get("hold_for_payment")
        listed = [str(hold) for hold in holds] if isinstance(holds, list | tuple) else []
        stop(overlay, company, text_of(body, "text"), listed, event)
        return
    lines = dict(overlay.get(Table.FACTS, LINES) or {})
    lines.pop(company, None)
    overlay.put(Table.FACTS, LINES, lines or None)


def stop(overlay: Overlay, company: str, why: str, holds: list[str], event: Event) -> None:
    """Posting to the company stands still until a person lets it go on."""
    lines = dict(overlay.get(Table.FACTS, LINES) or {})
    before = object_of(lines, company)
    reasons: list[JsonValue] = [*_listed(before, "why"), why]
    held: list[JsonValue] = [*_listed(before, "holds"), *holds]
    lines[company] = {
        "since": text_of(before, "since") or event.recorded_at.isoformat(),
        "why": reasons[:MOST],
        "holds": held[:MOST],
    }
    overlay.put(Table.FACTS, LINES, lines)


def note_doubt(overlay: Overlay, company: str, document: str, event: Event) -> None:
    """A post of the document was in doubt just now; what was two days ago is forgotten."""
    fact = doubted_fact(company)
    kept = {
        key: at
        for key, at in (overlay.get(Table.FACTS, fact) or {}).items()
        if event.recorded_at - datetime.fromisoformat(str(at)) < KEPT
    }
    overlay.put(Table.FACTS, fact, {**kept, document: event.recorded_at.isoformat()})


def _listed(body: JsonObject, name: str) -> list[str]:
    listed = body.get(name)
    return [str(one) for one in listed] if isinstance(listed, list | tuple) else []
