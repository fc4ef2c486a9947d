-- Sign-ins through a connection, those that were refused, and those that were refused for a reason are each read along an index, newest
-- first.
CREATE INDEX sign_ins_connection ON sign_ins (organization_id, connection_id, id);
CREATE INDEX sign_ins_refused ON sign_ins (organization_id, connection_id, id) WHERE outcome = 'refused';
CREATE INDEX sign_ins_code ON sign_ins (organization_id, code, id) WHERE code IS NOT NULL;

-- Letters of an organization that wait, and those that were given up.
CREATE INDEX letters_waiting ON letters (organization_id, created_at) WHERE settled_at IS NULL;
CREATE INDEX letters_given_up ON letters (organization_id, created_at) WHERE settled_at IS NOT NULL AND failure IS NOT NULL;
