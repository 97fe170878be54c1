"""What SYSPRO's own books say, read inside a turn of the session: what may decide a doubt.

The look-ups of `reader` under a token that the caller holds exclusively. A look-up that could
have been cut off by its row limit is an error, never "few" (reliability.md S29).
"""

from collections.abc import Sequence

from engine.errors import Malformed
from engine.syspro.objects import apsqry
from engine.syspro.objects.apsqry import RegisteredInvoice
from engine.syspro.objects.comfnd import Condition, Row
from engine.syspro.reader import KEY_WIDTH, ComfndLookups
from engine.syspro.transport import Transport

LIMIT = 50


class Books(ComfndLookups):
    """Authoritative reads over one session's token."""

    def __init__(self, transport: Transport, token: str) -> None:
        super().__init__(_TokenQueries(transport, token))

    async def all_rows(
        self, table: str, columns: Sequence[str], *where: Condition
    ) -> Sequence[Row]:
        """All rows that match, fewer than 50; raises `Malformed` when there may be more."""
        found = await self.rows(table, columns, where, limit=LIMIT)
        if len(found) >= LIMIT:
            raise Malformed(f"{table}: {LIMIT} rows or more match, so none can be relied on")
        return found

    async def rows_under(
        self, table: str, columns: Sequence[str], column: str, key: str
    ) -> Sequence[Row]:
        """All rows under a key that the table may hold zero-filled (syspro.md §4, unverified)."""
        found = await self.all_rows(table, columns, Condition(column=column, value=key))
        if found or not (key.isascii() and key.isdigit()):
            return found
        filled = Condition(column=column, value=key.zfill(KEY_WIDTH))
        return await self.all_rows(table, columns, filled)

    async def registered_invoices(self, supplier: str) -> Sequence[RegisteredInvoice]:
        """All invoices registered for the supplier and not yet approved, told by APSQRY."""
        return apsqry.read(await self._queries.query("APSQRY", apsqry.render(supplier)))


class _TokenQueries:
    """Queries under a token that the caller holds."""

    def __init__(self, transport: Transport, token: str) -> None:
        self._transport = transport
        self._token = token

    async def query(self, business_object: str, document: str) -> str:
        """The reply's text."""
        return (await self._transport.query(self._token, business_object, document)).text
