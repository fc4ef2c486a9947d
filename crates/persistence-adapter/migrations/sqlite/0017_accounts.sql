-- A letter to an operator is in no organization's name. Passwords that somebody sets by a mailed link, and links to the single sign-on pages
-- of one organization with the sessions that begin there. The same number in migrations/postgres makes the same tables.
CREATE TABLE letters_of_all (
    organization_id BLOB REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    user_id BLOB,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    -- Whether somebody took it and has not said yet what became of it.
    claimed INTEGER NOT NULL DEFAULT FALSE,
    due_at INTEGER NOT NULL,
    settled_at INTEGER,
    -- Why it did not arrive, if it did not.
    failure TEXT
) STRICT;
INSERT INTO letters_of_all (
    organization_id, id, recipient, user_id, content, created_at, attempt, claimed, due_at, settled_at, failure
)
SELECT organization_id, id, recipient, user_id, content, created_at, attempt, claimed, due_at, settled_at, failure
FROM letters;
DROP TABLE letters;
ALTER TABLE letters_of_all RENAME TO letters;
CREATE INDEX letters_due ON letters (due_at) WHERE settled_at IS NULL;
CREATE INDEX letters_user ON letters (organization_id, user_id);
CREATE INDEX letters_settled ON letters (settled_at) WHERE settled_at IS NOT NULL;

-- Only the hash of a link's token, which the service derives anew for the mail.
CREATE TABLE password_links (
    id BLOB NOT NULL PRIMARY KEY,
    administrator_id BLOB NOT NULL REFERENCES administrators (id) ON DELETE CASCADE,
    -- Whether it invites them; otherwise they have lost their password.
    invitation INTEGER NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX password_links_administrator ON password_links (administrator_id, created_at);
CREATE INDEX password_links_expiry ON password_links (expires_at);

CREATE TABLE setup_links (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX setup_links_expiry ON setup_links (expires_at);

CREATE TABLE setup_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    setup_link_id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    address TEXT,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (organization_id, setup_link_id) REFERENCES setup_links (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX setup_sessions_link ON setup_sessions (organization_id, setup_link_id);
CREATE INDEX setup_sessions_expiry ON setup_sessions (expires_at);
