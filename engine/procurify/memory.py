"""What the log last said of each thing of one kind, remembered while the lease is held.

The log is the only memory that lasts: everything here is read from it when first needed, and is
forgotten whenever an append did not go through as expected.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.keys import procurify_stream
from engine.log.contract import Log
from engine.procurify.models.stamps import parse_stamp
from engine.procurify.models.volatile import VOLATILE_VERSION, content_digest

_AT_ONCE = 500
MOST_ROWS = 200_000
"""Rows on remembered pages; beyond it the pages are forgotten, which costs only their reading."""
Age = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a stream stands. `version` 0: there is no such stream. `digest` is the content's,
    "" when the thing is gone or cannot be read; `fault` says how it could not be read."""

    version: int
    digest: str = ""
    modified_at: datetime | None = None
    is_gone: bool = False
    fault: str = ""


NEVER = Seen(version=0)


class Memory:
    """The last event of each stream `procurify/<source>/<kind>/…`, as far as asked for."""

    def __init__(self, log: Log, tenant: str, source: str, kind: str) -> None:
        self._log = log
        self._tenant = tenant
        self._source = source
        self._kind = kind
        self._seen: dict[str, Seen] = {}
        self._rows: dict[str, str] = {}
        self._pages: dict[str, tuple[str, Mapping[str, Age]]] = {}
        self._rows_on_pages = 0
        self.is_whole = False

    def stream(self, identity: str) -> str:
        """The stream of one thing."""
        return procurify_stream(self._source, self._kind, identity)

    async def recall(self, identities: Iterable[str]) -> None:
        """What the log says of these is known."""
        if self.is_whole:
            return
        missing = [item for item in dict.fromkeys(identities) if item not in self._seen]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            found = await self._log.latest(self._tenant, [self.stream(item) for item in part])
            for item in part:
                event = found.get(self.stream(item))
                self._seen[item] = NEVER if event is None else seen_of(event)

    async def recall_all(self) -> None:
        """What the log says of every thing of the kind is known."""
        if self.is_whole:
            return
        prefix = self.stream("")
        found = await self._log.latest_under(self._tenant, prefix)
        known = {name.removeprefix(prefix): seen_of(event) for name, event in found.items()}
        self._seen = {**known, **self._seen}
        self.is_whole = True

    def get(self, identity: str) -> Seen:
        """What is known of one thing; recall it first."""
        return self._seen.get(identity, NEVER)

    def knows(self, identity: str) -> bool:
        """Whether the thing was ever read and has not vanished."""
        seen = self.get(identity)
        return seen.version > 0 and not seen.is_gone

    def present(self) -> Mapping[str, Seen]:
        """Everything recalled that has not vanished."""
        return {key: seen for key, seen in self._seen.items() if seen.version and not seen.is_gone}

    def ever(self) -> Iterable[str]:
        """Everything recalled that the log has a word of, also what has vanished."""
        return [key for key, seen in self._seen.items() if seen.version]

    def put(self, identity: str, seen: Seen) -> None:
        """One thing now stands so."""
        self._seen[identity] = seen

    def row(self, identity: str) -> str:
        """The digest of the list row when its detail was last read, "" when never in this run."""
        return self._rows.get(identity, "")

    def put_row(self, identity: str, digest: str) -> None:
        """The detail that belongs to this list row was read."""
        self._rows[identity] = digest

    def page(self, place: str, digest: str) -> Mapping[str, Age] | None:
        """The ids and ages of a page that was settled whole with the same bytes; None if not."""
        known = self._pages.get(place)
        return known[1] if known is not None and known[0] == digest else None

    def put_page(self, place: str, digest: str, ages: Mapping[str, Age]) -> None:
        """Every row of the page with these bytes is settled."""
        replaced = self._pages.pop(place, None)
        if replaced is not None:
            self._rows_on_pages -= len(replaced[1]) + 1
        if self._rows_on_pages > MOST_ROWS:
            self._forget_pages()
        self._pages[place] = (digest, ages)
        self._rows_on_pages += len(ages) + 1

    def lose(self, identity: str) -> None:
        """The thing has vanished: that a list shows it as before is no word of it any more."""
        self._rows.pop(identity, None)
        self._forget_pages()

    def forget(self) -> None:
        """Nothing is known; the log will be asked again."""
        self._seen.clear()
        self._rows.clear()
        self._forget_pages()
        self.is_whole = False

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._rows_on_pages = 0


def seen_of(event: Event) -> Seen:
    """How a stream stands after this, its last event."""
    body: JsonObject = event.body or {}
    if event.type.endswith("Vanished"):
        return Seen(version=event.version, is_gone=True)
    if event.type == "DocumentUnreadable":
        return Seen(version=event.version, fault=str(body.get("digest", "")))
    document = body.get("document")
    digest = body.get("digest")
    if not isinstance(document, Mapping) or not isinstance(digest, str):
        return Seen(version=event.version)
    if body.get("volatile") != VOLATILE_VERSION:
        digest = content_digest(document)
    modified_at = parse_stamp(body.get("modified_at"))
    return Seen(version=event.version, digest=digest, modified_at=modified_at)


def fault_digest(cause: str, text: str, row: str) -> str:
    """What tells one unreadable state of a document from another."""
    return hashlib.sha256("\x1f".join((cause, text, row)).encode("utf-8", "replace")).hexdigest()
