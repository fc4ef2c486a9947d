-- Metadata that comes from an address: when it is fetched next, and what came of it the last time.
CREATE TABLE metadata_refreshes (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    refresh TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    -- When somebody may take it: when it is due, or when the lease of whoever took it ends.
    due_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, connection_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX metadata_refreshes_due ON metadata_refreshes (due_at);

-- What was saved from an address before it was kept fresh is due at once.
INSERT INTO metadata_refreshes (organization_id, connection_id, refresh, due_at)
SELECT
    organization_id,
    id,
    json_object(
        'next_at', json_extract(identity_provider, '$.fetched_at'),
        'fetched_at', json_extract(identity_provider, '$.fetched_at'),
        'valid_until', json_extract(identity_provider, '$.metadata.valid_until'),
        'failure', NULL, 'pending', NULL, 'rejected', NULL
    ),
    updated_at
FROM connections WHERE json_extract(identity_provider, '$.source.kind') = 'url';

-- Who was told that a certificate ends, and how many days before.
CREATE TABLE certificate_warnings (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    sha256_fingerprint TEXT NOT NULL,
    days INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, connection_id, sha256_fingerprint, days),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
