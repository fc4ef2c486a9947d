-- Tables of users that are received and worked off. What of a person stands in them goes when the import has ended.
CREATE TABLE imports (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    actor TEXT NOT NULL,
    dry_run INTEGER NOT NULL,
    welcome INTEGER NOT NULL,
    idempotency_hash BLOB,
    digest TEXT,
    state TEXT NOT NULL,
    failure TEXT,
    rows_total INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    -- Up to where the table is worked off.
    cursor_person TEXT NOT NULL,
    cursor_line INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    -- When its lease ends. Once it has ended: until when it is kept.
    due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX imports_known ON imports (organization_id, idempotency_hash);
CREATE UNIQUE INDEX imports_unfinished ON imports (organization_id) WHERE state IN ('receiving', 'running');
CREATE INDEX imports_due ON imports (state, due_at);

-- The rows of a table, by whom they are about.
CREATE TABLE import_rows (
    organization_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    person TEXT NOT NULL,
    line INTEGER NOT NULL,
    -- Of the connection and the NameID that the row binds.
    identity_hash BLOB,
    content TEXT NOT NULL,
    PRIMARY KEY (organization_id, import_id, person, line),
    FOREIGN KEY (organization_id, import_id) REFERENCES imports (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX import_rows_identity ON import_rows (organization_id, import_id, identity_hash, line)
WHERE identity_hash IS NOT NULL;

CREATE TABLE import_results (
    organization_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    line INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    user_id BLOB,
    faults TEXT,
    PRIMARY KEY (organization_id, import_id, line),
    FOREIGN KEY (organization_id, import_id) REFERENCES imports (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
