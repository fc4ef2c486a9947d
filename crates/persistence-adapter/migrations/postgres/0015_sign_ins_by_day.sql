-- How many sign-ins ended how on a day is counted from the index alone.
DROP INDEX sign_ins_time;
CREATE INDEX sign_ins_time ON sign_ins (organization_id, at, outcome);
