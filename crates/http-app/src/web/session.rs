//! Who is signed in, for applications and for proxies that ask before they let a request through.

use std::fmt::Write as _;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{LOCATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use vestibule_domain::ports::SignedIn;
use vestibule_domain::usecase::SignOut;

use super::cookies::Kind;
use super::failure::Failure;
use super::pages::{self, SignedOutPage};
use super::reader::Reader;
use super::{Site, sending};
use crate::api::PersonShape;
use crate::openapi::{Header, LOCATION as LOCATION_HEADER, Routes};
use crate::problem::Problem;

/// A session, as JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionShape {
    /// Who is signed in.
    user: PersonShape,
    /// To which organization.
    organization: OrganizationShape,
    /// The key of the connection through which.
    connection: String,
    /// Until when.
    expires_at: DateTime<Utc>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SessionOrganization")]
struct OrganizationShape {
    /// Its name in addresses.
    slug: String,
    /// Its name for people.
    name: String,
}

/// The headers that a proxy hands on.
const HEADERS: [Header; 4] = [
    Header { name: "X-Vestibule-User-Id", description: "The user's id.", always: true },
    Header { name: "X-Vestibule-Email", description: "The user's address.", always: true },
    Header { name: "X-Vestibule-Organization", description: "The organization's slug.", always: true },
    Header {
        name: "X-Vestibule-Assignments",
        description: "`user_type/role`, separated by commas, each percent-encoded.",
        always: true,
    },
];

/// Its addresses.
pub(super) fn routes() -> Routes<Site> {
    Routes::of("Session")
        .get("/session", session, |it| {
            let it = it
                .named("readSession", "Says who is signed in")
                .says("By the browser's session cookie. The same for a proxy that asks before it lets a request through.")
                .for_people()
                .answers::<SessionShape>(200, "Who is signed in.")
                .problem(401, &["unauthorized"]);
            HEADERS.into_iter().fold(it, |it, header| it.header(200, header))
        })
        .post("/session/logout", logout, |it| {
            it.named("endSession", "Ends the session")
                .for_people()
                .answers_nothing(303, "To a page that says so, or to the identity provider to sign out there, too.")
                .answers_other(200, "A page that posts the request to the identity provider.", "text/html")
                .header(303, LOCATION_HEADER)
                .problem(403, &["cross_site_request"])
        })
}

async fn session(State(site): State<Site>, jar: CookieJar) -> Result<Response, Failure> {
    let Some(signed_in) = current(&site, &jar).await? else {
        return Ok(nobody());
    };
    let SignedIn { session, user, organization, connection } = &signed_in;
    let connections = site.app.world.store.connections(organization.id).await.map_err(Failure::store)?;
    let shape = SessionShape {
        user: PersonShape::of(user, &connections),
        organization: OrganizationShape {
            slug: organization.slug.to_string(),
            name: organization.name.to_string(),
        },
        connection: connection.to_string(),
        expires_at: session.expires_at,
    };
    Ok((headers(&signed_in), Json(shape)).into_response())
}

/// Ends the session of the cookie, and at the identity provider, where the connection wants it. Who has none is where they wanted to be already.
async fn logout(State(site): State<Site>, jar: CookieJar, reader: Reader) -> Result<Response, Failure> {
    let removal = Kind::Session.removal(&site.public_url);
    let Some(signed_in) = current(&site, &jar).await? else {
        return Ok((StatusCode::SEE_OTHER, [removal, (LOCATION, "/".to_owned())]).into_response());
    };
    let sign_out = SignOut {
        world: site.app.world.clone(),
        messages: site.app.logout_messages.clone(),
        keysmith: site.app.keysmith.clone(),
        secret_key: site.secret_key.clone(),
        public_url: site.app.public_url.clone(),
    };
    let organization = &signed_in.organization;
    let Some(delivery) = sign_out.run(&signed_in).await.map_err(Failure::store)? else {
        let place = format!("/sso/{}/signed-out", organization.slug);
        return Ok((StatusCode::SEE_OTHER, [removal, (LOCATION, place)]).into_response());
    };
    Ok(([removal], sending::send(&site, reader, organization, &delivery)).into_response())
}

pub(super) async fn signed_out(
    State(site): State<Site>,
    Path(org): Path<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    let organization = site.organization(&org).await?;
    Ok(pages::page(StatusCode::OK, &SignedOutPage::new(reader, &organization, None)))
}

/// Whose session the browser's cookie is.
pub(super) async fn current(site: &Site, jar: &CookieJar) -> Result<Option<SignedIn>, Failure> {
    let Some(token) = Kind::Session.token(jar, &site.public_url) else { return Ok(None) };
    let world = &site.app.world;
    world.store.session(&token.hash(), world.now()).await.map_err(Failure::store)
}

/// 401 as an answer and not as a failure: a page would help nobody who asks here.
fn nobody() -> Response {
    let problem =
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "nobody is signed in in this browser");
    let mut response = problem.into_response();
    // The scheme of a session that lives in a cookie; `Bearer` would be wrong here.
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Cookie"));
    response
}

/// The same for a proxy, which can hand on headers and not JSON.
fn headers(signed_in: &SignedIn) -> HeaderMap {
    let user = &signed_in.user;
    let assignments = user
        .profile
        .assignments
        .iter()
        .map(|(user_type, role)| format!("{}/{}", encoded(user_type.as_str()), encoded(role.as_str())));
    let values = [
        ("x-vestibule-user-id", user.id.to_string()),
        ("x-vestibule-email", user.profile.email.to_string()),
        ("x-vestibule-organization", signed_in.organization.slug.to_string()),
        ("x-vestibule-assignments", assignments.collect::<Vec<_>>().join(",")),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
        })
        .collect()
}

/// Percent-encoded (RFC 3986 §2.1), so that neither separator nor line break is in it.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_header_has_no_separator() {
        assert_eq!(encoded("team-lead_2.x~"), "team-lead_2.x~");
        assert_eq!(encoded("a,b/c ü\r\n"), "a%2Cb%2Fc%20%C3%BC%0D%0A");
    }
}
