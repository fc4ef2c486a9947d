//! What an operator changes of an administrator.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::administrator::{Administrator, SingleSignOn};
use vestibule_domain::ids::AdministratorId;
use vestibule_domain::ports::{ApiKey, Page, SessionsToEnd};
use vestibule_domain::usecase::{
    AdminError, AdministratorChange, ChangeAdministrator, DisableAdministrator, EndPortalSessions, KeysMade,
};

use super::invitations::{act as invite_or_revoke, back, role_of};
use super::single_sign_on::in_a_line;
use super::{ADDRESS, role, role_in_words, state};
use crate::portal::differences::{Difference, Differences};
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Frame, Instant};
use crate::portal::session::{Operator, SignedIn};
use crate::portal::visit::row_id;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// How many organizations of somebody the form shows.
const MOST_SHOWN: u32 = 200;
/// How many of the API keys that somebody made the page names.
const MOST_KEYS: u32 = 50;

#[derive(Template)]
#[template(path = "portal/administrator.html")]
struct AdministratorPage {
    frame: Frame,
    form: Form,
    saved_meanwhile: Vec<Difference>,
    id: String,
    email: String,
    role: &'static str,
    state: Badge,
    is_disabled: bool,
    is_oneself: bool,
    is_awaited: bool,
    single_sign_on: SingleSignOn,
    /// Through which connection, if one is named.
    connection: Option<String>,
    linked_at: Option<Instant>,
    keys: KeysOf,
    /// How many setup links that they had mailed still work.
    setup_links: usize,
}

/// The API keys that somebody made and that are still there, or the oldest of them.
struct KeysOf {
    lines: Vec<KeyMade>,
    has_more: bool,
}

/// An API key that somebody made.
struct KeyMade {
    name: String,
    of: &'static str,
    created_at: Instant,
    last_used_at: Option<Instant>,
}

impl From<&ApiKey> for KeyMade {
    fn from(key: &ApiKey) -> Self {
        Self {
            name: key.name.to_string(),
            of: if key.role.organization().is_none() { "every organization" } else { "one organization" },
            created_at: key.created_at.into(),
            last_used_at: key.last_used_at.map(Instant::from),
        }
    }
}

/// The form of the page, and where it differs from what somebody saved since it was opened.
struct Forms {
    role: Form,
    saved_meanwhile: Vec<Difference>,
}

pub(super) async fn show(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let administrator = found(&site, &id).await?;
    let forms = Forms { role: filled(&site, &administrator).await?, saved_meanwhile: Vec::new() };
    shown(&site, &signed_in, &administrator, StatusCode::OK, forms).await
}

async fn found(site: &Site, id: &str) -> Result<Administrator, Failure> {
    let id: AdministratorId = row_id(id).ok_or_else(Problem::not_found)?;
    Ok(site.app.world.administrator(id).await.map_err(Problem::from)?)
}

async fn filled(site: &Site, administrator: &Administrator) -> Result<Form, Failure> {
    let page = Page { after: None, limit: MOST_SHOWN };
    let store = &site.app.world.store;
    let organizations = store.organizations_of(administrator.id, page).await.map_err(Failure::store)?;
    let slugs: Vec<_> =
        organizations.items.iter().map(|organization| organization.slug.to_string()).collect();
    let mut form = Form::default();
    form.open_at(administrator.version);
    form.set("role", administrator.role.as_str());
    form.set("organizations", slugs.join("\n"));
    Ok(form)
}

async fn shown(
    site: &Site,
    reader: &SignedIn,
    administrator: &Administrator,
    status: StatusCode,
    forms: Forms,
) -> Result<Response, Failure> {
    let world = &site.app.world;
    let keys = Page { after: None, limit: MOST_KEYS };
    let keys = world.store.api_keys_made_by(administrator.id, keys).await.map_err(Failure::store)?;
    let links = world.store.setup_links_made_by(administrator.id).await.map_err(Failure::store)?;
    Ok(page(
        status,
        &AdministratorPage {
            frame: Frame { address: format!("{ADDRESS}/{}", administrator.id), ..reader.frame() },
            form: forms.role,
            saved_meanwhile: forms.saved_meanwhile,
            id: administrator.id.to_string(),
            email: administrator.email.to_string(),
            role: role(administrator),
            state: state(site, administrator).await?,
            is_disabled: administrator.disabled,
            is_oneself: administrator.id == reader.who.administrator.id,
            is_awaited: administrator.is_awaited(),
            single_sign_on: administrator.single_sign_on.clone(),
            connection: in_a_line(site).await?,
            linked_at: match &administrator.single_sign_on {
                SingleSignOn::Linked(link) => Some(link.at.into()),
                SingleSignOn::Allowed | SingleSignOn::Forbidden => None,
            },
            keys: KeysOf {
                lines: keys.items.iter().map(KeyMade::from).collect(),
                has_more: keys.next.is_some(),
            },
            setup_links: links.iter().filter(|link| link.expires_at > world.now()).count(),
        },
    ))
}

/// Another role.
pub(super) async fn save(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let administrator = found(&site, &id).await?;
    let change = AdministratorChange::Role(role_of(&form));
    let run = ChangeAdministrator(site.app.world.clone());
    match run.run(&signed_in.actor(), administrator.id, Some(form.opened_at()), &change).await {
        Err(AdminError::Stale) => meanwhile(&site, &signed_in, administrator.id, form).await,
        done => done_or_faulty(&site, &signed_in, &administrator, form, done, "saved").await,
    }
}

async fn done_or_faulty(
    site: &Site,
    signed_in: &SignedIn,
    administrator: &Administrator,
    form: Form,
    done: Result<Administrator, AdminError>,
    said: &str,
) -> Result<Response, Failure> {
    match done {
        Ok(_) => Ok(back(Some(said))),
        Err(AdminError::Invalid(problems)) => {
            let page = Forms { role: form.with(problems), saved_meanwhile: Vec::new() };
            shown(site, signed_in, administrator, StatusCode::UNPROCESSABLE_ENTITY, page).await
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// Another operator changed something: where it is something else, that stands beside what was chosen, which saving again puts in its place.
async fn meanwhile(
    site: &Site,
    signed_in: &SignedIn,
    id: AdministratorId,
    form: Form,
) -> Result<Response, Failure> {
    let administrator = site.app.world.administrator(id).await.map_err(Problem::from)?;
    let saved = filled(site, &administrator).await?;
    let role = |form: &Form| role_in_words(form.text("role") == "operator");
    let mut differences: Vec<_> =
        Difference::in_field("Role", role(&saved), role(&form)).into_iter().collect();
    differences.extend(Differences::between(&saved, &form).text("organizations", "Organizations").found());
    if differences.is_empty() {
        return Ok(back(Some("saved")));
    }
    let text = "somebody changed this administrator meanwhile: compare both below, then save again to have it as it stands here";
    let mut form = form.at_fault("saved_meanwhile", text);
    form.open_at(administrator.version);
    let forms = Forms { role: form, saved_meanwhile: differences };
    shown(site, signed_in, &administrator, StatusCode::PRECONDITION_FAILED, forms).await
}

/// What is done by a button.
pub(super) async fn act(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    Path((id, word)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let id: AdministratorId = row_id(&id).ok_or_else(Problem::not_found)?;
    let (actor, by) = (signed_in.actor(), signed_in.who.administrator.id);
    let world = site.app.world.clone();
    let changed = async |change| ChangeAdministrator(world.clone()).run(&actor, id, None, &change).await;
    let (done, said) = match word.as_str() {
        "disable" => {
            let keys = if form.is_checked("revoke_keys") { KeysMade::Revoked } else { KeysMade::Kept };
            (DisableAdministrator(world.clone()).run(&actor, id, keys).await, "kept-out")
        }
        "enable" => (changed(AdministratorChange::Enable).await, "let-in"),
        "allow-sso" => (changed(AdministratorChange::AllowSingleSignOn).await, "saved"),
        "forbid-sso" => (changed(AdministratorChange::ForbidSingleSignOn).await, "saved"),
        "forget-identity" => (changed(AdministratorChange::ForgetIdentity).await, "saved"),
        "sign-out" => {
            let end = EndPortalSessions(site.app.world.clone());
            end.run(&actor, id, SessionsToEnd::All).await.map_err(Problem::from)?;
            return Ok(back(None));
        }
        word => {
            let said = invite_or_revoke(&site, &actor, by, id, word, None).await?;
            return Ok(back(Some(said.ok_or_else(Problem::not_found)?)));
        }
    };
    let administrator = site.app.world.administrator(id).await.map_err(Problem::from)?;
    let form = filled(&site, &administrator).await?;
    done_or_faulty(&site, &signed_in, &administrator, form, done, said).await
}
