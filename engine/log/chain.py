"""The hash chain over a tenant's events, byte for byte, for engine and auditor alike. Pure.

    body_digest = SHA-256( salt ‖ body )
    hash        = SHA-256( 0x00 ‖ fields ‖ body_digest ‖ previous hash )

`previous hash` is that of position − 1; before position 1 it is 32 zero bytes (`GENESIS`).
`salt` is 16 random bytes, `body` the stored bytes of the column `body`. `fields` are, in this
order, each preceded by its length in bytes as a 32-bit big-endian integer:

    position        8 bytes, big-endian, signed (so are the next four)
    version         8 bytes
    schema_version  8 bytes
    causation       8 bytes; 0 where the column is NULL
    recorded_at     8 bytes: whole microseconds since 1970-01-01T00:00:00Z
    event_id        16 bytes, the uuid in network order
    tenant, stream, type, actor, run_id, correlation      UTF-8, no terminator

The digest stands for the body, so an erasure (body and salt gone, body_digest kept) leaves every
hash as it was, and without the salt nobody can guess the body from the digest. In SQL the fields
are `int4send(8) || int8send(position) || …`, the digests `sha256(…)`.
"""

import struct
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

GENESIS: Final = bytes(32)
SALT_BYTES: Final = 16

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBERS: Final = struct.Struct(">IqIqIqIqIqI16s")
_LENGTH: Final = struct.Struct(">I")


def body_digest(salt: bytes, body: bytes) -> bytes:
    """The digest that stands for a body in the chain, before and after an erasure."""
    return sha256(salt + body).digest()


def event_hash(
    *,
    tenant: str,
    position: int,
    event_id: UUID,
    stream: str,
    version: int,
    type_name: str,
    schema_version: int,
    actor: str,
    run_id: str,
    correlation: str,
    causation: int | None,
    recorded_at: datetime,
    digest: bytes,
    previous: bytes,
) -> bytes:
    """The hash of the event with these columns and body digest, after the one hashed `previous`."""
    instant = microseconds(recorded_at)
    numbers = _NUMBERS.pack(
        8,
        position,
        8,
        version,
        8,
        schema_version,
        8,
        causation or 0,
        8,
        instant,
        16,
        event_id.bytes,
    )
    name = stream.encode()
    return sha256(
        b"".join(
            (
                b"\x00",
                numbers,
                _prefixed(tenant),
                _LENGTH.pack(len(name)),
                name,
                _prefixed(type_name),
                _prefixed(actor),
                _prefixed(run_id),
                _prefixed(correlation),
                digest,
                previous,
            )
        )
    ).digest()


def microseconds(instant: datetime) -> int:
    """Whole microseconds from 1970 to an aware instant, without a float in between."""
    passed = instant - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


@lru_cache(maxsize=1024)
def _prefixed(text: str) -> bytes:
    """Texts that come again and again; streams are too many to keep."""
    octets = text.encode()
    return _LENGTH.pack(len(octets)) + octets
