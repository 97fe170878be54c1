"""What Procurify shows now of what a command is about: read whole, every filter checked.

A filter that the server does not know is ignored (procurify.md §2.18), so each row is held against
the command; a row that cannot be read may be the one, so nothing is said then.
"""

from collections.abc import Mapping

from engine.core.canonical import JsonObject
from engine.core.commands.procurify import (
    AccountCodeAdd,
    AccountCodeChange,
    BillNote,
    BillsPaid,
    DepartmentAdd,
    ProcurifyPayload,
    ReceiptReport,
    VendorAdd,
    VendorChange,
    VendorCode,
)
from engine.errors import Malformed, NotFound, Unauthorized
from engine.procurify.client import ProcurifyClient
from engine.procurify.models.findings import bears_on, text_of
from engine.procurify.models.pages import Unreadable, read_detail
from engine.procurify.models.writes import (
    ACCOUNT_CODES,
    DEPARTMENTS,
    RECEIPTS,
    VENDORS,
    uuid_of,
)
from engine.procurify.walk import Walker

ME = "/api/v3/users/me/"


class Lookups:
    """Reads one domain for its lane."""

    def __init__(self, client: ProcurifyClient) -> None:
        self._client = client
        self._walker = Walker(client)
        self._me: str | None = None

    async def rows(self, payload: ProcurifyPayload) -> list[JsonObject]:
        """Every row that bears on the payload; none for what is not there. Raises as the client."""
        match payload:
            case VendorCode() | VendorChange():
                return await self._details("vendor", f"{VENDORS}{payload.vendor:d}/")
            case BillNote():
                return await self._details("bill", _bill(payload.bill))
            case BillsPaid():
                paths = [_bill(bill) for bill in payload.bills]
                return await self._details("bill", *paths)
            case VendorAdd():
                coded = {"external_id": payload.external_id}
                found = await self._listed(payload, VENDORS, coded, "vendors")
                return found or await self._listed(
                    payload, VENDORS, {"name": payload.name}, "vendors"
                )
            case AccountCodeAdd():
                coded = {"code": payload.code}
                return await self._listed(payload, ACCOUNT_CODES, coded, "account codes")
            case AccountCodeChange():
                return await self._listed(payload, ACCOUNT_CODES, {}, "account codes")
            case DepartmentAdd():
                return await self._listed(payload, DEPARTMENTS, {}, "departments")
            case ReceiptReport():
                item = {"order_item": str(payload.order_item)}
                return await self._listed(payload, RECEIPTS, item, "receipts")

    async def me(self) -> str:
        """Procurify's id of the user that we write as; "" where it may not be read."""
        if self._me is None:
            try:
                reply = await self._client.get(ME, resource="own user")
                self._me = text_of(read_detail(reply.value).get("id"))
            except (Unauthorized, NotFound, Malformed):
                self._me = ""
        return self._me

    async def _details(self, noun: str, *paths: str) -> list[JsonObject]:
        found = []
        for path in paths:
            try:
                reply = await self._client.get(path, resource=noun)
            except NotFound:
                continue
            found.append(read_detail(reply.value))
        return found

    async def _listed(
        self, payload: ProcurifyPayload, path: str, query: Mapping[str, str], label: str
    ) -> list[JsonObject]:
        found: dict[str, JsonObject] = {}
        async for step in self._walker.walk(path, query, resource=label):
            if step.is_first:
                found = {}
            for row in step.read().rows:
                if isinstance(row, Unreadable):
                    raise Malformed(f"{label}: a row cannot be read: {row.text}")
                if bears_on(payload, row):
                    found[text_of(row.get("id"))] = row
        return list(found.values())


def _bill(bill: str) -> str:
    return f"/api/v2/ap/bills/{uuid_of(bill)}/"
