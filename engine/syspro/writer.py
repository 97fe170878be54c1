"""How a company's commands are written to SYSPRO: posted over one session, doubts settled."""

from collections.abc import Mapping, Sequence

from engine.clock import Clock
from engine.core.canonical import JsonObject
from engine.core.planned import Command, command_of
from engine.syspro.doubts import Doubts
from engine.syspro.posting import Desk, Posting


class SysproWriter:
    """The writer of one operator's lane."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        settings = desk.transport.settings
        self._posting = Posting(desk)
        self._doubts = Doubts(
            desk,
            clock,
            drain_s=settings.drain_s,
            double_read_s=settings.double_read_s,
            limit_s=settings.doubt_limit_s,
            cut_off=settings.cut_off,
            time_zone=settings.time_zone,
        )

    def command(self, row: JsonObject) -> Command:
        """The command of a row's body; raises `Malformed`."""
        return command_of(row)

    async def post(self, command: Command, also: Mapping[str, int]) -> int:
        """The command was posted once, or provably not; the version of its stream afterwards."""
        return await self._posting.post(command, also)

    async def read_back(self, command: Command) -> int:
        """What was accepted stands read beside what was sent; the version afterwards."""
        return await self._posting.read_back(command, command.version, command.syspro_key)

    async def settle(self, doubts: Sequence[Command]) -> bool:
        """Each doubt that is due is a step further; whether anything was done."""
        return await self._doubts.advance(doubts)

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        return self._doubts.wait_s()
