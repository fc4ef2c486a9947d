-- Indexes by which the links of a user and the letters that are settled are found. The same number in migrations/postgres makes the same indexes.

CREATE INDEX links_user ON links (organization_id, user_id, expires_at);
CREATE INDEX letters_settled ON letters (settled_at) WHERE settled_at IS NOT NULL;
