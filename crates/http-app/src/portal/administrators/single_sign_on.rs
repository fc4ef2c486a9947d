//! The connection through which administrators sign in.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::administrator::{AdministratorsConnection, SignOnRefusal};
use vestibule_domain::connection::ConnectionView;
use vestibule_domain::field::Field;
use vestibule_domain::ids::AdministratorId;
use vestibule_domain::ports::{AuditEvent, AuditFilter, Page};
use vestibule_domain::problem::Problems;
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};
use vestibule_domain::usecase::{AdminError, NameAdministratorsConnection, UnnameAdministratorsConnection};

use crate::portal::form::Form;
use crate::portal::frame::{Badge, Frame, Instant};
use crate::portal::places::lead_to;
use crate::portal::session::{Operator, SignedIn};
use crate::portal::signing_in::asked;
use crate::portal::sso::{ProviderShown, seen_as, state_of};
use crate::portal::visit::row_id;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// Its page.
pub(super) const ADDRESS: &str = "/admin/administrators/sso";

/// How many refusals the page shows.
const MOST_REFUSALS: u32 = 10;

#[derive(Template)]
#[template(path = "portal/administrators_sso.html")]
struct SingleSignOnPage {
    frame: Frame,
    /// Which connection is meant.
    form: Form,
    named: Option<Shown>,
    /// The one that is to be named, as it is now.
    reviewed: Option<Shown>,
    refusals: Vec<Refusal>,
}

/// A sign-in whose answer was believed, and that signed nobody in.
struct Refusal {
    at: Instant,
    reference: String,
    why: &'static str,
    code: String,
    /// Whose page tells more, if it is known whom it was of.
    administrator: Option<String>,
}

impl Refusal {
    fn of(event: &AuditEvent) -> Self {
        let code = event.after.as_ref().and_then(|after| after.get("code")?.as_str()).unwrap_or_default();
        let id: Option<AdministratorId> = row_id(&event.subject);
        Self {
            at: event.at.into(),
            reference: event.id.to_string(),
            why: SignOnRefusal::from_word(code).map_or("", in_words),
            code: code.to_owned(),
            administrator: id.map(|id| format!("/admin/administrators/{id}")),
        }
    }
}

fn in_words(refusal: SignOnRefusal) -> &'static str {
    match refusal {
        SignOnRefusal::ConnectionDisabled => "The connection is disabled.",
        SignOnRefusal::UnusableNameId => {
            "The NameID is another one each time, or cannot be read: let the identity provider send a lasting one."
        }
        SignOnRefusal::UnknownAdministrator => {
            "No administrator has the address that the identity provider said, and nobody is linked to the NameID. The connection’s Test shows both."
        }
        SignOnRefusal::NotAllowed => "The administrator of that address may not sign in by single sign-on.",
        SignOnRefusal::OtherIdentity => {
            "The administrator of that address is known by another NameID, or at another identity provider."
        }
        SignOnRefusal::Disabled => "The administrator is kept out, or administers nothing.",
    }
}

/// A connection, and whom it believes.
struct Shown {
    organization: String,
    slug: String,
    connection: String,
    key: String,
    state: Badge,
    provider: Option<ProviderShown>,
    /// In which attribute the address arrives; none where the NameID is it.
    address: Option<String>,
    seen: String,
    since: Option<Instant>,
}

impl Shown {
    fn of(site: &Site, view: &ConnectionView) -> Self {
        let (connection, now) = (&view.connection, site.app.world.now());
        let provider = connection.identity_provider.as_ref();
        Self {
            organization: view.organization.name.to_string(),
            slug: view.organization.slug.to_string(),
            connection: connection.details.display_name.to_string(),
            key: connection.details.key.to_string(),
            state: state_of(connection, now),
            provider: provider.map(|provider| ProviderShown::new(&provider.metadata, now)),
            address: connection.settings.attribute(Field::Email).map(ToString::to_string),
            seen: seen_as(connection.versions()),
            since: None,
        }
    }
}

/// The connection in a line, for the list of administrators.
pub(super) async fn in_a_line(site: &Site) -> Result<Option<String>, Failure> {
    let named = site.app.world.store.administrators_connection().await.map_err(Failure::store)?;
    Ok(named.map(|AdministratorsConnection { organization, connection, .. }| {
        format!("{connection} of {organization}")
    }))
}

pub(super) async fn show(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let mut form = Form::default();
    for name in ["organization", "connection"] {
        form.set(name, asked(query.as_deref(), name).unwrap_or_default());
    }
    if form.text("organization").is_empty() && form.text("connection").is_empty() {
        return shown(&site, &signed_in, StatusCode::OK, form, None).await;
    }
    match meant(&site, &form).await? {
        Ok(view) => {
            let reviewed = Shown::of(&site, &view);
            shown(&site, &signed_in, StatusCode::OK, form, Some(reviewed)).await
        }
        Err(problems) => {
            shown(&site, &signed_in, StatusCode::UNPROCESSABLE_ENTITY, form.with(problems), None).await
        }
    }
}

/// The connection that a form names, or what is wrong with that.
async fn meant(site: &Site, form: &Form) -> Result<Result<ConnectionView, Problems>, Failure> {
    let mut problems = Problems::default();
    let slug = OrganizationSlug::parse(form.text("organization").trim());
    let key = ConnectionKey::parse(form.text("connection").trim());
    let found = match (&slug, &key) {
        (Ok(slug), Ok(key)) => site.app.world.connection(slug, key).await,
        (Err(_), _) => Err(AdminError::NotFound("organization")),
        (_, Err(_)) => Err(AdminError::NotFound("connection")),
    };
    match found {
        Ok(view) => return Ok(Ok(view)),
        Err(AdminError::NotFound("organization")) => {
            problems.add("/organization", "invalid", "there is no such organization");
        }
        Err(AdminError::NotFound(_)) => {
            problems.add("/connection", "invalid", "the organization has no such connection");
        }
        Err(error) => return Err(Problem::from(error).into()),
    }
    Ok(Err(problems))
}

async fn shown(
    site: &Site,
    signed_in: &SignedIn,
    status: StatusCode,
    form: Form,
    reviewed: Option<Shown>,
) -> Result<Response, Failure> {
    let world = &site.app.world;
    let named = match world.store.administrators_connection().await.map_err(Failure::store)? {
        Some(named) => {
            let view = world.connection(&named.organization, &named.connection).await;
            let view = view.map_err(Problem::from)?;
            Some(Shown { since: Some(named.named_at.into()), ..Shown::of(site, &view) })
        }
        None => None,
    };
    let refused =
        AuditFilter { action: Some("administrator.sign_in_refused".to_owned()), ..AuditFilter::default() };
    let latest = Page { after: None, limit: MOST_REFUSALS };
    let events = world.store.audit_events(None, &refused, latest).await.map_err(Failure::store)?;
    let refusals = events.items.iter().map(Refusal::of).collect();
    let frame = Frame { address: ADDRESS.to_owned(), ..signed_in.frame() };
    Ok(page(status, &SingleSignOnPage { frame, form, named, reviewed, refusals }))
}

/// Names the connection as the page has shown it.
pub(super) async fn name(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    form: Form,
) -> Result<Response, Failure> {
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let view = match meant(&site, &form).await? {
        Ok(view) => view,
        Err(problems) => return shown(&site, &signed_in, again, form.with(problems), None).await,
    };
    let versions = view.connection.versions();
    if form.text("seen") != seen_as(versions) {
        return Err(Problem::from(AdminError::Stale).into());
    }
    let name = NameAdministratorsConnection(site.app.world.clone());
    let (slug, key) = (&view.organization.slug, &view.connection.details.key);
    match name.run(&signed_in.actor(), slug, key, versions).await {
        Ok(_) => Ok(lead_to("/admin/administrators?done=named")),
        Err(AdminError::Invalid(problems)) => {
            shown(&site, &signed_in, again, form.with(problems), None).await
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// Names none any more.
pub(super) async fn unname(
    State(site): State<Site>,
    Operator(signed_in): Operator,
) -> Result<Response, Failure> {
    let unname = UnnameAdministratorsConnection(site.app.world.clone());
    match unname.run(&signed_in.actor()).await {
        // Somebody was faster.
        Ok(_) | Err(AdminError::NotFound(_)) => Ok(lead_to("/admin/administrators?done=unnamed")),
        Err(error) => Err(Problem::from(error).into()),
    }
}
