//! Opens a store in a file, writes an organization into it and finds it again:
//! `cargo run -p vestibule-persistence-adapter --example open`.

use std::error::Error;

use chrono::DateTime;
use uuid::Uuid;
use vestibule_domain::ids::{AuditEventId, OrganizationId};
use vestibule_domain::organization::{Organization, OrganizationDraft};
use vestibule_domain::ports::{Actor, AuditEvent};
use vestibule_persistence_adapter::{Database, Limits};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "an example shows what it does")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("vestibule.db").display());
    let database = Database::open(&url, Limits::default())?;
    database.migrate().await?;
    let store = database.store();

    // A service has a clock and chance of its own; ids are version 7.
    let now = DateTime::from_timestamp_micros(1_700_000_000_000_000).ok_or("out of range")?;
    let draft = OrganizationDraft {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        ..OrganizationDraft::default()
    };
    let details = draft.parse().map_err(|problems| format!("{problems:?}"))?;
    let acme = Organization::new(OrganizationId(Uuid::from_u128(1)), details, now);
    let audit = AuditEvent {
        id: AuditEventId(Uuid::from_u128(2)),
        organization_id: Some(acme.id),
        at: now,
        actor: Actor::CommandLine,
        action: "organization.created".into(),
        subject: acme.slug.to_string(),
        before: None,
        after: None,
    };
    store.create_organization(&acme, &audit).await?;

    let found = store.organization(&acme.slug).await?;
    println!("{found:?}");
    database.close().await;
    Ok(())
}
