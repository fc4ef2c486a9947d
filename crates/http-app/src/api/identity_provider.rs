//! The identity provider of a connection.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use vestibule_domain::connection::{IdentityProvider, MetadataOrigin};
use vestibule_domain::ids::Version;
use vestibule_domain::problem::Problems;
use vestibule_domain::usecase::{AdminError, MetadataDraft, RemoveIdentityProvider, SaveIdentityProvider};

use super::body::Body;
use super::caller::OnConnection;
use super::etag::{IfMatch, IfNoneMatch, tagged};
use crate::problem::Problem;
use crate::state::AppState;

/// An identity provider, as JSON.
#[derive(Debug, Serialize)]
struct IdentityProviderShape {
    entity_id: String,
    sso_urls: Vec<String>,
    certificates: Vec<CertificateShape>,
    source: &'static str,
    fetched_at: DateTime<Utc>,
    next_refresh_at: Option<DateTime<Utc>>,
    last_refresh_error: Option<String>,
}

#[derive(Debug, Serialize)]
struct CertificateShape {
    subject: String,
    sha256_fingerprint: String,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
}

impl From<&IdentityProvider> for IdentityProviderShape {
    fn from(provider: &IdentityProvider) -> Self {
        let metadata = &provider.metadata;
        let mut sso_urls = Vec::new();
        for endpoint in &metadata.sso_endpoints {
            let url = endpoint.location.to_string();
            // One address often serves both bindings.
            if !sso_urls.contains(&url) {
                sso_urls.push(url);
            }
        }
        let certificates = metadata.certificates.iter().map(|certificate| CertificateShape {
            subject: certificate.subject.clone(),
            sha256_fingerprint: certificate.sha256_fingerprint.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        });
        Self {
            entity_id: metadata.entity_id.to_string(),
            sso_urls,
            certificates: certificates.collect(),
            source: match provider.source {
                MetadataOrigin::Xml => "xml",
                MetadataOrigin::Url(_) => "url",
            },
            fetched_at: provider.fetched_at,
            // Metadata is read when it is saved, and not again by itself.
            next_refresh_at: None,
            last_refresh_error: None,
        }
    }
}

/// What a body says of metadata.
#[derive(Default)]
struct MetadataBody {
    xml: String,
    url: String,
}

impl MetadataBody {
    /// The metadata to take; the body must name exactly one.
    fn parse(body: &Body) -> Result<MetadataDraft, Problems> {
        let mut draft = Self::default();
        let mut by_url = false;
        let faults = body.read(&[], |object| {
            object.text("metadata_xml", &mut draft.xml);
            object.text("metadata_url", &mut draft.url);
            by_url = object.has("metadata_url");
            match (object.has("metadata_xml"), by_url) {
                (false, false) => object.require(&["metadata_xml"]),
                (true, true) => {
                    object.invalid_choice("metadata_url", "send metadata_xml or metadata_url, not both");
                }
                _ => {}
            }
        });
        faults.check(|| None)?;
        Ok(if by_url { MetadataDraft::Url(draft.url) } else { MetadataDraft::Xml(draft.xml) })
    }
}

pub(super) async fn read(on: OnConnection, seen: IfNoneMatch) -> Result<Response, Problem> {
    let connection = &on.view.connection;
    let provider = connection.identity_provider.as_ref().ok_or_else(Problem::sso_not_configured)?;
    Ok(seen.answer(connection.identity_provider_version, IdentityProviderShape::from(provider)))
}

pub(super) async fn save(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let expected = expected(&on, &seen)?;
    let draft = MetadataBody::parse(&body)?;
    let save = SaveIdentityProvider { world: state.world, messages: state.messages, source: state.metadata };
    let saved = save.run(&on.actor, on.slug(), on.key(), expected, &draft).await;
    let (provider, version) = saved.map_err(|error| at_field(error, &draft))?;
    Ok(tagged(version, IdentityProviderShape::from(&provider)))
}

pub(super) async fn remove(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
) -> Result<Response, Problem> {
    let expected = expected(&on, &seen)?;
    if on.view.connection.identity_provider.is_none() {
        return Err(Problem::sso_not_configured());
    }
    RemoveIdentityProvider(state.world).run(&on.actor, on.slug(), on.key(), expected).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn expected(on: &OnConnection, seen: &IfMatch) -> Result<Option<Version>, AdminError> {
    let connection = &on.view.connection;
    seen.expected_of(connection.identity_provider.is_some(), connection.identity_provider_version)
}

/// A fault of the metadata, with the pointer of the field that it came by.
fn at_field(error: AdminError, draft: &MetadataDraft) -> AdminError {
    let AdminError::Metadata(fault) = error else { return error };
    let pointer = match draft {
        MetadataDraft::Xml(_) => "/metadata_xml",
        MetadataDraft::Url(_) => "/metadata_url",
    };
    let mut problems = Problems::default();
    problems.add(pointer, fault.code, fault.message);
    AdminError::Invalid(problems)
}
