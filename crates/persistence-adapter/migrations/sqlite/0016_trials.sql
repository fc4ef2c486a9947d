-- Trials of connections: what is tried, and what came, sealed.
-- The same number in migrations/postgres makes the same table.
CREATE TABLE trials (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    browser BLOB NOT NULL,
    draft TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    answered_at INTEGER,
    sealed BLOB,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX trials_connection ON trials (organization_id, connection_id);
CREATE INDEX trials_expiry ON trials (expires_at);
