"""Reads a run's whole log in its order, and says what no log may show (reliability.md §3.5).

I7: a post is intended under a session that had ended; I8: while the one before is undecided; I11:
a doubt that nobody settled and no person was given; I12: a stretch of Procurify's lists that begins
later than all before it was read, so that something between was passed over; I15: an event under
an epoch that had passed. It is read from the log, not from what engines were told: one whose commit
lost its answer does not know what it wrote. By the events' plain bodies, never by the engine's
reading of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from engine.core.canonical import JsonValue
from engine.core.events import Event

OPEN: Final = frozenset({"PostIntended", "PostInDoubt", "DoubtFenced", "OverrideRefused"})
"""The last events of a command that may have an effect which nobody knows of."""
DOUBTED: Final = OPEN - {"OverrideRefused"}
"""Those of them that the engine has to settle, or to hand to a person; the rest are handed."""
DEATHS: Final = frozenset({"SessionRevoked", "SessionLost", "DoubtFenced"})
"""After these nothing may be sent under the session that they name."""


class Chronicle:
    """The log as far as it was read; `breaches` are sentences.

    `counts` are events by type, verdicts over doubts by `resolved` and their outcome.
    """

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.breaches: list[str] = []
        self.counts: Counter[str] = Counter()
        self._last: dict[str, str] = {}
        self._epochs: dict[str, int] = {}
        self._watermarks: dict[str, datetime] = {}
        self._dead: set[object] = set()
        for event in events:
            self._read(event)

    def undecided(self) -> list[str]:
        """Commands in doubt that nobody settled and no person was given: each a sentence.

        Only once a run has come to rest: until then a doubt may wait for its drain.
        """
        return [
            f"I11: {stream} rests undecided after {last}"
            for stream, last in self._last.items()
            if last in DOUBTED
        ]

    def _read(self, event: Event) -> None:
        self.counts[event.type] += 1
        if event.type == "DoubtResolved":
            self.counts[f"resolved {(event.body or {}).get('outcome')}"] += 1
        self._check_epoch(event)
        self._check_session(event)
        if event.stream.startswith("poll/procurify/"):
            self._check_stretch(event)
        if event.stream.startswith("command/"):
            last = self._last.get(event.stream)
            if event.type == "PostIntended" and last in OPEN:
                self.breaches.append(f"I8: {event.stream} was sent while {last} was undecided")
            self._last[event.stream] = event.type

    def _check_session(self, event: Event) -> None:
        """A post to Procurify has no session, its tag is empty."""
        tag = (event.body or {}).get("session_tag")
        if event.type == "PostIntended" and tag in self._dead:
            self.breaches.append(f"I7: {event.stream} was sent under a session that had ended")
        if event.type in DEATHS and tag:
            self._dead.add(tag)

    def _check_epoch(self, event: Event) -> None:
        body = event.body or {}
        epoch, operator = body.get("epoch"), body.get("operator")
        if isinstance(epoch, int) and isinstance(operator, str):
            before = self._epochs.get(operator, 0)
            if epoch < before:
                self.breaches.append(
                    f"I15: {event.type} of epoch {epoch} came after epoch {before}"
                )
            self._epochs[operator] = max(before, epoch)

    def _check_stretch(self, event: Event) -> None:
        body = event.body or {}
        window, cursor = body.get("window"), body.get("cursor")
        before = self._watermarks.get(event.stream)
        if isinstance(window, Mapping) and window["sort"] in ("backfill", "regular"):
            began_at = _instant(window["from"])
            if before is not None and began_at > before:
                self.breaches.append(f"I12: {event.stream} went on at {began_at}, not at {before}")
        if event.type == "PollFinished" and isinstance(cursor, Mapping) and "watermark" in cursor:
            self._watermarks[event.stream] = _instant(cursor["watermark"])


def _instant(text: JsonValue) -> datetime:
    return datetime.fromisoformat(str(text))
