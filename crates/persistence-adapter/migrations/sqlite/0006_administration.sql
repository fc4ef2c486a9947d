-- More about API keys, and an audit trail that can be listed.
-- The same number in migrations/postgres changes the same tables.

ALTER TABLE api_keys ADD COLUMN created_by TEXT;
ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;

-- The nil UUID stands for the installation, so that an index finds its events as those of an organization. The event of an organization's
-- deletion outlives it, so that nothing refers to the organization's row.
CREATE TABLE new_audit_events (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    -- By what a list is asked for somebody's events: an id, or the kind of actor.
    actor_key TEXT NOT NULL,
    -- From where.
    address TEXT,
    request_id TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

-- That an organization was made is the installation's event, as its deletion is.
INSERT INTO new_audit_events
SELECT
    iif(organization_id IS NULL OR action = 'organization.created', zeroblob(16), organization_id),
    id, at, actor, coalesce(json_extract(actor, '$.id'), json_extract(actor, '$.kind')), NULL, NULL,
    action, subject, "before", "after"
FROM audit_events;
DROP TABLE audit_events;
ALTER TABLE new_audit_events RENAME TO audit_events;

CREATE INDEX audit_events_actor ON audit_events (organization_id, actor_key, id);
CREATE INDEX audit_events_action ON audit_events (organization_id, action, id);
