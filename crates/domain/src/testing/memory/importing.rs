//! Imports.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use super::outbox::Posted;
use super::{MemoryStore, State, paged, taken_is_conflict, unless_conflict};
use crate::ids::{ImportId, OrganizationId};
use crate::import::{
    Import, ImportCursor, ImportFailure, ImportRow, ImportState, MOST_KEPT, MOST_TABLES, RowCounts,
    RowOutcome, RowResult,
};
use crate::ports::{
    AppliedImport, AuditEvent, BegunImport, ImportSurroundings, Imports, Page, Paged, ResultsFrom,
    ResultsWanted, RowsWanted, SettledPeople, StoreError,
};
use crate::user::{Identity, User};

/// An import with its table and results.
#[derive(Debug, Clone)]
pub(super) struct Importing {
    import: Import,
    /// When its lease ends; once it has ended, until when it is kept.
    due_at: DateTime<Utc>,
    rows: BTreeMap<ImportCursor, ImportRow>,
    results: BTreeMap<u32, RowResult>,
    /// The lines whose result a dry run said.
    tried: BTreeSet<u32>,
    /// Whether the table may be kept, so that a dry run can be applied: nobody has been erased since it began to arrive.
    may_be_kept: bool,
}

impl Importing {
    fn is_seen(&self, now: DateTime<Utc>) -> bool {
        !self.import.state.has_ended() || self.due_at > now
    }

    /// It is seen by nobody any more.
    fn forget(&mut self, now: DateTime<Utc>) {
        self.due_at = now;
        self.import.idempotency = None;
        self.import.applicable_until = None;
    }

    fn fail_if_interrupted(&mut self, now: DateTime<Utc>, kept_until: DateTime<Utc>) {
        if self.import.state == ImportState::Receiving && self.due_at <= now {
            self.import.state = ImportState::Failed;
            self.import.failure = Some(ImportFailure::UploadInterrupted);
            self.import.idempotency = None;
            self.import.ended_at = Some(now);
            self.due_at = kept_until;
        }
    }
}

impl State {
    /// The tables of an organization are kept no longer than they are worked off: somebody who may be in them is erased.
    pub(super) fn keep_no_table_of(&mut self, organization: OrganizationId) {
        for importing in self.imports_of(organization) {
            importing.may_be_kept = false;
            importing.import.applicable_until = None;
        }
    }

    /// The imports of an organization, oldest first.
    fn imports_of(
        &mut self,
        organization: OrganizationId,
    ) -> impl DoubleEndedIterator<Item = &mut Importing> {
        self.imports.values_mut().filter(move |row| row.import.organization_id == organization)
    }

    /// Makes room for one that begins now.
    fn make_room_for_import(&mut self, organization: OrganizationId, now: DateTime<Utc>) {
        let kept = |row: &&mut Importing| row.import.state.has_ended() && row.due_at > now;
        let newest_first = self.imports_of(organization).rev();
        for oldest in newest_first.filter(kept).skip(MOST_KEPT as usize - 1) {
            oldest.forget(now);
        }
        let applicable =
            self.imports_of(organization).rev().filter(|row| row.import.applicable_until.is_some());
        for oldest in applicable.skip(MOST_TABLES as usize - 1) {
            oldest.import.applicable_until = None;
        }
    }

    pub(super) fn remove_imports_of(&mut self, organization: OrganizationId) {
        self.imports.retain(|_, importing| importing.import.organization_id != organization);
    }

    fn importing(&mut self, import: &Import, state: ImportState) -> Result<&mut Importing, StoreError> {
        let found = self.imports.get_mut(&import.id).filter(|found| {
            let found = &found.import;
            found.organization_id == import.organization_id
                && found.state == state
                && found.attempt == import.attempt
        });
        found.ok_or(StoreError::Conflict)
    }

    /// Writes a user as an import does: what they have stays.
    fn update_imported(&mut self, user: &User) -> Result<(), StoreError> {
        let before = self.users_of(user.organization_id).find(|row| row.id == user.id);
        let before = before.filter(|row| row.version.next() == user.version).ok_or(StoreError::Conflict)?;
        let user = User { created_by: before.created_by, created_at: before.created_at, ..user.clone() };
        self.put_user(user)
    }
}

impl Importing {
    /// What is said of rows, but for what a dry run had said that is applied since.
    fn told(&self) -> impl Iterator<Item = &RowResult> {
        let is_true = |line: &u32| self.import.options.dry_run || !self.tried.contains(line);
        self.results.iter().filter(move |(line, _)| is_true(line)).map(|(_, result)| result)
    }

    /// What was said of these rows before it was applied.
    fn foreseen(&self, rows: &[ImportRow]) -> Vec<(u32, RowOutcome)> {
        let applied = self.import.applied_at.is_some();
        let said = rows.iter().filter_map(|row| Some((row.line, self.results.get(&row.line)?.outcome)));
        said.filter(|_| applied).collect()
    }
}

fn is_wanted(result: &RowResult, wanted: ResultsWanted) -> bool {
    let is_there = match wanted.from {
        ResultsFrom::After(line) => result.line > line,
        ResultsFrom::Before(line) => result.line < line,
    };
    is_there
        && match wanted.of {
            RowsWanted::All => true,
            RowsWanted::Of(outcome) => result.outcome == outcome,
            RowsWanted::Unforeseen => result.foreseen.is_some(),
        }
}

#[async_trait]
impl Imports for MemoryStore {
    async fn begin_import(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError> {
        self.write(|state| {
            let (now, organization) = (import.created_at, import.organization_id);
            state.organization(organization)?;
            for importing in state.imports_of(organization) {
                importing.fail_if_interrupted(now, now + Duration::days(crate::import::KEPT_DAYS));
            }
            let known = || state.imports.values().filter(|row| row.import.organization_id == organization);
            let by_key = known()
                .find(|row| row.import.idempotency.is_some() && row.import.idempotency == import.idempotency);
            if let Some(known) = by_key {
                return Ok(BegunImport::Known(Box::new(known.import.clone())));
            }
            if let Some(busy) = known().find(|row| !row.import.state.has_ended()) {
                return Ok(BegunImport::Busy(busy.import.id));
            }
            state.make_room_for_import(organization, now);
            let importing = Importing {
                import: import.clone(),
                due_at: lease_end,
                rows: BTreeMap::new(),
                results: BTreeMap::new(),
                tried: BTreeSet::new(),
                may_be_kept: true,
            };
            state.imports.insert(import.id, importing);
            Ok(BegunImport::New)
        })
    }

    async fn receive_rows(
        &self,
        import: &Import,
        rows: &[ImportRow],
        results: &[RowResult],
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let importing = state.importing(import, ImportState::Receiving)?;
            importing.rows.extend(rows.iter().map(|row| (row.place(), row.clone())));
            importing.results.extend(results.iter().map(|result| (result.line, result.clone())));
            importing.import.rows_total += u32::try_from(rows.len() + results.len()).unwrap_or(u32::MAX);
            importing.import.counts = importing.import.counts.plus(&RowCounts::of(results));
            importing.due_at = lease_end;
            Ok(())
        })
    }

    async fn start_import(
        &self,
        import: &Import,
        digest: &str,
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let importing = state.importing(import, ImportState::Receiving)?;
            importing.import.state = ImportState::Running;
            importing.import.digest = Some(digest.to_owned());
            importing.import.refused_on_arrival = importing.import.counts.refused;
            importing.import.attempt = 1;
            importing.due_at = lease_end;
            Ok(())
        })
    }

    async fn abandon_import(&self, import: &Import) -> Result<(), StoreError> {
        self.write(|state| {
            if state.importing(import, ImportState::Receiving).is_ok() {
                state.imports.remove(&import.id);
            }
            Ok(())
        })
    }

    async fn imports(
        &self,
        organization: OrganizationId,
        page: Page,
        now: DateTime<Utc>,
    ) -> Result<Paged<Import>, StoreError> {
        let state = self.read();
        let newest_first = state.imports.values().rev().filter(|row| row.is_seen(now)).map(|row| &row.import);
        let wanted = newest_first.filter(|import| import.organization_id == organization);
        Ok(paged(wanted, page, |id, after| id < after, |import| import.id.0))
    }

    async fn import(
        &self,
        organization: OrganizationId,
        id: ImportId,
        now: DateTime<Utc>,
    ) -> Result<Option<Import>, StoreError> {
        let state = self.read();
        let found = state.imports.get(&id).filter(|row| row.is_seen(now)).map(|row| row.import.clone());
        Ok(found.filter(|import| import.organization_id == organization))
    }

    async fn import_results(
        &self,
        organization: OrganizationId,
        id: ImportId,
        wanted: ResultsWanted,
    ) -> Result<Vec<RowResult>, StoreError> {
        let state = self.read();
        let found = state.imports.get(&id).filter(|row| row.import.organization_id == organization);
        let results = found.into_iter().flat_map(Importing::told);
        let mut results: Vec<_> = results.filter(|result| is_wanted(result, wanted)).cloned().collect();
        let limit = wanted.limit as usize;
        match wanted.from {
            ResultsFrom::After(_) => results.truncate(limit),
            ResultsFrom::Before(_) => drop(results.drain(..results.len().saturating_sub(limit))),
        }
        Ok(results)
    }

    async fn apply_import(
        &self,
        applied: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<AppliedImport, StoreError> {
        self.write(|state| {
            let unfinished =
                state.imports_of(applied.organization_id).find(|row| !row.import.state.has_ended());
            if let Some(unfinished) = unfinished.filter(|row| row.import.id != applied.id) {
                return Ok(AppliedImport::Busy(unfinished.import.id));
            }
            let now = applied.applied_at.unwrap_or_default();
            let before = Import { attempt: applied.attempt - 1, ..applied.clone() };
            let importing = state.importing(&before, ImportState::Done)?;
            unless_conflict(importing.import.is_applicable(now))?;
            importing.import = applied.clone();
            importing.due_at = lease_end;
            Ok(AppliedImport::Running)
        })
    }

    async fn claim_import(&self, now: DateTime<Utc>, lease: Duration) -> Result<Option<Import>, StoreError> {
        self.write(|state| {
            let waiting = state.imports.values_mut();
            let waiting = waiting.filter(|row| row.import.state == ImportState::Running && row.due_at <= now);
            let claimed = waiting.min_by_key(|row| (row.due_at, row.import.id));
            Ok(claimed.map(|row| {
                row.import.attempt += 1;
                row.due_at = now + lease;
                row.import.clone()
            }))
        })
    }

    async fn import_rows(&self, import: &Import, limit: u32) -> Result<Vec<ImportRow>, StoreError> {
        let state = self.read();
        let found = state.imports.get(&import.id);
        let rows = found.into_iter().flat_map(|row| &row.rows).filter(|(place, _)| **place > import.cursor);
        Ok(rows.take(limit as usize).map(|(_, row)| row.clone()).collect())
    }

    async fn import_surroundings(
        &self,
        import: &Import,
        rows: &[ImportRow],
        identities: &[Identity],
    ) -> Result<ImportSurroundings, StoreError> {
        let state = self.read();
        let id = import.organization_id;
        let organization = state.organization(id)?.0.clone();
        let named = |user: &&User| rows.iter().any(|row| row.person() == user.profile.email.normalized());
        let holder = |identity: &Identity| Some((identity.clone(), state.user_with(id, identity)?.id));
        let table = || state.imports.get(&import.id).into_iter().flat_map(|found| found.rows.values());
        let rival = |row: &ImportRow| {
            let same = table().filter(|other| other.identity_key() == row.identity_key());
            let other = same.filter(|other| other.person() != row.person()).min_by_key(|other| other.line)?;
            Some((row.line, other.line))
        };
        Ok(ImportSurroundings {
            organization,
            users: state.users_of(id).filter(named).cloned().collect(),
            holders: identities.iter().filter_map(holder).collect(),
            foreseen: state.imports.get(&import.id).map_or_else(Vec::new, |found| found.foreseen(rows)),
            rivals: rows.iter().filter(|row| row.identity_key().is_some()).filter_map(rival).collect(),
        })
    }

    async fn settle_people(&self, settled: &SettledPeople) -> Result<(), StoreError> {
        self.write(|state| {
            state.must_have_catalog(settled.import.organization_id, settled.catalog)?;
            for user in &settled.created {
                unless_conflict(!state.users.contains_key(&user.id))?;
                state.put_user(user.clone()).map_err(taken_is_conflict)?;
            }
            for user in &settled.updated {
                state.update_imported(user).map_err(taken_is_conflict)?;
            }
            state.outbox.extend(settled.letters.iter().map(|letter| (letter.id, Posted::new(letter))));
            let importing = state.importing(&settled.import, ImportState::Running)?;
            importing.results.extend(settled.results.iter().map(|result| (result.line, result.clone())));
            for result in &settled.results {
                if importing.import.options.dry_run {
                    importing.tried.insert(result.line);
                } else {
                    importing.tried.remove(&result.line);
                }
            }
            importing.import.counts = importing.import.counts.plus(&RowCounts::of(&settled.results));
            importing.import.cursor = settled.cursor.clone();
            importing.due_at = settled.lease_end;
            Ok(())
        })
    }

    async fn end_import(
        &self,
        import: &Import,
        kept_until: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let before = state.imports.get(&import.id).map(|row| row.import.state);
            let before = before.filter(|state| !state.has_ended()).ok_or(StoreError::Conflict)?;
            let importing = state.importing(import, before)?;
            importing.import.state = import.state;
            importing.import.failure = import.failure;
            importing.import.ended_at = import.ended_at;
            importing.import.cursor = ImportCursor::default();
            importing.import.applicable_until = import.applicable_until.filter(|_| importing.may_be_kept);
            importing.due_at = kept_until;
            Ok(())
        })
    }

    async fn remove_import(
        &self,
        import: &Import,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.audited(audit, |state| {
            let found = state.imports.get_mut(&import.id).filter(|row| row.is_seen(now));
            let found = found.filter(|row| row.import.organization_id == import.organization_id);
            let found = found.filter(|row| row.import.state.has_ended()).ok_or(StoreError::Conflict)?;
            found.forget(now);
            Ok(())
        })
    }

    async fn sweep_imports(
        &self,
        now: DateTime<Utc>,
        kept_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.write(|state| {
            let mut gone = 0;
            for importing in state.imports.values_mut() {
                importing.fail_if_interrupted(now, kept_until);
                importing.import.applicable_until =
                    importing.import.applicable_until.filter(|until| *until > now);
            }
            let ended =
                |row: &&mut Importing| row.import.state.has_ended() && row.import.applicable_until.is_none();
            let mut left = limit as usize;
            for importing in state.imports.values_mut().filter(ended) {
                let places: Vec<_> = importing.rows.keys().take(left).cloned().collect();
                (left, gone) = (left - places.len(), gone + places.len());
                importing.rows.retain(|place, _| !places.contains(place));
            }
            let mut left = limit as usize;
            for importing in state.imports.values_mut().filter(|row| !row.is_seen(now)) {
                let lines: Vec<_> = importing.results.keys().take(left).copied().collect();
                (left, gone) = (left - lines.len(), gone + lines.len());
                importing.results.retain(|line, _| !lines.contains(line));
            }
            state
                .imports
                .retain(|_, row| row.is_seen(now) || !row.rows.is_empty() || !row.results.is_empty());
            Ok(gone as u64)
        })
    }
}
