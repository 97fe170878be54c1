"""The network of a run: who listens, who has dialled, and what becomes of their connections.

HTTP clients and servers run unchanged over it on a simulated loop; no socket is ever opened, a
client's is a ticket that stands for its connection until that is made. Bytes that were written
before their writer died still arrive, as a kernel would have it.
"""

import asyncio
import socket
from collections.abc import Callable
from contextvars import copy_context
from itertools import count
from random import Random
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from engine.proof.simulation.loop import Party, SimulatedLoop, present
from engine.proof.simulation.weather import Calm, Fate, Weather
from engine.proof.simulation.wire import Road, Wire

HOST: Final = "127.0.0.1"
_FIRST_FREE_PORT: Final = 20_000
_P = TypeVar("_P", bound=asyncio.BaseProtocol)


class Network:
    """All connections of a run. `weather` may be exchanged at any moment."""

    def __init__(self, loop: SimulatedLoop, random: Random, weather: Weather | None = None) -> None:
        self.weather: Weather = weather or Calm()
        self._random = random
        self._loop = loop
        self._listeners: dict[int, Listener] = {}
        self._dialled: WeakKeyDictionary[socket.socket, tuple[Listener, Fate]]
        self._dialled = WeakKeyDictionary()
        self._free = count(_FIRST_FREE_PORT)
        self._ends: dict[Party, list[Wire]] = {}

    async def dial(self, ticket: socket.socket, port: int) -> None:
        """The ticket stands for a connection; raises `ConnectionRefusedError`, or never ends."""
        fate = self.weather.fate(present().name, port)
        await asyncio.sleep(fate.connect_s)
        if fate.dialling == "silent":
            await self._loop.create_future()
        listener = self._listeners.get(port)
        if listener is None or fate.dialling == "refused":
            raise ConnectionRefusedError(f"nobody listens on port {port}")
        self._dialled[ticket] = (listener, fate)

    def collect(
        self, ticket: socket.socket, make: Callable[[], _P]
    ) -> tuple[asyncio.Transport, _P]:
        """The dialled connection, told to both ends; the ticket itself is closed."""
        listener, fate = self._dialled.pop(ticket)
        ticket.close()
        loop, random = self._loop, self._random
        here, there = (HOST, next(self._free)), (HOST, listener.port)
        up, down = Road(loop, random, fate, fate.up), Road(loop, random, fate, fate.down)
        near = Wire(loop, up, {"sockname": here, "peername": there}, self._forget)
        far = Wire(
            loop,
            down,
            {"sockname": there, "peername": here},
            self._forget,
            listener.party,
            listener.context,
        )
        near.meet(far)
        far.meet(near)
        for end in (near, far):
            self._ends.setdefault(end.party, []).append(end)
        protocol = make()
        near.serve(protocol)
        loop.call_soon(lambda: far.serve(listener.make()), context=listener.context)
        return near, protocol

    def listen(self, port: int, make: Callable[[], asyncio.BaseProtocol]) -> asyncio.Server:
        """What listens on the port from now on. Raises `OSError` when somebody does already."""
        port = port or next(self._free)
        if port in self._listeners:
            raise OSError(f"port {port} is taken")
        listener = self._listeners[port] = Listener(port, make, self._listeners)
        return listener

    def connections(self, party: Party) -> int:
        """How many ends of connections the party has."""
        return len(self._ends.get(party, ()))

    def bury(self, party: Party) -> None:
        """Every connection of a party that died is reset; what it had written arrives first."""
        for end in list(self._ends.get(party, [])):
            end.abort()

    def _forget(self, end: Wire) -> None:
        self._ends[end.party].remove(end)


class Listener(asyncio.Server):
    """What listens on one port; connections that were made before it closed stay."""

    def __init__(
        self,
        port: int,
        make: Callable[[], asyncio.BaseProtocol],
        among: dict[int, "Listener"],
    ) -> None:
        self.port = port
        self.make = make
        self.party = present()
        self.context = copy_context()
        self._among = among

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """One that was never opened and only knows its name."""
        return (_Name((HOST, self.port)),)

    def is_serving(self) -> bool:
        """Whether anybody can connect."""
        return self._among.get(self.port) is self

    def close(self) -> None:
        """Nobody can connect any more."""
        if self.is_serving():
            del self._among[self.port]

    async def wait_closed(self) -> None:
        """It is closed."""


class _Name(socket.socket):
    def __init__(self, name: tuple[str, int]) -> None:
        self._bound = name

    def getsockname(self) -> tuple[str, int]:
        return self._bound
