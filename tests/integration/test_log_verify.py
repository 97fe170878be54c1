"""Tampering as a superuser with the guards off: each is found, at the very position."""

from hashlib import sha256

import pytest
from log_events import AUTHOR, StillClock, change

from engine.clock import SystemClock
from engine.db import Database, octets
from engine.errors import Forbidden
from engine.log.chain import GENESIS, body_digest, event_hash
from engine.log.erase import erase
from engine.log.merkle import Checkpoint, checkpoint
from engine.log.store import PostgresLog
from engine.log.verify import VerifyResult, verify

EVENTS = 12


@pytest.fixture
async def tampered(database: Database) -> Database:
    """A log of twelve events over three streams whose guards are off."""
    log = PostgresLog(database, SystemClock())
    await log.append("acme", [change(index % 3) for index in range(EVENTS)], author=AUTHOR)
    await log.append("other", [change("x")], author=AUTHOR)
    await database.execute("ALTER TABLE events DISABLE TRIGGER USER")
    return database


async def test_verify_when_untouched_then_whole(database: Database) -> None:
    log = PostgresLog(database, SystemClock())
    assert (await verify(database, "acme")).is_whole
    events = await log.append("acme", [change(index) for index in range(7)], author=AUTHOR)

    assert await verify(database, "acme", page=3) == VerifyResult(
        is_whole=True,
        positions=7,
        bad_position=None,
        what="7 events verified",
        checkpoint=checkpoint([event.hash for event in events]),
    )


async def test_guards_x25_when_on_then_even_the_owner_cannot_change_an_event(
    database: Database,
) -> None:
    log = PostgresLog(database, SystemClock())
    await log.append("acme", [change("a")], author=AUTHOR)
    for statement in (
        "UPDATE events SET actor = 'me'",
        "UPDATE events SET body = NULL, salt = NULL",
        "DELETE FROM events",
        "TRUNCATE events",
    ):
        with pytest.raises(Forbidden, match="append-only"):
            await database.execute(statement)
    assert (await verify(database, "acme")).is_whole


@pytest.mark.parametrize(
    "edit",
    [
        "tenant = 'third'",
        "position = 1000",
        "event_id = gen_random_uuid()",
        "stream = stream || 'x'",
        "version = version + 50",
        "type = 'BillVanished'",
        "schema_version = 2",
        'body = \'{"id":"9"}\'',
        "body = ''",
        "salt = sha256(salt)",
        "body_digest = sha256(body_digest)",
        "body = '{}', body_digest = sha256(salt || '{}'::bytea)",
        "body = NULL, salt = NULL",
        "actor = 'me'",
        "run_id = ''",
        "correlation = 'x'",
        "causation = 1",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "recorded_at = 'infinity'",
        "recorded_at = '-infinity'",
        "hash = sha256(hash)",
    ],
)
@pytest.mark.parametrize("position", [2, 7, EVENTS])
async def test_verify_d15_when_a_column_was_edited_then_names_the_position(
    tampered: Database, edit: str, position: int
) -> None:
    await tampered.execute(
        f"UPDATE events SET {edit} WHERE tenant = 'acme' AND position = $1", position
    )
    result = await verify(tampered, "acme", page=5)
    assert (result.is_whole, result.bad_position, result.positions) == (
        False,
        position,
        EVENTS if "NULL" in edit else position - 1,
    )


@pytest.mark.parametrize("position", [1, 6, EVENTS])
async def test_verify_d15_when_an_event_was_deleted_then_names_the_gap(
    tampered: Database, position: int
) -> None:
    await tampered.execute("DELETE FROM events WHERE tenant = 'acme' AND position = $1", position)
    result = await verify(tampered, "acme", page=5)
    assert (result.bad_position, f"position {position} is missing" in result.what) == (
        position,
        True,
    )


async def test_verify_when_deleted_and_closed_up_then_names_where(tampered: Database) -> None:
    await tampered.execute("DELETE FROM events WHERE tenant = 'acme' AND position = 6")
    for position in range(7, EVENTS + 1):
        await tampered.execute(
            "UPDATE events SET position = position - 1 WHERE tenant = 'acme' AND position = $1",
            position,
        )
    await tampered.execute("UPDATE logs SET head_position = head_position - 1")
    assert (await verify(tampered, "acme")).bad_position == 6


async def test_verify_d15_when_an_event_was_inserted_then_names_where(tampered: Database) -> None:
    for position in range(EVENTS, 4, -1):
        await tampered.execute(
            "UPDATE events SET position = position + 1 WHERE tenant = 'acme' AND position = $1",
            position,
        )
    await tampered.execute(COPY_OF_FOUR, 5)
    await tampered.execute("UPDATE logs SET head_position = head_position + 1")
    assert (await verify(tampered, "acme")).bad_position == 5


async def test_verify_when_an_event_was_added_beyond_the_head_then_names_it(
    tampered: Database,
) -> None:
    await tampered.execute(COPY_OF_FOUR, EVENTS + 1)
    result = await verify(tampered, "acme")
    assert (result.bad_position, "beyond the head" in result.what) == (EVENTS + 1, True)


async def test_verify_d15_when_two_events_changed_places_then_names_the_first(
    tampered: Database,
) -> None:
    for old, new in ((4, 900), (9, 4), (900, 9)):
        await tampered.execute(
            "UPDATE events SET position = $2 WHERE tenant = 'acme' AND position = $1", old, new
        )
    assert (await verify(tampered, "acme")).bad_position == 4


@pytest.mark.parametrize("kept", [0, 5, EVENTS - 1])
async def test_verify_d15_when_the_tail_was_cut_then_names_the_first_missing(
    tampered: Database, kept: int
) -> None:
    await tampered.execute("DELETE FROM events WHERE tenant = 'acme' AND position > $1", kept)
    result = await verify(tampered, "acme", page=5)
    assert (result.bad_position, result.positions) == (kept + 1, kept)


@pytest.mark.parametrize(
    ("edit", "position"),
    [
        ("UPDATE logs SET head_position = 5 WHERE tenant = 'acme'", 6),
        ("UPDATE logs SET head_position = 14 WHERE tenant = 'acme'", EVENTS + 1),
        ("UPDATE logs SET head_hash = sha256('x') WHERE tenant = 'acme'", EVENTS),
        ("DELETE FROM logs WHERE tenant = 'acme'", 1),
    ],
)
async def test_verify_when_the_head_was_edited_then_named(
    tampered: Database, edit: str, position: int
) -> None:
    await tampered.execute(edit)
    assert (await verify(tampered, "acme")).bad_position == position


async def test_verify_when_chain_was_forged_from_a_position_on_then_the_head_tells(
    tampered: Database,
) -> None:
    await forge(tampered, first=8)
    assert (await verify(tampered, "acme")).bad_position == EVENTS


async def test_verify_x26_when_head_was_forged_too_then_only_a_kept_checkpoint_tells(
    tampered: Database,
) -> None:
    small = await verify(tampered, "acme")
    log = PostgresLog(tampered, SystemClock())
    await log.append("acme", [change("z")], author=AUTHOR)
    tip = await forge(tampered, first=8)
    await tampered.execute("UPDATE logs SET head_hash = $1 WHERE tenant = 'acme'", tip)

    assert (await verify(tampered, "acme")).is_whole
    result = await verify(tampered, "acme", kept=small.checkpoint)
    assert (result.bad_position, "checkpoint" in result.what) == (EVENTS, True)


async def test_verify_d04_d15_d17_when_tail_and_head_were_cut_then_a_kept_checkpoint_tells(
    tampered: Database,
) -> None:
    kept = (await verify(tampered, "acme")).checkpoint
    assert (await verify(tampered, "acme", kept=kept)).is_whole
    row = await tampered.fetchrow("SELECT hash FROM events WHERE tenant='acme' AND position = 9")
    assert row is not None
    await tampered.execute("DELETE FROM events WHERE tenant = 'acme' AND position > 9")
    await tampered.execute(
        "UPDATE logs SET head_position = 9, head_hash = $1 WHERE tenant = 'acme'",
        octets(row, "hash"),
    )

    assert (await verify(tampered, "acme")).is_whole
    assert (await verify(tampered, "acme", kept=kept)).bad_position == 10


async def test_verify_when_versions_have_a_gap_in_a_well_hashed_log_then_named(
    tampered: Database,
) -> None:
    await tampered.execute("UPDATE events SET version = 9 WHERE tenant='acme' AND position = 12")
    tip = await forge(tampered, first=12)
    await tampered.execute("UPDATE logs SET head_hash = $1 WHERE tenant = 'acme'", tip)
    result = await verify(tampered, "acme")
    assert (result.bad_position, "version 9" in result.what) == (EVENTS, True)


async def erased(database: Database, *positions: int) -> None:
    clock = SystemClock()
    await erase(
        database,
        clock,
        "acme",
        positions,
        author=AUTHOR,
        reason="asked to",
        entropy=lambda count: bytes(count),
    )


async def test_verify_when_bodies_were_erased_lawfully_then_whole(tampered: Database) -> None:
    await erased(tampered, 3, 8)
    result = await verify(tampered, "acme")
    assert (result.is_whole, result.positions) == (True, EVENTS + 1)


@pytest.mark.parametrize(
    ("edit", "position"),
    [
        ("UPDATE events SET body = NULL, salt = NULL WHERE position = 5", 5),
        ("UPDATE events SET body = '{}', salt = 'x' WHERE position = 3", 3),
        ("UPDATE events SET actor = 'me' WHERE position = 7", 7),
        ("UPDATE events SET body = '{\"positions\":[3,5]}' WHERE type = 'Erased'", EVENTS + 1),
        ("UPDATE events SET body = '{\"positions\":7}' WHERE type = 'Erased'", EVENTS + 1),
        ("UPDATE events SET body = '{' WHERE type = 'Erased'", EVENTS + 1),
        ("DELETE FROM events WHERE type = 'Erased'", EVENTS + 1),
        (
            "UPDATE events SET body = NULL, salt = NULL WHERE position = 5; "
            "UPDATE events SET actor = 'me' WHERE position = 7",
            5,
        ),
        ("UPDATE events SET body = NULL, salt = NULL WHERE type = 'Erased'", 3),
    ],
)
async def test_verify_when_tampered_beside_an_erasure_then_names_the_position(
    tampered: Database, edit: str, position: int
) -> None:
    await erased(tampered, 3, 8)
    await tampered.execute(edit)
    assert (await verify(tampered, "acme")).bad_position == position


async def test_verify_when_an_erased_body_is_put_back_then_named(tampered: Database) -> None:
    row = await tampered.fetchrow("SELECT body, salt FROM events WHERE position = 8")
    assert row is not None
    await erased(tampered, 3, 8)
    await tampered.execute(
        "UPDATE events SET body = $1, salt = $2 WHERE tenant = 'acme' AND position = 8",
        row["body"],
        row["salt"],
    )
    result = await verify(tampered, "acme")
    assert (result.bad_position, "was erased" in result.what) == (8, True)


async def test_checkpoint_when_nothing_was_appended_then_of_no_leaves(database: Database) -> None:
    result = await verify(database, "acme", kept=Checkpoint(size=0, root=sha256().digest()))
    assert (result.is_whole, result.checkpoint.size) == (True, 0)


COPY_OF_FOUR = """
INSERT INTO events (tenant, position, event_id, stream, version, type, schema_version, body, salt,
    body_digest, actor, run_id, correlation, causation, recorded_at, hash)
SELECT tenant, $1, gen_random_uuid(), stream, 77, type, schema_version, body, salt, body_digest,
    actor, run_id, correlation, causation, recorded_at, hash
FROM events WHERE tenant = 'acme' AND position = 4
"""


async def forge(database: Database, *, first: int) -> bytes:
    """An actor is changed and every hash from there on computed anew; the new tip."""
    before = await database.fetchrow(
        "SELECT hash FROM events WHERE tenant = 'acme' AND position = $1", first - 1
    )
    previous = octets(before, "hash") if before is not None else GENESIS
    log = PostgresLog(database, StillClock(SystemClock().now()))
    for event in await log.read("acme", first - 1):
        row = await database.fetchrow(
            "SELECT body, salt FROM events WHERE tenant = 'acme' AND position = $1", event.position
        )
        assert row is not None
        previous = event_hash(
            tenant="acme",
            position=event.position,
            event_id=event.event_id,
            stream=event.stream,
            version=event.version,
            type_name=event.type,
            schema_version=event.schema_version,
            actor="forger",
            run_id=event.run_id,
            correlation=event.correlation,
            causation=event.causation,
            recorded_at=event.recorded_at,
            digest=body_digest(octets(row, "salt"), octets(row, "body")),
            previous=previous,
        )
        await database.execute(
            "UPDATE events SET hash = $2, actor = 'forger' WHERE tenant = 'acme' AND position = $1",
            event.position,
            previous,
        )
    return previous
