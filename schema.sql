-- The only DDL of the engine: PostgreSQL 14 or later, no extension, no enum, `tenant` first in
-- every key. Applied once by `migrate`, in one transaction. What is read by prefix or in sorted
-- order is COLLATE "C": the same order on every server. Primary: logs, events, leases,
-- sessions, vault_keys, vault. All else is derived and can be dropped and rebuilt by replay.

-- Where does a tenant's log end? The row is the lock of every append: dense positions, one tip.
CREATE TABLE logs (
    tenant text PRIMARY KEY CHECK (tenant <> ''),
    head_position bigint NOT NULL DEFAULT 0 CHECK (head_position >= 0),
    head_hash bytea NOT NULL CHECK (octet_length(head_hash) = 32)
);

-- What happened, in which order, who says so? Appended to, never changed (guards below).
CREATE TABLE events (
    tenant text NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    event_id uuid NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    type text NOT NULL,
    schema_version integer NOT NULL CHECK (schema_version > 0),
    body bytea,
    salt bytea,
    body_digest bytea NOT NULL CHECK (octet_length(body_digest) = 32),
    actor text NOT NULL,
    run_id text NOT NULL,
    correlation text NOT NULL,
    causation bigint CHECK (causation < position),
    recorded_at timestamptz NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (tenant, position),
    CONSTRAINT events_version UNIQUE (tenant, stream, version),
    CONSTRAINT events_id UNIQUE (tenant, event_id),
    CONSTRAINT events_erasure CHECK ((body IS NULL) = (salt IS NULL))
);
-- A tenant too new for the statistics would look empty and any index as good as another; without
-- statistics on the column every tenant is planned alike, by the most selective index.
ALTER TABLE events ALTER COLUMN tenant SET STATISTICS 0;
-- Which events of a type came after a position? (polls, look-ups of an auditor)
CREATE INDEX events_type ON events (tenant, type, position);

-- Who may act in a role, under which epoch?
CREATE TABLE leases (
    tenant text NOT NULL,
    role text NOT NULL,
    epoch bigint NOT NULL CHECK (epoch > 0),
    holder text NOT NULL,
    expires_at timestamptz NOT NULL,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, role)
);

-- Which e.net sessions were opened, and which are confirmed dead? Kept before a token is used.
CREATE TABLE sessions (
    tenant text NOT NULL,
    company text NOT NULL,
    operator text NOT NULL,
    session_id uuid NOT NULL,
    epoch bigint NOT NULL,
    sealed_token bytea NOT NULL,
    opened_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant, session_id)
);
-- Which sessions of an operator are still to be revoked?
CREATE INDEX sessions_live ON sessions (tenant, operator) WHERE revoked_at IS NULL;

-- Under which data key is a secret sealed? The key-encryption key lives outside the database.
CREATE TABLE vault_keys (
    tenant text NOT NULL,
    key_id uuid NOT NULL,
    wrapped_key bytea NOT NULL,
    kek_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, key_id)
);

-- What is the secret of this name?
CREATE TABLE vault (
    tenant text NOT NULL,
    name text NOT NULL,
    key_id uuid NOT NULL,
    sealed bytea NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, name),
    FOREIGN KEY (tenant, key_id) REFERENCES vault_keys (tenant, key_id)
);

-- How far has a projection read, and is a fan-out under way?
CREATE TABLE checkpoints (
    tenant text NOT NULL,
    projection text NOT NULL,
    version integer NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    after_key text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, projection)
);

-- What does planning know? vendors, mappings, suppliers, what we wrote.
CREATE TABLE facts (
    tenant text NOT NULL,
    key text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, key)
);

-- Where does each document of Procurify stand?
CREATE TABLE documents (
    tenant text NOT NULL,
    key text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    source_id text NOT NULL,
    number text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, key)
);
-- Which documents are held, which wait? (status, work queue)
CREATE INDEX documents_state ON documents (tenant, state, reason);
-- Which document has this number? (audit)
CREATE INDEX documents_number ON documents (tenant, number);

-- Which documents consulted this fact?
CREATE TABLE needs (
    tenant text NOT NULL,
    need text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, need, document)
);
-- Which facts did this document consult? (replaced when it is planned again)
CREATE INDEX needs_document ON needs (tenant, document);

-- Which commands are there, and which is next on a lane?
CREATE TABLE commands (
    tenant text NOT NULL,
    key text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    company text COLLATE "C" NOT NULL,
    stage integer NOT NULL,
    type text NOT NULL,
    state text NOT NULL,
    planned_position bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, key)
);
-- What is ready for a company, in which order?
CREATE INDEX commands_next ON commands (tenant, company, state, stage, planned_position);

-- Which commands were there ever for a document? (audit)
CREATE INDEX commands_document ON commands (tenant, document);

-- When did each poller last finish?
CREATE TABLE polls (
    tenant text NOT NULL,
    key text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, key)
);

-- Append-only: by grants for the service's role (`migrate --role`), by trigger besides. An erasure
-- announces itself for its own transaction and may do one thing: empty body and salt.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('procurify_syspro.erasure', true) = 'on'
            AND NEW.body IS NULL AND NEW.salt IS NULL
            AND (NEW.tenant, NEW.position, NEW.event_id, NEW.stream, NEW.version, NEW.type,
                 NEW.schema_version, NEW.body_digest, NEW.actor, NEW.run_id, NEW.correlation,
                 NEW.causation, NEW.recorded_at, NEW.hash)
                IS NOT DISTINCT FROM
                (OLD.tenant, OLD.position, OLD.event_id, OLD.stream, OLD.version, OLD.type,
                 OLD.schema_version, OLD.body_digest, OLD.actor, OLD.run_id, OLD.correlation,
                 OLD.causation, OLD.recorded_at, OLD.hash)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'events are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER events_keep BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_keep_all BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
