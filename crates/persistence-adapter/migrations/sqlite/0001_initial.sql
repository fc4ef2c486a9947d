-- Identifiers are 16-byte UUIDs, instants are microseconds since 1970, hashes are SHA-256, documents are JSON.
-- A hash stands in a key where the text itself may be longer than an index holds (PostgreSQL: 2,704 bytes).
-- The same number in migrations/postgres makes the same tables.

CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    jit_provisioning_enabled INTEGER NOT NULL,
    application_url TEXT,
    allowed_return_origins TEXT NOT NULL,
    locale TEXT NOT NULL,
    catalog TEXT NOT NULL,
    version INTEGER NOT NULL,
    catalog_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    sp_initiated INTEGER NOT NULL,
    allow_idp_initiated INTEGER NOT NULL,
    technical_contact TEXT,
    identity_provider TEXT,
    entity_id_hash BLOB,
    settings TEXT NOT NULL,
    version INTEGER NOT NULL,
    identity_provider_version INTEGER NOT NULL,
    settings_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, key),
    UNIQUE (organization_id, entity_id_hash)
) STRICT;

CREATE TABLE users (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_normalized TEXT NOT NULL,
    first_name TEXT NOT NULL,
    first_name_folded TEXT NOT NULL,
    last_name TEXT NOT NULL,
    last_name_folded TEXT NOT NULL,
    location TEXT,
    active INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_sign_in_at INTEGER,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, email_normalized)
) STRICT;
CREATE INDEX users_first_name ON users (organization_id, first_name_folded);
CREATE INDEX users_last_name ON users (organization_id, last_name_folded);
CREATE INDEX users_location ON users (organization_id, location);

CREATE TABLE assignments (
    organization_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    user_type TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (organization_id, user_id, user_type),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_role ON assignments (organization_id, user_type, role);

CREATE TABLE identities (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    name_id_hash BLOB NOT NULL,
    -- Without letter case and surrounding space, to find near misses by.
    name_id_folded_hash BLOB NOT NULL,
    name_id TEXT NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (organization_id, connection_id, name_id_hash),
    UNIQUE (organization_id, user_id, connection_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX identities_folded ON identities (organization_id, connection_id, name_id_folded_hash);

-- A user as the domain knows one.
CREATE VIEW people AS
SELECT
    u.organization_id, u.id, u.email, u.first_name, u.last_name, u.location, u.active, u.created_by, u.version,
    u.created_at, u.updated_at, u.last_sign_in_at, u.email_normalized, u.first_name_folded, u.last_name_folded,
    (
        SELECT json_group_object(a.user_type, a.role) FROM assignments AS a
        WHERE a.organization_id = u.organization_id AND a.user_id = u.id
    ) AS assignments,
    (
        SELECT json_group_array(
            json_object('connection_id', lower(hex(i.connection_id)), 'name_id', i.name_id) ORDER BY i.connection_id
        )
        FROM identities AS i WHERE i.organization_id = u.organization_id AND i.user_id = u.id
    ) AS identities
FROM users AS u;

CREATE TABLE login_requests (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    browser BLOB NOT NULL,
    return_to TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX login_requests_expiry ON login_requests (expires_at);

CREATE TABLE used_assertions (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    assertion_hash BLOB NOT NULL,
    forget_after INTEGER NOT NULL,
    PRIMARY KEY (organization_id, connection_id, assertion_hash),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_expiry ON used_assertions (forget_after);

CREATE TABLE links (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    name_id TEXT NOT NULL,
    name_id_hash BLOB NOT NULL,
    name_id_folded_hash BLOB NOT NULL,
    email TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX links_expiry ON links (expires_at);

CREATE TABLE sessions (
    organization_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    session_index BLOB,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (organization_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Users and connections may go; what they did stays.
CREATE TABLE sign_ins (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    connection_id BLOB,
    connection_key TEXT,
    outcome TEXT NOT NULL,
    code TEXT,
    user_id BLOB,
    settings_version INTEGER,
    matched_by TEXT NOT NULL,
    welcome_email TEXT NOT NULL,
    -- Nobody vouches for the response.
    untrusted INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE INDEX sign_ins_user ON sign_ins (organization_id, user_id, id);
CREATE INDEX sign_ins_time ON sign_ins (organization_id, at);
CREATE INDEX sign_ins_untrusted ON sign_ins (organization_id, at) WHERE untrusted;

CREATE TABLE letters (
    organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    recipient TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    -- Whether somebody took it and has not said yet what became of it.
    claimed INTEGER NOT NULL DEFAULT FALSE,
    due_at INTEGER NOT NULL,
    settled_at INTEGER,
    -- Why it did not arrive, if it did not.
    failure TEXT,
    PRIMARY KEY (organization_id, id)
) STRICT;
CREATE INDEX letters_due ON letters (due_at) WHERE settled_at IS NULL;

CREATE TABLE api_keys (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_organization ON api_keys (organization_id);

-- The event of an organization's deletion outlives it, so that nothing refers to the organization's row.
CREATE TABLE audit_events (
    id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
