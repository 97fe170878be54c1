"""What a conformance probe found, measured and left behind. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.core.canonical import JsonObject, JsonValue

Result = Literal["passed", "warned", "failed", "skipped"]
MEANINGS: Mapping[str, str] = {
    "A1": "once a session is over, nothing is accepted under its token",
    "A2": "an accepted post ends within the drain",
    "A3": "a query sees every committed document at once, under its key",
    "A4": "an append to the log is atomic, durable and compared",
    "A5": "nobody else writes documents under our keys",
    "A6": "a request reaches SYSPRO at most once",
    "U": "SYSPRO itself refuses a second document of a unique key",
}
"""The assumptions of reliability.md §4.2, and class U of §4.3, as people read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one assumption came to, and why, in words."""

    name: str
    result: Result
    text: str

    def plain(self) -> JsonObject:
        """The finding as JSON."""
        meaning = MEANINGS[self.name]
        return {"name": self.name, "assumes": meaning, "result": self.result, "text": self.text}


@dataclass(slots=True, kw_only=True)
class Made:
    """A document that the probe made; `cleared` says what became of it, "" while it stands."""

    type: str
    syspro_key: str
    external_key: str
    cleared: str = ""

    def plain(self) -> JsonObject:
        """The document as JSON."""
        return {
            "type": self.type,
            "syspro_key": self.syspro_key,
            "external_key": self.external_key,
            "cleared": self.cleared,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A whole probe. `longest_s`: the longest post; `forms`: form of a key → found as written."""

    findings: Sequence[Finding]
    made: Sequence[Made]
    posts: int
    longest_s: float
    forms: Mapping[str, bool]
    site: Mapping[str, str]

    @property
    def is_passed(self) -> bool:
        """Whether no assumption failed."""
        return not any(finding.result == "failed" for finding in self.findings)

    def plain(self) -> JsonObject:
        """The probe as the body of its event."""
        failed = {finding.name for finding in self.findings if finding.result == "failed"}
        findings: list[JsonValue] = [finding.plain() for finding in self.findings]
        made: list[JsonValue] = [document.plain() for document in self.made]
        return {
            "result": "passed" if self.is_passed else "failed",
            "findings": findings,
            "classes": {"U": "U" not in failed, "Q": not failed & {"A1", "A2", "A3", "A6"}},
            "posts": self.posts,
            "longest_s": f"{self.longest_s:.3f}",
            "forms": dict(self.forms),
            "documents": made,
            "site": dict(self.site),
        }
