"""Logs: one JSON object a line, no secret in any spelling, no forged lines."""

import base64
import io
import json
import logging
import urllib.parse
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.telemetry import bound, configure_logging
from engine.telemetry.logs import JsonFormatter, Redactor, spellings_of

CANARY = 'Can"ary\\ p4ss+wörd/ÿ&='


@pytest.fixture
def _logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    yield
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    for name in ("aiohttp.access", "aiohttp.client", "aiohttp.internal"):
        logging.getLogger(name).disabled = False
    for name in ("asyncio", "asyncpg", "aiohttp"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def line_of(redactor: Redactor, text: str, *arguments: object, **more: object) -> str:
    entry = logging.makeLogRecord({"msg": text, "args": arguments, "name": "t", **more})
    return JsonFormatter(redactor).format(entry)


@pytest.mark.parametrize(
    "spelt",
    [
        CANARY,
        urllib.parse.quote(CANARY),
        urllib.parse.quote(CANARY, safe=""),
        urllib.parse.quote_plus(CANARY),
        urllib.parse.quote(CANARY, safe="").lower().replace("can", "Can"),
        json.dumps(CANARY),
        json.dumps(CANARY, ensure_ascii=False),
        json.dumps({"inner": json.dumps({"secret": CANARY})}),
        repr(CANARY),
        base64.b64encode(CANARY.encode()).decode(),
        base64.b64encode(b"operator:" + CANARY.encode()).decode(),
        base64.b64encode(b"op:" + CANARY.encode() + b"tail").decode(),
        base64.urlsafe_b64encode(b"x" + CANARY.encode()).decode(),
        CANARY.encode().hex(),
        CANARY.encode().hex().upper(),
    ],
)
def test_line_x08_when_a_secret_is_in_any_spelling_then_scrubbed(spelt: str) -> None:
    redactor = Redactor()
    redactor.register(CANARY)
    for line in (
        line_of(redactor, f"before {spelt} after"),
        line_of(redactor, "before %s after", spelt),
        line_of(redactor, "see field", url=f"https://h/p?x={spelt}", deep={"a": [spelt]}),
    ):
        assert "***" in line
        json.loads(line)
        for word in spellings_of(CANARY):
            assert len(word) < 4 or word not in line


@given(st.text(min_size=4, max_size=30), st.binary(max_size=5), st.binary(max_size=5))
def test_scrub_when_a_secret_is_inside_base64_then_no_whole_spelling_is_left(
    secret: str, before: bytes, after: bytes
) -> None:
    redactor = Redactor()
    redactor.register(secret)
    raw = secret.encode("utf-8", "surrogatepass")
    coded = base64.b64encode(before + raw + after).decode()
    assert redactor.scrub(coded) != coded
    assert secret not in redactor.scrub(f"x {secret} y") or secret in "x  y***"


def test_scrub_when_a_secret_is_too_short_then_left_alone() -> None:
    redactor = Redactor()
    redactor.register("abc")
    redactor.register("")
    assert redactor.scrub("abc") == "abc"
    redactor.register("long secret")
    redactor.register("long secret")
    assert redactor.scrub("a long secret!") == "a ***!"


def test_scrub_when_one_secret_holds_another_then_the_longer_goes_first() -> None:
    redactor = Redactor()
    redactor.register("secret")
    redactor.register("secret-and-more")
    assert redactor.scrub("x secret-and-more y") == "x *** y"


def test_line_x09_when_text_from_outside_tries_to_forge_then_it_stays_one_line() -> None:
    evil = 'Acme\r\n{"level":"ERROR"}\x1b[31m\u202egnp.exe\u2028\u200b\x85\ud800'
    line = line_of(Redactor(), "vendor %s", evil, number=10**30, price=Decimal("1.50"))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    found = json.loads(line)
    assert found["text"].startswith("vendor Acme\r\n")
    assert found["number"] == str(10**30)
    assert found["price"] == "1.50"
    assert found["level"] == "Level None" or found["level"]


def test_line_when_an_exception_is_logged_then_its_text_is_scrubbed() -> None:
    redactor = Redactor()
    redactor.register(CANARY)
    try:
        raise ValueError(f"refused {CANARY}")
    except ValueError as error:
        line = line_of(redactor, "failed", exc_info=(type(error), error, error.__traceback__))
    found = json.loads(line)
    assert "refused ***" in found["exception"]
    assert CANARY not in found["exception"]


def test_line_when_bound_then_it_names_tenant_and_run() -> None:
    with bound(tenant="acme", run_id="run-1"):
        with bound(tenant="other"):
            inner = json.loads(line_of(Redactor(), "x"))
        outer = json.loads(line_of(Redactor(), "x", flag=True, none=None, parts={1, 2}))
    assert (inner["tenant"], inner["run_id"]) == ("other", "run-1")
    assert (outer["tenant"], outer["run_id"]) == ("acme", "run-1")
    assert (outer["flag"], outer["none"], outer["parts"]) == (True, None, [1, 2])
    assert "tenant" not in json.loads(line_of(Redactor(), "x"))


@pytest.mark.usefixtures("_logging_restored")
def test_configure_when_done_then_lines_are_json_and_access_logs_are_off() -> None:
    stream = io.StringIO()
    configure_logging(stream, "INFO")
    configure_logging(stream, "INFO")
    logging.getLogger("engine").info("hello")
    logging.getLogger("engine").debug("hidden")
    logging.getLogger("aiohttp.access").error("GET /Rest/Logon?OperatorPassword=x")
    logging.getLogger("asyncpg").info("hidden")
    for handler in logging.getLogger().handlers:
        handler.flush()
    [line] = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["text"], found["level"], found["logger"]) == ("hello", "INFO", "engine")
    assert found["at"].endswith("+00:00")
