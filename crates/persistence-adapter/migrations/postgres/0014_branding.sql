-- How an organization looks to its people. `logo` is what is known of the file without reading it.
ALTER TABLE organizations ADD COLUMN accent_color text;
ALTER TABLE organizations ADD COLUMN logo text;

CREATE TABLE logos (
    organization_id uuid NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    content bytea NOT NULL
);

-- An organization need not have a language: then each person's own is taken.
ALTER TABLE organizations ALTER COLUMN locale DROP NOT NULL;
