//! A person begins to sign in.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use url::form_urlencoded;
use vestibule_domain::text::ConnectionKey;
use vestibule_domain::usecase::{BeginSignIn, Begun, LoginAttempt};

use super::cookies::Kind;
use super::failure::Failure;
use super::limits::{Client, Trying};
use super::pages::{self, ChoosePage};
use super::{Site, sending, slug};
use crate::problem::Problem;

pub(super) async fn login(
    State(site): State<Site>,
    Path(org): Path<String>,
    RawQuery(query): RawQuery,
    client: Client,
    jar: CookieJar,
) -> Result<Response, Failure> {
    site.limits.check(client, Trying::Login)?;
    let attempt = LoginAttempt {
        organization: slug(&org)?,
        connection: parameter(query.as_deref(), "connection")
            .map(|key| ConnectionKey::parse(key).map_err(|_| Problem::connection_not_found()))
            .transpose()?,
        return_to: parameter(query.as_deref(), "return_to"),
        browser: Kind::Login.token(&jar, &site.public_url),
    };
    let begin = BeginSignIn {
        world: site.app.world.clone(),
        messages: site.app.messages.clone(),
        keysmith: site.app.keysmith.clone(),
        public_url: site.app.public_url.clone(),
    };
    match begin.run(&attempt).await {
        Ok(Begun::Sent { delivery, organization, browser }) => {
            site.limits.count(client, Trying::Login);
            let cookie = Kind::Login.set(&browser, &site.public_url);
            Ok(([cookie], sending::send(&site, &organization, &delivery)).into_response())
        }
        Ok(Begun::Choose { organization, connections }) => {
            let page = ChoosePage::new(&organization, &connections, attempt.return_to.as_deref());
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
