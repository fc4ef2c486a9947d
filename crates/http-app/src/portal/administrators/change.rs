//! What an operator changes of an administrator.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::administrator::{Administrator, SingleSignOn};
use vestibule_domain::ids::AdministratorId;
use vestibule_domain::ports::{Page, SessionsToEnd};
use vestibule_domain::usecase::{AdminError, AdministratorChange, ChangeAdministrator, EndPortalSessions};

use super::invitations::{act as invite_or_revoke, back, role_of};
use super::single_sign_on::in_a_line;
use super::{ADDRESS, role, state};
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Frame, Instant};
use crate::portal::session::{Operator, SignedIn};
use crate::portal::visit::row_id;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// How many organizations of somebody the form shows.
const MOST_SHOWN: u32 = 200;

#[derive(Template)]
#[template(path = "portal/administrator.html")]
struct AdministratorPage {
    frame: Frame,
    form: Form,
    id: String,
    email: String,
    role: &'static str,
    state: Badge,
    is_disabled: bool,
    is_oneself: bool,
    is_invited: bool,
    single_sign_on: SingleSignOn,
    /// Through which connection, if one is named.
    connection: Option<String>,
    linked_at: Option<Instant>,
}

pub(super) async fn show(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let administrator = found(&site, &id).await?;
    let form = filled(&site, &administrator).await?;
    shown(&site, &signed_in, &administrator, StatusCode::OK, form).await
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
    form.set("role", administrator.role.as_str());
    form.set("organizations", slugs.join("\n"));
    Ok(form)
}

async fn shown(
    site: &Site,
    reader: &SignedIn,
    administrator: &Administrator,
    status: StatusCode,
    form: Form,
) -> Result<Response, Failure> {
    Ok(page(
        status,
        &AdministratorPage {
            frame: Frame { address: format!("{ADDRESS}/{}", administrator.id), ..reader.frame() },
            form,
            id: administrator.id.to_string(),
            email: administrator.email.to_string(),
            role: role(administrator),
            state: state(site, administrator).await?,
            is_disabled: administrator.disabled,
            is_oneself: administrator.id == reader.who.administrator.id,
            is_invited: administrator.is_invited(),
            single_sign_on: administrator.single_sign_on.clone(),
            connection: in_a_line(site).await?,
            linked_at: match &administrator.single_sign_on {
                SingleSignOn::Linked(link) => Some(link.at.into()),
                SingleSignOn::Allowed | SingleSignOn::Forbidden => None,
            },
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
    changed(&site, &signed_in, &administrator, form, &change).await
}

async fn changed(
    site: &Site,
    signed_in: &SignedIn,
    administrator: &Administrator,
    form: Form,
    change: &AdministratorChange,
) -> Result<Response, Failure> {
    let run = ChangeAdministrator(site.app.world.clone());
    match run.run(&signed_in.actor(), administrator.id, change).await {
        Ok(_) => Ok(back(Some("saved"))),
        Err(AdminError::Invalid(problems)) => {
            let form = form.with(problems);
            shown(site, signed_in, administrator, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// What is done by a button.
pub(super) async fn act(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    Path((id, word)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id: AdministratorId = row_id(&id).ok_or_else(Problem::not_found)?;
    let (actor, by) = (signed_in.actor(), signed_in.who.administrator.id);
    let change = match word.as_str() {
        "disable" => AdministratorChange::Disable,
        "enable" => AdministratorChange::Enable,
        "allow-sso" => AdministratorChange::AllowSingleSignOn,
        "forbid-sso" => AdministratorChange::ForbidSingleSignOn,
        "forget-identity" => AdministratorChange::ForgetIdentity,
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
    changed(&site, &signed_in, &administrator, form, &change).await
}
