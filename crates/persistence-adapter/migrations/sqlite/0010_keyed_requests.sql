-- Requests that their senders may send again, by a key, with what they were answered.
-- The same number in migrations/postgres makes the same table.
CREATE TABLE keyed_requests (
    api_key_id BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    key_hash BLOB NOT NULL,
    content_hash BLOB NOT NULL,
    -- Whose the request is until it is answered, and for how long.
    claim_id BLOB NOT NULL,
    leased_until INTEGER NOT NULL,
    answer BLOB,
    -- Whom the answer tells of, if it tells of a user: who is erased takes it along.
    user_id BLOB,
    kept_until INTEGER NOT NULL,
    PRIMARY KEY (api_key_id, key_hash)
) STRICT;
CREATE INDEX keyed_requests_user ON keyed_requests (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX keyed_requests_expiry ON keyed_requests (kept_until);
