//! Signing in to the portal by single sign-on: the way to the identity provider, and what its answer leads to.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use url::form_urlencoded;
use uuid::Uuid;
use vestibule_domain::administrator::SignOnRefusal;
use vestibule_domain::ports::{Origin, StoreError};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::usecase::{
    BeginAdministratorSignOn, BeginError, BrowserBinding, PostedResponse, ReceiveAdministratorSignOn,
    SignOnAnswer, SignOnAttempt,
};

use super::frame::{Notice, Tone};
use super::places::{lead_to, own_path};
use super::signing_in::{ADDRESS, asked};
use crate::openapi::Routes;
use crate::web::{Client, Cookie, Failure, Reader, Site, Trying, send};

/// Where such a sign-in begins.
const BEGIN: &str = "/admin/sign-in/sso";

/// The word for a sign-in that cannot begin.
const NOT_OFFERED: &str = "not_offered";

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page(BEGIN, get(begin))
}

/// The link that begins a sign-in, if there is a connection for it.
pub(super) async fn offered(site: &Site, return_to: &str) -> Result<Option<String>, Failure> {
    let is_offered = BeginAdministratorSignOn::is_offered(&site.app.world).await.map_err(Failure::store)?;
    Ok(is_offered.then(|| match own_path(return_to) {
        Some(place) => {
            let query =
                form_urlencoded::Serializer::new(String::new()).append_pair("return_to", place).finish();
            format!("{BEGIN}?{query}")
        }
        None => BEGIN.to_owned(),
    }))
}

/// Sends the browser to the identity provider. It is a link and not a form, as where people sign in: nothing is changed that belongs to
/// anybody, and the answer counts in this browser alone.
async fn begin(
    State(site): State<Site>,
    RawQuery(query): RawQuery,
    client: Client,
    jar: CookieJar,
    reader: Reader,
) -> Result<Response, Failure> {
    site.limits.take(Trying::Login(client))?;
    let begin = BeginAdministratorSignOn(site.app.begin_sign_in());
    let attempt = SignOnAttempt {
        return_to: asked(query.as_deref(), "return_to").as_deref().and_then(own_path).map(str::to_owned),
        browser: Cookie::Login.token(&jar, &site.public_url),
        instead_of: Cookie::Administrator.token(&jar, &site.public_url),
    };
    match begin.run(&attempt).await {
        Ok(begun) => {
            let cookie = Cookie::Login.set(&begun.browser, &site.public_url);
            Ok(([cookie], send(&site, reader, &begun.organization, &begun.delivery)).into_response())
        }
        Err(BeginError::Store(error)) => Err(Failure::store(error)),
        Err(error) => {
            tracing::warn!(reason = %error, "an administrator's single sign-on cannot begin");
            Ok(refused(NOT_OFFERED, None))
        }
    }
}

/// What an answer to an administrator's request led to.
pub(crate) enum Received {
    /// They are signed in.
    SignedIn(Response),
    /// They are not.
    Refused(Response),
}

/// Takes what was posted, if it says that it answers an administrator's request.
pub(crate) async fn receive(
    site: &Site,
    posted: &PostedResponse,
    browser_binding: BrowserBinding,
    origin: &Origin,
) -> Result<Option<Received>, StoreError> {
    if !ReceiveAdministratorSignOn::is_meant(posted) {
        return Ok(None);
    }
    let receive = ReceiveAdministratorSignOn {
        world: site.app.world.clone(),
        verifier: site.app.verifier.clone(),
        public_url: site.app.public_url.clone(),
        browser_binding,
    };
    Ok(Some(match receive.run(posted, origin).await? {
        SignOnAnswer::SignedIn { session, return_to, .. } => {
            let cookie = Cookie::Administrator.set(&session, &site.public_url);
            Received::SignedIn(([cookie], lead_to(&return_to.unwrap_or_default())).into_response())
        }
        SignOnAnswer::Refused { why, reference } => Received::Refused(refused(why.as_str(), reference)),
    }))
}

/// Leads back to the sign-in page, which says why.
fn refused(code: &str, reference: Option<Uuid>) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("refused", code);
    if let Some(reference) = reference {
        query.append_pair("reference", &reference.to_string());
    }
    (StatusCode::SEE_OTHER, [(LOCATION, format!("{ADDRESS}?{}", query.finish()))]).into_response()
}

/// What the sign-in page says of a refusal that its address names. Only words of this service are said, whoever wrote the address.
pub(super) fn told(query: Option<&str>) -> Option<Notice> {
    let code = asked(query, "refused")?;
    let words = in_words(&code)?;
    let reference = asked(query, "reference").and_then(|id| id.parse::<Uuid>().ok());
    let text = match reference {
        Some(reference) => format!("{words} Reference, for an operator: {reference}."),
        None => words,
    };
    Some(Notice { tone: Tone::Bad, text })
}

fn in_words(code: &str) -> Option<String> {
    if code == NOT_OFFERED {
        return Some(
            "Single sign-on does not work for administrators just now. Sign in with your password."
                .to_owned(),
        );
    }
    if code == RefusalCode::UnknownRequest.as_str() {
        return Some(
            "Nobody was signed in: it took longer than ten minutes, or began in another browser. Begin again."
                .to_owned(),
        );
    }
    if let Some(refusal) = SignOnRefusal::from_word(code) {
        return Some(format!(
            "The identity provider knows you, but nobody signs in to this portal so ({refusal}). Ask an operator, or sign in with your password."
        ));
    }
    let code = RefusalCode::from_word(code)?;
    Some(format!("Nobody was signed in: what the identity provider answered is not believed ({code})."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_nothing_but_words_of_this_service() {
        let text = |query: &str| told(Some(query)).map(|notice| notice.text);
        assert_eq!(text("refused=call+0800+now"), None);
        assert_eq!(text("reference=01a21210-7efe-7f54-aeba-024cfeeba752"), None);
        let told = text("refused=untrusted_signature&reference=call+0800").unwrap();
        assert!(told.ends_with("(untrusted_signature)."), "{told}");
        let told = text("refused=other_identity&reference=01a21210-7efe-7f54-aeba-024cfeeba752").unwrap();
        assert!(told.contains("(other_identity)") && told.contains("01a21210-7efe"), "{told}");
        assert!(text("refused=not_offered").is_some() && text("refused=unknown_request").is_some());
    }
}
