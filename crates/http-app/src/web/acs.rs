//! The assertion consumer service: an identity provider's response arrives, by the POST binding (SAML bindings 2.0 §3.5).

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde_json::json;
use url::form_urlencoded;
use vestibule_domain::ports::{EncodedResponse, Origin};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::usecase::{
    BrowserBinding, PostedResponse, ReceiveTrial, SignIn, SignInAnswer, SignInError, Welcomed,
};

use super::cookies::Kind;
use super::failure::Failure;
use super::limits::{Client, Trying};
use super::whence::Whence;
use super::{Site, reader, slug};
use crate::openapi::{LOCATION as LOCATION_HEADER, Routes};
use crate::portal::{self, Received};
use crate::problem::Problem;

/// The most bytes of a `SAMLResponse`.
const MOST_RESPONSE: usize = 256 * 1024;

/// The most bytes of the form: each byte of the response may be written as three, and a RelayState comes along.
const FORM_LIMIT: usize = 3 * MOST_RESPONSE + 8 * 1024;

/// How long a response waits for its turn before its sender is asked to come again.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Its address.
pub(super) fn routes() -> Routes<Site> {
    let refusals = RefusalCode::ALL.iter().filter(|code| **code != RefusalCode::MalformedResponse);
    let refusals: Vec<_> = refusals.map(|code| code.as_str()).collect();
    let acs = Routes::of("Sign-in").post("/sso/{org}/acs", acs, |it| {
        it.named("consumeResponse", "Takes an identity provider's response")
            .says("A refusal has a `reference`, by which an administrator can look it up.")
            .for_people()
            .takes_other(
                FORM,
                json!({
                    "type": "object",
                    "properties": {
                        "SAMLResponse": {"type": "string", "description": "The response, in base64."},
                        "RelayState": {"type": "string"},
                    },
                    "required": ["SAMLResponse"],
                }),
            )
            .answers_nothing(303, "Signed in, and to where the person wanted to go.")
            .header(303, LOCATION_HEADER)
            .problem(400, &[RefusalCode::MalformedResponse.as_str()])
            .problem(403, &refusals)
            .problem(404, &["organization_not_found"])
            .problem(413, &["response_too_large"])
            .problem(415, &["unsupported_media_type"])
            .problem(429, &["too_many_requests"])
    });
    acs.within(|router| router.layer(DefaultBodyLimit::max(FORM_LIMIT)))
}

async fn acs(
    State(site): State<Site>,
    Path(org): Path<String>,
    client: Client,
    Whence(origin): Whence,
    jar: CookieJar,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    site.limits.check(Trying::RefusedResponse(client))?;
    let answer = consume(&site, &org, &jar, &origin, &headers, body).await;
    if let Err(Answered::Refused(_) | Answered::SentBack(_)) = &answer {
        site.limits.count(Trying::RefusedResponse(client));
    }
    match answer {
        Ok(response) | Err(Answered::SentBack(response)) => Ok(response),
        Err(Answered::Refused(failure) | Answered::NotNow(failure)) => Err(failure),
    }
}

/// Why nobody is signed in.
enum Answered {
    /// Because of what was sent.
    Refused(Failure),
    /// The same, told where an administrator begins anew.
    SentBack(Response),
    /// Because of this service.
    NotNow(Failure),
}

impl<T: Into<Failure>> From<T> for Answered {
    fn from(failure: T) -> Self {
        Self::Refused(failure.into())
    }
}

async fn consume(
    site: &Site,
    org: &str,
    jar: &CookieJar,
    origin: &Origin,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Answered> {
    let organization = slug(org)?;
    if !is_form(headers) {
        return Err(Problem::unsupported_media_type(FORM).into());
    }
    let form = Form::read(&body.map_err(|rejection| unreadable(&rejection))?);
    if form.response.len() > MOST_RESPONSE {
        return Err(too_large().into());
    }
    let posted = PostedResponse {
        organization,
        response: EncodedResponse(form.response),
        relay_state: form.relay_state,
        browser: Kind::Login.token(jar, &site.public_url),
    };
    let browser_binding =
        if site.public_url.is_https() { BrowserBinding::Required } else { BrowserBinding::WrongOneRefuses };
    let receive = ReceiveTrial {
        world: site.app.world.clone(),
        vault: site.app.keeping.vault.clone(),
        browser_binding,
    };
    if let Some(trial) =
        receive.run(&posted).await.map_err(|error| Answered::NotNow(Failure::store(error)))?
    {
        let place = format!("/admin/{}/trials/{}", posted.organization, trial.id);
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response());
    }
    let Ok(Ok(_seat)) = tokio::time::timeout(PATIENCE, site.seats.acquire()).await else {
        return Err(Answered::NotNow(Problem::temporarily_unavailable(1).into()));
    };
    match portal::receive(site, &posted, browser_binding, origin).await {
        Ok(None) => {}
        Ok(Some(Received::SignedIn(answer))) => return Ok(answer),
        Ok(Some(Received::Refused(answer))) => return Err(Answered::SentBack(answer)),
        Err(error) => return Err(Answered::NotNow(Failure::store(error))),
    }
    let sign_in = SignIn {
        world: site.app.world.clone(),
        verifier: site.app.verifier.clone(),
        public_url: site.app.public_url.clone(),
        browser_binding,
        secret_key: site.secret_key.clone(),
        keeping: site.app.keeping.clone(),
    };
    match sign_in.run(&posted).await {
        Ok(SignInAnswer::Welcomed(welcomed)) => Ok(welcome(site, &welcomed)),
        Ok(SignInAnswer::Refused(refused)) => Err(refused.into()),
        Err(error @ SignInError::OrganizationNotFound) => Err(error.into()),
        Err(error @ SignInError::Store(_)) => Err(Answered::NotNow(error.into())),
    }
}

fn welcome(site: &Site, welcomed: &Welcomed) -> Response {
    let organization = &welcomed.organization;
    let place = match (&welcomed.return_to, &organization.application_url) {
        (Some(return_to), _) => return_to.as_str().to_owned(),
        (None, Some(application)) => application.as_str().to_owned(),
        (None, None) => format!("/sso/{}/signed-in", organization.slug),
    };
    let cookie = Kind::Session.set(&welcomed.session, &site.public_url);
    let mut headers = vec![cookie, (LOCATION, place)];
    headers.extend(reader::remembering(welcomed.language.as_ref(), &site.public_url));
    (StatusCode::SEE_OTHER, AppendHeaders(headers)).into_response()
}

pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
}

fn unreadable(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        Problem::new(StatusCode::BAD_REQUEST, "malformed_response", "the form did not arrive whole")
    }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "response_too_large", "the response is larger than 256 KiB")
}

/// The fields of the form.
struct Form {
    /// Empty, where the field is not there exactly once: that is not base64 of anything.
    response: String,
    relay_state: Option<String>,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let one = |name: &str| {
            let mut values = form_urlencoded::parse(body).filter(|(key, _)| key == name);
            let first = values.next()?.1.into_owned();
            values.next().is_none().then_some(first)
        };
        Self { response: one("SAMLResponse").unwrap_or_default(), relay_state: one("RelayState") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_stands_there_twice_is_none() {
        let form = Form::read(b"SAMLResponse=a&RelayState=b&RelayState=c&SAMLResponse=d");
        assert_eq!((form.response.as_str(), form.relay_state), ("", None));
        let form = Form::read(b"x=1&RelayState=%2Fhome&SAMLResponse=YQ%3D%3D");
        assert_eq!((form.response.as_str(), form.relay_state.as_deref()), ("YQ==", Some("/home")));
    }
}
