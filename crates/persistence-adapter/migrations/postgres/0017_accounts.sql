-- A letter to an operator is in no organization's name. Passwords that somebody sets by a mailed link, and links to the single sign-on pages
-- of one organization with the sessions that begin there. The same number in migrations/sqlite makes the same tables.
ALTER TABLE letters DROP CONSTRAINT letters_pkey;
ALTER TABLE letters DROP CONSTRAINT letters_id_key;
ALTER TABLE letters ALTER COLUMN organization_id DROP NOT NULL;
ALTER TABLE letters ADD PRIMARY KEY (id);

-- Only the hash of a link's token, which the service derives anew for the mail.
CREATE TABLE password_links (
    id uuid NOT NULL PRIMARY KEY,
    administrator_id uuid NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    -- Whether it invites them; otherwise they have lost their password.
    invitation boolean NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_links_administrator ON password_links (administrator_id, created_at);
CREATE INDEX password_links_expiry ON password_links (expires_at);

CREATE TABLE setup_links (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    email text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX setup_links_expiry ON setup_links (expires_at);

CREATE TABLE setup_sessions (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    setup_link_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    address text,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (organization_id, setup_link_id) REFERENCES setup_links (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX setup_sessions_link ON setup_sessions (organization_id, setup_link_id);
CREATE INDEX setup_sessions_expiry ON setup_sessions (expires_at);
