-- More about API keys, and an audit trail that can be listed.
-- The same number in migrations/sqlite changes the same tables.

ALTER TABLE api_keys ADD COLUMN created_by text;
ALTER TABLE api_keys ADD COLUMN expires_at timestamptz;
ALTER TABLE api_keys ADD COLUMN last_used_at timestamptz;

-- From where somebody did something, and by what a list is asked for their events: an id, or the kind of actor.
ALTER TABLE audit_events ADD COLUMN actor_key text COLLATE "C";
ALTER TABLE audit_events ADD COLUMN address text;
ALTER TABLE audit_events ADD COLUMN request_id text;
UPDATE audit_events SET actor_key = coalesce(actor::json ->> 'id', actor::json ->> 'kind');
ALTER TABLE audit_events ALTER COLUMN actor_key SET NOT NULL;
ALTER TABLE audit_events ALTER COLUMN action TYPE text COLLATE "C";
ALTER TABLE audit_events ALTER COLUMN subject TYPE text COLLATE "C";

-- The nil UUID stands for the installation, so that an index finds its events as those of an organization. That an organization was made is
-- the installation's event, as its deletion is.
UPDATE audit_events SET organization_id = '00000000-0000-0000-0000-000000000000'
WHERE organization_id IS NULL OR action = 'organization.created';
ALTER TABLE audit_events ALTER COLUMN organization_id SET NOT NULL;

CREATE INDEX audit_events_actor ON audit_events (organization_id, actor_key, id);
CREATE INDEX audit_events_action ON audit_events (organization_id, action, id);
