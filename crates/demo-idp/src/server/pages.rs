//! The pages, and the headers that go with them.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::RelyingParty;
use super::fault::Fault;
use crate::Person;

/// What this is, and where its parts are.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct Home<'a> {
    pub(super) entity_id: String,
    pub(super) sso_url: String,
    pub(super) fingerprint: String,
    pub(super) relying_parties: &'a [RelyingParty],
}

/// Where a response goes, and what it answers: what each form of a sign-in carries along.
pub(super) struct Exchange {
    pub(super) relying_party: RelyingParty,
    pub(super) request_id: Option<String>,
    pub(super) relay_state: String,
}

/// Who do you want to be?
#[derive(Template)]
#[template(path = "choose.html")]
pub(super) struct Choose<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) people: &'a [Person],
    pub(super) faults: &'a [Fault],
}

/// A person's NameID and attributes, to be edited.
#[derive(Template)]
#[template(path = "edit.html")]
pub(super) struct Edit<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) label: &'a str,
    pub(super) name_id: &'a str,
    /// Names, and values a line each.
    pub(super) rows: Vec<(String, String)>,
    pub(super) faults: &'a [Fault],
}

/// The response on its way.
#[derive(Template)]
#[template(path = "post.html")]
pub(super) struct Post<'a> {
    pub(super) acs_url: &'a str,
    pub(super) encoded: String,
    pub(super) relay_state: &'a str,
    /// The response to be read before it is sent; without it the page sends it at once.
    pub(super) shown: Option<String>,
}

/// Something that cannot be done.
#[derive(Template)]
#[template(path = "problem.html")]
pub(super) struct Problem<'a> {
    pub(super) title: &'a str,
    pub(super) detail: &'a str,
}

/// A page whose forms go nowhere but here.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    respond(status, template, "'self'")
}

/// A page whose form posts to a service provider. Chromium applies `form-action` to every redirect that answers the post
/// as well, and a service provider may send people on to any application, so any host is allowed.
pub(super) fn posting_page(template: &impl Template) -> Response {
    respond(StatusCode::OK, template, "http: https:")
}

fn respond(status: StatusCode, template: &impl Template, form_action: &str) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; form-action {form_action}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

/// A refusal as a page.
pub(super) fn problem(status: StatusCode, title: &str, detail: &str) -> Response {
    page(status, &Problem { title, detail })
}
