//! Taking out what is written of erased users, a batch at a time.

use sqlx::SqliteConnection;
use vestibule_domain::ports::StoreError;
use vestibule_domain::sign_in::SignInRecord;

use super::{SqliteStore, failed};
use crate::rows::{AuditRow, ErasureRow, SignInRow};

impl SqliteStore {
    /// One batch, and how far it came, are one transaction.
    pub(super) async fn erase_some(&self, limit: u32) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let erasure: Option<ErasureRow> = sqlx::query_as("SELECT * FROM erasures LIMIT 1")
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
        let Some(erasure) = erasure else { return Ok(false) };
        let (sign_in, audit_event) = rewrite(&mut transaction, &erasure, limit).await.map_err(failed)?;
        let reached = match (sign_in, audit_event) {
            (None, None) => sqlx::query("DELETE FROM erasures WHERE organization_id = ? AND user_id = ?"),
            _ => sqlx::query(
                "UPDATE erasures SET sign_in_id = coalesce(?, sign_in_id), \
                 audit_event_id = coalesce(?, audit_event_id) WHERE organization_id = ? AND user_id = ?",
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
    transaction: &mut SqliteConnection,
    erasure: &ErasureRow,
    limit: u32,
) -> sqlx::Result<(Option<uuid::Uuid>, Option<uuid::Uuid>)> {
    let sign_ins: Vec<SignInRow> = sqlx::query_as(
        "SELECT * FROM sign_ins WHERE organization_id = ? AND user_id = ? AND id > ? ORDER BY id LIMIT ?",
    )
    .bind(erasure.organization_id)
    .bind(erasure.user_id)
    .bind(erasure.sign_in_id)
    .bind(limit)
    .fetch_all(&mut *transaction)
    .await?;
    let last_sign_in = sign_ins.last().map(|row| row.id);
    for row in sign_ins {
        let row = SignInRow::from(&SignInRecord::from(row).without_person());
        sqlx::query("UPDATE sign_ins SET report = ? WHERE organization_id = ? AND id = ?")
            .bind(row.report)
            .bind(row.organization_id)
            .bind(row.id)
            .execute(&mut *transaction)
            .await?;
    }
    let events: Vec<AuditRow> = sqlx::query_as(
        "SELECT * FROM audit_events WHERE organization_id = ? AND subject = ? AND id > ? ORDER BY id LIMIT ?",
    )
    .bind(erasure.organization_id)
    .bind(erasure.user_id.to_string())
    .bind(erasure.audit_event_id)
    .bind(limit)
    .fetch_all(&mut *transaction)
    .await?;
    let last_event = events.last().map(|row| row.id);
    for row in events.into_iter().map(AuditRow::without_person) {
        sqlx::query(
            "UPDATE audit_events SET \"before\" = ?, \"after\" = ?, address = ?, request_id = ? \
             WHERE organization_id = ? AND id = ?",
        )
        .bind(row.before)
        .bind(row.after)
        .bind(row.address)
        .bind(row.request_id)
        .bind(row.organization_id)
        .bind(row.id)
        .execute(&mut *transaction)
        .await?;
    }
    Ok((last_sign_in, last_event))
}
