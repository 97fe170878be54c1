"""Rows of `events` as asyncpg gives them, turned into entries and events. Pure."""

from typing import cast
from uuid import UUID

from engine.core.events import Event
from engine.db import Row, instant, integer, octets, text
from engine.log.entry import Entry, body_of
from engine.log.upcast import Upcaster


def event_of_row(row: Row, upcaster: Upcaster) -> Event:
    """The event of a row of `events`; its uuid is the standard library's, not the driver's."""
    position = integer(row, "position")
    type_name = text(row, "type")
    schema_version, body = body_of(
        _maybe_octets(row, "body"), type_name, integer(row, "schema_version"), position, upcaster
    )
    return Event(
        tenant=text(row, "tenant"),
        position=position,
        event_id=_uuid(row),
        stream=text(row, "stream"),
        version=integer(row, "version"),
        type=type_name,
        schema_version=schema_version,
        body=body,
        actor=text(row, "actor"),
        run_id=text(row, "run_id"),
        correlation=text(row, "correlation"),
        causation=_maybe_integer(row, "causation"),
        recorded_at=instant(row, "recorded_at"),
        hash=octets(row, "hash"),
    )


def entry_of_row(row: Row) -> Entry:
    """The entry of a row of `events` with every column."""
    return Entry(
        tenant=text(row, "tenant"),
        position=integer(row, "position"),
        event_id=_uuid(row),
        stream=text(row, "stream"),
        version=integer(row, "version"),
        type=text(row, "type"),
        schema_version=integer(row, "schema_version"),
        body=_maybe_octets(row, "body"),
        salt=_maybe_octets(row, "salt"),
        body_digest=octets(row, "body_digest"),
        actor=text(row, "actor"),
        run_id=text(row, "run_id"),
        correlation=text(row, "correlation"),
        causation=_maybe_integer(row, "causation"),
        recorded_at=instant(row, "recorded_at"),
        hash=octets(row, "hash"),
    )


def _uuid(row: Row) -> UUID:
    return UUID(bytes=cast("UUID", row["event_id"]).bytes)


def _maybe_octets(row: Row, column: str) -> bytes | None:
    return cast("bytes | None", row[column])


def _maybe_integer(row: Row, column: str) -> int | None:
    return cast("int | None", row[column])
