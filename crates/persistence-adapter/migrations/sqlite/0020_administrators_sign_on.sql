-- The connection through which administrators sign in, who is known as whom there, and sign-ins that wait for an answer.
-- The same number in migrations/postgres makes the same tables.

-- One row, or none. All that belongs to a naming goes with it.
CREATE TABLE administrators_connection (
    id BLOB NOT NULL PRIMARY KEY,
    -- Never false, so that a unique key lets one row have it.
    one INTEGER NOT NULL UNIQUE CHECK (one),
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    named_at INTEGER NOT NULL,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX administrators_connection_connection ON administrators_connection (organization_id, connection_id);

CREATE TABLE administrator_identities (
    administrator_id BLOB NOT NULL PRIMARY KEY REFERENCES administrators (id) ON DELETE CASCADE,
    naming_id BLOB NOT NULL REFERENCES administrators_connection (id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    name_id TEXT NOT NULL,
    -- Of the issuer and the NameID.
    identity_hash BLOB NOT NULL UNIQUE,
    linked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX administrator_identities_naming ON administrator_identities (naming_id);

CREATE TABLE administrator_requests (
    id BLOB NOT NULL PRIMARY KEY,
    naming_id BLOB NOT NULL REFERENCES administrators_connection (id) ON DELETE CASCADE,
    browser BLOB NOT NULL,
    instead_of BLOB,
    return_to TEXT,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX administrator_requests_naming ON administrator_requests (naming_id);
CREATE INDEX administrator_requests_expiry ON administrator_requests (expires_at);

-- None of a session that began by a password.
ALTER TABLE portal_sessions ADD COLUMN naming_id BLOB REFERENCES administrators_connection (id) ON DELETE CASCADE;
CREATE INDEX portal_sessions_naming ON portal_sessions (naming_id);

-- Whether they may sign in so.
ALTER TABLE administrators ADD COLUMN single_sign_on INTEGER NOT NULL DEFAULT FALSE;

DROP VIEW portal_administrators;
CREATE VIEW portal_administrators AS
SELECT
    a.id, a.email, a.email_normalized, a.operator, a.password, a.disabled, a.version, a.created_at, a.last_signed_in_at,
    a.single_sign_on, i.issuer, i.name_id, i.linked_at,
    (
        SELECT json_group_array(lower(hex(g.organization_id)))
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
