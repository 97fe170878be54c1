"""Log lines wait in a bounded buffer for a thread: a blocked stream blocks nobody."""

import logging
import os
from collections.abc import Iterator
from typing import TextIO

import pytest

from engine.telemetry import Metrics
from engine.telemetry.sink import LogSink

MOST = 64 << 10
LINES = 1000


@pytest.fixture
def pipe() -> Iterator[tuple[int, TextIO]]:
    """A pipe that nobody reads yet: it takes 64 KiB or so, then whoever writes stands."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8", closefd=False) as stream:
        yield reading, stream
    os.close(writing)
    os.close(reading)


def entry(number: int) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": f"{number:04} {'x' * 1018}"})


def numbers_read(reading: int, count: int) -> list[int]:
    """The numbers of the next so many lines that come out, each a whole line."""
    text = b""
    while text.count(b"\n") < count:
        text += os.read(reading, 1 << 16)
    assert all(len(line) == 1023 for line in text.splitlines())
    return [int(line[:4]) for line in text.splitlines()]


@pytest.mark.timeout(30)
def test_emit_k13_when_nobody_reads_the_pipe_then_never_blocked_and_the_rest_counted(
    pipe: tuple[int, TextIO],
) -> None:
    reading, stream = pipe
    sink, metrics = LogSink(stream, MOST), Metrics()
    for number in range(LINES):
        sink.emit(entry(number))
    kept = LINES - sink.dropped
    assert MOST // 1024 <= kept <= LINES // 2, "what the pipe and the buffer hold, and no more"
    sink.tell(metrics.log_dropped.inc)
    shown = metrics.registry.get_sample_value("procurify_syspro_log_dropped_total")
    assert shown == sink.dropped

    numbers = numbers_read(reading, kept)
    assert numbers == sorted(set(numbers))
    assert len(numbers) == kept, "whole lines, in their order, and every one that was not counted"
    sink.emit(entry(LINES))
    assert numbers_read(reading, 1) == [LINES], "it goes on once somebody reads"
    sink.close()


def test_emit_k13_when_the_stream_refuses_then_counted_and_the_thread_goes_on() -> None:
    refusals = [OSError(28, "No space left on device"), ValueError("closed")]
    written: list[str] = []

    class Full:
        def write(self, text: str) -> int:
            if refusals:
                raise refusals.pop()
            written.append(text)
            return len(text)

        def flush(self) -> None:
            return None

    sink = LogSink(Full())
    for number in range(3):
        sink.emit(entry(number))
    sink.close()
    assert sink.dropped == 2
    assert [line[:4] for line in written] == ["0002"]
    sink.emit(entry(4))
    assert sink.dropped == 3, "after its end it writes no more, and says so"
