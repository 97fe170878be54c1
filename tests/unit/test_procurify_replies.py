"""What replies mean: the Retry-After corpus, error texts, Date headers."""

from datetime import UTC, datetime

import pytest

from engine.errors import Forbidden, Malformed, Throttled, Unauthorized
from engine.pacing.retry_after import retry_after_s
from engine.procurify.replies import Reply, failure

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def reply(status: int, raw: bytes = b"{}", content_type: str = "application/json") -> Reply:
    return Reply(status=status, content_type=content_type, raw=raw, date_at=None)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("37", 37.0),
        (" 37 ", 37.0),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("3600", 3600.0),
        ("3601", 3600.0),
        ("1000000000", 3600.0),
        ("9" * 400, 3600.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 11:59:00 GMT", None),
        ("Sat, 20 Nov 2027 12:00:00 GMT", 3600.0),
        ("soon", None),
        ("Fri, 99 Nov 2026 12:00:30 GMT", None),
        ("٣٧", None),
    ],
)
def test_retry_after_when_any_form_p06_then_bounded_or_our_own(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after_s(header, now=NOW) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("9" * 400, 3600.0), ("Fri, 20 Nov 2026 12:00:30 GMT", None), ("", None)],
)
def test_retry_after_when_there_is_no_clock_then_seconds_alone_count_bounded(
    header: str, seconds: float | None
) -> None:
    assert retry_after_s(header) == seconds


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"errors": {"detail": {"message": "Not allowed"}}}', 'saying "Not allowed"'),
        (b'{"errors": {"name": ["too long", "bad"]}}', 'saying "too long; bad"'),
        (b'{"errors": {"null": "plain"}}', 'saying "plain"'),
        (b'{"detail": "a\\r\\nb\\u0007c"}', 'saying "a b c"'),
        (b'{"message": "m"}', 'saying "m"'),
        (b"<html>secret page</html>", "check the role"),
        (b'["x"]', 'saying "x"'),
        (b"{}", "(403);"),
    ],
)
def test_failure_when_the_body_says_why_then_one_clean_line(raw: bytes, said: str) -> None:
    error = failure(reply(403, raw), host="h", resource="bills", now=NOW)
    assert isinstance(error, Forbidden)
    assert said in str(error)
    assert str(error).startswith("h: bills: not permitted (403)")
    assert str(error).isprintable()


def test_failure_when_a_secret_is_echoed_then_nothing_is_quoted() -> None:
    echo = reply(400, b'{"detail": "token abc123 is bad"}')
    error = failure(echo, host="h", resource="bills", now=NOW, hidden=("abc123",))
    assert isinstance(error, Malformed)
    assert "abc123" not in str(error)


def test_failure_when_the_text_is_long_then_bounded() -> None:
    error = failure(
        reply(400, b'{"detail": "%s"}' % (b"x" * 9999)), host="h", resource="r", now=NOW
    )
    assert len(str(error)) < 300


def test_failure_when_401_then_the_owner_is_named() -> None:
    error = failure(reply(401), host="h", resource="bills", now=NOW)
    assert type(error) is Unauthorized
    assert "owner" in str(error)


def test_failure_when_throttled_then_the_wait_is_known() -> None:
    asked = Reply(
        status=429,
        content_type="",
        raw=b"",
        date_at=None,
        retry_after="Fri, 20 Nov 2026 12:01:00 GMT",
    )
    error = failure(asked, host="h", resource="bills", now=NOW)
    assert isinstance(error, Throttled)
    assert error.retry_after_s == 60.0


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json", ""])
def test_failure_when_json_then_none(kind: str) -> None:
    assert failure(reply(200, content_type=kind), host="h", resource="r", now=NOW) is None
