//! A person begins to sign in.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde_json::json;
use url::form_urlencoded;
use vestibule_domain::text::ConnectionKey;
use vestibule_domain::usecase::{Begun, LoginAttempt};

use super::cookies::Kind;
use super::failure::Failure;
use super::limits::{Client, Trying};
use super::pages::{self, ChoosePage};
use super::reader::Reader;
use super::{Site, sending, slug};
use crate::openapi::{LOCATION, Parameter, Routes};
use crate::problem::Problem;

/// Its address.
pub(super) fn routes() -> Routes<Site> {
    let query = |name, description| Parameter {
        place: "query",
        name,
        description,
        schema: json!({"type": "string"}),
        example: None,
    };
    Routes::of("Sign-in").get("/sso/{org}/login", login, |it| {
        it.named("beginSignIn", "Begins a sign-in")
            .for_people()
            .parameter(query(
                "connection",
                "The key of the connection; without it the only one, or a page to choose from.",
            ))
            .parameter(query(
                "return_to",
                "Where to go then: a path here, or a URL of an origin that the organization lists.",
            ))
            .answers_nothing(303, "To the identity provider.")
            .header(303, LOCATION)
            .answers_other(200, "A page to choose from, or one that posts the request.", "text/html")
            .problem(400, &["return_to_not_allowed"])
            .problem(403, &["connection_disabled"])
            .problem(404, &["organization_not_found", "connection_not_found", "sso_not_configured"])
            .problem(429, &["too_many_requests"])
    })
}

async fn login(
    State(site): State<Site>,
    Path(org): Path<String>,
    RawQuery(query): RawQuery,
    client: Client,
    jar: CookieJar,
    reader: Reader,
) -> Result<Response, Failure> {
    site.limits.check(Trying::Login(client))?;
    let attempt = LoginAttempt {
        organization: slug(&org)?,
        connection: parameter(query.as_deref(), "connection")
            .map(|key| ConnectionKey::parse(key).map_err(|_| Problem::connection_not_found()))
            .transpose()?,
        return_to: parameter(query.as_deref(), "return_to"),
        browser: Kind::Login.token(&jar, &site.public_url),
    };
    let begin = site.app.begin_sign_in();
    match begin.run(&attempt).await {
        Ok(Begun::Sent { delivery, organization, browser }) => {
            site.limits.count(Trying::Login(client));
            let cookie = Kind::Login.set(&browser, &site.public_url);
            Ok(([cookie], sending::send(&site, reader, &organization, &delivery)).into_response())
        }
        Ok(Begun::Choose { organization, connections }) => {
            let page = ChoosePage::new(reader, &organization, &connections, attempt.return_to.as_deref());
            Ok(pages::page(StatusCode::OK, &page))
        }
        Err(error) => {
            let failure = Failure::from(error);
            // What is wrong is said in the organization's name, where there is one.
            Ok(match site.organization(&org).await {
                Ok(organization) => failure.of(organization),
                Err(_) => failure,
            }
            .into_response())
        }
    }
}

/// A parameter of the query; the first, where it stands there twice. Empty is as not there.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    form_urlencoded::parse(query?.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
}
