"""Procurify's replies under invented bytes: pages, tokens, headers, stamps, the next address.

Beside each reader stands a second, simpler reading of the same bytes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from engine.core.canonical import JsonValue, canonical, loads
from engine.errors import Malformed
from engine.host_clock import parse_date
from engine.pacing.retry_after import LONGEST_RETRY_AFTER_S, retry_after_s
from engine.procurify.models import rows
from engine.procurify.models.pages import Page, read_detail, read_page
from engine.procurify.models.stamps import parse_stamp, print_stamp
from engine.procurify.replies import Reply
from engine.procurify.token import LONGEST_LIFE_S, SHORTEST_LIFE_S, read_token
from engine.procurify.walk import has_next
from engine.proof.fuzz import samples
from engine.proof.fuzz.target import Target, keep

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWN: Final = urlsplit("https://acme.procurify.com/api/v3/vendors/")
_AUTHORITY: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*)")
_OURS: Final = "acme.procurify.com"
_KINDS: Final = ("vendor", "purchase_order", "bill")
_CONTROL: Final = "".join(map(chr, range(33)))


def check_page(raw: bytes, read: Callable[[bytes], Page] = read_page) -> None:
    """A page is read whole or `Malformed`; its rows come back the same and can be kept."""
    try:
        page = read(raw)
    except Malformed:
        return
    keep(page.count is None or page.count >= 0, "counts fewer rows than none")
    for row in page.rows:
        if not isinstance(row, Mapping):
            keep(row.text.isprintable() and len(row.text) <= 160, "a reason unfit for a log")
            row = row.fragment
        _check_row(row)
    try:
        read(raw.rstrip()[:-1])
    except Malformed:
        return
    keep(False, "reads a page that was cut short")


def _check_row(row: Mapping[str, JsonValue]) -> None:
    kept = canonical(row)
    keep(canonical(loads(kept)) == kept, "gives a row that does not come back the same")
    for kind in _KINDS:
        try:
            rows.identity(kind, row)
            rows.address(kind, row)
        except Malformed:
            continue
    rows.age(row)
    list(rows.references("bill", row))
    keep(all(amount.is_finite() for amount in rows.received(row)), "receives what is no number")


def check_detail(
    raw: bytes, read: Callable[[JsonValue], Mapping[str, JsonValue]] = read_detail
) -> None:
    """A detail is an object that can be kept, or `Malformed`."""
    try:
        found = read(loads(raw))
    except Malformed:
        return
    _check_row(found)


def check_token(raw: bytes, read: Callable[[Reply, str], tuple[str, float]] = read_token) -> None:
    """A token is fit for a header and lives within bounds; an error never quotes the reply."""
    reply = Reply(status=200, content_type="application/json", raw=raw, date_at=None)
    try:
        token, life_s = read(reply, "acme.procurify.com")
    except Malformed as error:
        keep(len(str(error)) < 160 and _SECRET not in str(error), "quotes the reply")
        return
    keep(0 < len(token) <= 16_384, "takes a token without a bound")
    keep(all("!" <= character <= "~" for character in token), "takes a token unfit for a header")
    keep(SHORTEST_LIFE_S <= life_s <= LONGEST_LIFE_S, "lets a token live beyond the bounds")


_SECRET: Final = "eyJhbGciOiJSUzI1NiJ9"


def check_retry_after(raw: bytes, read: Callable[..., float | None] = retry_after_s) -> None:
    """Retry-After is above nothing and at most an hour, or our own back-off; never an exception."""
    header = raw.decode("latin-1")
    for wait_s in (read(header, now=NOW), read(header)):
        is_bounded = wait_s is None or 0 < wait_s <= LONGEST_RETRY_AFTER_S
        keep(is_bounded, "waits for nothing, or beyond an hour")
    digits = header.strip()
    if re.fullmatch(r"[0-9]{1,9}", digits):
        expected = min(int(digits), 3600) or None
        keep(read(header, now=NOW) == expected, "waits for another time than was asked")


def check_date(raw: bytes, read: Callable[[str | None], datetime | None] = parse_date) -> None:
    """A Date header is an instant in UTC or none; never an exception."""
    at = read(raw.decode("latin-1"))
    keep(at is None or at.utcoffset() == timedelta(0), "gives an instant that is not in UTC")


def check_stamp(raw: bytes, read: Callable[[JsonValue], datetime | None] = parse_stamp) -> None:
    """A stamp is an instant in UTC or none, and comes back the same when printed."""
    text = raw.decode("utf-8", errors="replace")
    at = read(text)
    if at is None:
        return
    keep(at.utcoffset() == timedelta(0), "gives an instant that is not in UTC")
    keep(read(print_stamp(at)) == at, "gives an instant that does not come back the same")
    try:
        other = datetime.fromisoformat(text.strip())
    except ValueError:
        return
    other = other if other.tzinfo is not None else other.replace(tzinfo=UTC)
    keep(at == other, "gives another instant than the standard library reads")


def check_next(
    raw: bytes, read: Callable[[str | None, SplitResult, int, str], bool] = has_next
) -> None:
    """A next address is followed on our own host and to the next page only, else `Malformed`."""
    text = raw.decode("utf-8", errors="replace")
    try:
        is_followed = read(text, OWN, 1, "vendors")
    except Malformed:
        return
    bare = text.lstrip(_CONTROL).translate({9: None, 10: None, 13: None})
    found = _AUTHORITY.match(bare)
    named = found[1].rstrip(":").lower() if found is not None else ""
    keep(named in ("", _OURS), "takes an address on another host")
    if is_followed:
        query = bare.partition("#")[0].partition("?")[2]
        keep(parse_qs(query).get("page", ["2"]) == ["2"], "follows to another page than the next")


def targets() -> Sequence[Target]:
    """The readers of Procurify's side."""
    own = OWN.geturl()
    tokens = [
        b'{"access_token":"%s.e30.c2ln","expires_in":86400}' % _SECRET.encode(),
        b'{"access_token":"a\\r\\nX-Evil: 1","expires_in":"3600"}',
        b'{"access_token":"%s","expires_in":-1}' % (b"a" * 20_000),
        b'{"error":"access_denied","client_secret":"%s"}' % _SECRET.encode(),
    ]
    dates = [b"Fri, 20 Nov 2026 12:00:30 GMT", b"Fri, 31 Dec 9999 23:59:59 -2359", b"20 Nov 26"]
    stamps = [
        b"2026-11-20T12:00:30Z",
        b"2026-11-20T12:00:30.123456-07:00",
        b"2026-11-20 12:00",
        b"2026-11-20",
        b"0001-01-01T00:00:00+14:00",
    ]
    places = [
        f"{own}?page=2",
        f"{own}?page_size=10&page=2",
        "?page=2",
        "//acme.procurify.com/?page=2",
        "http://acme.procurify.com/?page=2",
        "https://acme.procurify.com@evil.example/?page=2",
        "https://acme.procurify.com.evil.example/?page=2",
        "https://[::1]/?page=2",
    ]
    return (
        Target(name="Procurify page", check=check_page, samples=samples.pages()),
        Target(name="Procurify detail", check=check_detail, samples=samples.pages()),
        Target(name="Procurify token", check=check_token, samples=tokens),
        Target(name="Retry-After", check=check_retry_after, samples=[b"37", b"0", b"-1", *dates]),
        Target(name="Date", check=check_date, samples=dates),
        Target(name="Procurify stamp", check=check_stamp, samples=stamps),
        Target(name="next address", check=check_next, samples=[place.encode() for place in places]),
    )
