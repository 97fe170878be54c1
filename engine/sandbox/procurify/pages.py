"""Lists in pages, filters, and the envelopes around replies (procurify.md §2).

Default page size 10, silently capped at 100; a page past the end is 404; `next` is absolute;
unknown parameters are ignored; a filter's value that cannot be read is 400 (invented).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias, TypeVar

from aiohttp import web

from engine.sandbox.procurify.printing import Json, local_day, printed

DEFAULT_SIZE = 10
LARGEST_SIZE = 100
T = TypeVar("T")
Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """The request cannot be served; bears the status and Procurify's error envelope."""

    def __init__(self, status: int, text: str, code: str, field: str = "detail") -> None:
        super().__init__(text)
        self.status = status
        self.body: dict[str, Json] = {"errors": {field: {"message": text, "code": code}}}


def reply(body: Json, status: int = 200) -> web.Response:
    """The body as a JSON response."""
    return web.Response(status=status, body=printed(body), content_type="application/json")


def detail(row: Json, metadata: Mapping[str, Json] | None = None) -> web.Response:
    """One object in its envelope."""
    return reply({"metadata": dict(metadata or {}), "data": row})


def page_of(
    request: web.Request,
    rows: Sequence[T],
    print_row: Callable[[T], Json],
    *,
    metadata: Mapping[str, Json] | None = None,
    is_flat: bool = False,
) -> web.Response:
    """The page asked for; `is_flat` puts `pagination` beside `data` (procurify.md §2.2)."""
    size = _size(request)
    pages = max(1, -(-len(rows) // size))
    page = _page(request, pages)
    pagination: dict[str, Json] = {
        "count": len(rows),
        "next": _link(request, page + 1) if page < pages else None,
        "previous": _link(request, page - 1) if page > 1 else None,
        "page_size": size,
        "num_pages": pages,
        "current_page": page,
    }
    shown = [print_row(row) for row in rows[(page - 1) * size : page * size]]
    if is_flat:
        return reply({"pagination": pagination, "data": shown})
    return reply({"metadata": {**(metadata or {}), "pagination": pagination}, "data": shown})


def within_days(
    request: web.Request, name: str, rows: Sequence[T], instant_of: Callable[[T], datetime]
) -> list[T]:
    """The rows whose local day lies in `<name>_0` to `<name>_1`, both inclusive (§2.16)."""
    first = _day(request, f"{name}_0")
    last = _day(request, f"{name}_1")
    if first is None and last is None:
        return list(rows)
    low, high = first or date.min, last or date.max
    return [row for row in rows if low <= local_day(instant_of(row)) <= high]


def within_instants(
    request: web.Request,
    names: tuple[str, str],
    rows: Sequence[T],
    instant_of: Callable[[T], datetime],
) -> list[T]:
    """The rows whose instant lies between the two named parameters, both inclusive."""
    first, last = (_instant(request, name) for name in names)
    low = first or datetime.min.replace(tzinfo=UTC)
    high = last or datetime.max.replace(tzinfo=UTC)
    return [row for row in rows if low <= instant_of(row) <= high]


def with_value(
    request: web.Request, name: str, rows: Sequence[T], value_of: Callable[[T], object]
) -> list[T]:
    """The rows whose value is one of the named parameter's, if that is given.

    The parameter may repeat, be written `name[]`, or hold a comma list (procurify.md §2.19).
    """
    given = [*request.query.getall(name, []), *request.query.getall(f"{name}[]", [])]
    wanted = {part.strip().lower() for text in given for part in text.split(",") if part.strip()}
    if not wanted:
        return list(rows)
    return [row for row in rows if str(value_of(row)).lower() in wanted]


def _size(request: web.Request) -> int:
    text = request.query.get("page_size", "")
    size = int(text) if text.isdigit() else DEFAULT_SIZE
    return min(size or DEFAULT_SIZE, LARGEST_SIZE)


def _page(request: web.Request, pages: int) -> int:
    text = request.query.get("page", "1")
    page = int(text) if text.isdigit() else 0
    if not 1 <= page <= pages:
        raise Refused(404, "Invalid page.", "not_found")
    return page


def _link(request: web.Request, page: int) -> str:
    query = request.url.query.copy()
    query.popall("page", None)
    if page > 1:
        query["page"] = str(page)
    return str(request.url.with_query(query))


def _day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name, "")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        raise Refused(400, "Enter a valid date.", "invalid", name) from error


def _instant(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name, "").replace(" ", "+")
    try:
        instant = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(400, "Enter a valid date/time.", "invalid", name) from error
    if instant is not None and instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    return instant
