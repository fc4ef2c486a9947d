-- For how many days an organization wants what arrives at its sign-ins to be kept at most; none: for as long as the service keeps it.
-- The same number in migrations/postgres changes the same table.
ALTER TABLE organizations ADD COLUMN keep_arrivals_days INTEGER;
