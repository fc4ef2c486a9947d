//! What a part of a table touches, and writing down what was decided of it.

use sqlx::types::Json;
use vestibule_domain::import::{Import, ImportRow, RowCounts, RowOutcome};
use vestibule_domain::organization::Organization;
use vestibule_domain::ports::{ImportSurroundings, SettledPeople, StoreError};
use vestibule_domain::user::{Identity, User};

use super::insert_results;
use crate::codec::{Hash, Instant, Text};
use crate::error::unless_conflict;
use crate::rows::{
    HolderRow, OrganizationRow, PersonRow, ResultRow, foreseen, holder, identity_hash, people_of,
};
use crate::sqlite::recording::{add_to_user, insert_letter};
use crate::sqlite::users::{insert_user, must_have_catalog};
use crate::sqlite::{SqliteStore, failed, raced};

impl SqliteStore {
    pub(super) async fn surroundings(
        &self,
        import: &Import,
        rows: &[ImportRow],
        identities: &[Identity],
    ) -> Result<ImportSurroundings, StoreError> {
        let mut transaction = self.read().await?;
        let id = import.organization_id.0;
        let organization: Option<OrganizationRow> =
            sqlx::query_as(concat!("SELECT ", columns!(organization), " FROM organizations WHERE id = ?"))
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let users: Vec<PersonRow> = sqlx::query_as(
            "SELECT * FROM people WHERE organization_id = ? \
             AND email_normalized IN (SELECT value FROM json_each(?))",
        )
        .bind(id)
        .bind(Json(people_of(rows)))
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed)?;
        let mut found = ImportSurroundings {
            organization: organization.map(Organization::from).ok_or(StoreError::Conflict)?,
            users: users.into_iter().map(User::from).collect(),
            holders: Vec::new(),
            rivals: Vec::new(),
            foreseen: Vec::new(),
        };
        if import.applied_at.is_some() {
            let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
            let said: Vec<(i64, Text<RowOutcome>)> = sqlx::query_as(
                "SELECT line, outcome FROM import_results WHERE organization_id = ? AND import_id = ? \
                 AND line IN (SELECT value FROM json_each(?))",
            )
            .bind(id)
            .bind(import.id.0)
            .bind(Json(lines))
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed)?;
            found.foreseen = said.into_iter().map(foreseen).collect();
        }
        for identity in identities {
            let found_holder: Option<HolderRow> = sqlx::query_as(
                "SELECT connection_id, name_id, user_id FROM identities \
                 WHERE organization_id = ? AND connection_id = ? AND name_id_hash = ?",
            )
            .bind(id)
            .bind(identity.connection_id.0)
            .bind(Hash::of(identity.name_id.as_str()))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            found.holders.extend(found_holder.map(holder));
        }
        for (row, hash) in rows.iter().filter_map(|row| Some((row, identity_hash(row)?))) {
            let rival: Option<u32> = sqlx::query_scalar(
                "SELECT line FROM import_rows WHERE organization_id = ? AND import_id = ? \
                 AND identity_hash = ? AND person <> ? ORDER BY line LIMIT 1",
            )
            .bind(id)
            .bind(import.id.0)
            .bind(hash)
            .bind(row.person())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
            found.rivals.extend(rival.map(|rival| (row.line, rival)));
        }
        Ok(found)
    }

    pub(super) async fn settle(&self, settled: &SettledPeople) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let (import, counts) = (&settled.import, RowCounts::of(&settled.results));
        must_have_catalog(&mut transaction, import.organization_id.0, settled.catalog).await?;
        let ours = sqlx::query(
            "UPDATE imports SET created = created + ?, updated = updated + ?, unchanged = unchanged + ?, \
             refused = refused + ?, unforeseen = unforeseen + ?, cursor_person = ?, cursor_line = ?, due_at = ? \
             WHERE organization_id = ? AND id = ? AND state = 'running' AND attempt = ?",
        )
        .bind(counts.created)
        .bind(counts.updated)
        .bind(counts.unchanged)
        .bind(counts.refused)
        .bind(counts.unforeseen)
        .bind(&settled.cursor.person)
        .bind(settled.cursor.line)
        .bind(Instant::from(settled.lease_end))
        .bind(import.organization_id.0)
        .bind(import.id.0)
        .bind(import.attempt)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(ours.rows_affected() == 1)?;
        for user in &settled.created {
            insert_user(&mut transaction, user).await.map_err(raced)?;
        }
        for user in &settled.updated {
            add_to_user(&mut transaction, user, user.version.before()).await?;
        }
        for letter in &settled.letters {
            insert_letter(&mut transaction, letter).await.map_err(raced)?;
        }
        let results = ResultRow::worked_off(import, &settled.results);
        insert_results(&mut transaction, results).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }
}
