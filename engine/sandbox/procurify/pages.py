"""Pages, details, and the envelopes around replies, as JSON or as CSV (procurify.md §1.17, §2).

Default page size 10, silently capped; a page past the end is 404; `next` is absolute.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from operator import itemgetter
from typing import TypeAlias, TypeVar

import orjson
from aiohttp import web

from engine.sandbox.procurify.printing import Json, printed

DEFAULT_SIZE = 10
LARGEST_SIZE = 100
LONGEST_ID = 18
T = TypeVar("T")
Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """The request cannot be served; bears the status and Procurify's error envelope (§6.3)."""

    def __init__(
        self,
        status: int,
        text: str,
        code: str,
        field: str = "detail",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Json] = {"errors": {field: {"message": text, "code": code}}}

    @classmethod
    def fields(cls, errors: Mapping[str, tuple[str, str]]) -> "Refused":
        """A 400 that names each wrong field with its text and code (invented: §6.5)."""
        refused = cls(400, "Invalid input.", "invalid")
        refused.body = {
            "errors": {
                field: {"message": text, "code": code} for field, (text, code) in errors.items()
            }
        }
        return refused


def not_found() -> Refused:
    """The refusal of what is not there."""
    return Refused(404, "Not found.", "not_found")


def path_id(request: web.Request) -> int:
    """The id in the path; -1, which nothing has, where it is too long for one."""
    text = request.match_info["id"]
    return int(text) if len(text) <= LONGEST_ID else -1


def reply(body: Json, status: int = 200) -> web.Response:
    """The body as a JSON response."""
    return web.Response(status=status, body=printed(body), content_type="application/json")


def empty(status: int) -> web.Response:
    """A response without a body."""
    return web.Response(status=status)


def detail(
    request: web.Request, row: Json, metadata: Mapping[str, Json] | None = None, status: int = 200
) -> web.Response:
    """One object in its envelope, or as CSV if that was asked for."""
    if _is_csv(request):
        return _as_csv([row])
    return reply({"metadata": dict(metadata or {}), "data": row}, status)


def whole(request: web.Request, rows: Sequence[Json]) -> web.Response:
    """A list that knows no pages, in its envelope."""
    if _is_csv(request):
        return _as_csv(rows)
    return reply({"metadata": {}, "data": rows})


def page_of(
    request: web.Request,
    rows: Sequence[T],
    print_row: Callable[[T], Json],
    *,
    metadata: Mapping[str, Json] | None = None,
    is_flat: bool = False,
    knows_all: bool = False,
    largest: int = LARGEST_SIZE,
) -> web.Response:
    """The page asked for; `is_flat` puts `pagination` beside `data` (procurify.md §2.2).

    With `knows_all`, `page_size=all` gives everything without pagination (§2.10).
    """
    if knows_all and request.query.get("page_size") == "all":
        return whole(request, [print_row(row) for row in rows])
    size = _size(request, largest)
    pages = max(1, -(-len(rows) // size))
    page = _page(request, pages)
    shown = [print_row(row) for row in rows[(page - 1) * size : page * size]]
    if _is_csv(request):
        return _as_csv(shown)
    pagination: dict[str, Json] = {
        "count": len(rows),
        "next": _link(request, page + 1) if page < pages else None,
        "previous": _link(request, page - 1) if page > 1 else None,
        "page_size": size,
        "num_pages": pages,
        "current_page": page,
    }
    if is_flat:
        return reply({"pagination": pagination, "data": shown})
    return reply({"metadata": {**(metadata or {}), "pagination": pagination}, "data": shown})


def _size(request: web.Request, largest: int) -> int:
    size = _count(request.query.get("page_size", ""))
    return min(size or DEFAULT_SIZE, largest)


def _page(request: web.Request, pages: int) -> int:
    page = _count(request.query.get("page", "1"))
    if not 1 <= page <= pages:
        raise Refused(404, "Invalid page.", "not_found")
    return page


def _count(text: str) -> int:
    """The number that the digits are, 0 for any other text."""
    if not (text.isascii() and text.isdigit()):
        return 0
    return int(text) if len(text) <= LONGEST_ID else 10**LONGEST_ID


def _link(request: web.Request, page: int) -> str:
    """The address of a page, its parameters in the order of their names (an example of §2.12)."""
    asked = [pair for pair in request.url.query.items() if pair[0] != "page"]
    return str(request.url.with_query(sorted([*asked, ("page", str(page))], key=itemgetter(0))))


def _is_csv(request: web.Request) -> bool:
    wanted = request.query.get("format", "json")
    if wanted not in {"json", "csv"}:
        raise not_found()
    return wanted == "csv"


def _as_csv(rows: Sequence[Json]) -> web.Response:
    """Each row a line; nested keys joined by dots, in the order of their first appearance."""
    flat = [_flatten(orjson.loads(printed(row))) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(flat)
    return web.Response(text=sheet.getvalue(), content_type="text/csv", charset="utf-8")


def _flatten(value: object, name: str = "") -> dict[str, str]:
    prefix = f"{name}." if name else ""
    if isinstance(value, dict):
        parts = [(f"{prefix}{key}", item) for key, item in value.items()]
    elif isinstance(value, list):
        parts = [(f"{prefix}{place}", item) for place, item in enumerate(value)]
    else:
        return {name: "" if value is None else str(value)}
    flat: dict[str, str] = {}
    for path, item in parts:
        flat |= _flatten(item, path)
    return flat
