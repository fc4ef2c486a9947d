-- Hashes are SHA-256. Documents are JSON in text, because json and jsonb refuse or lose U+0000, which an assertion may hold.
-- A hash stands in a key where the text itself may be longer than an index holds (2,704 bytes).
-- The same number in migrations/sqlite makes the same tables.

CREATE TABLE organizations (
    id uuid NOT NULL PRIMARY KEY,
    slug text COLLATE "C" NOT NULL CONSTRAINT organizations_slug UNIQUE,
    name text NOT NULL,
    jit_provisioning_enabled boolean NOT NULL,
    application_url text,
    allowed_return_origins text NOT NULL,
    locale text NOT NULL,
    catalog text NOT NULL,
    version bigint NOT NULL,
    catalog_version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE connections (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL UNIQUE,
    key text COLLATE "C" NOT NULL,
    display_name text NOT NULL,
    enabled boolean NOT NULL,
    sp_initiated boolean NOT NULL,
    allow_idp_initiated boolean NOT NULL,
    technical_contact text,
    identity_provider text,
    entity_id_hash bytea,
    settings text NOT NULL,
    version bigint NOT NULL,
    identity_provider_version bigint NOT NULL,
    settings_version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT connections_key UNIQUE (organization_id, key),
    CONSTRAINT connections_entity_id UNIQUE (organization_id, entity_id_hash)
);

CREATE TABLE users (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    email text NOT NULL,
    email_normalized text COLLATE "C" NOT NULL,
    first_name text NOT NULL,
    first_name_folded text COLLATE "C" NOT NULL,
    last_name text NOT NULL,
    last_name_folded text COLLATE "C" NOT NULL,
    location text COLLATE "C",
    active boolean NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    last_sign_in_at timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT users_email UNIQUE (organization_id, email_normalized)
);
CREATE INDEX users_first_name ON users (organization_id, first_name_folded);
CREATE INDEX users_last_name ON users (organization_id, last_name_folded);
CREATE INDEX users_location ON users (organization_id, location);

CREATE TABLE assignments (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    user_type text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, user_id, user_type),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX assignments_role ON assignments (organization_id, user_type, role);

CREATE TABLE identities (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    name_id_hash bytea NOT NULL,
    -- Without letter case and surrounding space, to find near misses by.
    name_id_folded_hash bytea NOT NULL,
    name_id text COLLATE "C" NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT identities_name_id PRIMARY KEY (organization_id, connection_id, name_id_hash),
    CONSTRAINT identities_user UNIQUE (organization_id, user_id, connection_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX identities_folded ON identities (organization_id, connection_id, name_id_folded_hash);

-- A user as the domain knows one.
CREATE VIEW people AS
SELECT
    u.organization_id, u.id, u.email, u.first_name, u.last_name, u.location, u.active, u.created_by, u.version,
    u.created_at, u.updated_at, u.last_sign_in_at, u.email_normalized, u.first_name_folded, u.last_name_folded,
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

CREATE TABLE login_requests (
    organization_id uuid NOT NULL,
    id bytea NOT NULL,
    connection_id uuid NOT NULL,
    browser bytea NOT NULL,
    return_to text,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX login_requests_expiry ON login_requests (expires_at);

CREATE TABLE used_assertions (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    assertion_hash bytea NOT NULL,
    forget_after timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id, assertion_hash),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX used_assertions_expiry ON used_assertions (forget_after);

CREATE TABLE links (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    name_id text COLLATE "C" NOT NULL,
    name_id_hash bytea NOT NULL,
    name_id_folded_hash bytea NOT NULL,
    email text COLLATE "C" NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX links_expiry ON links (expires_at);

CREATE TABLE sessions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    session_index bytea,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (organization_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Users and connections may go; what they did stays.
CREATE TABLE sign_ins (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    connection_id uuid,
    connection_key text,
    outcome text NOT NULL,
    code text,
    user_id uuid,
    settings_version bigint,
    matched_by text NOT NULL,
    welcome_email text NOT NULL,
    -- Nobody vouches for the response.
    untrusted boolean NOT NULL,
    report text NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX sign_ins_user ON sign_ins (organization_id, user_id, id);
CREATE INDEX sign_ins_time ON sign_ins (organization_id, at);
CREATE INDEX sign_ins_untrusted ON sign_ins (organization_id, at) WHERE untrusted;

CREATE TABLE letters (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    id uuid NOT NULL UNIQUE,
    recipient text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL,
    attempt bigint NOT NULL DEFAULT 0,
    -- Whether somebody took it and has not said yet what became of it.
    claimed boolean NOT NULL DEFAULT FALSE,
    due_at timestamptz NOT NULL,
    settled_at timestamptz,
    -- Why it did not arrive, if it did not.
    failure text,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX letters_due ON letters (due_at) WHERE settled_at IS NULL;

CREATE TABLE api_keys (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
    name text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);
CREATE INDEX api_keys_organization ON api_keys (organization_id);

-- The event of an organization's deletion outlives it, so that nothing refers to the organization's row.
CREATE TABLE audit_events (
    id uuid NOT NULL PRIMARY KEY,
    organization_id uuid,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    "before" text,
    "after" text
);
CREATE INDEX audit_events_organization ON audit_events (organization_id, id);
