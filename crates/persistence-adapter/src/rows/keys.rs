//! The service's own keys.

use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::connection::Certificate;
use vestibule_domain::service_key::{KeyState, KeyUsage, SealedKey, ServiceKey};

use crate::codec::{Bytes, Document, Instant, Text};

#[derive(FromRow, Serialize)]
pub(crate) struct ServiceKeyRow {
    pub(crate) id: Uuid,
    pub(crate) usage: Text<KeyUsage>,
    pub(crate) state: Text<KeyState>,
    pub(crate) certificate: Document<Certificate>,
    pub(crate) sealed: Bytes,
    pub(crate) created_at: Instant,
}

impl From<&ServiceKey> for ServiceKeyRow {
    fn from(key: &ServiceKey) -> Self {
        Self {
            id: key.id.0,
            usage: Text(key.usage),
            state: Text(key.state),
            certificate: Document(key.certificate.clone()),
            sealed: Bytes(key.sealed.0.clone()),
            created_at: key.created_at.into(),
        }
    }
}

impl From<ServiceKeyRow> for ServiceKey {
    fn from(row: ServiceKeyRow) -> Self {
        Self {
            id: row.id.into(),
            usage: row.usage.0,
            state: row.state.0,
            certificate: row.certificate.0,
            sealed: SealedKey(row.sealed.0),
            created_at: row.created_at.into(),
        }
    }
}
