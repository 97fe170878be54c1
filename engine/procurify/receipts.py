"""Receipts: there is no filter by time, only by order item (procurify.md §3, §7).

So the receipts of an order item are read when its received quantities moved, which the log's own
`OrderItemChanged` events show; and all receipts once a night. Quantities may go down again:
receipts can be undone (procurify.md §7, §8.9), and vanish then.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from engine.core.canonical import JsonObject
from engine.core.events import Event
from engine.core.keys import procurify_stream
from engine.errors import Malformed
from engine.log.contract import Log
from engine.procurify.harvest import Harvest
from engine.procurify.models.rows import identity, modified_at, received
from engine.procurify.models.stamps import midnight, parse_stamp
from engine.procurify.outcome import Stretch
from engine.procurify.settings import ProcurifySettings
from engine.procurify.stretches import whole_list

_EVENTS_AT_ONCE = 500


class ReceiptWay:
    """Reads the receipts of moved order items; everything on the first run and every night.

    The cursor is a position of our own log, and the day of the last whole read.
    """

    def __init__(self, log: Log, tenant: str, settings: ProcurifySettings) -> None:
        self._log = log
        self._tenant = tenant
        self._settings = settings
        self._quantities: dict[str, tuple[Decimal, Decimal]] = {}
        self._receipts_of: dict[str, set[str]] | None = None

    async def __call__(self, harvest: Harvest, cursor: JsonObject | None, now: datetime) -> Stretch:
        """Receipts are read as far as our log tells of moved order items."""
        position, read_on = _place(cursor)
        await harvest.memory.recall_all()
        receipts_of = await self._recalled(harvest)
        if read_on != now.date():
            head = await self._log.head(self._tenant)
            await whole_list(harvest, harvest.resource.listings[0], self._keep)
            return _stretch(head.position, now.date(), is_caught_up=True)
        events = await self._log.read(self._tenant, position, limit=_EVENTS_AT_ONCE)
        moved = [item for event in events if (item := self._moved(event)) is not None]
        for item in dict.fromkeys(moved):
            await self._read_item(harvest, item, receipts_of)
        reached = events[-1].position if events else position
        return _stretch(reached, now.date(), is_caught_up=len(events) < _EVENTS_AT_ONCE)

    async def _read_item(
        self, harvest: Harvest, item: str, receipts_of: dict[str, set[str]]
    ) -> None:
        """The receipts of one order item are as the source has them."""
        found: set[str] = set()

        def keep(row: JsonObject) -> bool:
            if str(row.get("order_item")) != item or not self._keep(row):
                return False
            found.add(identity("receipt", row))
            return True

        known = set(receipts_of.get(item, ()))
        listing = harvest.resource.listings[0]
        await harvest.walk(listing, {"order_item": item}, keep, is_thorough=True)
        for key in sorted(known - harvest.present):
            if harvest.memory.knows(key):
                harvest.vanish(key)
        receipts_of[item] = found

    def _keep(self, row: JsonObject) -> bool:
        at = modified_at(row)
        if at is not None and at < midnight(self._settings.since):
            return False
        if self._receipts_of is not None:
            key = identity("receipt", row)
            self._receipts_of.setdefault(str(row.get("order_item")), set()).add(key)
        return True

    def _moved(self, event: Event) -> str | None:
        """The order item of this event, if its received quantities may have moved with it."""
        body = event.body or {}
        document = body.get("document")
        if event.type != "OrderItemChanged" or body.get("source") != self._settings.source:
            return None
        if not isinstance(document, Mapping):
            return None
        item = str(body.get("id"))
        quantities = received(document)
        before = self._quantities.get(item)
        self._quantities[item] = quantities
        if before is None:
            return item if event.version > 1 or any(quantities) else None
        return item if quantities != before else None

    async def _recalled(self, harvest: Harvest) -> dict[str, set[str]]:
        if self._receipts_of is None:
            known: dict[str, set[str]] = {}
            prefix = procurify_stream(self._settings.source, harvest.resource.kind, "")
            for event in (await self._log.latest_under(self._tenant, prefix)).values():
                document = (event.body or {}).get("document")
                if isinstance(document, Mapping):
                    key = _identity(document)
                    known.setdefault(str(document.get("order_item")), set()).add(key)
            self._receipts_of = known
        return self._receipts_of


def _identity(document: JsonObject) -> str:
    try:
        return identity("receipt", document)
    except Malformed:
        return ""


def _place(cursor: JsonObject | None) -> tuple[int, date | None]:
    found = cursor or {}
    position, read_at = found.get("position"), parse_stamp(found.get("read_on"))
    is_usable = isinstance(position, int) and read_at is not None
    return (
        position if isinstance(position, int) else 0,
        read_at.date() if is_usable and read_at is not None else None,
    )


def _stretch(position: int, read_on: date, *, is_caught_up: bool) -> Stretch:
    cursor: JsonObject = {"position": position, "read_on": read_on.isoformat()}
    return Stretch(cursor=cursor, is_caught_up=is_caught_up)
