-- How a connection asks its identity provider, and by what an identity provider names a session that it ends.
-- The same number in migrations/sqlite changes the same tables.

ALTER TABLE connections ADD COLUMN force_authn boolean NOT NULL DEFAULT FALSE;
ALTER TABLE connections ADD COLUMN name_id_format text;
ALTER TABLE connections ADD COLUMN sign_requests text NOT NULL DEFAULT 'when_wanted';

-- The NameID as it came, qualifiers and all. Sessions that began before have none.
ALTER TABLE sessions ADD COLUMN name_id text;
ALTER TABLE sessions ADD COLUMN name_id_hash bytea;
CREATE INDEX sessions_name_id ON sessions (organization_id, connection_id, name_id_hash);
