-- Administrators of the portal, and their sessions there. They belong to the installation, and administer organizations.
-- The same number in migrations/sqlite makes the same tables.
CREATE TABLE administrators (
    id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL,
    email_normalized text COLLATE "C" NOT NULL CONSTRAINT administrators_email UNIQUE,
    operator boolean NOT NULL,
    -- A PHC string; none until they have chosen a password.
    password text,
    disabled boolean NOT NULL,
    -- True for the one whom the link of the first start made, and for nobody else.
    first boolean UNIQUE,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    last_signed_in_at timestamptz
);

-- Which organizations somebody who is no operator administers.
CREATE TABLE administrator_grants (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    administrator_id uuid NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    PRIMARY KEY (organization_id, administrator_id)
);
CREATE INDEX administrator_grants_administrator ON administrator_grants (administrator_id);

-- An administrator as the domain knows one.
CREATE VIEW portal_administrators AS
SELECT
    a.id, a.email, a.email_normalized, a.operator, a.password, a.disabled, a.version, a.created_at, a.last_signed_in_at,
    (
        SELECT coalesce(json_agg(g.organization_id), '[]')::text
        FROM administrator_grants AS g WHERE g.administrator_id = a.id
    ) AS organizations
FROM administrators AS a;

CREATE TABLE portal_sessions (
    id uuid NOT NULL PRIMARY KEY,
    administrator_id uuid NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    address text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX portal_sessions_administrator ON portal_sessions (administrator_id, id);
CREATE INDEX portal_sessions_expiry ON portal_sessions (expires_at);

-- Attempts to sign in to the portal, by a hash of the address of mail and the network.
CREATE TABLE portal_attempts (
    key bytea NOT NULL PRIMARY KEY,
    count bigint NOT NULL,
    next_at timestamptz NOT NULL,
    forget_after timestamptz NOT NULL
);
CREATE INDEX portal_attempts_expiry ON portal_attempts (forget_after);
