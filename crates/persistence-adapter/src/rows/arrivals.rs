//! What arrived at a sign-in, sealed.

use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::arrival::SealedArrival;
use vestibule_domain::sign_in::SignInRecord;

use crate::codec::{Bytes, Instant};

#[derive(FromRow, Serialize)]
pub(crate) struct ArrivalRow {
    pub(crate) organization_id: Uuid,
    pub(crate) sign_in_id: Uuid,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) sealed: Bytes,
    pub(crate) forget_after: Instant,
}

impl ArrivalRow {
    /// The row of what arrived at a recorded sign-in, if it is kept.
    pub(crate) fn of(record: &SignInRecord, arrival: Option<&SealedArrival>) -> Option<Self> {
        arrival.map(|arrival| Self {
            organization_id: record.organization_id.0,
            sign_in_id: record.id.0,
            user_id: record.user_id.map(|id| id.0),
            sealed: Bytes(arrival.sealed.clone()),
            forget_after: arrival.forget_after.into(),
        })
    }
}

impl From<ArrivalRow> for SealedArrival {
    fn from(row: ArrivalRow) -> Self {
        Self { sealed: row.sealed.0, forget_after: row.forget_after.into() }
    }
}
