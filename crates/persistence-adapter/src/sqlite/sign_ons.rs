//! The sign-in of administrators by single sign-on.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use vestibule_domain::administrator::{
    Administrator, AdministratorRequest, AdministratorsConnection, AnsweredRequest, BegunSignOn,
};
use vestibule_domain::connection::ConnectionVersions;
use vestibule_domain::ids::{ConnectionId, NamingId};
use vestibule_domain::name_id::NameId;
use vestibule_domain::ports::{AdministratorSignOns, AuditEvent, StoreError};
use vestibule_domain::text::EntityId;

use super::portal::insert_session;
use super::{SqliteStore, commit_audited, failed, insert_audit, raced};
use crate::codec::{Hash, Instant, Opaque};
use crate::error::unless_conflict;
use crate::rows::{
    AdministratorRequestRow, AdministratorRow, LinkedIdentityRow, NamingRow, PortalSessionRow,
    linked_identity_hash,
};

#[async_trait]
impl AdministratorSignOns for SqliteStore {
    async fn administrators_connection(&self) -> Result<Option<AdministratorsConnection>, StoreError> {
        let row: Option<NamingRow> =
            sqlx::query_as(named_connection!()).fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(AdministratorsConnection::from))
    }

    async fn name_connection(
        &self,
        naming: &AdministratorsConnection,
        seen: ConnectionVersions,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let as_seen = sqlx::query(
            "UPDATE connections SET version = version + 1, identity_provider_version = identity_provider_version + 1, \
             settings_version = settings_version + 1, updated_at = ? \
             WHERE organization_id = ? AND id = ? AND version = ? AND identity_provider_version = ? \
             AND settings_version = ? AND enabled AND identity_provider IS NOT NULL",
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
        sqlx::query(
            "INSERT INTO administrators_connection (id, one, organization_id, connection_id, named_at) \
             VALUES (?, TRUE, ?, ?, ?)",
        )
        .bind(naming.id.0)
        .bind(naming.organization_id.0)
        .bind(naming.connection_id.0)
        .bind(Instant::from(naming.named_at))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        commit_audited(transaction, audit).await
    }

    async fn unname_connection(&self, naming: NamingId, audit: &AuditEvent) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM administrators_connection WHERE id = ?").bind(naming.0);
        self.change(delete, audit).await
    }

    async fn administrator_by_identity(
        &self,
        issuer: &EntityId,
        name_id: &NameId,
    ) -> Result<Option<Administrator>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM portal_administrators WHERE id = ( \
             SELECT administrator_id FROM administrator_identities WHERE identity_hash = ?)",
        )
        .bind(linked_identity_hash(issuer, name_id));
        let row: Option<AdministratorRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(Administrator::from))
    }

    async fn open_administrator_request(&self, request: &AdministratorRequest) -> Result<(), StoreError> {
        let row = AdministratorRequestRow::from(request);
        sqlx::query(concat!(
            "INSERT INTO administrator_requests (",
            columns!(administrator_requests),
            ") VALUES (?, ?, ?, ?, ?, ?)"
        ))
        .bind(row.id)
        .bind(row.naming_id)
        .bind(row.browser)
        .bind(row.instead_of)
        .bind(row.return_to)
        .bind(row.expires_at)
        .execute(&self.writer)
        .await
        .map(drop)
        .map_err(raced)
    }

    async fn administrator_request(&self, id: &str) -> Result<Option<AdministratorRequest>, StoreError> {
        let found =
            sqlx::query_as("SELECT * FROM administrator_requests WHERE id = ?").bind(Opaque(id.to_owned()));
        let row: Option<AdministratorRequestRow> =
            found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(AdministratorRequest::from))
    }

    async fn begin_sign_on(&self, begun: &BegunSignOn, audit: &[AuditEvent]) -> Result<(), StoreError> {
        let row = PortalSessionRow::from(&begun.session);
        unless_conflict(row.naming_id == Some(begun.answered.naming_id.0))?;
        let mut transaction = self.write().await?;
        answer(&mut transaction, &begun.answered).await?;
        let signed_in = sqlx::query(
            "UPDATE administrators SET last_signed_in_at = ?, version = version + ? \
             WHERE id = ? AND version = ? AND NOT disabled AND single_sign_on",
        )
        .bind(row.created_at)
        .bind(i64::from(begun.link.is_some()))
        .bind(row.administrator_id)
        .bind(begun.version.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        unless_conflict(signed_in.rows_affected() == 1)?;
        if let Some(link) = &begun.link {
            let linked =
                LinkedIdentityRow::of(begun.session.administrator_id, begun.answered.naming_id, link);
            sqlx::query(concat!(
                "INSERT INTO administrator_identities (",
                columns!(administrator_identities),
                ") VALUES (?, ?, ?, ?, ?, ?)"
            ))
            .bind(linked.administrator_id)
            .bind(linked.naming_id)
            .bind(linked.issuer)
            .bind(linked.name_id)
            .bind(linked.identity_hash)
            .bind(linked.linked_at)
            .execute(&mut *transaction)
            .await
            .map_err(raced)?;
        }
        sqlx::query("DELETE FROM portal_sessions WHERE token_hash = ?")
            .bind(begun.instead_of.map(Hash::from))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        insert_session(&mut transaction, row).await.map_err(raced)?;
        for event in audit {
            insert_audit(&mut transaction, event).await.map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    async fn refuse_sign_on(&self, answered: &AnsweredRequest, audit: &AuditEvent) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        answer(&mut transaction, answered).await?;
        commit_audited(transaction, audit).await
    }
}

/// Uses up a request and an assertion, if the connection is as it was.
async fn answer(transaction: &mut SqliteConnection, answered: &AnsweredRequest) -> Result<(), StoreError> {
    let as_seen: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM connections AS c JOIN administrators_connection AS n \
         ON n.organization_id = c.organization_id AND n.connection_id = c.id \
         WHERE n.id = ? AND c.organization_id = ? AND c.id = ? AND c.version = ? \
         AND c.identity_provider_version = ? AND c.settings_version = ?",
    )
    .bind(answered.naming_id.0)
    .bind(answered.organization_id.0)
    .bind(answered.connection_id.0)
    .bind(answered.versions.details.0)
    .bind(answered.versions.identity_provider.0)
    .bind(answered.versions.settings.0)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(failed)?;
    unless_conflict(as_seen.is_some())?;
    let request = sqlx::query("DELETE FROM administrator_requests WHERE id = ? AND naming_id = ?")
        .bind(Opaque(answered.request_id.clone()))
        .bind(answered.naming_id.0)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    unless_conflict(request.rows_affected() == 1)?;
    sqlx::query(
        "INSERT INTO used_assertions (organization_id, connection_id, assertion_hash, forget_after) \
         VALUES (?, ?, ?, ?)",
    )
    .bind(answered.organization_id.0)
    .bind(answered.connection_id.0)
    .bind(Hash::of(&answered.assertion.id))
    .bind(Instant::from(answered.assertion.forget_after))
    .execute(transaction)
    .await
    .map(drop)
    .map_err(raced)
}

/// Ends the sessions of administrators that began through a connection.
pub(super) async fn end_sessions_through(
    transaction: &mut SqliteConnection,
    connection: ConnectionId,
) -> Result<(), StoreError> {
    sqlx::query(sessions_through!("?"))
        .bind(connection.0)
        .execute(transaction)
        .await
        .map(drop)
        .map_err(failed)
}
