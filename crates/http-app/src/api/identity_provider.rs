//! The identity provider of a connection.

mod shape;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use vestibule_domain::connection::IdentityProvider;
use vestibule_domain::ids::Version;
use vestibule_domain::ports::StoreError;
use vestibule_domain::problem::Problems;
use vestibule_domain::usecase::{
    AdminError, ApproveMetadata, IdentityProviderDraft, MetadataDraft, RejectMetadata, RemoveIdentityProvider,
};

use super::body::Body;
use super::caller::OnConnection;
use super::etag::{IfMatch, tagged};
use super::object::Object;
use super::once::Once;
use crate::openapi::{Operation, Routes, texts};
use crate::problem::Problem;
use crate::state::AppState;
use shape::{IdentityProviderShape, RefreshShape};

pub(super) use shape::CertificateShape;

const ADDRESS: &str = "/organizations/{org}/connections/{connection}/identity-provider";

/// Its addresses.
pub(super) fn routes() -> Routes<AppState> {
    let decide = |it: Operation, id, summary| {
        it.named(id, summary)
            .problem(403, &["administrators_connection"])
            .takes(&DECISION, |object| read_digest(object, &mut String::new()))
            .such_as(json!({"digest": "0b6c6d1c0ea1d9c5a9a5ae1a0a2c6a51e9a6c1a1a8e5a8f30f6b1a9e1f1a7d2c"}))
            .answers::<IdentityProviderShape>(200, "The identity provider as it is now.")
            .tagged()
            .problem(404, &["sso_not_configured", "pending_metadata_not_found"])
            .problem(412, &["precondition_failed"])
    };
    Routes::of("Identity provider")
        .get(ADDRESS, read, |it| {
            it.named("readIdentityProvider", "Reads the identity provider")
                .answers::<IdentityProviderShape>(200, "The identity provider.")
                .such_as(json!({
                    "entity_id": "https://idp.example.com/metadata", "sso_urls": ["https://idp.example.com/sso"],
                    "certificates": [{
                        "subject": "CN=idp.example.com",
                        "sha256_fingerprint": "07a8392015cb3150bba9423412cb508fc292981484c2c36f4b4a76cddac4e6ec",
                        "not_before": "2026-11-24T09:36:38Z", "not_after": "2036-11-24T09:36:38Z",
                    }],
                    "source": "url", "metadata_url": "https://idp.example.com/metadata", "trust_metadata_url": false,
                    "metadata_signing_certificate": null, "fetched_at": "2026-11-25T09:36:40.785413Z",
                    "valid_until": null, "next_refresh_at": "2026-11-26T09:01:12.402113Z",
                    "last_refresh_error": null, "pending": null, "warnings": [],
                }))
                .tagged()
                .problem(404, &["sso_not_configured"])
        })
        .put(ADDRESS, save, |it| {
            it.named("saveIdentityProvider", "Takes an identity provider's metadata")
                .problem(403, &["administrators_connection"])
                .says("The document, or its address, which is then fetched now and again. What is wrong with metadata has a code of its own.")
                .takes(&[], |object| IdentityProviderBody::default().read(object))
                .takes_only(json!([
                    {"required": ["metadata_xml"], "properties": {"metadata_url": false, "trust_metadata_url": {"const": false}}},
                    {"required": ["metadata_url"], "properties": {"metadata_xml": false}},
                ]))
                .such_as(json!({"metadata_xml": "<EntityDescriptor …>"}))
                .answers::<IdentityProviderShape>(200, "The identity provider as it is now.")
                .tagged()
                .problem(409, &["entity_id_taken"])
        })
        .delete(ADDRESS, remove, |it| {
            it.named("removeIdentityProvider", "Removes the identity provider")
                .problem(403, &["administrators_connection"])
                .says("The connection believes nobody any more.")
                .answers_nothing(204, "It is gone.")
                .problem(404, &["sso_not_configured"])
        })
        .post(&format!("{ADDRESS}/refresh"), Once(refresh), |it| {
            it.named("refreshMetadata", "Fetches the metadata now")
                .problem(403, &["administrators_connection"])
                .answers::<RefreshShape>(200, "What came of it.")
                .problem(404, &["sso_not_configured"])
                .problem(409, &["metadata_not_by_url"])
        })
        .post(&format!("{ADDRESS}/approve"), Once(approve), |it| {
            decide(it, "approveMetadata", "Believes the change that waits")
        })
        .post(&format!("{ADDRESS}/reject"), Once(reject), |it| {
            decide(it, "rejectMetadata", "Drops the change that waits")
        })
}

/// What a body says of an identity provider.
#[derive(Default)]
struct IdentityProviderBody {
    xml: String,
    url: String,
    by_url: bool,
    trust_metadata_url: bool,
    metadata_signing_certificate: Option<String>,
}

impl IdentityProviderBody {
    fn read(&mut self, object: &mut Object<'_>) {
        object.text("metadata_xml", &mut self.xml);
        object.text("metadata_url", &mut self.url).like(texts::web_url);
        object.flag("trust_metadata_url", &mut self.trust_metadata_url);
        object.optional_text("metadata_signing_certificate", &mut self.metadata_signing_certificate);
        self.by_url = object.has("metadata_url");
        match (object.has("metadata_xml"), self.by_url) {
            (false, false) => object.require(&["metadata_xml"]),
            (true, true) => {
                object.invalid_choice("metadata_url", "send metadata_xml or metadata_url, not both");
            }
            (true, false) if self.trust_metadata_url => {
                object.invalid_choice("trust_metadata_url", "there is no metadata_url to trust");
            }
            _ => {}
        }
    }

    /// The identity provider to save; the body must name its metadata in exactly one way.
    fn parse(body: &Body) -> Result<IdentityProviderDraft, Problems> {
        let mut draft = Self::default();
        body.read(&[], |object| draft.read(object)).check(|| None)?;
        Ok(IdentityProviderDraft {
            metadata: if draft.by_url {
                MetadataDraft::Url(draft.url)
            } else {
                MetadataDraft::Xml(draft.xml)
            },
            trust_metadata_url: draft.trust_metadata_url,
            metadata_signing_certificate: draft.metadata_signing_certificate,
        })
    }
}

/// The identity provider as it is, with how its metadata is kept fresh.
async fn shown(
    state: &AppState,
    on: &OnConnection,
    provider: &IdentityProvider,
) -> Result<IdentityProviderShape, StoreError> {
    let tracked = state.world.store.metadata_refresh(on.view.connection.id).await?;
    let refresh = tracked.as_ref().map(|tracked| &tracked.refresh);
    Ok(IdentityProviderShape::new(provider, refresh, state.world.now()))
}

/// Never 304: warnings come with time, and errors without a new version.
pub(super) async fn read(State(state): State<AppState>, on: OnConnection) -> Result<Response, Problem> {
    let connection = &on.view.connection;
    let provider = connection.identity_provider.as_ref().ok_or_else(Problem::sso_not_configured)?;
    Ok(tagged(connection.identity_provider_version, shown(&state, &on, provider).await?))
}

pub(super) async fn save(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let expected = expected(&on, &seen)?;
    let draft = IdentityProviderBody::parse(&body)?;
    let save = state.save_identity_provider();
    let saved = save.run(&on.actor, on.slug(), on.key(), expected, &draft).await;
    let (provider, version) = saved.map_err(|error| at_field(error, &draft.metadata))?;
    Ok(tagged(version, shown(&state, &on, &provider).await?))
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

/// Fetches the metadata now, and says what came of it.
pub(super) async fn refresh(State(state): State<AppState>, on: OnConnection) -> Result<Response, Problem> {
    if on.view.connection.identity_provider.is_none() {
        return Err(Problem::sso_not_configured());
    }
    let refresh = state.refresh_metadata();
    let outcome = refresh.run_one(&on.actor, on.slug(), on.key()).await?;
    let connection = state.world.connection(on.slug(), on.key()).await?.connection;
    let provider = connection.identity_provider.as_ref().ok_or_else(Problem::sso_not_configured)?;
    Ok(Json(RefreshShape::new(&outcome, shown(&state, &on, provider).await?)).into_response())
}

pub(super) async fn approve(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let expected = expected(&on, &seen)?;
    let approve = ApproveMetadata(state.world.clone());
    let decided = approve.run(&on.actor, on.slug(), on.key(), expected, &digest(&body)?).await;
    let (provider, version) = decided?;
    Ok(tagged(version, shown(&state, &on, &provider).await?))
}

pub(super) async fn reject(
    State(state): State<AppState>,
    on: OnConnection,
    seen: IfMatch,
    body: Body,
) -> Result<Response, Problem> {
    let expected = expected(&on, &seen)?;
    let reject = RejectMetadata(state.world.clone());
    let decided = reject.run(&on.actor, on.slug(), on.key(), expected, &digest(&body)?).await;
    let (provider, version) = decided?;
    Ok(tagged(version, shown(&state, &on, &provider).await?))
}

/// What is decided on, by the digest under which the caller has seen it.
fn digest(body: &Body) -> Result<String, Problems> {
    let mut digest = String::new();
    body.read(&DECISION, |object| read_digest(object, &mut digest)).check(|| None)?;
    Ok(digest)
}

const DECISION: [&str; 1] = ["digest"];

fn read_digest(object: &mut Object<'_>, digest: &mut String) {
    object.text("digest", digest);
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
