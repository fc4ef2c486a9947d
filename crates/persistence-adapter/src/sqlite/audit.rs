//! Who changed what.

use async_trait::async_trait;
use vestibule_domain::ids::{AuditEventId, OrganizationId};
use vestibule_domain::ports::{AuditEvent, AuditFilter, AuditTrail, Page, Paged, StoreError};

use super::{SqliteStore, failed};
use crate::codec::Instant;
use crate::rows::{AuditRow, ids_of, paged, rows_of, trail_of};

/// A page of a trail. One statement for each index that may serve it: one for all of them would be planned without knowing which of its
/// conditions matter.
macro_rules! trail {
    ($by:literal) => {
        concat!(
            "SELECT * FROM audit_events WHERE organization_id = ?1 AND id >= ?2 AND id < ?3",
            $by,
            " AND (?4 IS NULL OR at >= ?4) AND (?5 IS NULL OR at < ?5) AND (?6 IS NULL OR actor_key = ?6) \
             AND (?7 IS NULL OR action = ?7) AND (?8 IS NULL OR subject = ?8) ORDER BY id DESC LIMIT ?9"
        )
    };
}

const OF_SUBJECT: &str = trail!(" AND subject = ?8");
const BY_ACTOR: &str = trail!(" AND actor_key = ?6");
const OF_ACTION: &str = trail!(" AND action = ?7");
const ALL: &str = trail!("");

/// The statement whose index leaves the fewest events to look at.
fn statement(filter: &AuditFilter) -> &'static str {
    match filter {
        AuditFilter { subject: Some(_), .. } => OF_SUBJECT,
        AuditFilter { actor: Some(_), .. } => BY_ACTOR,
        AuditFilter { action: Some(_), .. } => OF_ACTION,
        _ => ALL,
    }
}

#[async_trait]
impl AuditTrail for SqliteStore {
    async fn audit_events(
        &self,
        organization: Option<OrganizationId>,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Paged<AuditEvent>, StoreError> {
        let (from, before) = ids_of(filter, page);
        let found = sqlx::query_as(statement(filter))
            .bind(trail_of(organization))
            .bind(from)
            .bind(before)
            .bind(filter.since.map(Instant::from))
            .bind(filter.until.map(Instant::from))
            .bind(&filter.actor)
            .bind(&filter.action)
            .bind(&filter.subject)
            .bind(rows_of(page));
        let rows: Vec<AuditRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |row| row.id))
    }

    async fn audit_event(
        &self,
        organization: Option<OrganizationId>,
        id: AuditEventId,
    ) -> Result<Option<AuditEvent>, StoreError> {
        let found = sqlx::query_as("SELECT * FROM audit_events WHERE organization_id = ?1 AND id = ?2")
            .bind(trail_of(organization))
            .bind(id.0);
        let row: Option<AuditRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(AuditEvent::from))
    }
}
