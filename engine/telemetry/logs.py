"""Logs are one JSON object a line, and no line holds a secret.

`keep_out_of_logs` registers a secret, which from then on appears in no line in any usual
spelling (raw, URL-quoted, base64, hex, JSON-escaped), exception texts included. Text from
outside can neither forge a line nor hide in one: line breaks, escape sequences and marks that
turn the writing direction come out as escapes (reliability.md X8, X9). Knows no domain word.
"""

import base64
import contextlib
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, TextIO
from urllib.parse import quote, quote_plus

import orjson

from engine.telemetry.sink import LogSink

SHORTEST_SECRET: Final = 4
SCRUBBED: Final = "***"
_JSON_IN_JSON: Final = 2
_BOTH: Final = (True, False)

tenant_in_context: ContextVar[str] = ContextVar("tenant", default="")
run_id_in_context: ContextVar[str] = ContextVar("run_id", default="")

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class Redactor:
    """Replaces every registered secret, in every usual spelling, by `***`."""

    def __init__(self) -> None:
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def register(self, secret: str) -> None:
        """The secret is replaced from now on; shorter than 4 characters it cannot be."""
        spellings = {word for word in spellings_of(secret) if len(word) >= SHORTEST_SECRET}
        if spellings <= self._spellings:
            return
        self._spellings |= spellings
        longest_first = sorted(self._spellings, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def scrub(self, text: str) -> str:
        """The text without any registered secret."""
        return text if self._pattern is None else self._pattern.sub(SCRUBBED, text)


def spellings_of(secret: str) -> set[str]:
    """How a secret may appear in a URL, a header, a JSON text or a dump of bytes."""
    if len(secret) < SHORTEST_SECRET:
        return set()
    raw = secret.encode("utf-8", "surrogatepass")
    words = {secret, quote(raw), quote(raw, safe=""), quote_plus(raw), raw.hex(), raw.hex().upper()}
    words |= {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), word) for word in words}
    for _ in range(_JSON_IN_JSON):
        words |= {json.dumps(word, ensure_ascii=ascii)[1:-1] for word in words for ascii in _BOTH}
    words |= {repr(secret)[1:-1]}
    for offset in range(3):
        words |= _inside_base64(raw, offset)
    return words


def _inside_base64(raw: bytes, offset: int) -> set[str]:
    """The characters that depend on the secret alone when it begins `offset` bytes into a group."""
    first = (0, 2, 3)[offset]
    coded = base64.b64encode(b"\0" * offset + raw).decode("ascii").rstrip("=")
    rest = (offset + len(raw)) % 3
    sure = coded[first : len(coded) - 1 if rest else len(coded)]
    return {sure, sure.replace("+", "-").replace("/", "_"), sure.replace("/", "\\/")}


REDACTOR: Final = Redactor()


def keep_out_of_logs(secret: str) -> None:
    """The secret appears in no log line of this process from now on."""
    REDACTOR.register(secret)


class JsonFormatter(logging.Formatter):
    """One line of JSON for each log entry; what forges lines or hides text is escaped."""

    def __init__(self, redactor: Redactor = REDACTOR) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, entry: logging.LogRecord) -> str:
        """The entry as one line without line breaks, control characters or secrets."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(entry.created, UTC).isoformat(timespec="microseconds"),
            "level": entry.levelname,
            "logger": entry.name,
            "text": entry.getMessage(),
        }
        for name, variable in (("tenant", tenant_in_context), ("run_id", run_id_in_context)):
            if value := variable.get():
                line[name] = value
        line |= {name: value for name, value in vars(entry).items() if name not in _STANDARD}
        if entry.exc_info:
            line["exception"] = self.formatException(entry.exc_info)
        text = orjson.dumps(self._printable(line)).decode()
        return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", self._redactor.scrub(text))

    def _printable(self, value: object) -> object:
        """The value as JSON can hold it, every text in it scrubbed before it is escaped."""
        if isinstance(value, str):
            return self._redactor.scrub(value).encode("utf-8", "backslashreplace").decode()
        if isinstance(value, dict):
            return {self._printable(str(key)): self._printable(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._printable(item) for item in value]
        if isinstance(value, bool | float | None) or (
            isinstance(value, int) and -(2**63) <= value < 2**63
        ):
            return value
        return self._printable(str(value))


def configure_logging(stream: TextIO = sys.stderr, level: str = "INFO") -> None:
    """Every log entry of the process goes to the stream as JSON; access logs are off.

    Nobody waits for the stream: see `telemetry.sink`.
    """
    root = logging.getLogger()
    for present in list(root.handlers):
        root.removeHandler(present)
        present.close()
    output = LogSink(stream)
    output.setFormatter(JsonFormatter())
    root.addHandler(output)
    root.setLevel(level)
    logging.raiseExceptions = False
    for name in ("aiohttp.access", "aiohttp.client", "aiohttp.internal"):
        logging.getLogger(name).disabled = True
    for name in ("asyncio", "asyncpg", "aiohttp"):
        logging.getLogger(name).setLevel(logging.WARNING)


def tell_dropped(told: Callable[[float], None]) -> None:
    """`told` is given how many entries could not be written, from the start of the process on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LogSink):
            handler.tell(told)


@contextlib.contextmanager
def bound(*, tenant: str | None = None, run_id: str | None = None) -> Iterator[None]:
    """Log entries of this block carry the tenant and the run."""
    given = ((tenant_in_context, tenant), (run_id_in_context, run_id))
    tokens = [(variable, variable.set(value)) for variable, value in given if value is not None]
    try:
        yield
    finally:
        for variable, token in reversed(tokens):
            variable.reset(token)
