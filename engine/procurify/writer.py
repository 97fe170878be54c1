"""How commands are written to Procurify: each once, doubts settled by reading."""

from collections.abc import Mapping, Sequence

from engine.core.canonical import JsonObject
from engine.core.planned import WriteBack, write_back_of
from engine.procurify.write_doubts import WriteDoubts
from engine.procurify.writing import Desk, Writing


class ProcurifyWriter:
    """The writer of one domain's lane; lives as long as the lease of its polls."""

    def __init__(self, desk: Desk) -> None:
        self._writing = Writing(desk=desk)
        self._doubts = WriteDoubts(desk)

    def command(self, row: JsonObject) -> WriteBack:
        """The command of a row's body; raises `Malformed`."""
        return write_back_of(row)

    async def post(self, command: WriteBack, also: Mapping[str, int]) -> int:
        """The command was written once, or provably not; the version of its stream afterwards."""
        return await self._writing.post(command, also)

    async def read_back(self, command: WriteBack) -> int:
        """What was accepted stands read beside what was sent; the version afterwards."""
        return await self._writing.read_back(command, command.version, command.syspro_key)

    async def settle(self, doubts: Sequence[WriteBack]) -> bool:
        """Each doubt that is due is a step further; whether anything was done."""
        return await self._doubts.advance(doubts)

    def wait_s(self) -> float:
        """Seconds until the next doubt is due; a long time when there is none."""
        return self._doubts.wait_s()
