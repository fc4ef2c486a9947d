//! The sign-in of administrators by single sign-on.

use async_trait::async_trait;
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};
use vestibule_domain::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AnsweredRequest, BegunSignOn,
};
use vestibule_domain::connection::ConnectionVersions;
use vestibule_domain::ids::{ConnectionId, NamingId};
use vestibule_domain::name_id::NameId;
use vestibule_domain::ports::{AdministratorSignOns, AuditEvent, StoreError};
use vestibule_domain::text::EntityId;

use super::administrators::commit_audited;
use super::{PostgresStore, audited, failed, insert, raced};
use crate::codec::{Hash, Instant, Opaque};
use crate::error::unless_conflict;
use crate::rows::{
    AdministratorRequestRow, AdministratorRow, AuditRow, LinkedIdentityRow, NamingRow, PortalSessionRow,
    linked_identity_hash,
};

#[async_trait]
impl AdministratorSignOns for PostgresStore {
    async fn administrators_connection(&self) -> Result<Option<AdministratorsConnection>, StoreError> {
        let found = sqlx::query_as(named_connection!());
        let row: Option<NamingRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(AdministratorsConnection::from))
    }

    async fn name_connection(
        &self,
        naming: &AdministratorsConnection,
        seen: ConnectionVersions,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            let as_seen = sqlx::query(
                "UPDATE connections SET version = version + 1, \
                 identity_provider_version = identity_provider_version + 1, \
                 settings_version = settings_version + 1, updated_at = $1 \
                 WHERE organization_id = $2 AND id = $3 AND version = $4 AND identity_provider_version = $5 \
                 AND settings_version = $6 AND enabled AND identity_provider IS NOT NULL",
            )
            .bind(Instant::from(audit.at))
            .bind(naming.organization_id.0)
            .bind(naming.connection_id.0)
            .bind(seen.details.0)
            .bind(seen.identity_provider.0)
            .bind(seen.settings.0)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(as_seen.rows_affected() == 1)?;
            sqlx::query("DELETE FROM administrators_connection")
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            // Of two at once the unique key lets one in.
            sqlx::query(
                "INSERT INTO administrators_connection (id, one, organization_id, connection_id, named_at) \
                 VALUES ($1, TRUE, $2, $3, $4)",
            )
            .bind(naming.id.0)
            .bind(naming.organization_id.0)
            .bind(naming.connection_id.0)
            .bind(Instant::from(naming.named_at))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            commit_audited(transaction, audit).await
        })
        .await
    }

    async fn unname_connection(&self, naming: NamingId, audit: &AuditEvent) -> Result<(), StoreError> {
        let delete = sqlx::query(audited!("DELETE FROM administrators_connection WHERE id = $2"))
            .bind(Json([AuditRow::from(audit)]))
            .bind(naming.0);
        self.change(delete).await
    }

    async fn administrator_by_identity(
        &self,
        issuer: &EntityId,
        name_id: &NameId,
    ) -> Result<Option<Administrator>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM portal_administrators WHERE id = ( \
             SELECT administrator_id FROM administrator_identities WHERE identity_hash = $1)",
        )
        .bind(linked_identity_hash(issuer, name_id));
        let row: Option<AdministratorRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(Administrator::from))
    }

    async fn open_administrator_request(&self, request: &AdministratorRequest) -> Result<(), StoreError> {
        let open = sqlx::query(insert!(administrator_requests, "$1"))
            .bind(Json([AdministratorRequestRow::from(request)]));
        self.in_time(async { open.execute(&self.pool).await.map(drop).map_err(raced) }).await
    }

    async fn administrator_request(&self, id: &str) -> Result<Option<AdministratorRequest>, StoreError> {
        let found =
            sqlx::query_as("SELECT * FROM administrator_requests WHERE id = $1").bind(Opaque(id.to_owned()));
        let row: Option<AdministratorRequestRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(AdministratorRequest::from))
    }

    async fn begin_sign_on(&self, begun: &BegunSignOn, audit: &[AuditEvent]) -> Result<(), StoreError> {
        let row = PortalSessionRow::from(&begun.session);
        unless_conflict(row.naming_id == Some(begun.answered.naming_id.0))?;
        self.in_time(async {
            let mut transaction = self.write().await?;
            answer(&mut transaction, &begun.answered).await?;
            let signed_in = sqlx::query(
                "UPDATE administrators SET last_signed_in_at = $3, version = version + $4 \
                 WHERE id = $1 AND version = $2 AND NOT disabled AND single_sign_on",
            )
            .bind(row.administrator_id)
            .bind(begun.version.0)
            .bind(row.created_at)
            .bind(i64::from(begun.link.is_some()))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            unless_conflict(signed_in.rows_affected() == 1)?;
            if let Some(link) = &begun.link {
                let linked =
                    LinkedIdentityRow::of(begun.session.administrator_id, begun.answered.naming_id, link);
                sqlx::query(insert!(administrator_identities, "$1"))
                    .bind(Json([linked]))
                    .execute(&mut *transaction)
                    .await
                    .map_err(raced)?;
            }
            sqlx::query(concat!(
                "WITH ended AS (DELETE FROM portal_sessions WHERE token_hash = $2) ",
                insert!(portal_sessions, "$1")
            ))
            .bind(Json([row]))
            .bind(begun.instead_of.map(Hash::from))
            .execute(&mut *transaction)
            .await
            .map_err(raced)?;
            sqlx::query(insert!(audit_events, "$1"))
                .bind(Json(audit.iter().map(AuditRow::from).collect::<Vec<_>>()))
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }

    async fn refuse_sign_on(&self, answered: &AnsweredRequest, audit: &AuditEvent) -> Result<(), StoreError> {
        self.in_time(async {
            let mut transaction = self.write().await?;
            answer(&mut transaction, answered).await?;
            commit_audited(transaction, audit).await
        })
        .await
    }
}

/// Uses up a request and an assertion, if the connection is as it was; it stays so until the transaction ends.
async fn answer(
    transaction: &mut Transaction<'static, Postgres>,
    answered: &AnsweredRequest,
) -> Result<(), StoreError> {
    let as_seen = sqlx::query(
        "SELECT FROM connections AS c JOIN administrators_connection AS n \
         ON n.organization_id = c.organization_id AND n.connection_id = c.id \
         WHERE n.id = $1 AND c.organization_id = $2 AND c.id = $3 AND c.version = $4 \
         AND c.identity_provider_version = $5 AND c.settings_version = $6 FOR SHARE",
    )
    .bind(answered.naming_id.0)
    .bind(answered.organization_id.0)
    .bind(answered.connection_id.0)
    .bind(answered.versions.details.0)
    .bind(answered.versions.identity_provider.0)
    .bind(answered.versions.settings.0)
    .fetch_optional(&mut **transaction)
    .await
    .map_err(failed)?;
    unless_conflict(as_seen.is_some())?;
    let request = sqlx::query("DELETE FROM administrator_requests WHERE id = $1 AND naming_id = $2")
        .bind(Opaque(answered.request_id.clone()))
        .bind(answered.naming_id.0)
        .execute(&mut **transaction)
        .await
        .map_err(failed)?;
    unless_conflict(request.rows_affected() == 1)?;
    sqlx::query(
        "INSERT INTO used_assertions (organization_id, connection_id, assertion_hash, forget_after) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(answered.organization_id.0)
    .bind(answered.connection_id.0)
    .bind(Hash::of(&answered.assertion.id))
    .bind(Instant::from(answered.assertion.forget_after))
    .execute(&mut **transaction)
    .await
    .map(drop)
    .map_err(raced)
}

/// Ends the sessions of administrators that began through a connection. A statement of its own, which sees those that began until the
/// connection was locked.
pub(super) async fn end_sessions_through(
    transaction: &mut Transaction<'static, Postgres>,
    connection: ConnectionId,
) -> Result<(), StoreError> {
    sqlx::query(sessions_through!("$1"))
        .bind(connection.0)
        .execute(&mut **transaction)
        .await
        .map(drop)
        .map_err(failed)
}
