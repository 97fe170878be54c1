"""What `admit` lets into a log, by laws: dense, chained, whole or not at all."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.events import NewEvent
from engine.errors import Conflict, EngineError, Fenced, Malformed, StaleVersion
from engine.log.admission import Admission, Standing, Wish, admit, prepare
from engine.log.chain import GENESIS, body_digest, event_hash
from engine.log.contract import Author, Fence, Head
from engine.log.entry import Entry, event_of
from engine.log.upcast import Upcaster

AUTHOR = Author(actor="poller", run_id="run-1", correlation="poll-1")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
EMPTY = Standing(
    head=Head(position=0, hash=GENESIS), floor_at=None, versions={}, known={}, epochs={}
)

_numbers = itertools.count()


TEN_YEARS_S = 3650 * 86_400


def zeros(count: int) -> bytes:
    return bytes(count)


def chance(count: int) -> bytes:
    """Never the same twice."""
    return b"".join(sha256(b"%d" % next(_numbers)).digest()[:26] for _ in range(count // 26))


def wish(
    *streams: str,
    expected: dict[str, int] | None = None,
    fence: Fence | None = None,
    first_id: int | None = None,
    causation: int | None = None,
) -> Wish:
    events = [
        NewEvent(
            stream=stream,
            type="T",
            body={"n": index},
            causation=causation,
            event_id=UUID(int=first_id + index) if first_id else None,
        )
        for index, stream in enumerate(streams)
    ]
    return prepare(
        events,
        author=AUTHOR,
        expected=expected,
        fence=fence,
        now=NOW,
        entropy=chance,
    )


def admitted(*wishes: Wish, standing: Standing = EMPTY) -> Admission:
    return admit("acme", wishes, standing, now=NOW)


def check_whole(entries: Sequence[Entry], standing: Standing = EMPTY) -> None:
    previous, versions = standing.head.hash, dict(standing.versions)
    for position, entry in enumerate(entries, start=standing.head.position + 1):
        versions[entry.stream] = versions.get(entry.stream, 0) + 1
        assert (entry.position, entry.version) == (position, versions[entry.stream])
        assert entry.body is not None
        assert entry.salt is not None
        assert entry.body_digest == body_digest(entry.salt, entry.body)
        previous = event_hash(
            tenant="acme",
            position=entry.position,
            event_id=entry.event_id,
            stream=entry.stream,
            version=entry.version,
            type_name=entry.type,
            schema_version=entry.schema_version,
            actor=entry.actor,
            run_id=entry.run_id,
            correlation=entry.correlation,
            causation=entry.causation,
            recorded_at=entry.recorded_at,
            digest=entry.body_digest,
            previous=previous,
        )
        assert entry.hash == previous


STREAMS = st.sampled_from(["a", "b", "c"])
WISHES = st.lists(
    st.tuples(
        st.lists(STREAMS, max_size=4),
        st.dictionaries(STREAMS, st.integers(0, 3), max_size=1),
    ),
    max_size=6,
)


@given(WISHES, st.dictionaries(STREAMS, st.integers(1, 3)), st.integers(0, 50))
def test_admit_when_many_wish_then_dense_chained_and_each_whole_or_not_at_all(
    wished: list[tuple[list[str], dict[str, int]]], versions: dict[str, int], position: int
) -> None:
    standing = replace(EMPTY, versions=versions, head=Head(position=position, hash=GENESIS))
    wishes = [wish(*streams, expected=expected) for streams, expected in wished]

    admission = admitted(*wishes, standing=standing)

    check_whole(admission.entries, standing)
    granted = [answer for answer in admission.answers if not isinstance(answer, EngineError)]
    assert [entry for answer in granted for entry in answer] == list(admission.entries)
    assert admission.head.position == position + len(admission.entries)
    for (streams, _), answer in zip(wished, admission.answers, strict=True):
        if isinstance(answer, EngineError):
            assert isinstance(answer, StaleVersion)
        else:
            assert [entry.stream for entry in answer] == streams


def test_admit_when_an_earlier_wish_moved_the_stream_then_the_later_is_stale() -> None:
    first, second, third = (wish("a", expected={"a": version}) for version in (0, 0, 1))
    answers = admitted(first, second, third).answers
    assert [type(answer).__name__ for answer in answers] == ["list", "StaleVersion", "list"]


def test_admit_when_epochs_differ_then_only_the_current_fence_passes() -> None:
    standing = replace(EMPTY, epochs={"lane:x": 4})
    fences = [Fence(role="lane:x", epoch=epoch) for epoch in (3, 4, 5)]
    fences.append(Fence(role="lane:y", epoch=4))
    answers = admitted(*(wish("a", fence=fence) for fence in fences), standing=standing).answers
    assert [isinstance(answer, Fenced) for answer in answers] == [True, False, True, True]


def test_admit_when_ids_are_known_then_answered_before_any_other_check() -> None:
    [answer] = admitted(wish("a", "b", first_id=7)).answers
    assert not isinstance(answer, EngineError)
    known = {entry.event_id: entry for entry in answer}
    standing = replace(EMPTY, known=known, versions={"a": 9})

    again = wish("a", "b", first_id=7, expected={"a": 0}, fence=Fence(role="x", epoch=1))
    other = wish("b", "a", first_id=7)
    part = wish("b", "a", first_id=8)
    admission = admitted(again, other, part, standing=standing)
    assert admission.answers[0] == list(answer)
    assert [type(answer) for answer in admission.answers[1:]] == [Conflict, Conflict]
    assert admission.entries == []
    assert admission.head == EMPTY.head


def test_admit_when_an_id_comes_twice_in_a_batch_then_one_event() -> None:
    admission = admitted(wish("a", first_id=7), wish("a", first_id=7))
    assert len(admission.entries) == 1
    assert admission.answers[0] == admission.answers[1]


@pytest.mark.parametrize(("causation", "is_good"), [(0, False), (1, True), (10, True), (11, False)])
def test_admit_when_causation_is_not_earlier_then_malformed(causation: int, is_good: bool) -> None:
    standing = replace(EMPTY, head=Head(position=10, hash=GENESIS))
    [answer] = admitted(wish("a", causation=causation), standing=standing).answers
    assert isinstance(answer, Malformed) is not is_good


@pytest.mark.parametrize("seconds", [-TEN_YEARS_S, -3600, 0, 3600, TEN_YEARS_S])
def test_admit_k10_when_the_clock_moved_then_recorded_at_never_goes_back(seconds: int) -> None:
    floor_at = NOW + timedelta(seconds=seconds)
    [entry] = admitted(wish("a"), standing=replace(EMPTY, floor_at=floor_at)).entries
    assert entry.recorded_at == max(NOW, floor_at)


def test_prepare_when_an_id_is_named_twice_then_malformed() -> None:
    event = NewEvent(stream="a", type="T", body={}, event_id=UUID(int=1))
    with pytest.raises(Malformed, match="twice"):
        prepare([event, event], author=AUTHOR, expected=None, fence=None, now=NOW, entropy=zeros)


@pytest.mark.parametrize(
    "author",
    [replace(AUTHOR, actor="\x00"), replace(AUTHOR, run_id="\ud800")],
    ids=["nul", "surrogate"],
)
def test_prepare_when_the_author_cannot_be_stored_then_malformed(author: Author) -> None:
    with pytest.raises(Malformed):
        prepare([], author=author, expected=None, fence=None, now=NOW, entropy=zeros)


def test_prepare_when_no_id_is_given_then_a_uuid7_of_the_instant_and_its_own_chance() -> None:
    first, second = wish("a", "b").events
    assert first.event_id != second.event_id
    assert first.salt != second.salt
    for event in (first, second):
        assert (event.event_id.version, event.event_id.variant) == (7, "specified in RFC 4122")
        assert event.event_id.int >> 80 == int(NOW.timestamp() * 1000)
        assert len(event.salt) == 16


def test_event_of_when_erased_then_no_body_and_the_schema_as_stored() -> None:
    [entry] = admitted(wish("a")).entries
    upcaster = Upcaster(steps={("T", 1): lambda body: {**body, "lifted": True}})
    assert event_of(entry, upcaster).body == {"n": 0, "lifted": True}
    event = event_of(replace(entry, body=None, salt=None), upcaster)
    assert (event.body, event.schema_version, event.hash) == (None, 1, entry.hash)
