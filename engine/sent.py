"""Which commands were ever sent, for counting again what stands under their keys.

Reads `commands` and the facts `doubted:<company>`, writes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import orjson

from engine.core.canonical import JsonObject
from engine.core.recount import is_counted
from engine.db import Connection, octets

PAGE: Final = """
SELECT key, body FROM commands WHERE tenant = $1 AND company = $2 AND key > $3
ORDER BY key LIMIT $4
"""
OF_DOCUMENTS: Final = "SELECT body FROM commands WHERE tenant = $1 AND document = ANY($2)"
FACT: Final = "SELECT body FROM facts WHERE tenant = $1 AND key = $2"


class SentCommands:
    """The commands of a company that left, or may have left, a document under our key."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def documents_after(
        self, tenant: str, company: str, after: str, limit: int
    ) -> tuple[Sequence[str], str]:
        """The documents of a page of commands by key; and the page's last key, "" at the end."""
        rows = [
            _body(octets(row, "body"))
            for row in await self._database.fetch(PAGE, tenant, company, after, limit)
        ]
        last = str(rows[-1]["key"]) if len(rows) == limit else ""
        return sorted({str(row["document"]) for row in rows if is_counted(row)}), last

    async def of_documents(
        self, tenant: str, company: str, documents: Sequence[str]
    ) -> Sequence[JsonObject]:
        """All commands of these documents to the company."""
        rows = await self._database.fetch(OF_DOCUMENTS, tenant, list(documents))
        found = [_body(octets(row, "body")) for row in rows]
        return [row for row in found if row.get("company") == company]

    async def doubted(self, tenant: str, company: str) -> Mapping[str, datetime]:
        """When the posts to the company that were in doubt lately were so, by document."""
        row = await self._database.fetchrow(FACT, tenant, f"doubted:{company}")
        fact = _body(octets(row, "body")) if row is not None else {}
        return {document: datetime.fromisoformat(str(at)) for document, at in fact.items()}


def _body(raw: bytes) -> JsonObject:
    body: JsonObject = orjson.loads(raw)
    return body
