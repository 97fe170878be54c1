"""What a route is, and how a list of rows becomes one.

A list is worked out once for as long as no row changes; its pages are cut from that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from aiohttp import web

from engine.sandbox.procurify.filters import Filter, sift
from engine.sandbox.procurify.ordering import ordered
from engine.sandbox.procurify.pages import Answer, page_of
from engine.sandbox.procurify.printing import Json
from engine.sandbox.procurify.rows import Chosen
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant

T = TypeVar("T")
_FRAME = frozenset({"page", "page_size", "format"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method and path, what answers it, and the resource that a role may be denied."""

    method: str
    path: str
    resource: str
    answer: Answer
    is_list: bool = False


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[T]):
    """A list: its rows for a request, its filters, how a row prints, what stands beside them.

    Without `arrange` the rows come by `order_by`; `knows_all` takes `page_size=all` at its word.
    `glimpse` prints a row that nobody has made yet from its id.
    """

    path: str
    resource: str
    rows: Callable[[web.Request], Iterable[T]]
    show: Callable[[T], Json]
    filters: tuple[Filter[T], ...] = ()
    beside: Callable[[Sequence[T]], Mapping[str, Json]] | None = None
    arrange: Callable[[web.Request, Sequence[T]], Sequence[T]] | None = None
    glimpse: Callable[[int], Json] | None = None
    is_flat: bool = False
    knows_all: bool = False


def listed(tenant: Tenant, settings: ProcurifySettings, listing: Listing[T]) -> Route:
    """The GET route of a list."""

    def work_out(request: web.Request) -> tuple[Sequence[T], Mapping[str, Json]]:
        rows = sift(request.query, listing.filters, listing.rows(request))
        return arranged(request, rows), listing.beside(rows) if listing.beside else {}

    def arranged(request: web.Request, rows: Sequence[T]) -> Sequence[T]:
        if listing.arrange is not None:
            return listing.arrange(request, rows)
        return ordered(request.query.get("order_by", ""), rows, listing.show)

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = sorted(pair for pair in request.query.items() if pair[0] not in _FRAME)
        rows, beside = tenant.memo(("list", request.path, tuple(asked)), lambda: work_out(request))
        cut = partial(
            page_of,
            request,
            metadata=beside,
            is_flat=listing.is_flat,
            knows_all=listing.knows_all,
            largest=settings.largest_size,
        )
        if listing.glimpse is not None and isinstance(rows, Chosen):
            return cut(rows.ids, listing.glimpse)
        return cut(rows, listing.show)

    return Route(
        method="GET", path=listing.path, resource=listing.resource, answer=answer, is_list=True
    )
