"""What a tenant's lanes ask of the projection before they send: how far it is, what plans rest on.

Reads `documents`, `checkpoints` and the log; writes nothing.
"""

from collections.abc import Mapping

from engine.core.keys import FOLLOWING, DocumentKey, procurify_stream, syspro_stream, whole_order
from engine.db import Database
from engine.errors import StaleVersion
from engine.log.contract import Log
from engine.projector import Projector
from engine.standing import decision_position, document_position, rested_on


class Projected:
    """One tenant's projection, as its lanes see it; `source` is its Procurify domain."""

    def __init__(
        self, database: Database, log: Log, projector: Projector, tenant: str, source: str
    ) -> None:
        self._database = database
        self._log = log
        self._projector = projector
        self._tenant = tenant
        self._source = source

    async def is_projected(self, position: int) -> bool:
        """Whether rows reflect that position."""
        checkpoint = await self._projector.checkpoint()
        return checkpoint is not None and checkpoint.position >= position

    async def bases(self, document: str) -> Mapping[str, int]:
        """The document's own stream and that of decisions about it, if nothing came since.

        A document whose source is not the Procurify domain is one of SYSPRO's, its source the
        company. One that follows from another rests on no stream: it is looked up just before it
        is written. Raises `StaleVersion` when something did, or when a command whose outcome the
        plan looked at has moved on, such as another bill over the same receipts: it is planned
        again in a moment (G10).
        """
        key = DocumentKey.parse(document)
        decisions = f"decision/{document}"
        streams = [] if key.kind in FOLLOWING else [self._stream(key)]
        others = await rested_on(self._database, self._tenant, document)
        found = await self._log.latest(self._tenant, [*streams, decisions, *others])
        planned = await document_position(self._database, self._tenant, document)
        for stream in streams:
            if stream not in found or found[stream].position != planned:
                raise StaleVersion(f"{document} moved on since it was planned")
        for stream, version in others.items():
            if stream in found and found[stream].version > version:
                raise StaleVersion(f"{stream} moved on since {document} was planned")
        decision = found.get(decisions)
        decided = await decision_position(self._database, self._tenant, document)
        if decided != (decision.position if decision is not None else 0):
            raise StaleVersion(f"a person decided about {document} since it was planned")
        return {
            **{stream: found[stream].version for stream in streams},
            decisions: decision.version if decision is not None else 0,
        }

    def _stream(self, key: DocumentKey) -> str:
        key = whole_order(key)
        stream_of = procurify_stream if key.source == self._source else syspro_stream
        return stream_of(key.source, key.kind, key.id)
