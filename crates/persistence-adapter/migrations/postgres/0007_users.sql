-- Where each value of a user came from, who is erased, and indexes by which every list of users is read in the order of ids.
-- The same number in migrations/sqlite changes the same tables.

-- Users of before have none.
ALTER TABLE users ADD COLUMN provenance text;

DROP VIEW people;
CREATE VIEW people AS
SELECT
    u.organization_id, u.id, u.email, u.first_name, u.last_name, u.location, u.active, u.created_by, u.version,
    u.created_at, u.updated_at, u.last_sign_in_at, u.provenance, u.email_normalized, u.first_name_folded,
    u.last_name_folded,
    (
        SELECT coalesce(json_object_agg(a.user_type, a.role), '{}')::text FROM assignments AS a
        WHERE a.organization_id = u.organization_id AND a.user_id = u.id
    ) AS assignments,
    (
        SELECT coalesce(
            json_agg(json_build_object('connection_id', i.connection_id, 'name_id', i.name_id) ORDER BY i.connection_id), '[]'
        )::text
        FROM identities AS i WHERE i.organization_id = u.organization_id AND i.user_id = u.id
    ) AS identities
FROM users AS u;

DROP INDEX users_first_name;
DROP INDEX users_last_name;
DROP INDEX users_location;
CREATE INDEX users_first_name ON users (organization_id, first_name_folded, id);
CREATE INDEX users_last_name ON users (organization_id, last_name_folded, id);
CREATE INDEX users_location ON users (organization_id, location, id);
CREATE INDEX users_active ON users (organization_id, active, id);
CREATE INDEX users_created_by ON users (organization_id, created_by, id);
DROP INDEX assignments_role;
CREATE INDEX assignments_role ON assignments (organization_id, user_type, role, user_id);
CREATE INDEX assignments_type ON assignments (organization_id, user_type, user_id);
CREATE INDEX identities_connection ON identities (organization_id, connection_id, user_id);
DROP INDEX sessions_user;
CREATE INDEX sessions_user ON sessions (organization_id, user_id, id);

-- Whom a letter is to, where it is a user. Of a letter of before, the user who has its recipient's address.
ALTER TABLE letters ADD COLUMN user_id uuid;
UPDATE letters AS l SET user_id = u.id FROM users AS u
WHERE u.organization_id = l.organization_id AND u.email_normalized = lower(l.recipient);
CREATE INDEX letters_user ON letters (organization_id, user_id);

CREATE INDEX audit_events_subject ON audit_events (organization_id, subject, id);

-- Erased users of whom the history and the trail still hold something. Whoever reads those leaves it out; batch by batch it goes.
CREATE TABLE erasures (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    -- Up to which sign-in, and which audit event, the batches have come.
    sign_in_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    audit_event_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    PRIMARY KEY (organization_id, user_id)
);
