"""The OData service: tables of the companies, read-only, by HTTP Basic.

URL, options and the 5000-row cap are documented; error bodies, the absence of next links and the
exact JSON are decisions (syspro.md §4, §8). Decimals are JSON numbers with all decimals of their
column, dates carry midnight, numeric keys are zero-filled to 15 as in the tables. Changes show at
once. Names of tables and columns depend on case.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

import orjson
from aiohttp import web

from engine.sandbox.syspro import conditions, digits
from engine.sandbox.syspro.companies import Companies
from engine.sandbox.syspro.conditions import Test
from engine.sandbox.syspro.delivery import address_of, delivered, ended
from engine.sandbox.syspro.faults_port import Context, Course, Diverted, Faults
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.objects.comfnd import in_order
from engine.sandbox.syspro.odata_filter import BadOption, parse_filter
from engine.sandbox.syspro.rest import OnRequest, read_query
from engine.sandbox.syspro.sessions import Sessions
from engine.sandbox.syspro.settings import Latency, SysproSettings
from engine.sandbox.syspro.tables import PRIVATE_TABLES, Column, Row, Table, Value

BASE: Final = "/syspro8odata/sysproodata/"
PAGE_ROWS: Final = 5_000
SERVER: Final = "Microsoft-IIS/10.0"
_OPTIONS: Final = frozenset({"$filter", "$select", "$orderby", "$top", "$skip", "$count"})


class EntitySets:
    """The entity sets of every company; the path names the company."""

    def __init__(
        self,
        companies: Companies,
        sessions: Sessions,
        settings: SysproSettings,
        latency: Latency,
        on_request: OnRequest,
        faults: Faults | None,
    ) -> None:
        self._companies = companies
        self._sessions = sessions
        self._faults = faults
        self._settings = settings
        self._latency = latency
        self._on_request = on_request

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The rows asked for, or an OData error body."""
        path, raw_query = address_of(request)
        company, _, name = path[len(BASE) :].strip("/").partition("/")
        ledger = self._companies.find(company)
        course = self._course(ledger or self._companies.first, path, name, raw_query)
        response: web.StreamResponse
        try:
            await course.cross("received")
            await self._latency.query.wait()
            await course.cross("executing")
            status, body = self._result(request, company, name, raw_query)
            await course.cross("after_commit_before_reply")
            noted = name if status == 200 else ""
            response = await delivered(request, _response(status, body), course)
        except Diverted as diverted:
            response, noted, status = ended(request, diverted), "", 0
        self._on_request("odata", request.method, path, noted, status)
        return response

    def _course(self, ledger: Ledger, path: str, name: str, raw_query: str) -> Course:
        context = Context(
            ledger=ledger,
            sessions=self._sessions,
            path=path,
            operation="read",
            business_object=name,
            operator=self._settings.odata_user,
            document=raw_query,
        )
        return Course(self._faults, "syspro.odata", context)

    def _result(
        self, request: web.Request, company: str, name: str, raw_query: str
    ) -> tuple[int, bytes]:
        if len(request.raw_path) > self._settings.url_limit:
            return 414, _error("414", "The request URL is too long.")
        if not self._is_known(request.headers.get("Authorization", "")):
            return 401, _error("401", "Authorization has been denied for this request.")
        if request.method != "GET":
            return 405, _error("405", f"Method {request.method} is not allowed.")
        ledger = self._companies.find(company)
        table = None if ledger is None else ledger.tables.get(name)
        if table is None or name in PRIVATE_TABLES:
            return 404, _error("404", f"Resource not found for the segment '{name or company}'.")
        try:
            root = f"{request.scheme}://{request.host}/SYSPRO8Odata/SYSPROOData/{company}"
            return 200, _page(table, read_query(raw_query), root)
        except BadOption as bad:
            return 400, _error("400", str(bad))

    def _is_known(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        given = f"{self._settings.odata_user}:{self._settings.odata_password}"
        wanted = base64.b64encode(given.encode()).decode()
        return scheme.lower() == "basic" and hmac.compare_digest(
            token.strip().encode(errors="replace"), wanted.encode()
        )


def _response(status: int, body: bytes) -> web.Response:
    headers = {"Server": SERVER, "OData-Version": "4.0"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="SYSPRO OData"'
    if status == 405:
        headers["Allow"] = "GET"
    headers["Content-Type"] = "application/json; odata.metadata=minimal"
    return web.Response(status=status, body=body, headers=headers)


def _error(code: str, text: str) -> bytes:
    return orjson.dumps({"error": {"code": code, "message": text}})


def _page(table: Table, options: Mapping[str, str], root: str) -> bytes:
    unknown = [name for name in options if name.startswith("$") and name not in _OPTIONS]
    if unknown:
        raise BadOption(f"The query option '{unknown[0]}' is not supported.")
    columns = _selected(table, options.get("$select", ""))
    test = parse_filter(table.shape, options.get("$filter", ""))
    order = _ordering(table, options.get("$orderby", ""))
    if order == [(name, False) for name in table.shape.keys][: len(order)]:
        order = []
    skip = _whole(options, "$skip", 0)
    top = min(_whole(options, "$top", PAGE_ROWS), PAGE_ROWS)
    wants_count = options.get("$count", "").lower() == "true"
    rows: Iterable[Row]
    if test is None and not order:
        rows, held = islice(table.in_order(skip), top), len(table)
    elif order or wants_count:
        found = list(_found(table, test))
        found = in_order(found, order) if order else found
        rows, held = found[skip : skip + top], len(found)
    else:
        rows, held = islice(_found(table, test), skip, skip + top), 0
    count = f'"@odata.count":{held},' if wants_count else ""
    select = f"({','.join(column.name for column in columns)})" if "$select" in options else ""
    name = table.shape.name
    context = orjson.dumps(f"{root}/$metadata#{name}{select}").decode()
    written = _Lines(columns)
    lines = ",".join(written.of(row) for row in rows)
    return f'{{"@odata.context":{context},{count}"value":[{lines}]}}'.encode()


def _found(table: Table, test: Test | None) -> Iterable[Row]:
    """The rows that pass, in key order."""
    if test is None:
        return table.in_order()
    index = conditions.indexed(test, table)
    rows = table.where(*index) if index is not None else table.in_order()
    return (row for row in rows if conditions.holds(test, row))


class _Lines:
    """Rows as JSON objects of the same columns; what is blank is written once for all rows."""

    def __init__(self, columns: list[Column]) -> None:
        self._blank = [f'"{column.name}":{_cell(column, column.blank)}' for column in columns]
        self._places = {column.name: (place, column) for place, column in enumerate(columns)}

    def of(self, row: Row) -> str:
        """One row."""
        cells = self._blank.copy()
        places = self._places
        for name, value in row.items():
            found = places.get(name)
            if found is not None:
                cells[found[0]] = f'"{name}":{_cell(found[1], value)}'
        return "{" + ",".join(cells) + "}"


def _cell(column: Column, value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return orjson.dumps(value).decode()
    text = column.text_of(value)
    return text if column.kind == "d" else f'"{text}T00:00:00"'


def _selected(table: Table, names: str) -> list[Column]:
    if not names.strip() or names.strip() == "*":
        return list(table.shape.columns.values())
    return [_column(table, name.strip()) for name in names.split(",")]


def _column(table: Table, name: str) -> Column:
    column = table.shape.columns.get(name)
    if column is None:
        raise BadOption(f"Could not find a property named '{name}' on type '{table.shape.name}'.")
    return column


def _ordering(table: Table, text: str) -> list[tuple[str, bool]]:
    order: list[tuple[str, bool]] = []
    for part in text.split(","):
        name, _, direction = part.strip().partition(" ")
        if name:
            if direction.strip() not in ("", "asc", "desc"):
                raise BadOption(f"Syntax error in '$orderby' at '{direction.strip()}'.")
            order.append((_column(table, name).name, direction.strip() == "desc"))
    return order


def _whole(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, "").strip()
    if not text:
        return default
    number = digits.whole(text)
    if number is None:
        raise BadOption(f"Invalid value '{text}' for {name} query option.")
    return number
