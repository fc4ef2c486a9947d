-- How an organization looks to its people. `logo` is what is known of the file without reading it.
ALTER TABLE organizations ADD COLUMN accent_color TEXT;
ALTER TABLE organizations ADD COLUMN logo TEXT;

CREATE TABLE logos (
    organization_id BLOB NOT NULL PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    content BLOB NOT NULL
) STRICT;

-- An organization need not have a language: then each person's own is taken. SQLite cannot drop NOT NULL from a column.
ALTER TABLE organizations RENAME COLUMN locale TO locale_before;
ALTER TABLE organizations ADD COLUMN locale TEXT;
UPDATE organizations SET locale = locale_before;
ALTER TABLE organizations DROP COLUMN locale_before;
