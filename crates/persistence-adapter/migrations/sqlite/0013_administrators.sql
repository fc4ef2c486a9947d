-- Administrators of the portal, and their sessions there. They belong to the installation, and administer organizations.
-- The same number in migrations/postgres makes the same tables.
CREATE TABLE administrators (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_normalized TEXT NOT NULL UNIQUE,
    operator INTEGER NOT NULL,
    -- A PHC string; none until they have chosen a password.
    password TEXT,
    disabled INTEGER NOT NULL,
    -- True for the one whom the link of the first start made, and for nobody else.
    first INTEGER UNIQUE,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_signed_in_at INTEGER
) STRICT, WITHOUT ROWID;

-- Which organizations somebody who is no operator administers.
CREATE TABLE administrator_grants (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    administrator_id BLOB NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, administrator_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX administrator_grants_administrator ON administrator_grants (administrator_id);

-- An administrator as the domain knows one.
CREATE VIEW portal_administrators AS
SELECT
    a.id, a.email, a.email_normalized, a.operator, a.password, a.disabled, a.version, a.created_at, a.last_signed_in_at,
    (
        SELECT json_group_array(lower(hex(g.organization_id)))
        FROM administrator_grants AS g WHERE g.administrator_id = a.id
    ) AS organizations
FROM administrators AS a;

CREATE TABLE portal_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    administrator_id BLOB NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    address TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_sessions_administrator ON portal_sessions (administrator_id, id);
CREATE INDEX portal_sessions_expiry ON portal_sessions (expires_at);

-- Attempts to sign in to the portal, by a hash of the address of mail and the network.
CREATE TABLE portal_attempts (
    key BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    forget_after INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX portal_attempts_expiry ON portal_attempts (forget_after);
