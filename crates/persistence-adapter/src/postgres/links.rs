//! Identities that wait for the owner of an address.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use vestibule_domain::ports::{AuditEvent, LinkStore, StoreError};
use vestibule_domain::sign_in::PendingLink;
use vestibule_domain::text::DisplayName;
use vestibule_domain::token::TokenHash;
use vestibule_domain::user::User;

use super::{PostgresStore, insert, raced};
use crate::codec::{Hash, Instant, Text};
use crate::error::unless_conflict;
use crate::rows::{AuditRow, LinkRow, PersonRow};

#[derive(FromRow)]
struct PendingLinkRow {
    #[sqlx(flatten)]
    link: LinkRow,
    person: Json<PersonRow>,
    organization_name: Text<DisplayName>,
}

/// Whoever comes second waits for the link's row, and then there is none.
const REDEEM: &str = concat!(
    "
WITH link AS MATERIALIZED (
    SELECT * FROM links WHERE organization_id = $2 AND id = $3 AND expires_at > $4 FOR UPDATE
),
owner AS (
    UPDATE users AS u SET version = u.version + 1, updated_at = $4 FROM link
    WHERE u.organization_id = link.organization_id AND u.id = link.user_id AND u.active
    AND u.email_normalized = lower(link.email)
    RETURNING 1
),
bound AS (
    INSERT INTO identities (",
    columns!(identities),
    ") SELECT ",
    columns!(identities),
    " FROM link, owner
),
used_up AS (
    DELETE FROM links AS l USING link, owner
    WHERE l.organization_id = link.organization_id AND l.connection_id = link.connection_id
    AND (l.user_id = link.user_id OR l.name_id_hash = link.name_id_hash)
) ",
    insert!(audit_events, "$1"),
    ", owner"
);

#[async_trait]
impl LinkStore for PostgresStore {
    async fn pending_link(
        &self,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<(PendingLink, User, DisplayName)>, StoreError> {
        let found = sqlx::query_as(
            "SELECT l.*, to_json(p) AS person, o.name AS organization_name FROM links AS l \
             JOIN people AS p ON p.organization_id = l.organization_id AND p.id = l.user_id \
             JOIN organizations AS o ON o.id = l.organization_id \
             WHERE l.token_hash = $1 AND l.expires_at > $2 AND p.active AND p.email_normalized = lower(l.email)",
        )
        .bind(Hash::from(*token))
        .bind(Instant::from(now));
        let row: Option<PendingLinkRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(|row| (row.link.into(), row.person.0.into(), row.organization_name.0)))
    }

    async fn redeem_link(
        &self,
        link: &PendingLink,
        now: DateTime<Utc>,
        audit: &AuditEvent,
    ) -> Result<(), StoreError> {
        let redeem = sqlx::query(REDEEM)
            .bind(Json([AuditRow::from(audit)]))
            .bind(link.organization_id.0)
            .bind(link.id.0)
            .bind(Instant::from(now));
        let redeemed = self.in_time(async { redeem.execute(&self.pool).await.map_err(raced) }).await?;
        unless_conflict(redeemed.rows_affected() == 1)
    }
}
