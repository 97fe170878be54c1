"""A doubt that waits is due later than now, however little is left."""

from typing import Any, cast

import pytest

from engine.clock import SystemClock
from engine.core.lifecycle import CommandState
from engine.lane.doubts import Doubt, OpenDoubts

NOW_S = 2052.168_3


class At(SystemClock):
    """A clock that stands still."""

    def monotonic(self) -> float:
        return NOW_S


class Waiting(OpenDoubts[Any, Doubt]):
    """Doubts of which nothing is known but when they are due."""

    def opened(self, command: Any, before: Doubt | None) -> Doubt:
        raise NotImplementedError

    async def step(self, command: Any, doubt: Doubt) -> None:
        raise NotImplementedError

    def troubled(self, doubt: Doubt) -> float:
        raise NotImplementedError


@pytest.mark.parametrize("seconds", [1e-13, 0.0, 3.0])
def test_doubt_when_less_is_left_than_the_clock_can_tell_then_it_is_not_due_at_once(
    seconds: float,
) -> None:
    doubt = Doubt(attempt=1, version=3, state=CommandState.IN_DOUBT, since=0.0)
    assert NOW_S + 1e-13 == NOW_S
    Waiting(cast(Any, None), At()).wait_for(doubt, seconds)
    assert doubt.due_at > NOW_S
    assert doubt.due_at >= NOW_S + seconds
