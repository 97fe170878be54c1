"""Queries and logons: what is raised, and how it reads to a person."""

import time
from pathlib import Path

import pytest
from syspro_wire import PASSWORD, answer, open_transport, peer, settings_for, silence

from engine.errors import (
    EngineError,
    Forbidden,
    Malformed,
    Misconfigured,
    NotFound,
    Throttled,
    TimedOut,
    Transient,
    Unauthorized,
)
from engine.syspro.gate import Gate
from engine.syspro.outcomes import (
    AccessDenied,
    CredentialsRefused,
    ErrorLine,
    LoggedInElsewhere,
    NoLicence,
    SessionInvalid,
    Unreachable,
)
from engine.syspro.settings import SysproSettings
from engine.syspro.transport import Transport
from engine.syspro.transport_http import tls_context

SAMPLES = Path(__file__).parent.parent / "samples" / "syspro"


def body_of(name: str) -> bytes:
    return (SAMPLES / f"{name}.response.txt").read_bytes().partition(b"\n\n")[2]


async def test_logon_s04_when_recorded_reply_then_the_token_without_blanks() -> None:
    async with peer(answer(body_of("02-logon"))) as site, open_transport(site.url) as transport:
        token = await transport.logon(fail_when_logged_in=True)

    assert token == "12E6D0C3129AAC4D940E264688A7D31500"
    request = site.requests[0].decode()
    assert request.startswith("GET /SYSPROWCFService/Rest/Logon?Operator=PROCSYNC&")
    assert "&CompanyPassword=&" in request
    assert "OperatorPassword=canary-Pa55%26word%3D%3F&" in request
    assert "FailWhenAlreadyLoggedIn%3EY%3C" in request


async def test_logoff_when_recorded_replies_then_told_apart() -> None:
    async with (
        peer(answer(body_of("14-logoff")), answer(body_of("07-logoff"))) as site,
        open_transport(site.url) as transport,
    ):
        await transport.logoff("A")
        with pytest.raises(ErrorLine, match="BaseDir8") as caught:
            await transport.logoff("A")

    assert caught.value.kind == "unknown"


async def test_queries_when_answered_then_by_their_paths() -> None:
    async with (
        peer(answer(body_of("12-query_query-COMFND"))) as site,
        open_transport(site.url) as transport,
    ):
        found = await transport.query("T", "COMFND", "<Query/>")
        await transport.browse("T", "<Browse/>")
        await transport.fetch("T", "<Fetch/>")
        await transport.get_version()

    assert "<StockCode>02</StockCode>" in found.text
    assert [request.split(b" ")[1].decode() for request in site.requests] == [
        "/SYSPROWCFService/Rest/Query/Query?UserId=T&BusinessObject=COMFND&XmlIn=%3CQuery%2F%3E",
        "/SYSPROWCFService/Rest/Query/Browse?UserId=T&XmlIn=%3CBrowse%2F%3E",
        "/SYSPROWCFService/Rest/Query/Fetch?UserId=T&XmlIn=%3CFetch%2F%3E",
        "/SYSPROWCFService/Rest/GetVersion",
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ERROR: Invalid operator password", CredentialsRefused),
        ("Error: Invalid company", CredentialsRefused),
        ("ERROR: Operator 'PROCSYNC' is already logged in", LoggedInElsewhere),
        ("ERROR: No licence for operator", NoLicence),
        ("ERROR: Access denied to Functional Area 'A' for operator 'B'", AccessDenied),
        ("ERROR: e.net exception raised: 100000", ErrorLine),
    ],
)
async def test_logon_when_refused_then_by_kind(line: str, kind: type[ErrorLine]) -> None:
    async with peer(answer(line.encode())) as site, open_transport(site.url) as transport:
        with pytest.raises(kind) as caught:
            await transport.logon(fail_when_logged_in=True)

    assert type(caught.value) is kind
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"x" * 300, b"a\x01b"])
async def test_logon_s04_when_the_reply_is_no_token_then_refused(body: bytes) -> None:
    async with peer(answer(body)) as site, open_transport(site.url) as transport:
        with pytest.raises(Malformed, match="not a session token"):
            await transport.logon(fail_when_logged_in=True)


async def test_query_when_the_session_is_dead_then_session_invalid() -> None:
    line = b"ERROR: The supplied UserID is invalid. You will need to logon again."
    async with peer(answer(line)) as site, open_transport(site.url) as transport:
        with pytest.raises(SessionInvalid):
            await transport.query("T", "COMFND", "<Query/>")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Misconfigured),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (414, Malformed),
        (429, Throttled),
        (502, Transient),
    ],
)
async def test_query_when_the_status_is_bad_then_named_for_what_to_do(
    status: int, kind: type[EngineError]
) -> None:
    script = answer(b"", status, Retry_After="7")
    async with peer(script) as site, open_transport(site.url) as transport:
        with pytest.raises(kind, match=f"status {status}") as caught:
            await transport.query("T", "COMFND", "<Query/>")

    assert type(caught.value) is kind
    assert getattr(caught.value, "retry_after_s", 7.0) == 7.0


async def test_query_when_nothing_answers_then_timed_out_or_unreachable() -> None:
    async with peer(silence) as site, open_transport(site.url) as transport:
        with pytest.raises(TimedOut, match="did not answer in time"):
            await transport.query("T", "COMFND", "<Query/>")
    async with open_transport(site.url) as transport:
        with pytest.raises(Unreachable, match="cannot be reached"):
            await transport.query("T", "COMFND", "<Query/>")


async def test_host_when_its_name_is_unknown_then_unreachable() -> None:
    async with open_transport("http://nowhere.invalid:1/Rest") as transport:
        with pytest.raises((Unreachable, TimedOut), match=r"nowhere\.invalid"):
            await transport.get_version()


@pytest.mark.parametrize(
    "changes",
    [
        {"base_url": "ftp://host/Rest"},
        {"base_url": "host:80"},
        {"base_url": "http://user:secret@host/Rest"},
        {"base_url": "http://host/Rest?x=1"},
        {"odata_url": "nonsense"},
        {"company": "TOOLONG"},
        {"operator": ""},
    ],
)
def test_settings_when_wrong_then_said_which(changes: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        settings_for("http://127.0.0.1:1/Rest", **changes)


def test_ca_file_when_unusable_then_said_so(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("not a certificate")
    for path in (broken, tmp_path / "missing.pem"):
        with pytest.raises(Misconfigured, match="ca_file"):
            tls_context(str(path))


class Watch:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.queries: list[tuple[str, str]] = []
        self.waits: list[float] = []

    def posted(self, business_object: str, answer: str, seconds: float) -> None:
        raise AssertionError

    def queried(self, operation: str, answer: str, seconds: float) -> None:
        self.queries.append((operation, answer))

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_gate_when_many_calls_then_never_more_than_the_rate_in_a_second() -> None:
    rate = 20
    arrived: list[float] = []

    async def note(request: bytes, *streams: object) -> None:
        arrived.append(time.monotonic())
        await answer(b"7.0.0.6")(request, *streams)

    watch = Watch()
    async with peer(note) as site:
        settings: SysproSettings = settings_for(site.url, query_timeout_s=5)
        gate = Gate(rate, watch)
        async with Transport.open(settings, gate=gate, observer=watch) as transport:
            for _ in range(rate + 5):
                await transport.get_version()

    busiest = max(sum(start <= at < start + 1 for at in arrived) for start in arrived)
    assert busiest <= rate
    assert watch.queries[0] == ("GetVersion", "ok")
    assert len(watch.waits) == rate + 5
