"""The derived rows at hand while events are folded: what was fetched, what was changed.

A `Workspace` is the `View` of projections. It holds canonical bytes, so that a row folded in this
batch reads the same as one read back from the database, whatever the size of batches; that is
what makes results independent of them. What is not at hand is asked for (`Ask`). Valid only
while nobody else writes the rows: under the lease `project`, or in a replay, where everything is
at hand. Does no I/O itself.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from engine.core.canonical import JsonObject, canonical
from engine.core.projection import Address, Ask, Changes, Table
from engine.derived.rows import Bundle, Need, columns_of

CACHE_BYTES = 32 * 1024 * 1024
DECODED_BYTES = 1024 * 1024
"""So many bytes of rows are kept decoded as well, which takes several times as much memory."""
_ROW_OVERHEAD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the fan-out of one event has come: which facts moved, which documents are done.

    `after` is the last document planned again; "" before the first.
    """

    needs: tuple[str, ...]
    documents: tuple[str, ...]
    after: str

    def to_text(self) -> str:
        """The progress as the checkpoint keeps it."""
        return canonical(
            {"needs": self.needs, "documents": self.documents, "after": self.after}
        ).decode()

    @classmethod
    def parse(cls, text: str) -> "Progress":
        """What `to_text` wrote."""
        body = orjson.loads(text)
        return cls(
            needs=tuple(body["needs"]), documents=tuple(body["documents"]), after=body["after"]
        )


class Workspace:
    """Rows by address, the needs-index beside them, and which of both are not written yet.

    `is_whole`: every row there is, is at hand; nothing is asked for (replay).
    """

    def __init__(self, *, is_whole: bool = False, cache_bytes: int = CACHE_BYTES) -> None:
        self._is_whole = is_whole
        self._cache_bytes = cache_bytes
        self._size_bytes = 0
        self._rows: OrderedDict[Address, bytes | None] = OrderedDict()
        self._decoded: OrderedDict[Address, tuple[JsonObject, int]] = OrderedDict()
        self._decoded_bytes = 0
        self._columns: dict[Address, tuple[str | int, ...]] = {}
        self._dirty: dict[Address, None] = {}
        self._dependants: dict[str, set[str]] = {}
        self._moved_needs: dict[str, dict[str, bool]] = {}

    def get(self, table: Table, key: str) -> JsonObject | None:
        """The row's body, None when there is no such row; `Ask` when it is not at hand."""
        address = Address(table=table, key=key)
        try:
            body = self._rows[address]
        except KeyError:
            if self._is_whole:
                return None
            raise Ask(rows=(address,)) from None
        self._rows.move_to_end(address)
        return None if body is None else self._decode(address, body)

    def dependants(self, need: str) -> Sequence[str]:
        """The documents that consulted a fact, sorted; `Ask` when the index is not at hand."""
        if need not in self._dependants:
            if not self._is_whole:
                raise Ask(needs=(need,))
            return ()
        return sorted(self._dependants[need])

    def lacks(self, ask: Ask) -> bool:
        """Whether the question names anything that is not at hand."""
        return any(address not in self._rows for address in ask.rows) or any(
            need not in self._dependants for need in ask.needs
        )

    def take(
        self,
        asked: Iterable[Address],
        rows: Mapping[Address, bytes],
        dependants: Mapping[str, set[str]],
    ) -> None:
        """What was asked for is at hand; what was changed here meanwhile stays as it is."""
        for address in asked:
            if address not in self._rows:
                self._store(address, rows.get(address))
        for need, documents in dependants.items():
            if need not in self._dependants:
                moved = self._moved_needs.get(need, {})
                kept = documents - {key for key, is_needed in moved.items() if not is_needed}
                self._dependants[need] = kept | {key for key, needed in moved.items() if needed}

    def apply(self, changes: Changes) -> None:
        """The rows have these bodies from now on; all of them or, when it raises `Ask`, none.

        A document's old row must be at hand, because its needs are replaced.
        """
        unknown = [
            address
            for address in changes
            if address.table is Table.DOCUMENTS and not self._is_whole and address not in self._rows
        ]
        if unknown:
            raise Ask(rows=unknown)
        coded = {
            address: None if body is None else (canonical(body), columns_of(address, body))
            for address, body in changes.items()
        }
        for address, found in coded.items():
            body = None if found is None else found[0]
            if self._rows.get(address) == body and (address in self._rows or self._is_whole):
                continue
            if address.table is Table.DOCUMENTS:
                self._move_needs(address, body)
            self._store(address, body)
            self._dirty[address] = None
            if found is None:
                self._columns.pop(address, None)
            else:
                self._columns[address] = found[1]

    def bundle(self) -> Bundle:
        """What is to be written."""
        return Bundle(
            bodies={address: self._rows[address] for address in self._dirty},
            columns=self._columns,
            needs={
                (need, document): is_needed
                for need, moved in self._moved_needs.items()
                for document, is_needed in moved.items()
            },
        )

    def is_clean(self) -> bool:
        """Whether there is nothing to write."""
        return not self._dirty

    def dirty_rows(self) -> int:
        """How many rows are to be written."""
        return len(self._dirty)

    def written(self) -> None:
        """What the bundle held is in the database; the cache shrinks to its bound, oldest first."""
        self._dirty.clear()
        self._columns.clear()
        self._moved_needs.clear()
        while self._size_bytes > self._cache_bytes and self._rows:
            address, body = self._rows.popitem(last=False)
            self._forget_decoded(address)
            self._size_bytes -= _size(address, body)
        if sum(map(len, self._dependants.values())) * _ROW_OVERHEAD > self._cache_bytes:
            self._dependants.clear()

    def rows(self) -> Mapping[Address, bytes]:
        """Every row at hand that exists."""
        return {address: body for address, body in self._rows.items() if body is not None}

    def needs(self) -> list[Need]:
        """The needs-index at hand, as pairs of need and document, sorted."""
        return sorted(
            (need, document)
            for need, documents in self._dependants.items()
            for document in documents
        )

    def _decode(self, address: Address, body: bytes) -> JsonObject:
        known = self._decoded.get(address)
        if known is not None:
            self._decoded.move_to_end(address)
            return known[0]
        found: JsonObject = orjson.loads(body)
        self._decoded[address] = (found, len(body))
        self._decoded_bytes += len(body)
        while self._decoded_bytes > DECODED_BYTES:
            self._forget_decoded(next(iter(self._decoded)))
        return found

    def _forget_decoded(self, address: Address) -> None:
        known = self._decoded.pop(address, None)
        if known is not None:
            self._decoded_bytes -= known[1]

    def _store(self, address: Address, body: bytes | None) -> None:
        if address in self._rows:
            self._size_bytes -= _size(address, self._rows[address])
        self._rows[address] = body
        self._rows.move_to_end(address)
        self._size_bytes += _size(address, body)
        self._forget_decoded(address)

    def _move_needs(self, address: Address, body: bytes | None) -> None:
        before = _needs_in(self._rows.get(address))
        after = _needs_in(body)
        for need in before ^ after:
            is_needed = need in after
            self._moved_needs.setdefault(need, {})[address.key] = is_needed
            documents = self._dependants.get(need)
            if documents is None and self._is_whole:
                documents = self._dependants.setdefault(need, set())
            if documents is not None:
                (documents.add if is_needed else documents.discard)(address.key)


def _needs_in(body: bytes | None) -> frozenset[str]:
    if body is None:
        return frozenset()
    needs = orjson.loads(body).get("needs")
    return frozenset(needs) if isinstance(needs, dict | list) else frozenset()


def _size(address: Address, body: bytes | None) -> int:
    return _ROW_OVERHEAD + len(address.key) + (0 if body is None else len(body))
