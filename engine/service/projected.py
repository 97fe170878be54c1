"""What a tenant's lanes ask of the projection before they send: how far it is, what plans rest on.

Reads `documents`, `checkpoints` and the log; writes nothing.
"""

from collections.abc import Mapping

from engine.core.keys import DocumentKey, procurify_stream, syspro_stream
from engine.db import Database
from engine.errors import StaleVersion
from engine.log.contract import Log
from engine.projector import Projector
from engine.standing import decision_position, document_position


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
        company. Raises `StaleVersion` when something did: it is planned again in a moment (G10).
        """
        key = DocumentKey.parse(document)
        stream_of = procurify_stream if key.source == self._source else syspro_stream
        stream = stream_of(key.source, key.kind, key.id)
        decisions = f"decision/{document}"
        found = await self._log.latest(self._tenant, [stream, decisions])
        latest, decision = found.get(stream), found.get(decisions)
        planned = await document_position(self._database, self._tenant, document)
        if latest is None or latest.position != planned:
            raise StaleVersion(f"{document} moved on since it was planned")
        decided = await decision_position(self._database, self._tenant, document)
        if decided != (decision.position if decision is not None else 0):
            raise StaleVersion(f"a person decided about {document} since it was planned")
        return {
            stream: latest.version,
            decisions: decision.version if decision is not None else 0,
        }
