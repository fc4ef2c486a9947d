//! Who changed what.

use async_trait::async_trait;
use vestibule_domain::ids::{AuditEventId, OrganizationId};
use vestibule_domain::ports::{AuditEvent, AuditFilter, AuditTrail, Page, Paged, StoreError};

use super::{SqliteStore, failed};
use crate::codec::Instant;
use crate::rows::{ReadAuditRow, ids_of, paged, rows_of, trail_of};
use crate::trail::{ON_SQLITE, bind_trail};

#[async_trait]
impl AuditTrail for SqliteStore {
    async fn audit_events(
        &self,
        organization: Option<OrganizationId>,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Paged<AuditEvent>, StoreError> {
        let found = bind_trail!(sqlx::query_as(ON_SQLITE.page(filter)), organization, filter, page);
        let rows: Vec<ReadAuditRow> = found.fetch_all(&self.reader).await.map_err(failed)?;
        Ok(paged(rows, page, |read| read.row.id))
    }

    async fn audit_event(
        &self,
        organization: Option<OrganizationId>,
        id: AuditEventId,
    ) -> Result<Option<AuditEvent>, StoreError> {
        let found = sqlx::query_as(ON_SQLITE.one).bind(trail_of(organization)).bind(id.0);
        let row: Option<ReadAuditRow> = found.fetch_optional(&self.reader).await.map_err(failed)?;
        Ok(row.map(AuditEvent::from))
    }
}
