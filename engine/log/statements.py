"""Every statement on `logs` and `events` that the store runs, with the index that carries it."""

from typing import Final

LOCK: Final = "SELECT head_position, head_hash FROM logs WHERE tenant = $1 FOR UPDATE"

CREATE: Final = """
INSERT INTO logs (tenant, head_position, head_hash) VALUES ($1, 0, $2)
ON CONFLICT (tenant) DO NOTHING
"""

HEAD: Final = "SELECT head_position, head_hash FROM logs WHERE tenant = $1"

# events_version, one descent a stream; events_pkey for the last event's instant
VERSIONS: Final = """
SELECT named.stream, tip.version, NULL::timestamptz AS recorded_at
FROM unnest($2::text[]) AS named (stream)
CROSS JOIN LATERAL (
    SELECT version FROM events WHERE tenant = $1 AND stream = named.stream
    ORDER BY version DESC LIMIT 1
) AS tip
UNION ALL
SELECT NULL, 0, recorded_at FROM events WHERE tenant = $1 AND position = $3
"""

EPOCHS: Final = "SELECT role, epoch FROM leases WHERE tenant = $1 AND role = ANY($2) FOR SHARE"

# events_id
KNOWN: Final = """
SELECT tenant, position, event_id, stream, version, type, schema_version, body, salt, body_digest,
    actor, run_id, correlation, causation, recorded_at, hash
FROM events WHERE tenant = $1 AND event_id = ANY($2::uuid[])
"""

APPEND: Final = """
WITH tip AS (UPDATE logs SET head_position = $2, head_hash = $3 WHERE tenant = $1)
INSERT INTO events (tenant, recorded_at, position, event_id, stream, version, type,
    schema_version, body, salt, body_digest, actor, run_id, correlation, causation, hash)
SELECT $1, $4, entry.position, entry.event_id, entry.stream, entry.version, entry.type,
    entry.schema_version, entry.body, entry.salt, entry.body_digest, entry.actor, entry.run_id,
    entry.correlation, entry.causation, entry.hash
FROM unnest($5::bigint[], $6::uuid[], $7::text[], $8::bigint[], $9::text[], $10::integer[],
    $11::bytea[], $12::bytea[], $13::bytea[], $14::text[], $15::text[], $16::text[],
    $17::bigint[], $18::bytea[])
AS entry (position, event_id, stream, version, type, schema_version, body, salt, body_digest,
    actor, run_id, correlation, causation, hash)
"""

# events_pkey; no LIMIT: positions are dense, so the range itself bounds the page, whatever the plan
READ: Final = """
SELECT tenant, position, event_id, stream, version, type, schema_version, body,
    actor, run_id, correlation, causation, recorded_at, hash
FROM events WHERE tenant = $1 AND position > $2 AND position <= $3
ORDER BY position
"""

# events_version; versions are dense as well
READ_STREAM: Final = """
SELECT tenant, position, event_id, stream, version, type, schema_version, body,
    actor, run_id, correlation, causation, recorded_at, hash
FROM events WHERE tenant = $1 AND stream = $2 AND version > $3 AND version <= $4
ORDER BY version
"""

# events_version, one descent a stream
LATEST: Final = """
SELECT tip.tenant, tip.position, tip.event_id, tip.stream, tip.version, tip.type,
    tip.schema_version, tip.body, tip.actor, tip.run_id, tip.correlation, tip.causation,
    tip.recorded_at, tip.hash
FROM unnest($2::text[]) AS named (stream)
CROSS JOIN LATERAL (
    SELECT tenant, position, event_id, stream, version, type, schema_version, body,
        actor, run_id, correlation, causation, recorded_at, hash
    FROM events WHERE tenant = $1 AND stream = named.stream
    ORDER BY version DESC LIMIT 1
) AS tip
"""

# events_version: a range of it for the names and versions, then one descent a stream
LATEST_UNDER: Final = """
SELECT last.tenant, last.position, last.event_id, last.stream, last.version, last.type,
    last.schema_version, last.body, last.actor, last.run_id, last.correlation, last.causation,
    last.recorded_at, last.hash
FROM (
    SELECT stream, max(version) AS version FROM events
    WHERE tenant = $1 AND stream >= $2 AND stream < $3
    GROUP BY stream
) AS tip
CROSS JOIN LATERAL (
    SELECT tenant, position, event_id, stream, version, type, schema_version, body,
        actor, run_id, correlation, causation, recorded_at, hash
    FROM events WHERE tenant = $1 AND stream = tip.stream AND version = tip.version LIMIT 1
) AS last
ORDER BY last.stream
"""
