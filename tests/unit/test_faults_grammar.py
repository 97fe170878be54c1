"""The grammar of fault plans: what is read, and the sentence for everything else."""

import gzip
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sandbox.faults.bomb import gzip_bomb
from engine.sandbox.faults.deeds import Drop, Hold, Page, Reset, Restore, Skew, Truncate
from engine.sandbox.faults.grammar import BOUNDARIES, PHASES, Span, read_faults
from engine.sandbox.json_fields import BadInput, read_json

POST = {"boundary": "syspro.post"}


def read(**entry: object) -> object:
    (fault,) = read_faults([{"at": POST, **entry}])
    return fault.deed


def test_plan_when_it_is_the_grammar_s_example_then_read() -> None:
    text = (
        b'[{"at": {"boundary": "syspro.post", "n": 3, "phase": "after_commit_before_reply"},'
        b' "do": "rst", "for": 1}]'
    )
    (fault,) = read_faults(read_json(text))
    assert (fault.place.boundary, fault.place.n) == ("syspro.post", 3)
    assert fault.place.phase == "after_commit_before_reply"
    assert fault.deed == Reset()
    assert fault.span == Span(crossings=1)


@pytest.mark.parametrize(
    ("entry", "deed"),
    [
        ({"do": "drop"}, Drop(seconds=0.0)),
        ({"do": "truncate", "byte": 3}, Truncate(byte=3, is_reset=True)),
        ({"do": "hold", "seconds": 2}, Hold(seconds=2.0, commits=True, text="")),
        ({"do": "restore"}, Restore(back=1)),
        ({"do": "restore", "to": "start"}, Restore(back=None)),
        ({"do": "skew", "seconds": -5}, Skew(of="syspro", seconds=-5)),
        ({"do": "skew", "seconds": 5, "of": "procurify"}, Skew(of="procurify", seconds=5)),
        ({"do": "status", "code": 503}, Page(status=503)),
    ],
)
def test_deed_when_read_then_with_its_defaults(entry: dict[str, object], deed: object) -> None:
    assert read(**entry) == deed


def test_reset_when_mid_reply_then_after_a_byte_and_before_reply_without() -> None:
    deeds = [
        read_faults([{"at": {**POST, "phase": phase}, "do": "reset"}])[0].deed
        for phase in ("mid_reply", "before_reply")
    ]
    assert deeds == [Reset(after_bytes=1), Reset()]


@pytest.mark.parametrize(
    ("entry", "span"),
    [
        ({"do": "reset"}, Span(crossings=1)),
        ({"do": "reset", "at": {**POST, "n": "every"}}, Span()),
        ({"do": "reset", "for": "ever"}, Span()),
        ({"do": "reset", "for": {"seconds": Decimal("1.5")}}, Span(seconds=1.5)),
        ({"do": "reset", "for": {"crossings": 4}}, Span(crossings=4)),
        ({"do": "close_period"}, Span()),
        ({"do": "close_period", "for": 2}, Span(crossings=2)),
    ],
)
def test_span_when_read_then_as_long_as_it_says(entry: dict[str, object], span: Span) -> None:
    (fault,) = read_faults([{"at": POST, **entry}])
    assert fault.span == span


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"do": "reset"}, "fault 1, at is to be a JSON object"),
        ({"at": {"boundary": "db.commit"}, "do": "reset"}, "boundary is to be one of procurify"),
        ({"at": {**POST, "phase": "after_reply"}, "do": "reset"}, "phase is to be one of"),
        ({"at": {**POST, "n": 0}, "do": "reset"}, "n is to be a whole number from 1 on"),
        ({"at": {**POST, "n": True}, "do": "reset"}, "n is to be a whole number"),
        ({"at": {**POST, "extra": 1}, "do": "reset"}, "fault 1, at: unknown member extra"),
        ({"at": POST}, "fault 1: do is missing"),
        ({"at": POST, "do": "reset", "bytes": 3}, "fault 1: unknown member bytes"),
        ({"at": POST, "do": "reset", "for": 0}, "for is to be a number of crossings"),
        ({"at": POST, "do": "reset", "for": {"seconds": -1}}, "a number of seconds from 0"),
        ({"at": POST, "do": "delay"}, "fault 1: seconds is missing"),
        ({"at": POST, "do": "delay", "seconds": "soon"}, "seconds is to be a number"),
        ({"at": {**POST, "phase": "received"}, "do": "hold"}, "hold is possible at the phase"),
        ({"at": {**POST, "phase": "executing"}, "do": "refuse"}, "refuse is possible at"),
        ({"at": POST, "do": "status", "code": 700}, "code is to be a status"),
        ({"at": POST, "do": "status", "code": 429, "headers": {"a": "b\r\nc"}}, "no line breaks"),
        ({"at": POST, "do": "truncate", "byte": -1}, "byte is to be a whole number from 0"),
        ({"at": POST, "do": "late"}, "kind is missing"),
        ({"at": POST, "do": "late", "kind": "pig"}, "kind is to be one of purchase_order"),
        ({"at": POST, "do": "gzip_bomb", "megabytes": 9999}, "megabytes is to be"),
        ({"at": POST, "do": "skew", "seconds": 10**12}, "no more than ten years"),
    ],
)
def test_entry_when_wrong_then_a_sentence_names_it(entry: object, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_faults([entry])
    assert str(caught.value).startswith("fault 1")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("raw", [b"", b"{", b"[NaN]", b"\xff", b"[" * 100_000])
def test_json_when_broken_then_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadInput, match="this is not JSON"):
        read_json(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(boundary=st.sampled_from(BOUNDARIES), phase=st.sampled_from(list(PHASES)), rest=JSON)
def test_entry_when_it_is_anything_then_read_or_refused_with_a_sentence(
    boundary: str, phase: str, rest: object
) -> None:
    entry = {"at": {"boundary": boundary, "phase": phase, "n": rest}, "do": "reset", "for": rest}
    try:
        faults = read_faults([entry])
    except BadInput as wrong:
        assert "fault 1" in str(wrong)
    else:
        assert [fault.given for fault in faults] == [entry]


def test_bomb_when_unpacked_then_of_its_size_and_whole() -> None:
    assert gzip.decompress(gzip_bomb(3)) == b" " * 3 * 1024**2
