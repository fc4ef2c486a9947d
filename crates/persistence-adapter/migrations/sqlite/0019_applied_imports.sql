-- A dry run can be applied, for as long as its table is kept.
ALTER TABLE imports ADD COLUMN refused_on_arrival INTEGER NOT NULL DEFAULT 0;
-- Of those rows that became something else than the dry run had said.
ALTER TABLE imports ADD COLUMN unforeseen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN applicable_until INTEGER;
ALTER TABLE imports ADD COLUMN applied_at INTEGER;
-- No more, once somebody is erased who may be in the table.
ALTER TABLE imports ADD COLUMN may_be_kept INTEGER NOT NULL DEFAULT 1;
CREATE INDEX imports_applicable ON imports (applicable_until) WHERE applicable_until IS NOT NULL;

-- What the dry run had said, where that was something else.
ALTER TABLE import_results ADD COLUMN foreseen TEXT;
-- Said by a dry run. Once that is applied, it is true no more, until the row is worked off again.
ALTER TABLE import_results ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;
CREATE INDEX import_results_outcome ON import_results (organization_id, import_id, outcome, line);
CREATE INDEX import_results_unforeseen ON import_results (organization_id, import_id, line) WHERE foreseen IS NOT NULL;
