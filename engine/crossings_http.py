"""The sockets of an HTTP client, watched: connect, first and last byte of request and reply.

Only made while somebody watches the crossings (`engine.crossings`). The first byte of a request is
sent by itself, and that of a reply read by itself, so that the crossing between it and the rest is
a real one. What a crossing is called is told by the request's own first line, so only plain HTTP is
watched; the sandboxes speak no other.
"""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.crossings import boundary, is_watched

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Factory: TypeAlias = Callable[[tuple[int, int, int, str, tuple[object, ...]]], socket.socket]
Naming: TypeAlias = Callable[[str, str], str]
"""Method and path of a request, without its query string, to what it is called."""

_HEAD: Final = 4096


def watched_sockets(side: str, naming: Naming) -> Factory | None:
    """What a connector makes its sockets with; None, for plain ones, while nobody watches.

    `side` names the crossings of connecting: `SIDE.connect`.
    """
    if not is_watched():
        return None

    def made(address: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        family, kind, protocol, _, _ = address
        return _Watched(family, kind, protocol, side, naming)

    return made


def reply_read(naming: Naming, method: str, path: str) -> None:
    """The last byte of the reply to that request has been read."""
    if is_watched():
        boundary(f"{naming(method, path)}.reply_last_byte", "after")


class _Watched(socket.socket):
    """A socket that tells of its first and last bytes; one request at a time."""

    def __init__(self, family: int, kind: int, protocol: int, side: str, naming: Naming) -> None:
        super().__init__(family, kind, protocol)
        self._side = side
        self._naming = naming
        self._name = side
        self._is_fresh = True
        self._is_answered = True

    def connect(self, address: "tuple[object, ...] | str | ReadableBuffer", /) -> None:
        """As a socket's; it goes on in the background after the crossing."""
        boundary(f"{self._side}.connect", "before")
        super().connect(address)

    def send(self, content: "ReadableBuffer", flags: int = 0, /) -> int:
        """As a socket's; of a new request only the first byte, the caller sends the rest."""
        view = memoryview(content)
        if self._is_answered:
            self._is_answered = False
            self._name = self._called(bytes(view[:_HEAD]))
            if self._is_fresh:
                boundary(f"{self._side}.connect", "after")
            self._is_fresh = False
            boundary(f"{self._name}.first_byte", "before")
            sent = super().send(view[:1], flags)
            boundary(f"{self._name}.first_byte", "after")
            return sent
        sent = super().send(view, flags)
        if sent == len(view):
            boundary(f"{self._name}.last_byte", "after")
        return sent

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """As a socket's; of a new reply only the first byte."""
        if self._is_answered:
            return super().recv(size, flags)
        content = super().recv(1, flags)
        self._is_answered = True
        boundary(f"{self._name}.reply_first_byte", "after")
        return content

    def _called(self, head: bytes) -> str:
        words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        return self._naming(words[0], words[1].partition("?")[0]) if len(words) == 3 else self._side
