//! Requests that may be sent again: the statements that are the same on both databases.

/// What is known of the request of a key.
pub(crate) const KNOWN: &str = "\
SELECT content_hash, leased_until, kept_until, answer FROM keyed_requests WHERE api_key_id = $1 AND key_hash = $2";

/// How many there are on a shelf.
pub(crate) const SHELF: &str = "\
SELECT count(*) FROM keyed_requests WHERE api_key_id = $1 AND key_hash BETWEEN $2 AND $3";

/// Keeps the answer of whoever claimed it.
pub(crate) const KEEP: &str = "\
UPDATE keyed_requests SET answer = $4, user_id = $5 \
WHERE api_key_id = $1 AND key_hash = $2 AND claim_id = $3 AND answer IS NULL";

/// As if it had not been sent.
pub(crate) const RELEASE: &str = "\
DELETE FROM keyed_requests WHERE api_key_id = $1 AND key_hash = $2 AND claim_id = $3 AND answer IS NULL";
