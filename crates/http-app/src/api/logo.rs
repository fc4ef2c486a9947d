//! Logos of organizations.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use vestibule_domain::branding::{LogoKind, MOST_BYTES};
use vestibule_domain::usecase::ChangeLogo;

use super::caller::InOrganization;
use super::etag::{IfMatch, tagged};
use super::organizations::OrganizationShape;
use crate::openapi::{Described, Operation, Routes};
use crate::problem::Problem;
use crate::state::AppState;

const ADDRESS: &str = "/organizations/{org}/logo";

/// Its address.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Organizations")
        .put(ADDRESS, replace, |it| {
            it.named("saveLogo", "Gives an organization a logo")
                .says("A picture of at most 128 KiB, 16 to 2048 pixels wide and high. Pages show it in place of the initials.")
                .takes_other("image/png", json!({"type": "string", "format": "binary"}))
                .or_takes(&["image/jpeg", "image/webp"])
                .answers::<OrganizationShape>(200, "The organization as it is now.")
                .tagged()
        })
        .delete(ADDRESS, remove, |it| {
            it.named("removeLogo", "Takes an organization's logo away")
                .answers_nothing(204, "It is gone.")
                .problem(404, &["logo_not_found"])
        })
}

/// A file that says of itself that it is a picture.
struct Picture(Bytes);

impl<S: Send + Sync> FromRequest<S> for Picture {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if LogoKind::from_word(&essence).is_none() || request.headers().contains_key(CONTENT_ENCODING) {
            return Err(Problem::unsupported_media_type("image/png, image/jpeg or image/webp"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Problem::request_too_large()
            } else {
                Problem::new(StatusCode::BAD_REQUEST, "interrupted", "the picture did not arrive whole")
            }
        })?;
        if bytes.len() > MOST_BYTES { Err(Problem::request_too_large()) } else { Ok(Self(bytes)) }
    }
}

impl Described for Picture {
    fn describe(operation: &mut Operation) {
        operation.may_answer(400, &["interrupted"]);
        operation.may_answer(413, &["request_too_large"]);
        operation.may_answer(415, &["unsupported_media_type"]);
        operation.may_answer(422, &["invalid_request"]);
    }
}

async fn replace(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
    Picture(file): Picture,
) -> Result<Response, Problem> {
    let InOrganization { actor, organization, .. } = scope;
    let expected = seen.expected(organization.version)?;
    let change = ChangeLogo(state.world);
    let after = change.run(&actor, &organization.slug, expected, Some(file.to_vec())).await?;
    Ok(tagged(after.version, OrganizationShape::from(&after)))
}

async fn remove(
    State(state): State<AppState>,
    scope: InOrganization,
    seen: IfMatch,
) -> Result<Response, Problem> {
    let InOrganization { actor, organization, .. } = scope;
    let expected = seen.expected(organization.version)?;
    ChangeLogo(state.world).run(&actor, &organization.slug, expected, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
