"""A seeded event loop: time is virtual, nothing really waits, chance picks who is next.

Among the callbacks that are ready the seed draws the next one (reliability.md §2.4 K15); when none
is, time jumps to the next timer. There are no sockets, no threads, no signals: connections are a
`Net`'s, an executor's work is done in a turn of its own. Each callback belongs to the party in
whose context it was made, so that a party can be held or be dead while the world goes on. The same
seed gives the same order of everything, in any process.
"""

import asyncio
import heapq
import socket
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Executor
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any, Protocol, TypeAlias, TypeVar, TypeVarTuple

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_P = TypeVar("_P", bound=asyncio.BaseProtocol)
_Coroutine: TypeAlias = Generator[asyncio.Future[object] | None, None, _T] | Coroutine[Any, Any, _T]


class Overrun(Exception):
    """The run has taken more steps or more virtual time than it may."""


class Stuck(Exception):
    """Nothing is ready and no timer runs: what is waited for can never come."""


class Party:
    """One who lives on the loop: the world, or an engine during one of its lives.

    While it is held, what falls due for it is kept, in the order in which it fell due.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_held = False
        self.kept: list[asyncio.Handle] = []

    def context(self) -> Context:
        """A context in which everything belongs to this party."""
        context = copy_context()
        context.run(_PARTY.set, self)
        return context


WORLD = Party("world")
"""Everybody who is no engine: both sandboxes, the network, whoever runs the trial."""
_PARTY: ContextVar[Party] = ContextVar("party", default=WORLD)


def present() -> Party:
    """The party on whose behalf the caller runs."""
    return _PARTY.get()


class Net(Protocol):
    """Where the loop's connections come from."""

    async def dial(self, ticket: socket.socket, port: int) -> None:
        """The ticket stands for a connection to the port; raises `OSError`."""
        ...

    def collect(
        self, ticket: socket.socket, make: Callable[[], _P]
    ) -> tuple[asyncio.Transport, _P]:
        """The connection that a ticket stands for."""
        ...

    def listen(self, port: int, make: Callable[[], asyncio.BaseProtocol]) -> asyncio.Server:
        """What listens on the port; 0 takes a free one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far a run may go: virtual seconds, and callbacks."""

    seconds: float = 3600.0
    steps: int = 5_000_000


class SimulatedLoop(asyncio.BaseEventLoop):
    """The loop of one run. `complaints` are what nobody caught; `before_step` sees each number.

    `net` has to be set before anybody connects or listens.
    """

    net: Net

    def __init__(self, random: Random, bounds: Bounds | None = None) -> None:
        super().__init__()
        self.steps = 0
        self.complaints: list[str] = []
        self.before_step: Callable[[int], None] | None = None
        self._chance = random.random
        self._bounds = bounds or Bounds()
        self._now_s = 0.0
        self._number = count(1)
        self._due: list[tuple[Party, asyncio.Handle]] = []
        self._timers: list[tuple[float, int, Party, asyncio.TimerHandle]] = []
        self.set_exception_handler(_complain)

    def time(self) -> float:
        """Virtual seconds since the run began."""
        return self._now_s

    def call_soon(
        self,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """The callback is ready; when it is called, chance decides."""
        where = copy_context() if context is None else context
        ready = asyncio.Handle(callback, args, self, where)
        self._due.append((where.get(_PARTY, WORLD), ready))
        return ready

    call_soon_threadsafe = call_soon

    def call_at(
        self,
        when: float,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """The callback is ready once it is `when`."""
        where = copy_context() if context is None else context
        timer = asyncio.TimerHandle(when, callback, args, self, where)
        entry = (when, next(self._number), where.get(_PARTY, WORLD), timer)
        heapq.heappush(self._timers, entry)
        return timer

    def call_later(
        self,
        delay: float,
        callback: Callable[[*_Ts], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """The callback is ready after so many seconds."""
        return self.call_at(self._now_s + delay, callback, *args, context=context)

    def create_task(
        self,
        coro: _Coroutine[_T],
        *,
        name: object = None,
        context: Context | None = None,
    ) -> asyncio.Task[_T]:
        """A numbered task: sets of tasks have an order that a run can repeat."""
        return _Numbered(next(self._number), coro, loop=self, context=context)

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[*_Ts], _T],
        *args: *_Ts,
    ) -> asyncio.Future[_T]:
        """What the function returns, called in a turn of its own."""
        future: asyncio.Future[_T] = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                future.set_result(func(*args))
            except Exception as error:
                future.set_exception(error)

        self.call_soon(work)
        return future

    async def sock_connect(self, sock: socket.socket, address: object) -> None:
        """The socket, which stays unused, stands for a connection of the net."""
        assert isinstance(address, tuple)
        await self.net.dial(sock, int(address[1]))

    async def create_connection(  # the one form that an HTTP client uses
        self,
        protocol_factory: Callable[[], _P],
        host: str | None = None,
        port: int | None = None,
        *,
        sock: socket.socket | None = None,
        **unused: object,
    ) -> tuple[asyncio.Transport, _P]:
        """The connection that a dialled socket stands for."""
        if sock is None:
            raise NotImplementedError("a connection begins with sock_connect here")
        return self.net.collect(sock, protocol_factory)

    async def create_server(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: object = None,
        port: int | None = None,
        **unused: object,
    ) -> asyncio.Server:
        """What listens on a port of the net."""
        return self.net.listen(port or 0, protocol_factory)

    def hold(self, party: Party) -> None:
        """Nothing of the party runs from now on."""
        party.is_held = True

    def resume(self, party: Party) -> None:
        """The party goes on: all that fell due meanwhile is ready."""
        party.is_held = False
        self._due.extend((party, kept) for kept in party.kept)
        party.kept.clear()

    def _run_once(self) -> None:
        """One callback has had its turn, or time has passed until one is ready."""
        if not self._due:
            self._pass_time()
            return
        place = int(self._chance() * len(self._due))
        self._due[place], self._due[-1] = self._due[-1], self._due[place]
        party, ready = self._due.pop()
        if ready.cancelled():
            return
        if party.is_held:
            party.kept.append(ready)
            return
        self.steps += 1
        if self.steps > self._bounds.steps:
            raise Overrun(f"{self.steps} steps after {self._now_s:.3f} s of virtual time")
        if self.before_step is not None:
            self.before_step(self.steps)
        ready._run()

    def _pass_time(self) -> None:
        while self._timers and self._timers[0][3].cancelled():
            heapq.heappop(self._timers)
        if not self._timers:
            raise Stuck(f"nothing can happen any more after {self._now_s:.3f} s of virtual time")
        self._now_s = max(self._now_s, self._timers[0][0])
        if self._now_s > self._bounds.seconds:
            raise Overrun(f"{self._bounds.seconds:.0f} s of virtual time are over")
        while self._timers and self._timers[0][0] <= self._now_s:
            _, _, party, timer = heapq.heappop(self._timers)
            self._due.append((party, timer))


class _Numbered(asyncio.Task[_T]):
    """A task whose place in a set is its number's, not its address's."""

    def __init__(
        self,
        number: int,
        coro: _Coroutine[_T],
        *,
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        self.number = number
        super().__init__(coro, loop=loop, context=context)

    def __hash__(self) -> int:
        return self.number


def _complain(loop: asyncio.AbstractEventLoop, about: dict[str, object]) -> None:
    assert isinstance(loop, SimulatedLoop)
    error = about.get("exception")
    loop.complaints.append(f"{about.get('message')}: {error!r}")
