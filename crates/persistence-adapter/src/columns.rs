//! The columns that statements name.

/// The columns of a row: of `organization` those without the catalog, which may be large and is seldom needed.
macro_rules! columns {
    (organization) => {
        "id, slug, name, jit_provisioning_enabled, application_url, allowed_return_origins, locale, accent_color, \
         logo, keep_arrivals_days, version, catalog_version, created_at, updated_at"
    };
    (organizations) => {
        concat!(columns!(organization), ", catalog")
    };
    (versions) => {
        "SELECT c.id, o.version AS organization, o.catalog_version AS catalog, c.version AS connection, \
         c.identity_provider_version AS identity_provider, c.settings_version AS settings \
         FROM connections AS c JOIN organizations AS o ON o.id = c.organization_id"
    };
    (connections) => {
        "organization_id, id, key, display_name, enabled, sp_initiated, allow_idp_initiated, force_authn, \
         name_id_format, sign_requests, single_logout, technical_contact, identity_provider, entity_id_hash, settings, \
         version, identity_provider_version, settings_version, created_at, updated_at"
    };
    (users) => {
        "organization_id, id, email, email_normalized, first_name, first_name_folded, last_name, last_name_folded, \
         location, active, created_by, version, created_at, updated_at, last_sign_in_at, provenance"
    };
    (assignments) => {
        "organization_id, user_id, user_type, role"
    };
    (identities) => {
        "organization_id, connection_id, name_id_hash, name_id_folded_hash, name_id, user_id"
    };
    (login_requests) => {
        "organization_id, id, connection_id, browser, return_to, expires_at"
    };
    (links) => {
        "organization_id, id, user_id, connection_id, name_id, name_id_hash, name_id_folded_hash, email, token_hash, \
         expires_at"
    };
    (letters) => {
        "organization_id, id, recipient, user_id, content, created_at, due_at"
    };
    (sessions) => {
        "organization_id, id, user_id, connection_id, session_index, name_id, name_id_hash, token_hash, created_at, \
         expires_at"
    };
    (sign_ins) => {
        "organization_id, id, at, connection_id, connection_key, outcome, code, user_id, settings_version, matched_by, \
         welcome_email, untrusted, report"
    };
    (arrivals) => {
        "organization_id, sign_in_id, user_id, sealed, forget_after"
    };
    (api_keys) => {
        "id, organization_id, name, token_hash, created_at, created_by, expires_at, last_used_at"
    };
    (administrators) => {
        "id, email, email_normalized, operator, password, disabled, first, version, created_at, last_signed_in_at, \
         single_sign_on"
    };
    (password_links) => {
        "id, administrator_id, invitation, token_hash, created_at, expires_at"
    };
    (setup_links) => {
        "organization_id, id, email, token_hash, created_by, created_at, expires_at, last_used_at"
    };
    (setup_sessions) => {
        "id, organization_id, setup_link_id, token_hash, address, created_at, last_seen_at, expires_at"
    };
    (portal_sessions) => {
        "id, administrator_id, token_hash, address, created_at, last_seen_at, expires_at, naming_id"
    };
    (administrator_requests) => {
        "id, naming_id, browser, instead_of, return_to, expires_at"
    };
    (administrator_identities) => {
        "administrator_id, naming_id, issuer, name_id, identity_hash, linked_at"
    };
    (service_keys) => {
        "id, usage, state, certificate, sealed, created_at"
    };
    (imports) => {
        "organization_id, id, actor, dry_run, welcome, idempotency_hash, digest, state, failure, rows_total, created, \
         updated, unchanged, refused, cursor_person, cursor_line, attempt, due_at, created_at, ended_at, \
         refused_on_arrival, unforeseen, applicable_until, applied_at"
    };
    (import_rows) => {
        "organization_id, import_id, person, line, identity_hash, content"
    };
    (import_results) => {
        "organization_id, import_id, line, outcome, user_id, faults, foreseen, tried"
    };
    (audit_events) => {
        "id, organization_id, at, actor, actor_key, address, request_id, action, subject, \"before\", \"after\""
    };
}

/// Operators who can sign in.
macro_rules! able_operators {
    () => {
        "SELECT id FROM administrators WHERE operator AND NOT disabled AND password IS NOT NULL"
    };
}

/// The connection through which administrators sign in.
macro_rules! named_connection {
    () => {
        "SELECT n.id, n.organization_id, n.connection_id, n.named_at, o.slug AS organization, c.key AS connection \
         FROM administrators_connection AS n JOIN organizations AS o ON o.id = n.organization_id \
         JOIN connections AS c ON c.organization_id = n.organization_id AND c.id = n.connection_id"
    };
}

/// The end of the sessions of administrators that began through a connection.
macro_rules! sessions_through {
    ($connection:literal) => {
        concat!(
            "DELETE FROM portal_sessions WHERE naming_id IN ( \
             SELECT id FROM administrators_connection WHERE connection_id = ",
            $connection,
            ")"
        )
    };
}

/// Sign-ins with whether their user is erased, of whom nobody reads any more.
macro_rules! read_sign_ins {
    ($conditions:literal) => {
        read_sign_ins!("", $conditions)
    };
    ($along:expr, $conditions:expr) => {
        concat!(
            "SELECT s.*, EXISTS (SELECT 1 FROM erasures AS e \
             WHERE e.organization_id = s.organization_id AND e.user_id = s.user_id) AS erased \
             FROM sign_ins AS s ",
            $along,
            $conditions
        )
    };
}

/// The condition of imports that have not ended, or are kept still at an instant.
macro_rules! seen_at {
    ($now:literal) => {
        concat!("(state IN ('receiving', 'running') OR due_at > ", $now, ")")
    };
}
