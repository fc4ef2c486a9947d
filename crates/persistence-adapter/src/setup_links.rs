//! Setup links: the statement that is the same on both databases.

/// The session of a token `$1`, with its link, that has not ended at `$2` and was seen after `$3`.
pub(crate) const SESSION: &str = "\
SELECT s.*, o.slug, l.email AS link_email, l.token_hash AS link_token_hash, l.created_by AS link_created_by, \
    l.created_at AS link_created_at, l.expires_at AS link_expires_at, l.last_used_at AS link_last_used_at \
FROM setup_sessions AS s \
JOIN setup_links AS l ON l.organization_id = s.organization_id AND l.id = s.setup_link_id \
JOIN organizations AS o ON o.id = s.organization_id \
WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.last_seen_at > $3";
