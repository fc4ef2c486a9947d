//! Taking out what is written of erased users, a batch at a time.

use sqlx::PgConnection;
use sqlx::types::Json;
use vestibule_domain::ports::StoreError;
use vestibule_domain::sign_in::SignInRecord;

use super::{PostgresStore, failed};
use crate::rows::{AuditRow, ErasureRow, SignInRow};

const REWRITE_SIGN_INS: &str = "
UPDATE sign_ins AS s SET report = n.report FROM jsonb_populate_recordset(NULL::sign_ins, $1) AS n
WHERE s.organization_id = n.organization_id AND s.id = n.id
";

const REWRITE_EVENTS: &str = "
UPDATE audit_events AS a SET \"before\" = n.\"before\", \"after\" = n.\"after\", address = n.address,
    request_id = n.request_id
FROM jsonb_populate_recordset(NULL::audit_events, $1) AS n
WHERE a.organization_id = n.organization_id AND a.id = n.id
";

impl PostgresStore {
    /// One batch, and how far it came, are one transaction. Of several processes each takes another user.
    pub(super) async fn erase_some(&self, limit: u32) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let erasure: Option<ErasureRow> =
            sqlx::query_as("SELECT * FROM erasures LIMIT 1 FOR UPDATE SKIP LOCKED")
                .fetch_optional(&mut *transaction)
                .await
                .map_err(failed)?;
        let Some(erasure) = erasure else { return Ok(false) };
        let (sign_in, audit_event) = rewrite(&mut transaction, &erasure, limit).await.map_err(failed)?;
        let reached = match (sign_in, audit_event) {
            (None, None) => sqlx::query("DELETE FROM erasures WHERE organization_id = $1 AND user_id = $2"),
            _ => sqlx::query(
                "UPDATE erasures SET sign_in_id = coalesce($1, sign_in_id), \
                 audit_event_id = coalesce($2, audit_event_id) WHERE organization_id = $3 AND user_id = $4",
            )
            .bind(sign_in)
            .bind(audit_event),
        };
        let reached = reached.bind(erasure.organization_id).bind(erasure.user_id);
        reached.execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }
}

/// Rewrites the next rows of both tables, and answers the last of each; none where there was none.
async fn rewrite(
    transaction: &mut PgConnection,
    erasure: &ErasureRow,
    limit: u32,
) -> sqlx::Result<(Option<uuid::Uuid>, Option<uuid::Uuid>)> {
    let sign_ins: Vec<SignInRow> = sqlx::query_as(
        "SELECT * FROM sign_ins WHERE organization_id = $1 AND user_id = $2 AND id > $3 ORDER BY id LIMIT $4",
    )
    .bind(erasure.organization_id)
    .bind(erasure.user_id)
    .bind(erasure.sign_in_id)
    .bind(i64::from(limit))
    .fetch_all(&mut *transaction)
    .await?;
    let last_sign_in = sign_ins.last().map(|row| row.id);
    let without = |row| SignInRow::from(&SignInRecord::from(row).without_person());
    let sign_ins: Vec<SignInRow> = sign_ins.into_iter().map(without).collect();
    sqlx::query(REWRITE_SIGN_INS).bind(Json(sign_ins)).execute(&mut *transaction).await?;

    let events: Vec<AuditRow> = sqlx::query_as(
        "SELECT * FROM audit_events WHERE organization_id = $1 AND subject = $2 AND id > $3 ORDER BY id LIMIT $4",
    )
    .bind(erasure.organization_id)
    .bind(erasure.user_id.to_string())
    .bind(erasure.audit_event_id)
    .bind(i64::from(limit))
    .fetch_all(&mut *transaction)
    .await?;
    let last_event = events.last().map(|row| row.id);
    let events: Vec<AuditRow> = events.into_iter().map(AuditRow::without_person).collect();
    sqlx::query(REWRITE_EVENTS).bind(Json(events)).execute(&mut *transaction).await?;
    Ok((last_sign_in, last_event))
}
