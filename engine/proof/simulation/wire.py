"""One connection in memory: two ends, and a road from each to the other.

What one end writes the other reads in order, later, as the connection's fate says. An end reads in
the context in which it was made, so what arrives for a party that is held waits with it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from random import Random
from typing import Final, Literal, TypeAlias

from engine.proof.simulation.loop import Party, SimulatedLoop, present
from engine.proof.simulation.weather import Blow, Fate, latency_s

FULL: Final = 256 * 1024
"""How many bytes may be under way on one road before the writer is told to wait."""
GAP_S: Final = 0.0001
"""How far apart two parcels of one road arrive at least: a server sees them one by one."""
Parcel: TypeAlias = bytes | Literal["closed", "reset"]


class Road:
    """One direction; parcels arrive in the order in which they were sent."""

    def __init__(self, loop: SimulatedLoop, random: Random, fate: Fate, blow: Blow | None) -> None:
        self._loop = loop
        self._random = random
        self._fate = fate
        self._blow = blow
        self._parcels: deque[Parcel] = deque()
        self._last_s = 0.0
        self._passed = 0
        self._is_swallowed = False

    def send(self, parcel: Parcel, arrive: Callable[[], None], context: Context) -> bool:
        """The parcel will arrive, as far as the blow lets it; False once the road is broken."""
        if not isinstance(parcel, bytes) or self._blow is None:
            self._post(parcel, arrive, context)
            return True
        blow, clear = self._blow, max(0, self._blow.after_bytes - self._passed)
        self._passed += len(parcel)
        if len(parcel) <= clear:
            self._post(parcel, arrive, context)
            return True
        if clear:
            self._post(parcel[:clear], arrive, context)
        self._blow = None
        match blow.kind:
            case "hold":
                self._last_s = max(self._last_s, self._loop.time()) + blow.seconds
                self._post(parcel[clear:], arrive, context)
            case "swallow":
                self._is_swallowed = True
            case "reset":
                self._post("reset", arrive, context)
                return False
        return True

    def next(self) -> Parcel:
        """The parcel that arrives now."""
        return self._parcels.popleft()

    def _post(self, parcel: Parcel, arrive: Callable[[], None], context: Context) -> None:
        if self._is_swallowed:
            return
        self._parcels.append(parcel)
        travels_s = latency_s(self._fate, self._random)
        self._last_s = max(self._last_s + GAP_S, self._loop.time() + travels_s)
        self._loop.call_at(self._last_s, arrive, context=context)


class Wire(asyncio.Transport):
    """One end of a connection; `over` is told once it is the end of it."""

    def __init__(
        self,
        loop: SimulatedLoop,
        out: Road,
        names: Mapping[str, object],
        over: Callable[["Wire"], None],
        party: Party | None = None,
        context: Context | None = None,
    ) -> None:
        super().__init__(names)
        self.party = party or present()
        self._context = context or copy_context()
        self._loop = loop
        self._out = out
        self._over = over
        self._read: deque[Parcel] = deque()
        self._under_way = 0
        self._is_closing = self._is_over = self._is_patient = self._is_full = False

    def meet(self, other: "Wire") -> None:
        """The other end is known."""
        self._other = other

    def serve(self, protocol: asyncio.BaseProtocol) -> None:
        """The protocol is told that the connection stands."""
        self._protocol = protocol
        protocol.connection_made(self)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """The protocol is told from now on."""
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Who is told."""
        return self._protocol

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._is_closing

    def is_reading(self) -> bool:
        """Whether arriving bytes are told at once."""
        return not self._is_patient

    def pause_reading(self) -> None:
        """Arriving bytes wait."""
        self._is_patient = True

    def resume_reading(self) -> None:
        """What waited is told."""
        self._is_patient = False
        self._loop.call_soon(self._deliver, context=self._context)

    def can_write_eof(self) -> bool:
        """No half of a connection is closed here."""
        return False

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """The bytes will arrive at the other end."""
        if self._is_closing or not chunk:
            return
        self._under_way += len(chunk)
        other = self._other
        if not self._out.send(bytes(chunk), other._arrive, other._context):
            self._end(ConnectionResetError("the connection was reset"))
        elif self._under_way > FULL and not self._is_full:
            self._is_full = True
            self._protocol.pause_writing()

    def close(self) -> None:
        """What was written arrives, then the end of it."""
        if not self._is_closing:
            self._out.send("closed", self._other._arrive, self._other._context)
            self._end(None)

    def abort(self) -> None:
        """What was written arrives, then the connection is reset."""
        if not self._is_over:
            self._out.send("reset", self._other._arrive, self._other._context)
            self._end(None)

    def _arrive(self) -> None:
        self._read.append(self._other._out.next())
        self._deliver()

    def _deliver(self) -> None:
        while self._read and not self._is_patient:
            parcel = self._read.popleft()
            if isinstance(parcel, bytes):
                self._other._arrived(len(parcel))
            if not self._is_closing:
                self._tell(parcel)

    def _tell(self, parcel: Parcel) -> None:
        protocol = self._protocol
        assert isinstance(protocol, asyncio.Protocol)
        if isinstance(parcel, bytes):
            protocol.data_received(parcel)
        elif parcel == "reset":
            self._end(ConnectionResetError("the connection was reset by the peer"))
        elif not protocol.eof_received():
            self.close()

    def _arrived(self, size: int) -> None:
        self._under_way -= size
        if self._is_full and self._under_way <= FULL // 4:
            self._is_full = False
            if not self._is_closing:
                self._loop.call_soon(self._protocol.resume_writing, context=self._context)

    def _end(self, error: Exception | None) -> None:
        self._is_closing = True
        if not self._is_over:
            self._is_over = True
            self._over(self)
            self._loop.call_soon(self._protocol.connection_lost, error, context=self._context)
