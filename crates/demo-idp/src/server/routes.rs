//! What each route does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::fault::Fault;
use super::form::Fields;
use super::pages::{Choose, Edit, Exchange, Home, Post, page, posting_page, problem};
use super::request::{AuthnRequest, Binding};
use super::{RelyingParty, Sent, State, now};
use crate::mint::{MintError, ResponseBuilder, encode};

/// Empty rows under the attributes of a form edited by hand.
const SPARE_ROWS: usize = 3;

pub(super) async fn home(Shared(state): Shared<Arc<State>>) -> Response {
    let config = &state.config;
    page(
        StatusCode::OK,
        &Home {
            entity_id: config.entity_id(),
            sso_url: config.sso_url(),
            fingerprint: fingerprint(&config.key.certificate_der()),
            relying_parties: &config.relying_parties,
        },
    )
}

fn fingerprint(certificate: &[u8]) -> String {
    let digest = openssl::sha::sha256(certificate);
    digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

pub(super) async fn metadata(Shared(state): Shared<Arc<State>>) -> Response {
    ([(header::CONTENT_TYPE, "application/samlmetadata+xml")], state.config.metadata_xml()).into_response()
}

pub(super) async fn sso_by_redirect(
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    answer_request(&state, &fields, Binding::Redirect)
}

pub(super) async fn sso_by_post(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    answer_request(&state, &Fields::parse(&body), Binding::Post)
}

/// A sign-in that a service provider started.
fn answer_request(state: &State, fields: &Fields, binding: Binding) -> Response {
    let refuse = |detail: &str| problem(StatusCode::BAD_REQUEST, "This request cannot be answered", detail);
    let Some(encoded) = fields.get("SAMLRequest") else {
        return refuse("It has no SAMLRequest. To sign in without one, start from the first page.");
    };
    let request = match AuthnRequest::read(encoded, binding) {
        Ok(request) => request,
        Err(error) => return refuse(&error.to_string()),
    };
    if request.destination.as_ref().is_some_and(|destination| *destination != state.config.sso_url()) {
        return refuse("It is meant for another identity provider: its Destination is not this address.");
    }
    let wanted = |party: &&RelyingParty| {
        party.entity_id == request.issuer && request.acs_url.as_ref().is_none_or(|url| *url == party.acs_url)
    };
    let Some(relying_party) = state.config.relying_parties.iter().find(wanted) else {
        return refuse(&format!(
            "No service is configured with the entity id {} and the assertion consumer service {}.",
            request.issuer,
            request.acs_url.as_deref().unwrap_or("that it does not name")
        ));
    };
    choose(
        state,
        &Exchange {
            relying_party: relying_party.clone(),
            request_id: Some(request.id),
            relay_state: fields.text("RelayState").to_owned(),
        },
    )
}

/// A sign-in that starts here.
pub(super) async fn start(Shared(state): Shared<Arc<State>>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let wanted = fields.get("acs");
    let parties = &state.config.relying_parties;
    match parties.iter().find(|party| wanted.is_none_or(|url| url == party.acs_url)) {
        Some(relying_party) => choose(
            &state,
            &Exchange {
                relying_party: relying_party.clone(),
                request_id: None,
                relay_state: fields.text("RelayState").to_owned(),
            },
        ),
        None => unknown_party(),
    }
}

fn unknown_party() -> Response {
    problem(
        StatusCode::BAD_REQUEST,
        "This service is not configured",
        "Responses are posted only to the addresses that this identity provider was started with.",
    )
}

fn choose(state: &State, exchange: &Exchange) -> Response {
    page(StatusCode::OK, &Choose { exchange, people: &state.config.people, faults: &Fault::ALL })
}

/// Somebody was picked (`person`), is to be edited first (`edit`), or was edited by hand (neither).
pub(super) async fn sign_in(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let fields = Fields::parse(&body);
    let acs_url = fields.text("acs");
    let Some(relying_party) = state.config.relying_parties.iter().find(|party| party.acs_url == acs_url)
    else {
        return unknown_party();
    };
    let exchange = Exchange {
        relying_party: relying_party.clone(),
        request_id: fields.get("request_id").filter(|id| !id.is_empty()).map(str::to_owned),
        relay_state: fields.text("relay_state").to_owned(),
    };
    let person = |key: &str| state.config.people.iter().find(|person| person.key == key);
    if let Some(key) = fields.get("edit") {
        return match person(key) {
            Some(person) => edit(&exchange, &person.label, &person.name_id, &person.attributes),
            None => edit(&exchange, "Somebody else", "", &BTreeMap::new()),
        };
    }
    match fields.get("person").map(person) {
        Some(Some(person)) => send(&state, &exchange, &fields, &person.name_id, &person.attributes),
        Some(None) => {
            problem(StatusCode::BAD_REQUEST, "Nobody has that name", "Go back and pick somebody else.")
        }
        None => send(&state, &exchange, &fields, fields.text("name_id"), &fields.attributes()),
    }
}

fn edit(
    exchange: &Exchange,
    label: &str,
    name_id: &str,
    attributes: &BTreeMap<String, Vec<String>>,
) -> Response {
    const USUAL: [&str; 6] = ["FirstName", "LastName", "Email", "Location", "UserType", "Role"];
    let mut rows: Vec<(String, String)> =
        attributes.iter().map(|(name, values)| (name.clone(), values.join("\n"))).collect();
    rows.sort_by_key(|(name, _)| USUAL.iter().position(|usual| usual == name).unwrap_or(USUAL.len()));
    if rows.is_empty() {
        rows.extend(USUAL.map(|name| (name.to_owned(), String::new())));
    }
    rows.extend(vec![Default::default(); SPARE_ROWS]);
    page(StatusCode::OK, &Edit { exchange, label, name_id, rows, faults: &Fault::ALL })
}

fn send(
    state: &State,
    exchange: &Exchange,
    fields: &Fields,
    name_id: &str,
    attributes: &BTreeMap<String, Vec<String>>,
) -> Response {
    let acs_url = exchange.relying_party.acs_url.as_str();
    let Some(fault) = Fault::from_key(fields.get("fault").unwrap_or(Fault::None.key())) else {
        return problem(StatusCode::BAD_REQUEST, "There is no such fault", "Go back and choose another.");
    };
    let sent = if fault == Fault::Replay {
        state.last(acs_url)
    } else {
        match mint(state, exchange, fault, name_id, attributes) {
            Ok(xml) => Some(Sent { xml, relay_state: exchange.relay_state.clone() }),
            Err(_) => {
                return problem(
                    StatusCode::BAD_REQUEST,
                    "No response can be made of this",
                    "XML cannot carry some characters, such as most control characters.",
                );
            }
        }
    };
    let Some(sent) = sent else {
        return problem(
            StatusCode::BAD_REQUEST,
            "There is nothing to send again",
            "Sign somebody in first; then that response can be sent once more.",
        );
    };
    state.remember(acs_url, &sent);
    posting_page(&Post {
        acs_url,
        encoded: encode(&sent.xml),
        relay_state: &sent.relay_state,
        shown: fields.get("show").map(|_| indented(&sent.xml)),
    })
}

fn mint(
    state: &State,
    exchange: &Exchange,
    fault: Fault,
    name_id: &str,
    attributes: &BTreeMap<String, Vec<String>>,
) -> Result<String, MintError> {
    let party = &exchange.relying_party;
    let mut response = ResponseBuilder::new(
        now() + fault.delay(),
        &party.acs_url,
        &party.entity_id,
        &state.config.entity_id(),
        name_id,
    );
    if let Some(id) = &exchange.request_id {
        response = response.in_response_to(id);
    }
    for (name, values) in attributes {
        response = response.attribute(name, values.iter().map(String::as_str));
    }
    fault.mint(response, &state.config.key)
}

/// Minted XML with an element a line, for people to read; minted XML has no self-closing tags.
fn indented(xml: &str) -> String {
    let mut depth = 0_usize;
    let mut opened = false;
    let mut lines = String::new();
    for (number, tag) in xml.split("><").enumerate() {
        let closing = tag.starts_with('/');
        depth = depth.saturating_sub(usize::from(closing));
        if number > 0 {
            // An element without content keeps its two tags together.
            let space = if closing && opened { String::new() } else { format!("\n{}", "  ".repeat(depth)) };
            lines.extend([">", &space, "<"]);
        }
        lines.push_str(tag);
        opened = !closing && !tag.contains("</");
        depth += usize::from(opened);
    }
    lines
}

pub(super) async fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "There is no such page", "The first page says what is here.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_is_indented_for_people() {
        let lines = ["<a>", "  <b>1</b>", "  <c></c>", "  <d>", "    <e>2</e>", "  </d>", "</a>"];
        let xml: String = lines.iter().map(|line| line.trim()).collect();
        assert_eq!(indented(&xml), lines.join("\n"));
    }
}
