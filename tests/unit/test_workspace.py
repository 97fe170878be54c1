"""The rows at hand: what is asked for, what is dirty, what the needs-index says."""

import tracemalloc

import pytest

from engine.core.projection import Address, Ask, Table
from engine.derived.workspace import DECODED_BYTES, Progress, Workspace
from engine.errors import Malformed

FACT = Address(table=Table.FACTS, key="vendor:1")
DOCUMENT = Address(table=Table.DOCUMENTS, key="bill:a/1")


def document(**needs: str) -> dict[str, object]:
    return {
        "kind": "bill",
        "source_id": "1",
        "number": "7",
        "state": "held",
        "reason": "X",
        "needs": needs,
    }


def test_get_when_a_row_is_not_at_hand_then_it_asks_once() -> None:
    workspace = Workspace()
    with pytest.raises(Ask) as asked:
        workspace.get(Table.FACTS, "vendor:1")
    assert workspace.lacks(asked.value)
    workspace.take(asked.value.rows, {}, {})
    assert not workspace.lacks(asked.value)
    assert workspace.get(Table.FACTS, "vendor:1") is None


def test_apply_when_nothing_changes_then_nothing_is_to_be_written() -> None:
    workspace = Workspace()
    workspace.take([FACT], {FACT: b'{"a":1}'}, {})
    workspace.apply({FACT: {"a": 1}})
    assert workspace.is_clean()
    workspace.apply({FACT: {"a": 2}})
    assert workspace.dirty_rows() == 1
    assert workspace.bundle().bodies == {FACT: b'{"a":2}'}
    workspace.apply({FACT: None})
    assert workspace.bundle().bodies == {FACT: None}
    workspace.written()
    assert workspace.is_clean()


def test_apply_when_a_document_was_never_read_then_its_old_row_is_asked_for() -> None:
    workspace = Workspace()
    with pytest.raises(Ask) as asked:
        workspace.apply({DOCUMENT: document(), FACT: {"a": 1}})
    assert asked.value.rows == {DOCUMENT}
    assert workspace.is_clean()


@pytest.mark.parametrize("field", ["kind", "state", "reason"])
def test_apply_when_a_derived_column_is_lacking_then_malformed_and_nothing_changed(
    field: str,
) -> None:
    workspace = Workspace(is_whole=True)
    body = {name: value for name, value in document().items() if name != field}
    with pytest.raises(Malformed, match=f"has no {field}"):
        workspace.apply({FACT: {"a": 1}, DOCUMENT: body})
    assert workspace.is_clean()


def test_apply_when_a_stage_is_not_a_number_then_malformed() -> None:
    command = Address(table=Table.COMMANDS, key="c")
    body = dict.fromkeys(("document", "company", "type", "state"), "")
    with pytest.raises(Malformed, match="has no stage"):
        Workspace(is_whole=True).apply({command: {**body, "stage": True}})


def test_dependants_when_documents_move_then_the_index_follows_loaded_or_not() -> None:
    workspace = Workspace()
    workspace.take([DOCUMENT], {DOCUMENT: b'{"needs":{"old":"","kept":""}}'}, {"old": {"bill:a/1"}})
    workspace.apply({DOCUMENT: document(kept="", new="")})
    assert workspace.dependants("old") == []
    with pytest.raises(Ask) as asked:
        workspace.dependants("new")
    assert asked.value.needs == {"new"}
    workspace.take([], {}, {"new": {"bill:a/0"}, "kept": {"bill:a/1"}})
    assert workspace.dependants("new") == ["bill:a/0", "bill:a/1"]
    assert workspace.dependants("kept") == ["bill:a/1"]
    assert workspace.bundle().needs == {("old", "bill:a/1"): False, ("new", "bill:a/1"): True}
    workspace.apply({DOCUMENT: None})
    assert workspace.dependants("new") == ["bill:a/0"]


def test_take_when_the_index_moved_before_it_was_loaded_then_what_is_newer_wins() -> None:
    workspace = Workspace()
    workspace.take([DOCUMENT], {DOCUMENT: b'{"needs":{"old":""}}'}, {})
    workspace.apply({DOCUMENT: document()})
    workspace.take([DOCUMENT], {DOCUMENT: b"{}"}, {"old": {"bill:a/1", "bill:a/2"}})
    assert workspace.dependants("old") == ["bill:a/2"]
    assert workspace.get(Table.DOCUMENTS, DOCUMENT.key) == document()


def test_written_when_the_cache_is_full_then_the_oldest_rows_leave_and_never_dirty_ones() -> None:
    workspace = Workspace(cache_bytes=2000)
    for number in range(40):
        key = f"vendor:{number}"
        workspace.take([Address(table=Table.FACTS, key=key)], {}, {key: {"d"}})
        workspace.apply({Address(table=Table.FACTS, key=key): {"n": number}})
    assert workspace.get(Table.FACTS, "vendor:0") == {"n": 0}
    assert workspace.dirty_rows() == 40
    workspace.written()
    assert workspace.get(Table.FACTS, "vendor:0") == {"n": 0}
    assert workspace.get(Table.FACTS, "vendor:39") == {"n": 39}
    with pytest.raises(Ask):
        workspace.get(Table.FACTS, "vendor:1")
    with pytest.raises(Ask):
        workspace.dependants("vendor:39")


def test_get_g17_when_more_rows_are_read_than_are_kept_decoded_then_all_are_right() -> None:
    workspace = Workspace(is_whole=True)
    lines = list(range(1000, 2000))
    for number in range(2000):
        body = {"n": number, "lines": lines}
        workspace.apply({Address(table=Table.FACTS, key=str(number)): body})
    tracemalloc.start()
    try:
        for _ in range(2):
            for number in range(2000):
                found = workspace.get(Table.FACTS, str(number))
                assert found is not None and found["n"] == number
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < 16 * DECODED_BYTES
    assert workspace.get(Table.FACTS, "none") is None
    assert workspace.dependants("none") == ()


def test_progress_when_kept_in_the_checkpoint_then_read_back_equal() -> None:
    progress = Progress(needs=("a", 'b"'), documents=("bill:ä/1",), after="bill:ä/0")
    assert Progress.parse(progress.to_text()) == progress
