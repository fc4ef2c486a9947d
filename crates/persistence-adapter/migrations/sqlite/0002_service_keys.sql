-- The service's own key pairs, the private halves sealed. The unique key decides which of several processes makes the first one.
CREATE TABLE service_keys (
    id BLOB NOT NULL PRIMARY KEY,
    usage TEXT NOT NULL,
    state TEXT NOT NULL,
    certificate TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (usage, state)
) STRICT, WITHOUT ROWID;
