"""One poll's gathering: pages come in, events about what is new or changed come out.

A document that cannot be read is said to be so, once for each state of it, in its own stream;
the rest flows on. A detail that the server cannot give just now is tried again by the next
polls and holds the cursor back; after three it counts as unreadable, so that one sick document
does not stop the others. Whatever the reason, it is asked for again by the polls that follow.
One that comes too slowly is not asked for twice in a poll: the others wait for one deadline only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from engine.core.canonical import JsonObject, canonical
from engine.core.events import NewEvent
from engine.errors import Forbidden, Malformed, NotFound, Throttled, TimedOut, Transient
from engine.procurify.batch import Batch
from engine.procurify.client import ProcurifyClient
from engine.procurify.memory import Memory, Seen, fault_digest
from engine.procurify.models.drift import drifts
from engine.procurify.models.pages import Unreadable, read_detail
from engine.procurify.models.rows import address, age, identity, modified_at, references
from engine.procurify.models.stamps import print_stamp
from engine.procurify.models.volatile import VOLATILE_VERSION, content_digest
from engine.procurify.replies import Oversized
from engine.procurify.resources import Listing, Resource
from engine.procurify.walk import Walker

LARGEST_DOCUMENT = (1 << 20) - 4096
MOST_STUMBLES = 3
UNIDENTIFIED = "unidentified"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a poll read and found, as counted for `PollFinished`."""

    pages: int = 0
    calls: int = 0
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    unreadable: int = 0

    def to_json(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)

    def outcomes(self) -> Iterator[tuple[str, int]]:
        """How many documents came to which end, where any did."""
        for name in ("new", "changed", "unchanged", "vanished", "unreadable"):
            count: int = getattr(self, name)
            if count:
                yield name, count


@dataclass(slots=True, kw_only=True)
class Harvest:
    """Gathers one resource. `stumbles` lives as long as the reader: polls in a row in which the
    server had no answer for a document. `met` is told of every reference, `stirred` of every
    document that changed. `open_ends`: rows of the present page that the next poll must look at
    again, even if the page is the same. `late_s`: by how much the latest change to show was
    stamped before `watermark_at`, up to which everything had been read. `drifted`: the paths at
    which new or changed documents are not as Procurify documents them. `first_met`: how many things
    there are now of which the log had no word, or said that they were gone. `sick`: see `Cursor`;
    `tried`: the documents whose detail this poll asked for."""

    resource: Resource
    source: str
    client: ProcurifyClient
    walker: Walker
    memory: Memory
    batch: Batch
    stumbles: dict[str, int]
    met: Callable[[str, str], None]
    stirred: Callable[[str], None]
    tally: Tally = field(default_factory=Tally)
    present: set[str] = field(default_factory=set)
    blocked: list[str] = field(default_factory=list)
    is_counted: bool = False
    listed: int = 0
    first_met: int = 0
    fetched: int = 0
    barred: int = 0
    open_ends: int = 0
    watermark_at: datetime | None = None
    late_s: float = 0.0
    drifted: set[str] = field(default_factory=set)
    sick: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    async def walk(
        self,
        listing: Listing,
        query: Mapping[str, str],
        keep: Callable[[JsonObject], bool],
        *,
        is_thorough: bool = False,
    ) -> None:
        """The whole list was read; `present` holds the ids that were in it, kept or not.

        `is_counted`: the peer said how many there are, and so many there were; `listed`: how many.
        `is_thorough` reads every detail, also of rows that did not change.
        """
        taken: dict[str, tuple[int, str]] = {}
        self.present = set()
        label = self.resource.label
        async with aclosing(self.walker.walk(listing.path, query, resource=label)) as steps:
            async for step in steps:
                if step.is_first:
                    taken.clear()
                    self.present.clear()
                    self.listed = 0
                self.listed += step.skim.rows
                self.is_counted = step.skim.count is not None
                self.tally.pages += 1
                self.tally.calls += 1
                known = None if is_thorough else self.memory.page(step.place, step.skim.digest)
                if known is not None:
                    self._pass_over(known, taken)
                    continue
                rows = self._newest(step.read().rows, taken)
                await self.memory.recall(rows)
                self.open_ends = 0
                for key, row in rows.items():
                    if isinstance(row, Unreadable):
                        self._unreadable(key, "malformed", row.text, "")
                    elif keep(row):
                        await self._take(key, row, is_thorough=is_thorough)
                    else:
                        self.open_ends += 1
                if not self.open_ends:
                    ages = {key: taken[key] for key in rows}
                    self.memory.put_page(step.place, step.skim.digest, ages)
                if self.batch.is_full:
                    await self.batch.flush()

    async def revisit(self, key: str) -> None:
        """A document that should have been in a list was asked for by itself; gone if it is."""
        try:
            document = await self._fetch(key, key)
        except NotFound:
            self.vanish(key)
        except (Forbidden, Transient) as error:
            self._stumble(key, error)
        except Malformed as error:
            self._unreadable(key, _cause(error), str(error), self.memory.row(key))
        else:
            self._settle(key, document)

    async def ask_again(self, most: int) -> None:
        """So many documents that were sick before were asked for, the longest waiting first."""
        waiting = [(key, spelt) for key, spelt in self.sick.items() if key not in self.tried]
        await self.memory.recall(key for key, _ in waiting[:most])
        for key, spelt in waiting[:most]:
            del self.sick[key]
            self.sick[key] = spelt
            try:
                document = await self._fetch(key, spelt)
            except Throttled:
                raise
            except (Oversized, TimedOut):
                break  # one of these a poll is enough
            except (NotFound, Forbidden, Transient, Malformed):
                continue  # told already; that it is gone is for the sweep to say
            self._settle(key, document)

    async def look_for(self, key: str, keep: Callable[[JsonObject], bool]) -> bool:
        """A document that no list showed was asked for; whether it is known now what it is."""
        try:
            document = await self._fetch(key, key)
        except (NotFound, Forbidden):
            return True
        except Throttled:
            raise
        except Transient:
            return False
        except Malformed as error:
            self._unreadable(key, _cause(error), str(error), "")
            return True
        if keep(document):
            self._settle(key, document)
        return True

    def vanish(self, key: str) -> None:
        """The thing is no longer there, and the log will say so."""
        self.sick.pop(key, None)
        self.memory.lose(key)
        self._add(key, f"{self.resource.noun}Vanished", {}, Seen(version=1, is_gone=True))
        self.tally.vanished += 1
        self.stirred(key)

    def _pass_over(
        self, known: Mapping[str, tuple[int, str]], taken: dict[str, tuple[int, str]]
    ) -> None:
        """A page that is byte for byte as it was: every row on it is in the log already."""
        for key, known_age in known.items():
            self.present.add(key)
            taken[key] = max(known_age, taken.get(key, known_age))
        self.tally.read += len(known)
        self.tally.unchanged += len(known)

    def _newest(
        self, rows: Sequence[JsonObject | Unreadable], taken: dict[str, tuple[int, str]]
    ) -> dict[str, JsonObject | Unreadable]:
        """The rows by id. Of two states of one thing the later counts, else the first met."""
        newest: dict[str, JsonObject | Unreadable] = {}
        for row in rows:
            try:
                fields = row.fragment if isinstance(row, Unreadable) else row
                key = identity(self.resource.kind, fields)
            except Malformed as error:
                key, fields = UNIDENTIFIED, {}
                row = Unreadable(fragment={}, text=str(error))
            self.present.add(key)
            known = taken.get(key)
            if known is None or age(fields) > known:
                taken[key] = age(fields)
                newest[key] = row
        return newest

    async def _take(self, key: str, row: JsonObject, *, is_thorough: bool) -> None:
        if not self.resource.detail:
            self._settle(key, row)
            return
        digest = content_digest(row)
        if digest == self.memory.row(key) and not is_thorough:
            self.tally.read += 1
            self.tally.unchanged += 1
            return
        spelt = address(self.resource.kind, row)
        self.sick[key] = spelt
        self.tried.add(key)
        try:
            document = await self._fetch(key, spelt)
        except NotFound:
            self.open_ends += 1
            return  # gone between list and detail: the sweep will know
        except Throttled:
            raise
        except (Forbidden, Transient) as error:
            self._stumble(key, error)
            return
        except Malformed as error:
            self._unreadable(key, _cause(error), str(error), digest)
        else:
            self._settle(key, document)
        self.stumbles.pop(key, None)
        self.memory.put_row(key, digest)

    async def _fetch(self, key: str, spelt: str) -> JsonObject:
        self.tally.calls += 1
        path = self.resource.detail.format(id=spelt)
        label = f"{self.resource.label} {key}"
        reply = await self.client.get(path, resource=label, repeats_timeouts=False)
        document = read_detail(reply.value)
        if identity(self.resource.kind, document) != key:
            raise Malformed(f"asked for {key}, another document came")
        self.fetched += 1
        return document

    def _stumble(self, key: str, error: Forbidden | Transient) -> None:
        """The document waits for the next poll, or counts as unreadable by now."""
        self.open_ends += 1
        self.stumbles[key] = self.stumbles.get(key, 0) + 1
        if isinstance(error, Forbidden):
            self._refused(key, error)
        elif self.stumbles[key] >= MOST_STUMBLES:
            self._unreadable(key, "unavailable", "the server had no answer three times", "")
        else:
            self.blocked.append(str(error))
        if len(self.blocked) > MOST_STUMBLES:
            raise error

    def _refused(self, key: str, error: Forbidden) -> None:
        """One document is barred: the others flow. All are: the whole resource is."""
        self.barred += 1
        self._unreadable(key, "forbidden", str(error), "")
        if self.barred > MOST_STUMBLES and not self.fetched:
            raise error

    def _settle(self, key: str, document: JsonObject) -> None:
        """The log will hold this state of the document, if it does not already."""
        self.sick.pop(key, None)
        digest = content_digest(document)
        seen = self.memory.get(key)
        self.tally.read += 1
        if digest == seen.digest:
            self.tally.unchanged += 1
            return
        size = len(canonical(document))
        if size > LARGEST_DOCUMENT:
            self.tally.read -= 1
            self._unreadable(key, "too_large", f"{size} bytes, more than the log takes", "")
            return
        at = modified_at(document)
        body: JsonObject = {
            "digest": digest,
            "volatile": VOLATILE_VERSION,
            "modified_at": print_stamp(at) if at is not None else None,
            "document": document,
        }
        after = Seen(version=1, digest=digest, modified_at=at)
        self.drifted.update(drifts(self.resource.kind, document))
        if at is not None and self.watermark_at is not None:
            self.late_s = max(self.late_s, (self.watermark_at - at).total_seconds())
        self._add(key, f"{self.resource.noun}Changed", body, after, size=size)
        if self.memory.get(key).version == 1 or seen.is_gone:
            self.tally.new += 1
        else:
            self.tally.changed += 1
        for kind, target in references(self.resource.kind, document):
            self.met(kind, target)
        self.stirred(key)

    def _unreadable(self, key: str, cause: str, text: str, row: str) -> None:
        self.open_ends += 1
        self.tally.read += 1
        self.tally.unreadable += 1
        fault = fault_digest(cause, text, row)
        if self.memory.get(key).fault == fault:
            return
        body = {"cause": cause, "text": text, "digest": fault}
        self._add(key, "DocumentUnreadable", body, Seen(version=1, fault=fault))

    def _add(self, key: str, event: str, body: JsonObject, after: Seen, *, size: int = 0) -> None:
        seen = self.memory.get(key)
        self.first_met += not after.is_gone and (seen.version == 0 or seen.is_gone)
        named = {"source": self.source, "kind": self.resource.kind, "id": key}
        self.batch.add(
            NewEvent(stream=self.memory.stream(key), type=event, body={**named, **body}),
            after_version=seen.version,
            size=size,
        )
        self.memory.put(key, replace(after, version=seen.version + 1))


def _cause(error: Malformed) -> str:
    return "too_large" if isinstance(error, Oversized) else "malformed"
