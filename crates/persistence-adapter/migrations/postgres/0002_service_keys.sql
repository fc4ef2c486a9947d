-- The service's own key pairs, the private halves sealed. The unique key decides which of several processes makes the first one.
CREATE TABLE service_keys (
    id uuid NOT NULL PRIMARY KEY,
    usage text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    certificate text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT service_keys_state UNIQUE (usage, state)
);
