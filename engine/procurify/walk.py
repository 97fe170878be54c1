"""All pages of one list, or an error: never half a list that looks whole.

There is no cursor and no promised order in Procurify's lists (procurify.md §2.15), so a walk that
saw the list move (the count changes, the rows do not add up) starts again once, then fails; the
next poll walks the whole window again. `next` says only that there is a next page: the request
goes to our own origin, whatever it says, and an address elsewhere is refused unasked.
"""

import hashlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import SplitResult, parse_qs, urljoin, urlsplit

from engine.errors import Malformed, NotFound, TimedOut
from engine.procurify.client import ProcurifyClient
from engine.procurify.models.pages import Page, read_page
from engine.procurify.replies import Oversized
from engine.procurify.settings import SMALLEST_PAGE

MOST_PAGES = 10_000
MOST_RESTARTS = 1


class Moved(Malformed):
    """The list changed under the walk, or a page was garbled: walk again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skim:
    """What the walk itself needs of a page; `digest` is of its bytes."""

    digest: str
    rows: int
    count: int | None
    next_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page of a walk. `is_first` says that the walk begins, perhaps anew: forget the rest.

    `place` is the list, the filter's names, the size and number of the page, not the filter's
    instants, which never come again. With the same `skim.digest` there, the rows are as last time.
    """

    place: str
    skim: Skim
    raw: bytes = field(repr=False)
    is_first: bool
    is_last: bool
    date_at: datetime | None
    page: Page | None = field(default=None, repr=False)

    def read(self) -> Page:
        """The page's rows; parsed now, if the walk itself needed only the outline."""
        return self.page or read_page(self.raw)


class Walker:
    """Walks lists and remembers for each how large a page may be."""

    def __init__(self, client: ProcurifyClient, *, most_pages: int = MOST_PAGES) -> None:
        self._client = client
        self._most_pages = most_pages
        self._sizes: dict[str, int] = {}
        self._skims: dict[str, Skim] = {}

    async def walk(
        self, path: str, query: Mapping[str, str], *, resource: str
    ) -> AsyncGenerator[Step, None]:
        """The pages in order. When it ends without an error, the rows are as many as the peer said.

        Pages that time out or are too large are asked for at half the size, from the start.
        """
        restarts = 0
        while True:
            size = self._sizes.get(path, self._client.settings.page_size)
            try:
                async with aclosing(self._once(path, query, resource, size)) as steps:
                    async for step in steps:
                        yield step
            except (TimedOut, Oversized):
                if size <= SMALLEST_PAGE:
                    raise
                self._sizes[path] = max(SMALLEST_PAGE, size // 2)
            except Moved:
                restarts += 1
                if restarts > MOST_RESTARTS:
                    raise
            else:
                self._grow(path, size)
                return

    async def count(self, path: str, query: Mapping[str, str], *, resource: str) -> int | None:
        """How many rows the list has now; None where it does not say. One request."""
        asked = {**query, "page_size": str(SMALLEST_PAGE)}
        reply = await self._client.get(path, asked, resource=resource)
        return read_page(reply.raw).count

    def _grow(self, path: str, size: int) -> None:
        whole = self._client.settings.page_size
        if size >= whole:
            self._sizes.pop(path, None)
        else:
            self._sizes[path] = min(whole, size + max(1, size // 4))

    async def _once(
        self, path: str, query: Mapping[str, str], resource: str, size: int
    ) -> AsyncGenerator[Step, None]:
        rows, count = 0, None
        for number in range(1, self._most_pages + 1):
            step = await self._page(path, query, resource, size, number)
            if step is None:
                break
            if number > 1 and step.skim.count != count:
                raise Moved(f"{resource}: the list changed while it was read")
            count = step.skim.count
            rows += step.skim.rows
            if step.is_last and count is not None and rows != count:
                raise _does_not_add_up(resource, rows, count)
            yield step
            if step.is_last:
                return
        else:
            raise Malformed(f"{resource}: more than {self._most_pages} pages")
        if count is not None and rows != count:
            raise _does_not_add_up(resource, rows, count)

    async def _page(
        self, path: str, query: Mapping[str, str], resource: str, size: int, number: int
    ) -> Step | None:
        asked = {**query, "page_size": str(size)}
        if number > 1:
            asked["page"] = str(number)
        try:
            reply = await self._client.get(path, asked, resource=resource, repeats_timeouts=False)
        except NotFound:
            if number == 1:
                raise
            return None
        place = f"{path} {' '.join(query)} {size} {number}"
        try:
            skim, page = self._skim(place, reply.raw)
        except Malformed as error:
            raise Moved(f"{resource}: page {number} cannot be read: {error}") from error
        own = urlsplit(self._client.settings.root + path)
        return Step(
            place=place,
            skim=skim,
            raw=reply.raw,
            is_first=number == 1,
            is_last=not skim.rows or not has_next(skim.next_url, own, number, resource),
            date_at=reply.date_at,
            page=page,
        )

    def _skim(self, place: str, raw: bytes) -> tuple[Skim, Page | None]:
        """The page's outline: as remembered if its bytes are the same, else from the page read."""
        found = hashlib.sha256(raw).hexdigest()
        known = self._skims.get(place)
        if known is not None and known.digest == found:
            return known, None
        page = read_page(raw)
        if len(self._skims) >= MOST_PAGES:
            self._skims.clear()
        skim = Skim(digest=found, rows=len(page.rows), count=page.count, next_url=page.next_url)
        self._skims[place] = skim
        return skim, page


def has_next(next_url: str | None, own: SplitResult, number: int, resource: str) -> bool:
    """Whether a page follows; raises `Malformed` for an address that leads anywhere else.

    http for https on the same host is taken, as some servers behind a proxy print it
    (procurify.md §2.12): nothing is ever sent to the address itself.
    """
    if next_url is None:
        return False
    try:
        parts = urlsplit(urljoin(own.geturl(), next_url))
        is_ours = _origin(parts) == _origin(own) and "@" not in parts.netloc
    except ValueError:
        is_ours = False
    if not is_ours:
        raise Malformed(f"{resource}: the next page is said to be on another host; not followed")
    named = parse_qs(parts.query).get("page", [str(number + 1)])
    if named == [str(number)]:
        return False
    if named != [str(number + 1)]:
        raise Malformed(f"{resource}: after page {number} the list does not go on in order")
    return True


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    scheme = "https" if parts.scheme in ("http", "https") and parts.port is None else parts.scheme
    return scheme, (parts.hostname or "").lower(), parts.port


def _does_not_add_up(resource: str, rows: int, count: int) -> Moved:
    return Moved(f"{resource}: {rows} rows were read where the list says {count}")
