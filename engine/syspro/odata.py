"""SYSPRO's OData service as look-ups: v4 JSON, Basic authentication, pages of 5000 (syspro.md §4).

Read-only and fast, but never a judge of a doubt: `books` alone is. Each page after the first begins
with the last row of the page before; when it is not there, rows moved meanwhile and the walk begins
again, so that a row that slipped past is never taken for vanished. Numbers keep their digits. Next
links are not followed: they may name another host.
"""

import asyncio
import base64
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import quote, urlencode

from engine.core.canonical import JsonValue, loads
from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    NotFound,
    Throttled,
    Transient,
    Unauthorized,
)
from engine.pacing.retry_after import retry_after_s
from engine.syspro.gate import Observer, Unobserved
from engine.syspro.objects.comfnd import Condition, Row, cell, is_date, name
from engine.syspro.reader import LARGE
from engine.syspro.settings import SysproSettings
from engine.syspro.transport_http import HttpChannel, Lost, Received, host_of

PAGE_ROWS = 5000
MAX_PAGES = 1000
MAX_WALKS = 3
_OPERATORS = {"EQ": "eq", "NE": "ne", "GT": "gt", "GE": "ge", "LT": "lt", "LE": "le"}
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,10})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Moved(Exception):
    """Rows moved between two pages."""


class ODataLookups:
    """Look-ups by OData for one company; the channel's gate paces them."""

    def __init__(
        self,
        settings: SysproSettings,
        channel: HttpChannel,
        observer: Observer | None = None,
        *,
        page_rows: int = PAGE_ROWS,
    ) -> None:
        if not settings.odata_url:
            raise Misconfigured(f"company {settings.company} has no odata_url")
        self._settings = settings
        self._channel = channel
        self._observer = observer or Unobserved()
        self._page_rows = page_rows

    async def rows(
        self,
        table: str,
        columns: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> Sequence[Row]:
        """Every matching row, page by page; raises `Transient` if rows keep moving meanwhile."""
        options = {"$select": ",".join(name(column) for column in columns)}
        if where:
            options["$filter"] = " and ".join(_comparison(condition) for condition in where)
        if order_by:
            options["$orderby"] = ",".join(name(column) for column in order_by)
        for _ in range(MAX_WALKS):
            try:
                return await self._walk(name(table), columns, options, limit)
            except _Moved:
                continue
        raise Transient(f"OData {table}: rows moved during each of {MAX_WALKS} walks")

    async def _walk(
        self, table: str, columns: Sequence[str], options: Mapping[str, str], limit: int | None
    ) -> Sequence[Row]:
        found: list[Row] = []
        for _ in range(MAX_PAGES):
            overlap = 1 if found and "$orderby" in options else 0
            top = self._page_rows
            if limit is not None:
                top = min(top, limit - len(found) + overlap)
            page, has_more = await self._page(
                table, columns, {**options, "$top": str(top), "$skip": str(len(found) - overlap)}
            )
            if overlap and (not page or page[0] != found[-1]):
                raise _Moved
            found += page[overlap:]
            is_last = len(page) < top and not (has_more and len(page) > overlap)
            if is_last or (limit is not None and len(found) >= limit):
                return found
        raise Malformed(f"OData {table}: more than {MAX_PAGES} pages")

    async def _page(
        self, table: str, columns: Sequence[str], options: Mapping[str, str]
    ) -> tuple[list[Row], bool]:
        base = self._settings.odata_url.rstrip("/")
        url = f"{base}/{quote(table, safe='')}?{urlencode(options, quote_via=quote, safe='$,')}"
        got = await self._channel.exchange("GET", url, headers=await self._headers())
        try:
            host = host_of(base)
            if isinstance(got, Received) and len(got.body) >= LARGE:
                page = await asyncio.to_thread(_read, table, columns, got, host)
            else:
                page = _read(table, columns, got, host)
        except EngineError as error:
            seconds = got.seconds if isinstance(got, Received) else 0.0
            self._observer.queried(f"OData {table}", type(error).__name__, seconds)
            raise
        if isinstance(got, Received):
            self._observer.queried(f"OData {table}", "ok", got.seconds)
        return page

    async def _headers(self) -> Mapping[str, str]:
        user, password = self._settings.odata_user, await self._settings.odata_password()
        token = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {token}", "Accept": "application/json"}


def _comparison(condition: Condition) -> str:
    column, value = name(condition.column), condition.value
    if condition.comparison == "LIKE":
        if not value.endswith("*") or set("*?") & set(value[:-1]):
            raise Malformed("OData takes LIKE only with one * at the end")
        return f"startswith({column},{_quoted(value[:-1])})"
    operator = _OPERATORS[condition.comparison]
    if is_date(condition.column):
        if not _DAY.fullmatch(value):
            raise Malformed(f"{column} is compared with a date, not with {value[:20]!r}")
        return f"{column} {operator} {value}T00:00:00Z"
    if condition.is_number:
        if not _NUMBER.fullmatch(value):
            raise Malformed(f"{column} is compared with a number, not with {value[:20]!r}")
        return f"{column} {operator} {value}"
    return f"{column} {operator} {_quoted(value)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _read(
    table: str, columns: Sequence[str], got: Received | Lost, host: str
) -> tuple[list[Row], bool]:
    if isinstance(got, Lost):
        raise got.error(f"OData {table}")
    if got.status != 200:
        raise _status_error(f"OData {table} at {host}: HTTP status {got.status}", got)
    answer = loads(got.body)
    rows = answer.get("value") if isinstance(answer, Mapping) else None
    if not isinstance(answer, Mapping) or not isinstance(rows, list):
        raise Malformed(f"OData {table} at {host}: no array of rows")
    return [_row(table, columns, row) for row in rows], "@odata.nextLink" in answer


def _row(table: str, columns: Sequence[str], row: JsonValue) -> Row:
    if not isinstance(row, Mapping):
        raise Malformed(f"OData {table}: a row is no object")
    absent = [column for column in columns if column not in row]
    if absent:
        raise Malformed(f"OData {table}: a row came without {absent[0]}")
    return {column: cell(column, _text(row[column])) for column in columns}


def _text(value: JsonValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case Decimal():
            return format(value, "f")
        case str() | int():
            return str(value)
        case _:
            raise Malformed("OData: a cell holds neither text nor number")


def _status_error(said: str, got: Received) -> EngineError:
    match got.status:
        case 401:
            return Unauthorized(
                f"{said}; check odata_user and the credential odata_password, and that the "
                "operator is configured for OData"
            )
        case 403:
            return Forbidden(f"{said}; the OData operator may not read this table")
        case 404:
            return NotFound(f"{said}; check odata_url, the company and the table")
        case 429:
            after = retry_after_s(got.retry_after)
            return Throttled(said, retry_after_s=after)
        case status if 400 <= status < 500:
            return Malformed(f"{said}; the service does not take the question")
        case status if 300 <= status < 400:
            return Misconfigured(f"{said}; the address redirects, check odata_url")
        case _:
            return Transient(said)
