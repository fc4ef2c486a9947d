//! What `vestibule check` looks at in the store: the service's own keys, and the certificates of every identity provider.

use chrono::{DateTime, Duration, Utc};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{Keysmith, Page, StoreError};
use vestibule_domain::refresh::{MetadataRefresh, due_warning};
use vestibule_domain::service_key::ServiceKey;
use vestibule_domain::usecase::World;

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether something does not work, or soon may not.
    pub severity: Severity,
    /// A sentence for an operator. It names no person and no secret.
    pub message: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It is as it should be.
    Fine,
    /// Look at it soon.
    Notice,
    /// It is wrong now.
    Wrong,
}

impl Finding {
    /// What is as it should be.
    pub fn fine(message: impl Into<String>) -> Self {
        Self { severity: Severity::Fine, message: message.into() }
    }

    /// What is to be looked at soon.
    pub fn notice(message: impl Into<String>) -> Self {
        Self { severity: Severity::Notice, message: message.into() }
    }

    /// What is wrong.
    pub fn wrong(message: impl Into<String>) -> Self {
        Self { severity: Severity::Wrong, message: message.into() }
    }
}

/// How long before its end a certificate of the service's own is noticed.
const SOON: Duration = Duration::days(30);

/// How many organizations are read at once.
const AT_ONCE: u32 = 200;

/// The service's own keys. `keysmith` has the installation's key, where there is one.
///
/// # Errors
/// The store's.
pub async fn service_keys(
    world: &World,
    keysmith: Option<&dyn Keysmith>,
) -> Result<Vec<Finding>, StoreError> {
    let keys = world.store.service_keys().await?;
    if keys.is_empty() {
        return Ok(vec![Finding::notice("service keys: there is none yet; `serve` makes them")]);
    }
    Ok(keys.iter().map(|key| of_key(key, keysmith, world.now())).collect())
}

fn of_key(key: &ServiceKey, keysmith: Option<&dyn Keysmith>, now: DateTime<Utc>) -> Finding {
    let ServiceKey { id, usage, state, certificate, .. } = key;
    let place = format!("service keys: the {state} {usage} key {id}");
    let end = certificate.not_after.format("%Y-%m-%d");
    match keysmith.map(|keysmith| keysmith.check(key)) {
        None => Finding::wrong(format!("{place} needs the key file, which is not there")),
        Some(Err(error)) => Finding::wrong(format!("{place} cannot be opened: {error}")),
        Some(Ok(())) if certificate.not_after - now <= SOON => {
            Finding::notice(format!("{place} has a certificate that ends on {end}: rotate it"))
        }
        Some(Ok(())) => Finding::fine(format!("{place} opens, and is valid until {end}")),
    }
}

/// The certificates of every connection that has an identity provider, in every organization.
///
/// # Errors
/// The store's.
pub async fn certificates(world: &World) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let mut after = None;
    loop {
        let page = world.store.organizations(Page { after, limit: AT_ONCE }).await?;
        for organization in &page.items {
            for connection in world.store.connections(organization.id).await? {
                let place = format!("{}/{}", organization.slug, connection.details.key);
                match &connection.identity_provider {
                    Some(idp) => {
                        findings.extend(of_metadata(&place, &idp.metadata, world.now()));
                        let tracked = world.store.metadata_refresh(connection.id).await?;
                        findings
                            .extend(tracked.iter().flat_map(|tracked| of_refresh(&place, &tracked.refresh)));
                    }
                    None => findings.push(Finding::notice(format!("{place}: no identity provider yet"))),
                }
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(findings);
        }
    }
}

/// What waits for somebody, and what cannot be refreshed.
fn of_refresh(place: &str, refresh: &MetadataRefresh) -> Vec<Finding> {
    let pending = refresh.pending.as_ref().map(|pending| {
        let since = pending.fetched_at.format("%Y-%m-%d");
        format!("{place}: the metadata has changed, and has awaited approval since {since}")
    });
    let failure = refresh.failure.as_ref().map(|failure| {
        let since = failure.since.format("%Y-%m-%d");
        format!("{place}: the metadata could not be refreshed since {since} ({})", failure.code)
    });
    pending.into_iter().chain(failure).map(Finding::notice).collect()
}

fn of_metadata(place: &str, metadata: &IdpMetadata, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    if metadata.certificates.is_empty() {
        findings.push(Finding::wrong(format!("{place}: no signing certificate, so nobody can sign in")));
    }
    if metadata.valid_until.is_some_and(|end| end <= now) {
        findings.push(Finding::notice(format!("{place}: the metadata is past its validUntil")));
    }
    for certificate in &metadata.certificates {
        let name: String = certificate.sha256_fingerprint.chars().take(16).collect();
        let end = certificate.not_after.format("%Y-%m-%d");
        findings.push(if certificate.not_after <= now {
            Finding::wrong(format!("{place}: certificate {name}… ended on {end}"))
        } else if certificate.not_before > now {
            Finding::wrong(format!("{place}: certificate {name}… is not valid yet"))
        } else if due_warning(certificate, now).is_some() {
            Finding::notice(format!("{place}: certificate {name}… ends on {end}"))
        } else {
            Finding::fine(format!("{place}: certificate {name}… is valid until {end}"))
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vestibule_domain::ports::{Actor, Administration as _, AuditEvent, Clock as _};
    use vestibule_domain::refresh::{PendingMetadata, RefreshFailure};
    use vestibule_domain::testing::{CountingRandom, FrozenClock, MemoryStore, PaperKeysmith, acme};
    use vestibule_domain::token::SecretKey;
    use vestibule_domain::usecase::PrepareServiceKeys;
    use vestibule_saml_adapter::Keyring;

    use super::*;

    #[tokio::test]
    async fn a_certificate_is_fine_then_noticed_then_wrong() {
        let (clock, store) = (Arc::new(FrozenClock::default()), Arc::new(MemoryStore::default()));
        acme().install(&*store).await;
        let world = World { store, clock: clock.clone(), random: Arc::new(CountingRandom::default()) };
        let end = clock.now() + Duration::days(3650);
        let worst = async || {
            let findings = certificates(&world).await.unwrap();
            let of_certificates = findings.iter().filter(|finding| finding.message.contains("certificate"));
            of_certificates.map(|finding| finding.severity as u8).max()
        };
        assert_eq!(worst().await, Some(Severity::Fine as u8));
        clock.set(end - Duration::days(20));
        assert_eq!(worst().await, Some(Severity::Notice as u8));
        clock.set(end);
        assert_eq!(worst().await, Some(Severity::Wrong as u8));
    }

    #[tokio::test]
    async fn keys_are_checked_against_the_key_file() {
        let store = Arc::new(MemoryStore::default());
        let (clock, random) = (Arc::new(FrozenClock::default()), Arc::new(CountingRandom::default()));
        let world = World { store, clock: clock.clone(), random };
        let found = async |keysmith: Option<&dyn Keysmith>| {
            let findings = service_keys(&world, keysmith).await.unwrap();
            findings.iter().map(|finding| finding.severity).collect::<Vec<_>>()
        };
        assert_eq!(found(Some(&PaperKeysmith)).await, [Severity::Notice], "there is none yet");
        let prepare = PrepareServiceKeys { world: world.clone(), keysmith: Arc::new(PaperKeysmith) };
        let keys = prepare.run().await.unwrap();
        assert_eq!(found(Some(&PaperKeysmith)).await, [Severity::Fine; 2]);
        assert_eq!(found(None).await, [Severity::Wrong; 2]);
        let stranger = Keyring::new(SecretKey::new(&[7; 32]).sealing_key());
        assert_eq!(found(Some(&stranger)).await, [Severity::Wrong; 2]);
        let named = service_keys(&world, Some(&stranger)).await.unwrap();
        assert!(named[0].message.contains(&keys[0].id.to_string()), "{named:?}");
        clock.advance(Duration::days(3_640));
        assert_eq!(found(Some(&PaperKeysmith)).await, [Severity::Notice; 2]);
    }

    #[tokio::test]
    async fn what_waits_and_what_fails_is_noticed() {
        let (clock, store) = (Arc::new(FrozenClock::default()), Arc::new(MemoryStore::default()));
        let acme = acme();
        acme.install(&*store).await;
        let provider = acme.connection.identity_provider.as_ref().unwrap();
        let (now, metadata) = (clock.now(), provider.metadata.clone());
        let failure = RefreshFailure {
            code: "fetch_failed".to_owned(),
            message: "It did not answer.".to_owned(),
            at: now,
            since: now,
            count: 1,
            told: false,
        };
        let refresh = MetadataRefresh {
            next_at: now,
            fetched_at: now,
            valid_until: None,
            failure: Some(failure),
            pending: Some(PendingMetadata { metadata, fetched_at: now }),
            rejected: None,
        };
        let event = AuditEvent {
            id: uuid::Uuid::nil().into(),
            organization_id: None,
            at: now,
            actor: Actor::System,
            action: "test".into(),
            subject: String::new(),
            before: None,
            after: None,
        };
        let (id, version) = (acme.connection.id, acme.connection.identity_provider_version);
        store.replace_identity_provider(id, Some(provider), Some(&refresh), version, &event).await.unwrap();
        let world = World { store, clock, random: Arc::new(CountingRandom::default()) };
        let notices: Vec<_> = certificates(&world)
            .await
            .unwrap()
            .into_iter()
            .filter(|finding| finding.severity == Severity::Notice)
            .map(|finding| finding.message)
            .collect();
        assert!(
            notices.iter().any(|notice| notice.contains("awaited approval since 2026-01-02")),
            "{notices:?}"
        );
        assert!(
            notices.iter().any(|notice| notice.contains("since 2026-01-02 (fetch_failed)")),
            "{notices:?}"
        );
    }
}
