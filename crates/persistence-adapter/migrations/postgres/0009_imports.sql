-- Tables of users that are received and worked off. What of a person stands in them goes when the import has ended.
CREATE TABLE imports (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    actor text NOT NULL,
    dry_run boolean NOT NULL,
    welcome boolean NOT NULL,
    idempotency_hash bytea,
    digest text,
    state text NOT NULL,
    failure text,
    rows_total bigint NOT NULL,
    created bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    refused bigint NOT NULL,
    -- Up to where the table is worked off.
    cursor_person text COLLATE "C" NOT NULL,
    cursor_line bigint NOT NULL,
    attempt bigint NOT NULL,
    -- When its lease ends. Once it has ended: until when it is kept.
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX imports_known ON imports (organization_id, idempotency_hash);
CREATE UNIQUE INDEX imports_unfinished ON imports (organization_id) WHERE state IN ('receiving', 'running');
CREATE INDEX imports_due ON imports (state, due_at);

-- The rows of a table, by whom they are about.
CREATE TABLE import_rows (
    organization_id uuid NOT NULL,
    import_id uuid NOT NULL,
    person text COLLATE "C" NOT NULL,
    line bigint NOT NULL,
    -- Of the connection and the NameID that the row binds.
    identity_hash bytea,
    content text NOT NULL,
    PRIMARY KEY (organization_id, import_id, person, line),
    FOREIGN KEY (organization_id, import_id) REFERENCES imports (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX import_rows_identity ON import_rows (organization_id, import_id, identity_hash, line)
WHERE identity_hash IS NOT NULL;

CREATE TABLE import_results (
    organization_id uuid NOT NULL,
    import_id uuid NOT NULL,
    line bigint NOT NULL,
    outcome text NOT NULL,
    user_id uuid,
    faults text,
    PRIMARY KEY (organization_id, import_id, line),
    FOREIGN KEY (organization_id, import_id) REFERENCES imports (organization_id, id) ON DELETE CASCADE
);
