//! Imports.

mod beginning;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;
use vestibule_domain::ids::{ImportId, OrganizationId, UserId};
use vestibule_domain::import::{Import, ImportRow, RowCounts, RowOutcome, RowResult};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{
    AppliedImport, AuditEvent, BegunImport, ImportSurroundings, Imports, Page, Paged, ResultsWanted,
    RowsWanted, SettledPeople, StoreError,
};
use vestibule_domain::user::{Identity, User};

use super::users::UPDATE;
use super::{PostgresStore, audited, failed, insert, raced};
use crate::codec::{Document, Hash, Instant, Text};
use crate::error::unless_conflict;
use crate::importing::{
    ABANDON, ONE, PAGE, RELEASE_OLD, ROWS, START, SWEEP_RESULTS, SWEEP_ROWS, by_line, fail_interrupted,
    instead_of_foreseen, line_of, results,
};
use crate::rows::{
    AssignmentRow, AuditRow, HolderRow, IdentityRow, ImportColumns, NewLetter, OrganizationRow, PersonRow,
    ResultRow, TableRow, UserRow, foreseen, holder, identity_hash, paged, people_of, rows_of,
};

/// The attempt is compared again, for engines that lock later than PostgreSQL does.
const CLAIM: &str = "
WITH waiting AS MATERIALIZED (
    SELECT organization_id, id, attempt FROM imports WHERE state = 'running' AND due_at <= $1
    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE imports AS i SET attempt = i.attempt + 1, due_at = $2 FROM waiting
WHERE i.organization_id = waiting.organization_id AND i.id = waiting.id AND i.attempt = waiting.attempt
RETURNING i.*
";

const SETTLE: &str = "
WITH holds AS MATERIALIZED (
    SELECT 1 FROM organizations WHERE id = $1 AND catalog_version = $2 FOR SHARE
)
UPDATE imports SET created = created + $5, updated = updated + $6, unchanged = unchanged + $7, refused = refused + $8,
    unforeseen = unforeseen + $9, cursor_person = $10, cursor_line = $11, due_at = $12
FROM holds WHERE organization_id = $1 AND id = $3 AND state = 'running' AND attempt = $4
";

/// What new people are and have, what others have besides, who is told, and what became of each row.
const PEOPLE: &str = concat!(
    "WITH created AS (",
    insert!(users, "$1"),
    "), assigned AS (",
    insert!(assignments, "$2"),
    " WHERE TRUE ON CONFLICT (organization_id, user_id, user_type) DO UPDATE SET role = excluded.role
    WHERE assignments.role <> excluded.role
), identified AS (",
    insert!(identities, "$3"),
    " AS n WHERE NOT EXISTS (
        SELECT FROM identities AS i WHERE i.organization_id = n.organization_id AND i.connection_id = n.connection_id
        AND i.name_id_hash = n.name_id_hash AND i.user_id = n.user_id
    )
), posted AS (",
    insert!(letters, "$4"),
    ") ",
    insert!(import_results, "$5"),
    " WHERE TRUE",
    instead_of_foreseen!()
);

/// A line of somebody else that binds the same identity.
const RIVALS: &str = "
SELECT c.line, o.line FROM unnest($3::bigint[], $4::text[], $5::bytea[]) AS c (line, person, hash)
CROSS JOIN LATERAL (
    SELECT r.line FROM import_rows AS r WHERE r.organization_id = $1 AND r.import_id = $2
    AND r.identity_hash = c.hash AND r.person <> c.person ORDER BY r.line LIMIT 1
) AS o
";

const SWEEP_IMPORTS: &str = "
DELETE FROM imports AS i WHERE i.state IN ('done', 'failed', 'cancelled') AND i.due_at <= $1
AND NOT EXISTS (SELECT FROM import_rows AS r WHERE r.organization_id = i.organization_id AND r.import_id = i.id)
AND NOT EXISTS (SELECT FROM import_results AS r WHERE r.organization_id = i.organization_id AND r.import_id = i.id)
";

#[async_trait]
impl Imports for PostgresStore {
    async fn begin_import(
        &self,
        import: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<BegunImport, StoreError> {
        self.in_time(self.begin_or_find(import, lease_end)).await
    }

    async fn receive_rows(
        &self,
        import: &Import,
        rows: &[ImportRow],
        results: &[RowResult],
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let arrived = i64::try_from(rows.len() + results.len()).unwrap_or(i64::MAX);
        self.in_time(async {
            let mut transaction = self.write().await?;
            let received = sqlx::query(
                "UPDATE imports SET rows_total = rows_total + $3, refused = refused + $4, due_at = $5 \
                 WHERE organization_id = $1 AND id = $2 AND state = 'receiving'",
            )
            .bind(import.organization_id.0)
            .bind(import.id.0)
            .bind(arrived)
            .bind(i64::from(RowCounts::of(results).refused))
            .bind(Instant::from(lease_end))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(received.rows_affected() == 1)?;
            sqlx::query(concat!(
                "WITH refused AS (",
                insert!(import_results, "$2"),
                ") ",
                insert!(import_rows, "$1")
            ))
            .bind(Json(TableRow::all_of(import, rows)))
            .bind(Json(ResultRow::on_arrival(import, results)))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }

    async fn start_import(
        &self,
        import: &Import,
        digest: &str,
        lease_end: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let start = sqlx::query(START)
            .bind(import.organization_id.0)
            .bind(import.id.0)
            .bind(digest)
            .bind(Instant::from(lease_end));
        self.change(start).await
    }

    async fn abandon_import(&self, import: &Import) -> Result<(), StoreError> {
        let abandon = sqlx::query(ABANDON).bind(import.organization_id.0).bind(import.id.0);
        self.answer(abandon.execute(&self.pool)).await.map(drop)
    }

    async fn imports(
        &self,
        organization: OrganizationId,
        page: Page,
        now: DateTime<Utc>,
    ) -> Result<Paged<Import>, StoreError> {
        let found = sqlx::query_as(PAGE)
            .bind(organization.0)
            .bind(page.after)
            .bind(Instant::from(now))
            .bind(rows_of(page));
        let rows: Vec<ImportColumns> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn import(
        &self,
        organization: OrganizationId,
        id: ImportId,
        now: DateTime<Utc>,
    ) -> Result<Option<Import>, StoreError> {
        let found = sqlx::query_as(ONE).bind(organization.0).bind(id.0).bind(Instant::from(now));
        let row: Option<ImportColumns> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Import::from))
    }

    async fn import_results(
        &self,
        organization: OrganizationId,
        id: ImportId,
        wanted: ResultsWanted,
    ) -> Result<Vec<RowResult>, StoreError> {
        let mut found = sqlx::query_as(results(wanted))
            .bind(organization.0)
            .bind(id.0)
            .bind(line_of(wanted.from))
            .bind(i64::from(wanted.limit));
        if let RowsWanted::Of(outcome) = wanted.of {
            found = found.bind(Text(outcome));
        }
        let rows: Vec<ResultRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(by_line(rows, wanted.from))
    }

    async fn apply_import(
        &self,
        applied: &Import,
        lease_end: DateTime<Utc>,
    ) -> Result<AppliedImport, StoreError> {
        self.in_time(self.apply(applied, lease_end)).await
    }

    async fn claim_import(&self, now: DateTime<Utc>, lease: Duration) -> Result<Option<Import>, StoreError> {
        let claim = sqlx::query_as(CLAIM).bind(Instant::from(now)).bind(Instant::from(now + lease));
        let row: Option<ImportColumns> = self.answer(claim.fetch_optional(&self.pool)).await?;
        Ok(row.map(Import::from))
    }

    async fn import_rows(&self, import: &Import, limit: u32) -> Result<Vec<ImportRow>, StoreError> {
        let found = sqlx::query_as(ROWS)
            .bind(import.organization_id.0)
            .bind(import.id.0)
            .bind(&import.cursor.person)
            .bind(i64::from(import.cursor.line))
            .bind(i64::from(limit));
        let rows: Vec<(Document<ImportRow>,)> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(|(row,)| row.0).collect())
    }

    /// What is compared when it is written need not be read at one moment.
    async fn import_surroundings(
        &self,
        import: &Import,
        rows: &[ImportRow],
        identities: &[Identity],
    ) -> Result<ImportSurroundings, StoreError> {
        let id = import.organization_id.0;
        let organization =
            sqlx::query_as(concat!("SELECT ", columns!(organization), " FROM organizations WHERE id = $1"))
                .bind(id);
        let organization: Option<OrganizationRow> =
            self.answer(organization.fetch_optional(&self.pool)).await?;
        let users =
            sqlx::query_as("SELECT * FROM people WHERE organization_id = $1 AND email_normalized = ANY($2)")
                .bind(id)
                .bind(people_of(rows));
        let users: Vec<PersonRow> = self.answer(users.fetch_all(&self.pool)).await?;
        let mut found = ImportSurroundings {
            organization: organization.map(Organization::from).ok_or(StoreError::Conflict)?,
            users: users.into_iter().map(User::from).collect(),
            holders: Vec::new(),
            rivals: Vec::new(),
            foreseen: Vec::new(),
        };
        if import.applied_at.is_some() {
            let said = sqlx::query_as(
                "SELECT line, outcome FROM import_results \
                 WHERE organization_id = $1 AND import_id = $2 AND line = ANY($3)",
            )
            .bind(id)
            .bind(import.id.0)
            .bind(rows.iter().map(|row| i64::from(row.line)).collect::<Vec<_>>());
            let said: Vec<(i64, Text<RowOutcome>)> = self.answer(said.fetch_all(&self.pool)).await?;
            found.foreseen = said.into_iter().map(foreseen).collect();
        }
        if !identities.is_empty() {
            found.holders = self.holders(id, identities).await?;
        }
        let claims: Vec<_> = rows.iter().filter_map(|row| Some((row, identity_hash(row)?))).collect();
        if !claims.is_empty() {
            let rivals = sqlx::query_as(RIVALS)
                .bind(id)
                .bind(import.id.0)
                .bind(claims.iter().map(|(row, _)| i64::from(row.line)).collect::<Vec<_>>())
                .bind(claims.iter().map(|(row, _)| row.person()).collect::<Vec<_>>())
                .bind(claims.iter().map(|(_, hash)| hash.bytes()).collect::<Vec<_>>());
            let rivals: Vec<(i64, i64)> = self.answer(rivals.fetch_all(&self.pool)).await?;
            let line = |line: i64| u32::try_from(line).unwrap_or(u32::MAX);
            found.rivals = rivals.into_iter().map(|(one, other)| (line(one), line(other))).collect();
        }
        Ok(found)
    }

    async fn settle_people(&self, settled: &SettledPeople) -> Result<(), StoreError> {
        self.in_time(self.settle(settled)).await
    }

    async fn end_import(
        &self,
        import: &Import,
        kept_until: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let columns = ImportColumns::of(import, kept_until);
        let end = sqlx::query(audited!(
            "UPDATE imports SET state = $2, failure = $3, ended_at = $4, due_at = $5, cursor_person = '', \
             cursor_line = 0, applicable_until = CASE WHEN may_be_kept THEN $9 END \
             WHERE organization_id = $6 AND id = $7 AND attempt = $8 \
             AND state IN ('receiving', 'running')"
        ))
        .bind(Json([AuditRow::from(audit)]))
        .bind(columns.state)
        .bind(columns.failure)
        .bind(columns.ended_at)
        .bind(columns.due_at)
        .bind(columns.organization_id)
        .bind(columns.id)
        .bind(columns.attempt)
        .bind(columns.applicable_until);
        self.change(end).await
    }

    async fn remove_import(
        &self,
        import: &Import,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let remove = sqlx::query(audited!(
            "UPDATE imports SET due_at = $2, idempotency_hash = NULL, applicable_until = NULL WHERE organization_id = $3 AND id = $4 \
             AND state NOT IN ('receiving', 'running') AND due_at > $2"
        ))
        .bind(Json([AuditRow::from(audit)]))
        .bind(Instant::from(now))
        .bind(import.organization_id.0)
        .bind(import.id.0);
        self.change(remove).await
    }

    /// What several processes sweep at once, they take from each other and try again later.
    async fn sweep_imports(
        &self,
        now: DateTime<Utc>,
        kept_until: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let (now, limit) = (Instant::from(now), i64::from(limit));
        let fail = sqlx::query(fail_interrupted!()).bind(now).bind(Instant::from(kept_until));
        self.answer(fail.execute(&self.pool)).await?;
        self.answer(sqlx::query(RELEASE_OLD).bind(now).execute(&self.pool)).await?;
        let rows = self.answer(sqlx::query(SWEEP_ROWS).bind(limit).execute(&self.pool)).await?;
        let results = sqlx::query(SWEEP_RESULTS).bind(now).bind(limit);
        let results = self.answer(results.execute(&self.pool)).await?;
        self.answer(sqlx::query(SWEEP_IMPORTS).bind(now).execute(&self.pool)).await?;
        Ok(rows.rows_affected() + results.rows_affected())
    }
}

impl PostgresStore {
    async fn holders(
        &self,
        organization: Uuid,
        identities: &[Identity],
    ) -> Result<Vec<(Identity, UserId)>, StoreError> {
        let hash = |identity: &Identity| Hash::of(identity.name_id.as_str()).bytes();
        let found = sqlx::query_as(
            "SELECT DISTINCT i.connection_id, i.name_id, i.user_id \
             FROM unnest($2::uuid[], $3::bytea[]) AS n (connection_id, hash) JOIN identities AS i \
             ON i.organization_id = $1 AND i.connection_id = n.connection_id AND i.name_id_hash = n.hash",
        )
        .bind(organization)
        .bind(identities.iter().map(|identity| identity.connection_id.0).collect::<Vec<_>>())
        .bind(identities.iter().map(hash).collect::<Vec<_>>());
        let rows: Vec<HolderRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().map(holder).collect())
    }

    /// The organization is locked before the import and its users, as everywhere.
    async fn settle(&self, settled: &SettledPeople) -> Result<(), StoreError> {
        let (import, counts) = (&settled.import, RowCounts::of(&settled.results));
        let mut transaction = self.write().await?;
        let ours = sqlx::query(SETTLE)
            .bind(import.organization_id.0)
            .bind(settled.catalog.0)
            .bind(import.id.0)
            .bind(i64::from(import.attempt))
            .bind(i64::from(counts.created))
            .bind(i64::from(counts.updated))
            .bind(i64::from(counts.unchanged))
            .bind(i64::from(counts.refused))
            .bind(i64::from(counts.unforeseen))
            .bind(&settled.cursor.person)
            .bind(i64::from(settled.cursor.line))
            .bind(Instant::from(settled.lease_end))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(ours.rows_affected() == 1)?;
        update_users(&mut transaction, settled).await?;
        let people = || settled.created.iter().chain(&settled.updated);
        sqlx::query(PEOPLE)
            .bind(Json(settled.created.iter().map(UserRow::from).collect::<Vec<_>>()))
            .bind(Json(people().flat_map(AssignmentRow::all_of).collect::<Vec<_>>()))
            .bind(Json(people().flat_map(IdentityRow::all_of).collect::<Vec<_>>()))
            .bind(Json(settled.letters.iter().map(NewLetter::from).collect::<Vec<_>>()))
            .bind(Json(ResultRow::worked_off(import, &settled.results)))
            .execute(&mut *transaction)
            .await
            .map_err(raced)?;
        transaction.commit().await.map_err(failed)
    }
}

/// All of the users that have changed, or a conflict.
async fn update_users(
    transaction: &mut Transaction<'static, Postgres>,
    settled: &SettledPeople,
) -> Result<(), StoreError> {
    if settled.updated.is_empty() {
        return Ok(());
    }
    let updated = sqlx::query(UPDATE)
        .bind(settled.import.organization_id.0)
        .bind(settled.catalog.0)
        .bind(Json(settled.updated.iter().map(UserRow::from).collect::<Vec<_>>()))
        .execute(&mut **transaction)
        .await
        .map_err(raced)?;
    unless_conflict(updated.rows_affected() == settled.updated.len() as u64)
}
