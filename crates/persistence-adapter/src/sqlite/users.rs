//! Users, as administrators see them.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use uuid::Uuid;
use vestibule_domain::ids::{OrganizationId, UserId, Version};
use vestibule_domain::ports::{AuditEvent, Page, Paged, StoreError, UserAdmin, UserFilter};
use vestibule_domain::user::User;

use super::{SqliteStore, commit_audited, failed};
use crate::error::unless_conflict;
use crate::importing::RELEASE_ALL;
use crate::listing::{
    Asked, FEW, FEW_HAVE_TEXT, Lookout, MOST_EXAMINED, Way, bind_asked, choose, on_sqlite, reach,
};
use crate::rows::{AssignmentRow, IdentityRow, PersonRow, UserRow};

#[async_trait]
impl UserAdmin for SqliteStore {
    async fn users(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Paged<User>, StoreError> {
        let asked = Asked::new(organization, filter, page);
        let (way, upto) = choose(self, &asked).await?;
        let found = sqlx::query_as(on_sqlite(way));
        let found = bind_asked!(found, asked, upto.unwrap_or(Uuid::max()), asked.limit);
        let rows: Vec<PersonRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(asked.paged(rows, upto))
    }

    async fn user(&self, organization: OrganizationId, id: UserId) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> =
            sqlx::query_as("SELECT * FROM people WHERE organization_id = ? AND id = ?")
                .bind(organization.0)
                .bind(id.0)
                .fetch_optional(&self.reader)
                .await
                .map_err(failed)?;
        Ok(row.map(User::from))
    }

    async fn create_user(&self, user: &User, catalog: Version, audit: &AuditEvent) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        must_have_catalog(&mut transaction, user.organization_id.0, catalog).await?;
        insert_user(&mut transaction, user).await.map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn replace_user(
        &self,
        user: &User,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        must_have_catalog(&mut transaction, user.organization_id.0, catalog).await?;
        let before = Version(user.version.0 - 1);
        unless_conflict(update_user(&mut transaction, user, before).await.map_err(failed)?)?;
        for statement in [
            "DELETE FROM assignments WHERE organization_id = ? AND user_id = ?",
            "DELETE FROM identities WHERE organization_id = ? AND user_id = ?",
        ] {
            of_user(&mut transaction, statement, user).await.map_err(failed)?;
        }
        put_assignments(&mut transaction, user).await.map_err(failed)?;
        for identity in IdentityRow::all_of(user) {
            add_identity(&mut transaction, &identity).await.map_err(failed)?;
        }
        of_user(&mut transaction, SIGN_OUT, user).await.map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn purge_user(
        &self,
        organization: OrganizationId,
        id: UserId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let gone = sqlx::query("DELETE FROM users WHERE organization_id = ? AND id = ? AND version = ?")
            .bind(organization.0)
            .bind(id.0)
            .bind(expected.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(gone.rows_affected() == 1)?;
        for statement in [
            "DELETE FROM letters WHERE organization_id = ? AND user_id = ? AND settled_at IS NULL",
            // A server may have quoted the address in why it refused.
            "UPDATE letters SET recipient = '', content = '{}', failure = iif(failure IS NULL, NULL, '') \
             WHERE organization_id = ? AND user_id = ?",
            "DELETE FROM arrivals WHERE organization_id = ? AND user_id = ?",
            "INSERT INTO erasures (organization_id, user_id) VALUES (?, ?)",
        ] {
            let executed = sqlx::query(statement).bind(organization.0).bind(id.0);
            executed.execute(&mut *transaction).await.map_err(failed)?;
        }
        let release = sqlx::query(RELEASE_ALL).bind(organization.0);
        release.execute(&mut *transaction).await.map_err(failed)?;
        let unanswered = sqlx::query("DELETE FROM keyed_requests WHERE user_id = ?").bind(id.0);
        unanswered.execute(&mut *transaction).await.map_err(failed)?;
        commit_audited(transaction, audit).await
    }
}

impl Lookout for SqliteStore {
    async fn few_have_text(&self, asked: &Asked) -> Result<bool, StoreError> {
        let few = bind_asked!(sqlx::query_scalar(FEW_HAVE_TEXT), asked, Uuid::max(), FEW);
        few.fetch_one(&self.reader).await.map_err(failed)
    }

    async fn reach(&self, way: Way, asked: &Asked) -> Result<Option<Uuid>, StoreError> {
        let reached = bind_asked!(sqlx::query_scalar(reach(way)), asked, Uuid::max(), MOST_EXAMINED);
        reached.fetch_optional(&self.reader).await.map_err(failed)
    }
}

/// Ends the sessions of a user who is not active any more, and those that began by an identity that the user has no longer.
const SIGN_OUT: &str = "\
DELETE FROM sessions AS s WHERE s.organization_id = ?1 AND s.user_id = ?2 AND NOT EXISTS ( \
    SELECT 1 FROM users AS u JOIN identities AS i ON i.organization_id = u.organization_id AND i.user_id = u.id \
    WHERE u.organization_id = ?1 AND u.id = ?2 AND u.active \
    AND i.connection_id = s.connection_id AND i.name_id_hash = s.name_id_hash)";

pub(super) async fn must_have_catalog(
    transaction: &mut SqliteConnection,
    organization: Uuid,
    version: Version,
) -> Result<(), StoreError> {
    let holds: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM organizations WHERE id = ? AND catalog_version = ?)",
    )
    .bind(organization)
    .bind(version.0)
    .fetch_one(transaction)
    .await
    .map_err(failed)?;
    unless_conflict(holds)
}

/// Executes a statement of organization and user.
async fn of_user(
    transaction: &mut SqliteConnection,
    statement: &'static str,
    user: &User,
) -> sqlx::Result<()> {
    sqlx::query(statement).bind(user.organization_id.0).bind(user.id.0).execute(transaction).await.map(drop)
}

/// A new user with assignments and identities.
pub(super) async fn insert_user(transaction: &mut SqliteConnection, user: &User) -> sqlx::Result<()> {
    let row = UserRow::from(user);
    sqlx::query(
        "INSERT INTO users (organization_id, id, email, email_normalized, first_name, first_name_folded, last_name, \
         last_name_folded, location, active, created_by, version, created_at, updated_at, last_sign_in_at, provenance) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.organization_id)
    .bind(row.id)
    .bind(row.email)
    .bind(row.email_normalized)
    .bind(row.first_name)
    .bind(row.first_name_folded)
    .bind(row.last_name)
    .bind(row.last_name_folded)
    .bind(row.location)
    .bind(row.active)
    .bind(row.created_by)
    .bind(row.version)
    .bind(row.created_at)
    .bind(row.updated_at)
    .bind(row.last_sign_in_at)
    .bind(row.provenance)
    .execute(&mut *transaction)
    .await?;
    put_assignments(transaction, user).await?;
    for identity in IdentityRow::all_of(user) {
        add_identity(transaction, &identity).await?;
    }
    Ok(())
}

/// The user's row alone, save for how it came to be. Answers whether it stood at that version.
pub(super) async fn update_user(
    transaction: &mut SqliteConnection,
    user: &User,
    before: Version,
) -> sqlx::Result<bool> {
    let row = UserRow::from(user);
    let updated = sqlx::query(
        "UPDATE users SET email = ?, email_normalized = ?, first_name = ?, first_name_folded = ?, last_name = ?, \
         last_name_folded = ?, location = ?, active = ?, version = ?, updated_at = ?, last_sign_in_at = ?, provenance = ? \
         WHERE organization_id = ? AND id = ? AND version = ?",
    )
    .bind(row.email)
    .bind(row.email_normalized)
    .bind(row.first_name)
    .bind(row.first_name_folded)
    .bind(row.last_name)
    .bind(row.last_name_folded)
    .bind(row.location)
    .bind(row.active)
    .bind(row.version)
    .bind(row.updated_at)
    .bind(row.last_sign_in_at)
    .bind(row.provenance)
    .bind(row.organization_id)
    .bind(row.id)
    .bind(before.0)
    .execute(transaction)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Adds the user's assignments, or changes the roles of those whose type the user has.
pub(super) async fn put_assignments(transaction: &mut SqliteConnection, user: &User) -> sqlx::Result<()> {
    for row in AssignmentRow::all_of(user) {
        sqlx::query(
            "INSERT INTO assignments (organization_id, user_id, user_type, role) VALUES (?, ?, ?, ?) \
             ON CONFLICT (organization_id, user_id, user_type) DO UPDATE SET role = excluded.role",
        )
        .bind(row.organization_id)
        .bind(row.user_id)
        .bind(row.user_type)
        .bind(row.role)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}

pub(super) async fn add_identity(transaction: &mut SqliteConnection, row: &IdentityRow) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO identities \
         (organization_id, connection_id, name_id_hash, name_id_folded_hash, name_id, user_id) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(row.organization_id)
    .bind(row.connection_id)
    .bind(row.name_id_hash)
    .bind(row.name_id_folded_hash)
    .bind(&row.name_id)
    .bind(row.user_id)
    .execute(transaction)
    .await
    .map(drop)
}
