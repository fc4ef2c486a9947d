-- Trials of connections: what is tried, and what came, sealed.
-- The same number in migrations/sqlite makes the same table.
CREATE TABLE trials (
    organization_id uuid NOT NULL,
    id bytea NOT NULL,
    connection_id uuid NOT NULL,
    browser bytea NOT NULL,
    draft text NOT NULL,
    expires_at timestamptz NOT NULL,
    answered_at timestamptz,
    sealed bytea,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX trials_connection ON trials (organization_id, connection_id);
CREATE INDEX trials_expiry ON trials (expires_at);
