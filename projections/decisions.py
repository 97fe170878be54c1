"""What people decided about documents, kept as the facts `decision:<document key>`. Pure.

`{standing: "" | held | ignored, actor, reason, links: {company: SYSPRO's key}, accepts: {code:
revision}, approved: revision, position}`: the latest of hold, ignore, link and release stands; a
code is accepted, and a command approved, for the one revision that the person had before them.
Every plan looks at its document's decision, so any decision has it planned again; that is all
that asking for a retry does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.canonical import JsonObject, JsonValue
from engine.core.events import Event
from engine.core.keys import VENDOR, DocumentKey
from engine.core.projection import Overlay, Table
from engine.core.reasons import REASONS
from projections.claims import claim
from projections.facts import Facts, object_of, text_of

HELD, IGNORED = "held", "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What stands for a document; `standing` is "", held or ignored, `why` names who and why."""

    standing: str
    why: str
    links: Mapping[str, str]
    accepts: Mapping[str, str]
    approved: str

    def accepted(self, revision: str) -> frozenset[str]:
        """The codes that a person accepted for this revision, as far as they may be."""
        return frozenset(
            code
            for code, given_for in self.accepts.items()
            if given_for == revision and code in REASONS and REASONS[code].is_acceptable
        )


def decision_fact(document: DocumentKey) -> str:
    """The key of the fact that holds what people decided about a document."""
    return f"decision:{document}"


def decision_of(facts: Facts, document: DocumentKey) -> Decision:
    """What people decided about a document; nothing stands where nobody did."""
    fact = facts.get(decision_fact(document))
    return Decision(
        standing=text_of(fact, "standing"),
        why=f"{text_of(fact, 'actor')}: {text_of(fact, 'reason')}",
        links={company: str(key) for company, key in object_of(fact, "links").items()},
        accepts={code: str(revision) for code, revision in object_of(fact, "accepts").items()},
        approved=text_of(fact, "approved"),
    )


def fold_decision(overlay: Overlay, event: Event, body: JsonObject) -> None:
    """The document's decision is the one before, changed by the event."""
    document = text_of(body, "document")
    if not document:
        return
    fact = f"decision:{document}"
    before = overlay.get(Table.FACTS, fact)
    after: dict[str, JsonValue] = {**(before or {}), **_changed(event, body, before)}
    after["position"] = event.position
    if event.type == "DocumentLinked" and document.startswith(f"{VENDOR}:"):
        claim(overlay, text_of(body, "syspro_key"), document.rpartition("/")[2])
    overlay.put(Table.FACTS, fact, after)


def _changed(event: Event, body: JsonObject, before: JsonObject | None) -> JsonObject:
    by: JsonObject = {"actor": event.actor, "reason": text_of(body, "reason")}
    revision = text_of(body, "revision")
    match event.type:
        case "DocumentHeld":
            return {**by, "standing": HELD}
        case "DocumentIgnored":
            return {**by, "standing": IGNORED}
        case "DocumentLinked":
            key = text_of(body, "syspro_key")
            links = {**object_of(before, "links"), text_of(body, "company"): key}
            return {**by, "standing": "", "links": links}
        case "DocumentApproved":
            return {"approved": revision}
        case "DocumentReleased":
            codes = body.get("accepts")
            listed = codes if isinstance(codes, list | tuple) else ()
            accepts = {**object_of(before, "accepts"), **{str(code): revision for code in listed}}
            return {**by, "standing": "", "links": {}, "accepts": accepts}
        case _:
            return {}
