"""Rows of SYSPRO's tables through one interface, and the two questions only COMFND may answer.

`Lookups` has two implementations: COMFND over the operator's session (here) and OData (`odata`).
Decisions about a doubt and checks before a change are made of `books.Books` alone, which is COMFND:
OData may lag behind or be served from a copy (reliability.md S30). Owns no table; every call goes
through the transport's gate.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from engine.syspro.objects import comfnd, genqgl, porqry
from engine.syspro.objects.comfnd import Condition, Row
from engine.syspro.objects.porqry import OrderDetail
from engine.syspro.session import SessionKeeper
from engine.syspro.transport import Transport

KEY_WIDTH = 15
LARGE = 200_000
"""From this many characters or bytes on a reply is parsed beside the event loop."""


class Lookups(Protocol):
    """What looks rows up. Cells are texts: padding gone, dates CCYY-MM-DD, no date empty."""

    async def rows(
        self,
        table: str,
        columns: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> Sequence[Row]:
        """Every matching row (at most `limit`) with these columns, in order.

        `order_by` should be a key, so that pages of a long answer do not overlap.
        """
        ...


class Queries(Protocol):
    """What sends one query of a business object and gives its document back."""

    async def query(self, business_object: str, document: str) -> str:
        """The reply's text; raises `ErrorLine` and the errors of the wire."""
        ...


class SessionQueries:
    """Queries under the operator's session, one at a time with its posts."""

    def __init__(self, keeper: SessionKeeper, transport: Transport) -> None:
        self._keeper = keeper
        self._transport = transport

    async def query(self, business_object: str, document: str) -> str:
        """The reply's text; a session that SYSPRO no longer knows is noted as lost."""
        async with self._keeper.exclusive() as session:
            return (await self._transport.query(session.token, business_object, document)).text


class ComfndLookups:
    """Look-ups by COMFND, PORQRY and GENQGL: the database that the posts go to."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

    async def rows(
        self,
        table: str,
        columns: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> Sequence[Row]:
        """Every matching row, in one reply; its count must tie (S29)."""
        asked = comfnd.render(table, columns, where=where, order_by=order_by, limit=limit)
        text = await self._queries.query("COMFND", asked)
        if len(text) < LARGE:
            return comfnd.read(table, columns, text)
        return await asyncio.to_thread(comfnd.read, table, columns, text)

    async def by_key(
        self,
        table: str,
        columns: Sequence[str],
        key_column: str,
        key: str,
        where: Sequence[Condition] = (),
    ) -> Sequence[Row]:
        """The rows under a key: asked in the form given, then zero-filled to 15 if all digits.

        Which form COMFND compares with is unknown (syspro.md §8, "Key form").
        """
        found = await self.rows(table, columns, [*where, Condition(column=key_column, value=key)])
        if found or not (key.isascii() and key.isdigit()) or len(key) >= KEY_WIDTH:
            return found
        filled = Condition(column=key_column, value=key.zfill(KEY_WIDTH))
        return await self.rows(table, columns, [*where, filled])

    async def order(self, purchase_order: str) -> OrderDetail:
        """The whole order by PORQRY; an order that is not there raises `ErrorLine`."""
        return porqry.read(await self._queries.query("PORQRY", porqry.render(purchase_order)))

    async def ledger_code(self, ledger_code: str, company: str = "") -> Row:
        """The ledger code by GENQGL; one that is not there raises `ErrorLine`."""
        asked = genqgl.render(ledger_code, company)
        return genqgl.read(ledger_code, await self._queries.query("GENQGL", asked))
