-- What arrived at a sign-in, sealed, for as long as it is kept.
-- The same number in migrations/sqlite makes the same table.
CREATE TABLE arrivals (
    organization_id uuid NOT NULL,
    sign_in_id uuid NOT NULL,
    -- Whose sign-in it was, if somebody was recognised: who is erased takes it along.
    user_id uuid,
    sealed bytea NOT NULL,
    forget_after timestamptz NOT NULL,
    PRIMARY KEY (organization_id, sign_in_id),
    FOREIGN KEY (organization_id, sign_in_id) REFERENCES sign_ins (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX arrivals_user ON arrivals (organization_id, user_id);
CREATE INDEX arrivals_expiry ON arrivals (forget_after);
