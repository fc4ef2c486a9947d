//! Working a table off, a few people at a time.

use std::collections::BTreeMap;

use super::super::world::{ATTEMPTS, World};
use super::LEASE;
use crate::ids::Version;
use crate::import::{
    Checks, Decided, Import, ImportFailure, ImportOptions, ImportRow, ImportState, MOST_ROWS_OF_A_PERSON,
    RowCounts, RowOutcome, RowResult, Surroundings, UserChange, decide, refuse_crowd,
};
use crate::letter::{Correspondence, Letter, LetterContent};
use crate::organization::Organization;
use crate::ports::{ImportSurroundings, SettledPeople, StoreError};
use crate::provenance::{Origins, Provenance, Source};
use crate::user::{CreatedBy, Identity, User};

/// How many rows are looked at in one step: few enough for a sign-in that waits for the step to notice nothing, and more
/// than one person may have.
const ROWS_AT_ONCE: u32 = 256;
const _: () = assert!(ROWS_AT_ONCE as usize > MOST_ROWS_OF_A_PERSON);

/// Works imports off. Each step is written whole, with the results of its rows, so that whoever goes on after a process has
/// died does nothing twice.
#[derive(Clone)]
pub struct ImportUsers(pub World);

/// What came of a step.
enum Step {
    /// There is more to do.
    On(Import),
    /// The import has ended.
    Ended(Import),
    /// Somebody else has it, or has stopped it.
    Lost,
}

impl ImportUsers {
    /// Claims the import that has waited for the longest time, and works off a part of it, of at most `steps` steps, so that
    /// other imports have their turn. Answers whether there was one.
    ///
    /// # Errors
    /// The store's. What was written stays, and the rest is claimed again when the lease ends.
    pub async fn run(&self, steps: u32) -> Result<bool, StoreError> {
        let Some(mut import) = self.0.store.claim_import(self.0.now(), LEASE).await? else {
            return Ok(false);
        };
        for left in (0..steps).rev() {
            match self.step(&import, left == 0).await? {
                Step::On(further) => import = further,
                Step::Ended(_) | Step::Lost => break,
            }
        }
        Ok(true)
    }

    /// Works an import off that the caller has claimed or received, to its end. Answers what it is then, whoever
    /// ended it; none, if it is gone.
    ///
    /// # Errors
    /// The store's. What was written stays, and the rest is claimed by somebody when the lease ends.
    pub async fn finish(&self, mut import: Import) -> Result<Option<Import>, StoreError> {
        loop {
            match self.step(&import, false).await? {
                Step::On(further) => import = further,
                Step::Ended(ended) => return Ok(Some(ended)),
                Step::Lost => {
                    return self.0.store.import(import.organization_id, import.id, self.0.now()).await;
                }
            }
        }
    }

    /// One step. After the last one the import is leased to nobody.
    #[tracing::instrument(name = "import_users", skip_all, fields(organization.id = %import.organization_id, import.id = %import.id))]
    async fn step(&self, import: &Import, is_last: bool) -> Result<Step, StoreError> {
        match self.settle_some(import, is_last).await {
            // Nobody but an operator can mend that, and the organization must not wait for it.
            Err(StoreError::Corrupt(source)) => {
                tracing::error!(cause = %source, "an import failed");
                let failure = Some(ImportFailure::StoredRowUnreadable);
                self.end(import, ImportState::Failed, failure).await
            }
            Err(StoreError::Conflict) if !self.is_ours(import).await? => Ok(Step::Lost),
            step => step,
        }
    }

    /// Looks and decides again while somebody is faster, for fewer people each time, so that few can be in the way.
    async fn settle_some(&self, import: &Import, is_last: bool) -> Result<Step, StoreError> {
        let rows = self.0.store.import_rows(import, ROWS_AT_ONCE).await?;
        if rows.is_empty() {
            return self.end(import, ImportState::Done, None).await;
        }
        let people = people(&rows);
        let mut at_once = people.len();
        for _ in 1..ATTEMPTS {
            match self.settle(import, &people[..at_once], is_last).await {
                Err(StoreError::Conflict) if self.is_ours(import).await? => at_once = at_once.div_ceil(4),
                settled => return settled.map(Step::On),
            }
        }
        self.settle(import, &people[..1], is_last).await.map(Step::On)
    }

    async fn settle(
        &self,
        import: &Import,
        people: &[&[ImportRow]],
        is_last: bool,
    ) -> Result<Import, StoreError> {
        let (store, now) = (&self.0.store, self.0.now());
        let (catalog, catalog_version) = store.catalog(import.organization_id).await?;
        let connections = store.connections(import.organization_id).await?;
        let checks = Checks::of(&catalog, &connections);
        let rows: Vec<_> = people.iter().flat_map(|rows| rows.iter().cloned()).collect();
        let Some(cursor) = rows.last().map(ImportRow::place) else { return Ok(import.clone()) };
        let identities: Vec<_> = rows
            .iter()
            .filter_map(|row| checks.read(row).ok())
            .filter_map(|values| values.identity)
            .collect();
        let found = store.import_surroundings(import, &rows, &identities).await?;
        let mut settled = SettledPeople {
            import: import.clone(),
            catalog: catalog_version,
            created: Vec::new(),
            updated: Vec::new(),
            letters: Vec::new(),
            results: Vec::new(),
            cursor: cursor.clone(),
            lease_end: if is_last { now } else { now + LEASE },
        };
        for rows in people {
            let user = found.user_of(rows);
            let decided = if is_crowd(rows, import) {
                refuse_crowd(rows)
            } else {
                decide(rows, &checks, &found.around(user))
            };
            self.note(&mut settled, &found, user, decided);
        }
        store.settle_people(&settled).await?;
        let counts = import.counts.plus(&RowCounts::of(&settled.results));
        Ok(Import { counts, cursor, ..import.clone() })
    }

    /// Adds what was decided of a person to what is to be written.
    fn note(
        &self,
        settled: &mut SettledPeople,
        found: &ImportSurroundings,
        before: Option<&User>,
        decided: Decided,
    ) {
        let organization = &found.organization;
        let ImportOptions { dry_run, welcome } = settled.import.options;
        let now = self.0.now();
        let origins = Origins::all_of(Source::Import, now);
        let mut id = before.map(|user| user.id);
        match (decided.change, before) {
            _ if dry_run => {}
            (UserChange::Create(profile, identities), _) => {
                let user = User {
                    id: self.0.id(),
                    organization_id: organization.id,
                    provenance: Provenance::of_new(&profile, &origins),
                    profile,
                    identities,
                    active: true,
                    created_by: CreatedBy::Import,
                    version: Version::FIRST,
                    created_at: now,
                    updated_at: now,
                    last_sign_in_at: None,
                };
                id = Some(user.id);
                if welcome {
                    settled.letters.push(self.welcome(organization, &user));
                }
                settled.created.push(user);
            }
            (UserChange::Update(profile, identities), Some(before)) => settled.updated.push(User {
                provenance: before.provenance.clone().changed(&before.profile, &profile, &origins),
                profile,
                identities,
                version: before.version.next(),
                updated_at: now,
                ..before.clone()
            }),
            (UserChange::Nothing | UserChange::Update(..), _) => {}
        }
        settled.results.extend(decided.rows.into_iter().map(|(line, outcome)| {
            let result = match outcome {
                Ok(outcome) => RowResult { line, outcome, foreseen: None, user_id: id, faults: Vec::new() },
                Err(problems) => RowResult::refused(line, problems),
            };
            RowResult { foreseen: found.otherwise_foreseen(&result), ..result }
        }));
    }

    fn welcome(&self, organization: &Organization, user: &User) -> Letter {
        Letter {
            id: self.0.id(),
            organization_id: Some(organization.id),
            user_id: Some(user.id),
            to: user.profile.email.clone(),
            content: LetterContent::Welcome {
                about: Correspondence::with(organization, user.profile.first_name.clone(), None),
            },
            created_at: self.0.now(),
        }
    }

    async fn end(
        &self,
        import: &Import,
        state: ImportState,
        failure: Option<ImportFailure>,
    ) -> Result<Step, StoreError> {
        let ended = self.0.end_import(&import.actor, import, state, failure).await?;
        tracing::info!(rows = ended.rows_total, dry_run = ended.options.dry_run, %state, "an import has ended");
        Ok(Step::Ended(ended))
    }

    /// Whether nobody else has claimed or stopped it.
    async fn is_ours(&self, import: &Import) -> Result<bool, StoreError> {
        let found = self.0.store.import(import.organization_id, import.id, self.0.now()).await?;
        Ok(found.is_some_and(|found| found.state == ImportState::Running && found.attempt == import.attempt))
    }
}

/// The rows of each person. The last one's may go on beyond these rows, and then comes in the next step.
fn people(rows: &[ImportRow]) -> Vec<&[ImportRow]> {
    let mut people: Vec<_> =
        rows.chunk_by(|one, other| one.email.eq_ignore_ascii_case(&other.email)).collect();
    if rows.len() >= ROWS_AT_ONCE as usize && people.len() > 1 {
        people.pop();
    }
    people
}

/// Whether the rows are of a person who has more than one may have; of whom some may be done already.
fn is_crowd(rows: &[ImportRow], import: &Import) -> bool {
    rows.len() > MOST_ROWS_OF_A_PERSON || rows.first().is_some_and(|row| row.person() == import.cursor.person)
}

impl ImportSurroundings {
    /// What was foreseen of the row, if it was something else.
    fn otherwise_foreseen(&self, result: &RowResult) -> Option<RowOutcome> {
        let foreseen = self.foreseen.iter().find(|(line, _)| *line == result.line);
        foreseen.map(|(_, outcome)| *outcome).filter(|outcome| *outcome != result.outcome)
    }

    fn user_of(&self, rows: &[ImportRow]) -> Option<&User> {
        let email = &rows.first()?.email;
        self.users.iter().find(|user| user.profile.email.as_str().eq_ignore_ascii_case(email))
    }

    fn around<'a>(&'a self, user: Option<&'a User>) -> Surroundings<'a> {
        let holders: BTreeMap<&Identity, _> =
            self.holders.iter().map(|(identity, user)| (identity, *user)).collect();
        Surroundings { user, holders, rivals: self.rivals.iter().copied().collect() }
    }
}
