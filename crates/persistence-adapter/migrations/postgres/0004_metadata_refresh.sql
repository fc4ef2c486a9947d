-- Metadata that comes from an address: when it is fetched next, and what came of it the last time.
CREATE TABLE metadata_refreshes (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    refresh text NOT NULL,
    attempt bigint NOT NULL DEFAULT 0,
    -- When somebody may take it: when it is due, or when the lease of whoever took it ends.
    due_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX metadata_refreshes_due ON metadata_refreshes (due_at);

-- What was saved from an address before it was kept fresh is due at once.
INSERT INTO metadata_refreshes (organization_id, connection_id, refresh, due_at)
SELECT
    organization_id,
    id,
    json_build_object(
        'next_at', identity_provider::json -> 'fetched_at',
        'fetched_at', identity_provider::json -> 'fetched_at',
        'valid_until', identity_provider::json -> 'metadata' -> 'valid_until',
        'failure', NULL, 'pending', NULL, 'rejected', NULL
    )::text,
    updated_at
FROM connections WHERE identity_provider::json -> 'source' ->> 'kind' = 'url';

-- Who was told that a certificate ends, and how many days before.
CREATE TABLE certificate_warnings (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    sha256_fingerprint text COLLATE "C" NOT NULL,
    days integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id, sha256_fingerprint, days),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
