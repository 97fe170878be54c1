"""The chronicle of a seed tells what must never be in a log, and is silent over what may be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from engine.core.canonical import JsonValue
from engine.core.events import Event
from engine.proof.simulation.chronicle import Chronicle

ORDER = "command/order-1"
SESSION = "session/ENGINE"


def event(stream: str, kind: str, **body: JsonValue) -> Event:
    """One event of one engine; stream, type and body are read alone."""
    return Event(
        tenant="acme",
        position=1,
        event_id=UUID(int=1),
        stream=stream,
        version=1,
        type=kind,
        schema_version=1,
        body=body,
        actor="service",
        run_id="run-1",
        correlation="",
        causation=None,
        recorded_at=datetime(2026, 11, 2, tzinfo=UTC),
        hash=b"",
    )


def intent(tag: str, stream: str = ORDER) -> Event:
    """A post under the session of that tag."""
    return event(stream, "PostIntended", session_tag=tag)


@pytest.mark.parametrize(
    "death",
    [
        event(SESSION, "SessionRevoked", session_tag="first"),
        event(SESSION, "SessionLost", session_tag="first"),
        event("command/order-2", "DoubtFenced", session_tag="first"),
    ],
    ids=lambda death: death.type,
)
def test_post_when_its_session_had_ended_then_i7_is_broken(death: Event) -> None:
    assert Chronicle([death, intent("first")]).breaches == [
        f"I7: {ORDER} was sent under a session that had ended"
    ]
    assert Chronicle([intent("first"), death]).breaches == []
    assert Chronicle([death, intent("second")]).breaches == []


def test_post_when_it_goes_to_procurify_then_it_needs_no_session() -> None:
    fenced = event("command/write-1", "DoubtFenced", session_tag="")
    assert Chronicle([fenced, intent("", "command/write-2")]).breaches == []


@pytest.mark.parametrize(
    ("kinds", "rests"),
    [
        (["PostIntended"], True),
        (["PostIntended", "PostInDoubt"], True),
        (["PostIntended", "PostInDoubt", "DoubtFenced"], True),
        (["PostIntended", "PostAccepted"], False),
        (["PostIntended", "PostInDoubt", "DoubtFenced", "DoubtResolved"], False),
    ],
)
def test_doubt_when_everything_rests_and_nobody_has_it_then_i11_is_broken(
    kinds: Sequence[str], rests: bool
) -> None:
    chronicle = Chronicle([event(ORDER, kind, session_tag="first") for kind in kinds])
    said = [f"I11: {ORDER} rests undecided after {kinds[-1]}"]
    assert chronicle.undecided() == (said if rests else [])


@pytest.mark.parametrize("last", ["PostIntended", "PostInDoubt", "DoubtFenced", "OverrideRefused"])
def test_post_when_the_one_before_is_undecided_then_i8_is_broken(last: str) -> None:
    assert Chronicle([event(ORDER, last), intent("first")]).breaches == [
        f"I8: {ORDER} was sent while {last} was undecided"
    ]
    between = event(ORDER, "PostDeferred")
    assert Chronicle([event(ORDER, last), between, intent("first")]).breaches == []


def test_event_when_of_an_epoch_that_had_passed_then_i15_is_broken() -> None:
    first, second = (
        event(SESSION, "SessionOpened", operator="ENGINE", epoch=epoch) for epoch in (1, 2)
    )
    assert Chronicle([first, second]).breaches == []
    assert Chronicle([second, first]).breaches == [
        "I15: SessionOpened of epoch 1 came after epoch 2"
    ]


def stretch(from_day: int, watermark_day: int, sort: str = "backfill") -> Event:
    """A poll that read from one day of October, and said that all before another was read."""
    return event(
        "poll/procurify/acme/bills",
        "PollFinished",
        window={"sort": sort, "from": f"2026-10-{from_day:02}T00:00:00.000000Z", "to": None},
        cursor={"watermark": f"2026-10-{watermark_day:02}T00:00:00.000000Z"},
    )


def test_stretch_when_it_leaves_out_a_day_then_i12_is_broken() -> None:
    broken = event("poll/procurify/acme/bills", "PollBroken", cursor={"watermark": "2026-10-09"})
    read = [stretch(1, 3), stretch(3, 7), stretch(5, 9, "regular"), stretch(1, 9, "sweep")]
    assert Chronicle(read).breaches == []
    for sort in ("backfill", "regular"):
        assert Chronicle([*read[:2], broken, stretch(8, 9, sort)]).breaches == [
            "I12: poll/procurify/acme/bills went on at 2026-10-08 00:00:00+00:00, "
            "not at 2026-10-07 00:00:00+00:00"
        ]
