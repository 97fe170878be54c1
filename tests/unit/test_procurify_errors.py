"""No exception of the HTTP library is unmapped, and every text says what to do."""

import ssl
from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from engine.errors import EngineError, Malformed, Misconfigured, TimedOut, Transient
from engine.procurify.client_wire import Unreached, as_engine_error
from engine.procurify.outcome import cause_of

KEY = ConnectionKey("acme.procurify.com", 443, True, True, None, None, None)
REFUSED = ConnectionRefusedError(111, "refused")


def every(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every(child)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, REFUSED), Unreached, "check base_url"),
        (aiohttp.ClientConnectorError(KEY, REFUSED), Unreached, "check base_url"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("expired")),
            Misconfigured,
            "certificate",
        ),
        (
            aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "bad")),
            Misconfigured,
            "nothing was",
        ),
        (aiohttp.ServerTimeoutError(), TimedOut, "in time"),
        (aiohttp.ConnectionTimeoutError(), Unreached, "in time"),
        (aiohttp.SocketTimeoutError(), TimedOut, "in time"),
        (TimeoutError(), TimedOut, "in time"),
        (aiohttp.ServerDisconnectedError(), Transient, "lost"),
        (aiohttp.ClientOSError(104, "reset"), Transient, "lost"),
        (OSError(9, "closed"), Transient, "lost"),
        (aiohttp.ClientPayloadError("x"), Transient, "cut short"),
        (aiohttp.InvalidURL("http://["), Misconfigured, "check base_url"),
        (aiohttp.http_exceptions.LineTooLong("x", 1), Malformed, "proper HTTP"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_error_when_mapped_then_named_for_what_to_do(
    error: Exception, kind: type[EngineError], words: str
) -> None:
    mapped = as_engine_error(error, "acme.procurify.com")
    assert type(mapped) is kind
    assert words in str(mapped)
    assert str(mapped).startswith("acme.procurify.com: ")


def test_errors_when_all_are_listed_then_none_is_unmapped() -> None:
    for kind in every(aiohttp.ClientError):
        bare = kind.__new__(kind)
        assert isinstance(bare, Exception)
        assert isinstance(as_engine_error(bare, "h"), EngineError)


def test_causes_when_all_errors_are_listed_then_each_has_a_word() -> None:
    words = {kind.__name__: cause_of(kind.__new__(kind)) for kind in every(EngineError)}
    assert words["Forbidden"] == "forbidden"
    assert words["Oversized"] == "malformed"
    assert all(words.values())
