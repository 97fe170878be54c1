"""What a replica sees and what is committed when a crossing to the database goes wrong."""

import asyncio
from collections.abc import Sequence
from itertools import product
from uuid import UUID

import pytest
from store_bench import ADD, PUT, Bench, body, once

from engine.core.events import Event, NewEvent
from engine.errors import EngineError, TimedOut, Transient
from engine.log.contract import Author
from engine.log.group import GroupCommit
from engine.log.store import PostgresLog
from engine.log.verify import verify
from engine.proof.simulation.store.faults import (
    Boundary,
    Crossing,
    Draw,
    Fault,
    Kind,
    Phase,
    check,
)

AUTHOR = Author(actor="poller", run_id="run", correlation="test")
BOUNDARIES = tuple(Boundary)
ANSWERED = {Kind.LOST, Kind.TERMINATED, Kind.SLOW}


def can_happen(boundary: Boundary, phase: Phase, kind: Kind) -> bool:
    try:
        check(Fault(kind=kind), Crossing(boundary=boundary, phase=phase))
    except ValueError:
        return False
    return True


CASES = [case for case in product(BOUNDARIES, Phase, Kind) if can_happen(*case)]


def test_faults_when_listed_then_an_answer_is_never_taken_back() -> None:
    for boundary, phase, kind in product(BOUNDARIES, Phase, Kind):
        is_open = phase is Phase.BEFORE and boundary in (Boundary.EXEC, Boundary.COMMIT)
        assert can_happen(boundary, phase, kind) == (kind in ANSWERED or is_open)
    assert len(CASES) == 32


@pytest.mark.parametrize(("boundary", "phase", "kind"), CASES)
def test_transaction_when_a_crossing_goes_wrong_then_done_only_once_commit_was_reached(
    boundary: Boundary, phase: Phase, kind: Kind
) -> None:
    bench = Bench()
    fault = Fault(kind=kind, seconds=7.0)

    async def story() -> None:
        door = bench.door()
        failing = bench.door(once(boundary, phase, fault))
        await door.execute(PUT, "a", b"1")
        failure: EngineError | None = None
        try:
            async with failing.transaction() as connection:
                await connection.execute(ADD, "a", b"2")
        except EngineError as error:
            failure = error
        is_done = kind is Kind.SLOW or (boundary, phase) == (Boundary.COMMIT, Phase.AFTER)
        # a transaction that waits seven seconds for its own program is ended by the server
        is_idle = kind is Kind.SLOW and (boundary, phase) in (
            (Boundary.BEGIN, Phase.AFTER),
            (Boundary.EXEC, Phase.AFTER),
        )
        assert (await body(door)) == (b"12" if is_done and not is_idle else b"1")
        assert (failure is None) == (kind is Kind.SLOW and not is_idle)
        assert failure is None or isinstance(failure, Transient)
        assert isinstance(failure, TimedOut) == (kind is Kind.TIMED_OUT)
        assert await failing.execute(ADD, "a", b"3") == 1

    bench.run(story)


@pytest.mark.parametrize(("phase", "is_done"), [(Phase.BEFORE, False), (Phase.AFTER, True)])
def test_single_statement_when_its_connection_is_lost_then_done_if_it_was_reached(
    phase: Phase, is_done: bool
) -> None:
    bench = Bench()

    async def story() -> None:
        failing = bench.door(once("db.exec", phase, Fault(kind=Kind.LOST)))
        with pytest.raises(Transient, match="ConnectionDoesNotExistError"):
            await failing.execute(PUT, "a", b"1")
        assert (await body(failing)) == (b"1" if is_done else None)

    bench.run(story)


@pytest.mark.parametrize(("phase", "is_done"), [(Phase.BEFORE, False), (Phase.AFTER, True)])
def test_statement_when_slower_than_the_deadline_then_timed_out_done_if_it_was_reached(
    phase: Phase, is_done: bool
) -> None:
    bench = Bench()

    async def story() -> None:
        slow = once("db.exec", phase, Fault(kind=Kind.SLOW, seconds=99.0))
        with pytest.raises(TimedOut):
            await bench.door(slow, command_timeout_s=10.0).execute(PUT, "a", b"1")
        assert bench.loop.time() == pytest.approx(10.0)
        assert (await body(bench.door())) == (b"1" if is_done else None)

    bench.run(story)


@pytest.mark.parametrize(("boundary", "phase", "kind"), CASES)
def test_append_when_any_crossing_goes_wrong_once_then_there_exactly_once(
    boundary: Boundary, phase: Phase, kind: Kind
) -> None:
    bench = Bench()
    appended: list[Sequence[Event]] = []

    async def story() -> None:
        door = bench.door(once(boundary, phase, Fault(kind=kind, seconds=40.0)))
        log = PostgresLog(door, bench.clock, entropy=bytes)
        event = NewEvent(stream="s", type="T", body={"id": 1})
        appended.append(await log.append("acme", [event], author=AUTHOR, expected={"s": 0}))
        assert list(await log.read("acme", 0)) == list(appended[0])
        assert (await verify(door, "acme")).is_whole

    bench.run(story)
    assert [event.position for event in appended[0]] == [1]


ROWS = [
    pytest.param(Kind.TERMINATED, id="d01-terminated"),
    pytest.param(Kind.DEADLOCK, id="d08-deadlock"),
    pytest.param(Kind.SERIALIZATION, id="d09-serialization"),
    pytest.param(Kind.DISK_FULL, id="d06-disk-full"),
]


@pytest.mark.parametrize("kind", ROWS)
def test_append_when_any_of_its_statements_is_refused_then_repeated_as_a_whole_and_there_once(
    kind: Kind,
) -> None:
    number, is_struck = 0, True
    while is_struck:
        number += 1
        bench, seen = Bench(), list[Crossing]()

        def draw(
            crossing: Crossing, seen: list[Crossing] = seen, number: int = number
        ) -> Fault | None:
            if crossing.phase is Phase.BEFORE and crossing.boundary is not Boundary.ACQUIRE:
                seen.append(crossing)
                is_due = len(seen) == number and crossing.boundary is not Boundary.BEGIN
                return Fault(kind=kind) if is_due else None
            return None

        async def story(bench: Bench = bench, draw: Draw = draw) -> None:
            log = PostgresLog(bench.door(draw), bench.clock, entropy=bytes)
            event = NewEvent(stream="s", type="T", body={"id": 1})
            await log.append("acme", [event], author=AUTHOR, expected={"s": 0})
            door = bench.door()
            events = await PostgresLog(door, bench.clock).read("acme", 0)
            assert [(one.position, one.version) for one in events] == [(1, 1)]
            assert (await verify(door, "acme")).is_whole

        bench.run(story)
        is_struck = len(seen) >= number
    assert number > 6


@pytest.mark.parametrize("kind", ROWS)
def test_append_when_refused_again_and_again_then_transient_after_three_tries(kind: Kind) -> None:
    bench = Bench()
    begun: list[Crossing] = []

    def draw(crossing: Crossing) -> Fault | None:
        if crossing.boundary is Boundary.BEGIN and crossing.phase is Phase.AFTER:
            begun.append(crossing)
        is_commit = crossing.boundary is Boundary.COMMIT and crossing.phase is Phase.BEFORE
        return Fault(kind=kind) if is_commit else None

    async def story() -> None:
        log = PostgresLog(bench.door(draw), bench.clock, entropy=bytes)
        with pytest.raises(Transient):
            event = NewEvent(stream="s", type="T", body={})
            await log.append("acme", [event], author=AUTHOR)
        assert (await log.head("acme")).position == 0

    bench.run(story)
    assert len(begun) == 3


def test_append_d20_k16_when_cancelled_at_any_step_then_repeated_and_there_once() -> None:
    event = NewEvent(stream="s", type="T", body={}, event_id=UUID(int=7))
    cancelled, steps = 0, 0
    while steps == cancelled:
        steps += 1
        bench, ended = Bench(), list[bool]()

        async def story(
            bench: Bench = bench, ended: list[bool] = ended, steps: int = steps
        ) -> None:
            door = bench.door(max_size=1)
            log = GroupCommit(PostgresLog(door, bench.clock, entropy=bytes))
            async with asyncio.TaskGroup() as group:
                first = group.create_task(log.append("acme", [event], author=AUTHOR))
                for _ in range(steps):
                    await asyncio.sleep(0)
                first.cancel()
            ended.append(first.cancelled())
            await log.append("acme", [event], author=AUTHOR)
            assert [one.position for one in await log.read("acme", 0)] == [1]
            assert (await verify(door, "acme")).is_whole

        bench.run(story)
        cancelled += ended[0]
    assert cancelled > 10
