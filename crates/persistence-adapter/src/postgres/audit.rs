//! Who changed what.

use async_trait::async_trait;
use vestibule_domain::ids::{AuditEventId, OrganizationId};
use vestibule_domain::ports::{AuditEvent, AuditFilter, AuditTrail, Page, Paged, StoreError};

use super::PostgresStore;
use crate::codec::Instant;
use crate::rows::{ReadAuditRow, ids_of, paged, rows_of, trail_of};
use crate::trail::{ON_POSTGRES, bind_trail};

#[async_trait]
impl AuditTrail for PostgresStore {
    async fn audit_events(
        &self,
        organization: Option<OrganizationId>,
        filter: &AuditFilter,
        page: Page,
    ) -> Result<Paged<AuditEvent>, StoreError> {
        let found = bind_trail!(sqlx::query_as(ON_POSTGRES.page(filter)), organization, filter, page);
        let rows: Vec<ReadAuditRow> = self.answer(found.fetch_all(&self.pool)).await?;
        Ok(paged(rows, page, |read| read.row.id))
    }

    async fn audit_event(
        &self,
        organization: Option<OrganizationId>,
        id: AuditEventId,
    ) -> Result<Option<AuditEvent>, StoreError> {
        let found = sqlx::query_as(ON_POSTGRES.one).bind(trail_of(organization)).bind(id.0);
        let row: Option<ReadAuditRow> = self.answer(found.fetch_optional(&self.pool)).await?;
        Ok(row.map(AuditEvent::from))
    }
}
