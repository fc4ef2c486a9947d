-- The connection through which administrators sign in, who is known as whom there, and sign-ins that wait for an answer.
-- The same number in migrations/sqlite makes the same tables.

-- One row, or none. All that belongs to a naming goes with it.
CREATE TABLE administrators_connection (
    id uuid NOT NULL PRIMARY KEY,
    -- Never false, so that a unique key lets one row have it.
    one boolean NOT NULL UNIQUE CHECK (one),
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    named_at timestamptz NOT NULL,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX administrators_connection_connection ON administrators_connection (organization_id, connection_id);

CREATE TABLE administrator_identities (
    administrator_id uuid NOT NULL PRIMARY KEY REFERENCES administrators (id) ON DELETE CASCADE,
    naming_id uuid NOT NULL REFERENCES administrators_connection (id) ON DELETE CASCADE,
    issuer text NOT NULL,
    name_id text NOT NULL,
    -- Of the issuer and the NameID.
    identity_hash bytea NOT NULL UNIQUE,
    linked_at timestamptz NOT NULL
);
CREATE INDEX administrator_identities_naming ON administrator_identities (naming_id);

CREATE TABLE administrator_requests (
    id bytea NOT NULL PRIMARY KEY,
    naming_id uuid NOT NULL REFERENCES administrators_connection (id) ON DELETE CASCADE,
    browser bytea NOT NULL,
    instead_of bytea,
    return_to text,
    expires_at timestamptz NOT NULL
);
CREATE INDEX administrator_requests_naming ON administrator_requests (naming_id);
CREATE INDEX administrator_requests_expiry ON administrator_requests (expires_at);

-- None of a session that began by a password.
ALTER TABLE portal_sessions ADD COLUMN naming_id uuid REFERENCES administrators_connection (id) ON DELETE CASCADE;
CREATE INDEX portal_sessions_naming ON portal_sessions (naming_id);

-- Whether they may sign in so.
ALTER TABLE administrators ADD COLUMN single_sign_on boolean NOT NULL DEFAULT FALSE;

DROP VIEW portal_administrators;
CREATE VIEW portal_administrators AS
SELECT
    a.id, a.email, a.email_normalized, a.operator, a.password, a.disabled, a.version, a.created_at, a.last_signed_in_at,
    a.single_sign_on, i.issuer, i.name_id, i.linked_at,
    (
        SELECT coalesce(json_agg(g.organization_id), '[]')::text
        FROM administrator_grants AS g WHERE g.administrator_id = a.id
    ) AS organizations
FROM administrators AS a LEFT JOIN administrator_identities AS i ON i.administrator_id = a.id;

-- The sessions in the portal that go on, unless they expire: those that began by a password, and those that began through the administrators'
-- connection as long as it lets somebody in and their administrator may sign in so.
CREATE VIEW lasting_portal_sessions AS
SELECT s.* FROM portal_sessions AS s
WHERE s.naming_id IS NULL OR EXISTS (
    SELECT 1 FROM administrators_connection AS n
    JOIN connections AS c ON c.organization_id = n.organization_id AND c.id = n.connection_id
    JOIN administrators AS a ON a.id = s.administrator_id
    WHERE n.id = s.naming_id AND c.enabled AND c.identity_provider IS NOT NULL AND a.single_sign_on
);
