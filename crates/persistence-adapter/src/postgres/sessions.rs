//! Sessions of signed-in people.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use vestibule_domain::ids::{OrganizationId, UserId};
use vestibule_domain::ports::{AuditEvent, NamedSessions, Page, Paged, Sessions, SignedIn, StoreError};
use vestibule_domain::sign_in::Session;
use vestibule_domain::text::ConnectionKey;
use vestibule_domain::token::TokenHash;

use super::{PostgresStore, insert};
use crate::codec::{Hash, Instant, Text};
use crate::rows::{AuditRow, OrganizationRow, PersonRow, SessionRow, paged, rows_of};

#[derive(FromRow)]
struct SignedInRow {
    #[sqlx(flatten)]
    session: SessionRow,
    person: Json<PersonRow>,
    organization: Json<OrganizationRow>,
    connection_key: Text<ConnectionKey>,
}

const SESSION: &str = concat!(
    "SELECT s.*, to_json(p) AS person, c.key AS connection_key, (SELECT to_json(o) FROM (SELECT ",
    columns!(organization),
    " FROM organizations WHERE id = s.organization_id) AS o) AS organization \
     FROM sessions AS s \
     JOIN people AS p ON p.organization_id = s.organization_id AND p.id = s.user_id \
     JOIN connections AS c ON c.organization_id = s.organization_id AND c.id = s.connection_id \
     WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.active"
);

/// Whoever is erased meanwhile takes the sessions along.
const END_OF_USER: &str = concat!(
    "WITH owner AS MATERIALIZED (
        SELECT 1 FROM users WHERE organization_id = $2 AND id = $3 FOR KEY SHARE
    ), ended AS (
        DELETE FROM sessions WHERE organization_id = $2 AND user_id = $3
    ) ",
    insert!(audit_events, "$1"),
    ", owner"
);

#[async_trait]
impl Sessions for PostgresStore {
    async fn session(&self, token: &TokenHash, now: DateTime<Utc>) -> Result<Option<SignedIn>, StoreError> {
        let found = sqlx::query_as(SESSION).bind(Hash::from(*token)).bind(Instant::from(now));
        let row: Option<SignedInRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(|row| SignedIn {
            session: row.session.into(),
            user: row.person.0.into(),
            organization: row.organization.0.into(),
            connection: row.connection_key.0,
        }))
    }

    async fn end_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(Hash::from(*token));
        self.answer(delete.execute(&self.pool)).await?;
        Ok(())
    }

    async fn end_named_sessions(&self, named: &NamedSessions) -> Result<u64, StoreError> {
        let indexes: Vec<&[u8]> = named.session_indexes.iter().map(String::as_bytes).collect();
        let delete = sqlx::query(
            "DELETE FROM sessions WHERE organization_id = $1 AND connection_id = $2 AND name_id_hash = $3 \
             AND (cardinality($4::bytea[]) = 0 OR session_index = ANY($4)) AND created_at <= $5",
        )
        .bind(named.organization_id.0)
        .bind(named.connection_id.0)
        .bind(Hash::of(&named.name_id.value))
        .bind(indexes)
        .bind(Instant::from(named.begun_until));
        Ok(self.answer(delete.execute(&self.pool)).await?.rows_affected())
    }

    async fn sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        now: DateTime<Utc>,
        page: Page,
    ) -> Result<Paged<Session>, StoreError> {
        let found = sqlx::query_as(
            "SELECT * FROM sessions WHERE organization_id = $1 AND user_id = $2 AND ($3 IS NULL OR id > $3) \
             AND expires_at > $4 ORDER BY id LIMIT $5",
        )
        .bind(organization.0)
        .bind(user.0)
        .bind(page.after)
        .bind(Instant::from(now))
        .bind(rows_of(page));
        let rows: Vec<SessionRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn end_sessions_of(
        &self,
        organization: OrganizationId,
        user: UserId,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let end =
            sqlx::query(END_OF_USER).bind(Json([AuditRow::from(audit)])).bind(organization.0).bind(user.0);
        self.change(end).await
    }
}
