-- Whether who signs out here signs out at the identity provider, too. The same number in migrations/postgres changes the same tables.

ALTER TABLE connections ADD COLUMN single_logout INTEGER NOT NULL DEFAULT FALSE;
