"""Where log lines go: a thread of its own writes them, so that no one else ever waits for it.

A full pipe, a full disk or a terminal held still stop the thread, not the engine: lines wait in a
buffer with a cap, and what finds it full is dropped and counted (reliability.md K13). Whole lines
are written, in their order. Knows no domain word.
"""

import logging
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import Final, TextIO

MOST_CHARACTERS: Final = 4 << 20
"""How much may wait to be written."""
_FLUSH_S: Final = 2.0


class LogSink(logging.Handler):
    """Writes every entry to the stream, soon; `dropped` of them could not be.

    An entry is put into words where it was logged: its tenant and run are known there alone.
    """

    def __init__(self, stream: TextIO, most_characters: int = MOST_CHARACTERS) -> None:
        super().__init__()
        self.dropped = 0
        self._stream = stream
        self._most_characters = most_characters
        self._lines: deque[str] = deque()
        self._characters = 0
        self._moved = Condition()
        self._told: Callable[[float], None] | None = None
        self._has_ended = False
        self._thread = Thread(target=self._write_all, name="log sink", daemon=True)
        self._thread.start()

    def tell(self, told: Callable[[float], None]) -> None:
        """`told` is given how many were dropped: those of before at once, others as they are."""
        with self._moved:
            self._told = told
            told(self.dropped)

    def emit(self, entry: logging.LogRecord) -> None:
        """The entry waits to be written, or is counted as dropped; never blocks."""
        line = self.format(entry) + "\n"
        with self._moved:
            if self._has_ended or self._characters + len(line) > self._most_characters:
                self._drop()
                return
            self._lines.append(line)
            self._characters += len(line)
            self._moved.notify_all()

    def flush(self) -> None:
        """What waited is written, if that is possible within two seconds."""
        with self._moved:
            self._moved.wait_for(lambda: not self._characters, _FLUSH_S)

    def close(self) -> None:
        """The thread ends once all is written, or when the process does."""
        self.flush()
        with self._moved:
            self._has_ended = True
            self._moved.notify_all()
        super().close()

    def _drop(self) -> None:
        self.dropped += 1
        if self._told is not None:
            self._told(1)

    def _write_all(self) -> None:
        while True:
            with self._moved:
                self._moved.wait_for(lambda: self._lines or self._has_ended)
                if not self._lines:
                    return
                line = self._lines.popleft()
            is_written = self._is_written(line)
            with self._moved:
                self._characters -= len(line)
                if not is_written:
                    self._drop()
                self._moved.notify_all()

    def _is_written(self, line: str) -> bool:
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, ValueError):
            return False
        return True
