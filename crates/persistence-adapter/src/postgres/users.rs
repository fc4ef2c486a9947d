//! Users, as administrators see them.

use async_trait::async_trait;
use sqlx::types::Json;
use uuid::Uuid;
use vestibule_domain::ids::{OrganizationId, UserId, Version};
use vestibule_domain::ports::{AuditEvent, Page, Paged, StoreError, UserAdmin, UserFilter};
use vestibule_domain::user::User;

use super::{PostgresStore, failed, insert};
use crate::error::unless_conflict;
use crate::importing::RELEASE_ALL;
use crate::listing::{
    Asked, FEW, FEW_HAVE_TEXT, Lookout, MOST_EXAMINED, Way, bind_asked, choose, on_postgres, reach,
};
use crate::rows::{AssignmentRow, AuditRow, IdentityRow, PersonRow, UserRow};

const CREATE: &str = concat!(
    "WITH holds AS MATERIALIZED (
        SELECT 1 FROM organizations WHERE id = $2 AND catalog_version = $3 FOR SHARE
    ), created AS (",
    insert!(users, "$4"),
    ", holds), assigned AS (",
    insert!(assignments, "$5"),
    ", holds), identified AS (",
    insert!(identities, "$6"),
    ", holds) ",
    insert!(audit_events, "$1"),
    ", holds"
);

/// The row alone, and save for how the user came to be.
pub(super) const UPDATE: &str = "
WITH holds AS MATERIALIZED (
    SELECT 1 FROM organizations WHERE id = $1 AND catalog_version = $2 FOR SHARE
)
UPDATE users AS u SET email = n.email, email_normalized = n.email_normalized, first_name = n.first_name,
    first_name_folded = n.first_name_folded, last_name = n.last_name, last_name_folded = n.last_name_folded,
    location = n.location, active = n.active, version = n.version, updated_at = n.updated_at,
    last_sign_in_at = n.last_sign_in_at, provenance = n.provenance
FROM jsonb_populate_recordset(NULL::users, $3) AS n, holds
WHERE u.organization_id = $1 AND u.id = n.id AND u.version = n.version - 1
";

#[async_trait]
impl UserAdmin for PostgresStore {
    async fn users(
        &self,
        organization: OrganizationId,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Paged<User>, StoreError> {
        let asked = Asked::new(organization, filter, page);
        // PostgreSQL's text cannot hold U+0000, so nobody's has one, and a parameter may not.
        if asked.texts().any(|text| text.contains('\0')) {
            return Ok(Paged { items: Vec::new(), next: None });
        }
        let (way, upto) = choose(self, &asked).await?;
        // Planned anew each time: a plan for any values would not know how many there are of these.
        let found = sqlx::query_as(on_postgres(way)).persistent(false);
        let found = bind_asked!(found, asked, upto.unwrap_or(Uuid::max()), asked.limit);
        let rows: Vec<PersonRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(asked.paged(rows, upto))
    }

    async fn user(&self, organization: OrganizationId, id: UserId) -> Result<Option<User>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM people WHERE organization_id = $1 AND id = $2")
            .bind(organization.0)
            .bind(id.0);
        let row: Option<PersonRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(User::from))
    }

    async fn create_user(&self, user: &User, catalog: Version, audit: &AuditEvent) -> Result<(), StoreError> {
        let create = sqlx::query(CREATE)
            .bind(Json([AuditRow::from(audit)]))
            .bind(user.organization_id.0)
            .bind(catalog.0)
            .bind(Json([UserRow::from(user)]))
            .bind(Json(AssignmentRow::all_of(user)))
            .bind(Json(IdentityRow::all_of(user)));
        self.change(create).await
    }

    async fn replace_user(
        &self,
        user: &User,
        catalog: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(self.replace(user, catalog, audit)).await
    }

    async fn purge_user(
        &self,
        organization: OrganizationId,
        id: UserId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(self.purge(organization, id, expected, audit)).await
    }
}

impl Lookout for PostgresStore {
    async fn few_have_text(&self, asked: &Asked) -> Result<bool, StoreError> {
        let few = sqlx::query_scalar(FEW_HAVE_TEXT).persistent(false);
        self.answer(bind_asked!(few, asked, Uuid::max(), FEW).fetch_one(&self.pool)).await
    }

    async fn reach(&self, way: Way, asked: &Asked) -> Result<Option<Uuid>, StoreError> {
        let reached = sqlx::query_scalar(reach(way)).persistent(false);
        self.answer(bind_asked!(reached, asked, Uuid::max(), MOST_EXAMINED).fetch_optional(&self.pool)).await
    }
}

/// A server may have quoted the address in why it refused a letter.
const FORGET: &str = concat!(
    "WITH dropped AS (
        DELETE FROM letters WHERE organization_id = $2 AND user_id = $3 AND settled_at IS NULL
    ), emptied AS (
        UPDATE letters SET recipient = '', content = '{}', failure = CASE WHEN failure IS NULL THEN NULL ELSE '' END
        WHERE organization_id = $2 AND user_id = $3 AND settled_at IS NOT NULL
    ), forgotten AS (
        DELETE FROM arrivals WHERE organization_id = $2 AND user_id = $3
    ), unanswered AS (
        DELETE FROM keyed_requests WHERE user_id = $3
    ), erased AS (
        INSERT INTO erasures (organization_id, user_id) VALUES ($2, $3)
    ) ",
    insert!(audit_events, "$1")
);

impl PostgresStore {
    /// The user's row goes before all that is theirs: whoever records a sign-in of the user is either done by then, or finds
    /// nobody. Imports are locked before users, as everywhere.
    async fn purge(
        &self,
        organization: OrganizationId,
        id: UserId,
        expected: Version,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let release = sqlx::query(RELEASE_ALL).bind(organization.0);
        release.execute(&mut *transaction).await.map_err(failed)?;
        let gone = sqlx::query("DELETE FROM users WHERE organization_id = $1 AND id = $2 AND version = $3")
            .bind(organization.0)
            .bind(id.0)
            .bind(expected.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(gone.rows_affected() == 1)?;
        sqlx::query(FORGET)
            .bind(Json([AuditRow::from(audit)]))
            .bind(organization.0)
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Several statements, because what a user has no longer must be gone before what takes its place comes.
    async fn replace(&self, user: &User, catalog: Version, audit: &AuditEvent) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let (organization, id) = (user.organization_id.0, user.id.0);
        let updated = sqlx::query(UPDATE)
            .bind(organization)
            .bind(catalog.0)
            .bind(Json([UserRow::from(user)]))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        unless_conflict(updated.rows_affected() == 1)?;
        sqlx::query(
            "WITH unassigned AS (DELETE FROM assignments WHERE organization_id = $1 AND user_id = $2), \
             signed_out AS (DELETE FROM sessions AS s WHERE s.organization_id = $1 AND s.user_id = $2 AND NOT ($3 \
             AND EXISTS (SELECT FROM jsonb_populate_recordset(NULL::identities, $4) AS i \
             WHERE i.connection_id = s.connection_id AND i.name_id_hash = s.name_id_hash))) \
             DELETE FROM identities WHERE organization_id = $1 AND user_id = $2",
        )
        .bind(organization)
        .bind(id)
        .bind(user.active)
        .bind(Json(IdentityRow::all_of(user)))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        sqlx::query(concat!(
            "WITH assigned AS (",
            insert!(assignments, "$2"),
            "), identified AS (",
            insert!(identities, "$3"),
            ") ",
            insert!(audit_events, "$1")
        ))
        .bind(Json([AuditRow::from(audit)]))
        .bind(Json(AssignmentRow::all_of(user)))
        .bind(Json(IdentityRow::all_of(user)))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }
}
