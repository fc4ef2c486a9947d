//! The single logout service: an identity provider says that somebody has signed out, or answers that it has signed somebody out for us,
//! by the redirect or the POST binding (SAML bindings 2.0 §3.4, §3.5).

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;
use url::form_urlencoded;
use vestibule_domain::ports::{MessageField, ReceivedMessage};
use vestibule_domain::usecase::{LogoutAnswer, LogoutError, ReceiveLogout};

use super::acs::{FORM, is_form};
use super::failure::Failure;
use super::limits::{Client, Trying};
use super::pages::{self, SignedOutPage};
use super::reader::Reader;
use super::{Site, sending, slug};
use crate::openapi::{LOCATION, Parameter, Routes};
use crate::problem::Problem;

const ADDRESS: &str = "/sso/{org}/slo";

/// The most bytes of the form: those of a message, each of which may be written as three, and a RelayState.
const FORM_LIMIT: usize = 3 * 128 * 1024 + 8 * 1024;

/// Its addresses.
pub(super) fn routes() -> Routes<Site> {
    let query = |name, description| Parameter {
        place: "query",
        name,
        description,
        schema: json!({"type": "string"}),
        example: None,
    };
    let message = json!({"type": "string", "description": "The message, in base64."});
    let slo = Routes::of("Sign-in")
        .get(ADDRESS, in_url, |it| {
            it.named("logoutByRedirect", "Takes a message of single logout in a URL")
                .for_people()
                .parameter(query("SAMLRequest", "A LogoutRequest: DEFLATE, in base64."))
                .parameter(query("SAMLResponse", "Or a LogoutResponse."))
                .parameter(query("RelayState", "What goes back beside the answer."))
                .parameter(query("SigAlg", "The method of the signature."))
                .parameter(query("Signature", "The signature, in base64."))
                .answers_nothing(303, "The sessions have ended, and back to the identity provider.")
                .header(303, LOCATION)
                .answers_other(200, "A page that says what became of it, or posts the answer.", "text/html")
                .problem(403, &["untrusted_logout"])
                .problem(404, &["organization_not_found"])
                .problem(429, &["too_many_requests"])
        })
        .post(ADDRESS, in_form, |it| {
            it.named("logoutByPost", "Takes a message of single logout in a form")
                .for_people()
                .takes_other(
                    FORM,
                    json!({"type": "object", "properties": {
                        "SAMLRequest": message, "SAMLResponse": message, "RelayState": {"type": "string"}}}),
                )
                .answers_nothing(303, "The sessions have ended, and back to the identity provider.")
                .header(303, LOCATION)
                .answers_other(200, "A page that says what became of it, or posts the answer.", "text/html")
                .problem(403, &["untrusted_logout"])
                .problem(404, &["organization_not_found"])
                .problem(413, &["request_too_large"])
                .problem(415, &["unsupported_media_type"])
                .problem(429, &["too_many_requests"])
        });
    slo.within(|router| router.layer(DefaultBodyLimit::max(FORM_LIMIT)))
}

async fn in_url(
    State(site): State<Site>,
    Path(org): Path<String>,
    client: Client,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    receive(&site, &org, (client, reader), ReceivedMessage::Redirect(query.unwrap_or_default())).await
}

async fn in_form(
    State(site): State<Site>,
    Path(org): Path<String>,
    client: Client,
    headers: HeaderMap,
    reader: Reader,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    if !is_form(&headers) {
        return Err(Problem::unsupported_media_type(FORM).into());
    }
    let body = body.map_err(|_| Problem::request_too_large())?;
    receive(&site, &org, (client, reader), posted(&body)).await
}

/// The message of a form. One that is not there exactly once is empty: that is no message.
fn posted(body: &[u8]) -> ReceivedMessage {
    let all = |name: &str| -> Vec<String> {
        let fields = form_urlencoded::parse(body).filter(|(key, _)| key == name);
        fields.map(|(_, value)| value.into_owned()).collect()
    };
    let (requests, responses, mut states) = (all("SAMLRequest"), all("SAMLResponse"), all("RelayState"));
    let field = if requests.is_empty() { MessageField::Response } else { MessageField::Request };
    let mut messages = [requests, responses].concat();
    let message = if messages.len() == 1 && states.len() <= 1 { messages.remove(0) } else { String::new() };
    ReceivedMessage::Post { field, message, relay_state: states.pop() }
}

async fn receive(
    site: &Site,
    org: &str,
    (client, reader): (Client, Reader),
    received: ReceivedMessage,
) -> Result<Response, Failure> {
    site.limits.check(Trying::RefusedResponse(client))?;
    let receive = ReceiveLogout {
        world: site.app.world.clone(),
        verifier: site.app.logout_verifier.clone(),
        messages: site.app.logout_messages.clone(),
        keysmith: site.app.keysmith.clone(),
        secret_key: site.secret_key.clone(),
        public_url: site.app.public_url.clone(),
    };
    match receive.run(&slug(org)?, &received).await {
        Ok(LogoutAnswer::Answered { organization, delivery: Some(delivery) }) => {
            Ok(sending::send(site, reader, &organization, &delivery))
        }
        Ok(LogoutAnswer::Answered { organization, delivery: None }) => {
            Ok(pages::page(StatusCode::OK, &SignedOutPage::new(reader, &organization, None)))
        }
        Ok(LogoutAnswer::SignedOut { organization, outcome }) => {
            Ok(pages::page(StatusCode::OK, &SignedOutPage::new(reader, &organization, Some(outcome))))
        }
        Err(error) => {
            if let LogoutError::NotBelieved { .. } = error {
                site.limits.count(Trying::RefusedResponse(client));
            }
            Err(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_one_message() {
        let one = |body: &[u8]| match posted(body) {
            ReceivedMessage::Post { field, message, relay_state } => (field, message, relay_state),
            ReceivedMessage::Redirect(_) => unreachable!(),
        };
        let state = Some("x".to_owned());
        assert_eq!(
            one(b"SAMLRequest=YQ%3D%3D&RelayState=x"),
            (MessageField::Request, "YQ==".to_owned(), state)
        );
        assert_eq!(one(b"SAMLResponse=YQ"), (MessageField::Response, "YQ".to_owned(), None));
        for wrong in [
            &b""[..],
            b"SAMLRequest=a&SAMLResponse=b",
            b"SAMLRequest=a&SAMLRequest=a",
            b"SAMLResponse=a&RelayState=x&RelayState=y",
        ] {
            assert_eq!(one(wrong).1, "");
        }
    }
}
