//! Inviting administrators, and taking that back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::ids::{AdministratorId, OrganizationId};
use vestibule_domain::ports::{Actor, UniqueKey};
use vestibule_domain::usecase::{
    AdminError, InvitationDraft, InviteAdministrator, InviteAgain, RevokeInvitation, RoleDraft,
};

use super::{ADDRESS, List};
use crate::portal::form::Form;
use crate::portal::places::lead_to;
use crate::portal::session::{InOrganization, Operator};
use crate::portal::visit::row_id;
use crate::problem::Problem;
use crate::web::{Failure, Site, Trying};

/// What the form says of a role.
pub(super) fn role_of(form: &Form) -> RoleDraft {
    RoleDraft {
        role: form.text("role").to_owned(),
        organizations: form.lines("organizations").map(str::to_owned).collect(),
    }
}

fn inviting(site: &Site) -> InviteAdministrator {
    InviteAdministrator { world: site.app.world.clone(), secret_key: site.secret_key.clone() }
}

/// An operator invites, into whichever role.
pub(super) async fn invite(
    State(site): State<Site>,
    Operator(signed_in): Operator,
    form: Form,
) -> Result<Response, Failure> {
    site.limits.take_letter(signed_in.who.administrator.id, form.text("email"))?;
    let draft = InvitationDraft { email: form.text("email").to_owned(), role: role_of(&form) };
    match inviting(&site).run(&signed_in.actor(), &draft, None).await {
        Ok(_) => Ok(lead_to("/admin/administrators?done=invited")),
        Err(error) => again(&site, List::of_all(&signed_in), form, error).await,
    }
}

/// An administrator of an organization invites another one of it.
pub(super) async fn invite_here(
    State(site): State<Site>,
    visit: InOrganization,
    form: Form,
) -> Result<Response, Failure> {
    site.limits.take_letter(visit.signed_in.who.administrator.id, form.text("email"))?;
    let draft = InvitationDraft { email: form.text("email").to_owned(), role: RoleDraft::default() };
    match inviting(&site).run(&visit.signed_in.actor(), &draft, Some(&visit.organization)).await {
        Ok(_) => Ok(lead_to(&format!("/admin/{}/administrators?done=invited", visit.organization.slug))),
        Err(error) => again(&site, List::of(&visit), form, error).await,
    }
}

/// The page with what is wrong with the invitation.
async fn again(site: &Site, list: List<'_>, form: Form, error: AdminError) -> Result<Response, Failure> {
    let (status, form) = match error {
        AdminError::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)),
        AdminError::Taken(UniqueKey::Administrator) => {
            let text = "an administrator has this address already; an operator can change what they may do";
            (StatusCode::CONFLICT, form.at_fault("email", text))
        }
        AdminError::TooMany(_) => (StatusCode::CONFLICT, form.at_fault("email", error.to_string())),
        error => return Err(Problem::from(error).into()),
    };
    list.shown(site, status, form, None).await
}

/// Sends an invitation again, or takes it back. None, where that is not what the word says.
pub(super) async fn act(
    site: &Site,
    actor: &Actor,
    by: AdministratorId,
    id: AdministratorId,
    word: &str,
    within: Option<OrganizationId>,
) -> Result<Option<&'static str>, Failure> {
    let world = site.app.world.clone();
    let (done, said) = match word {
        "invite" => {
            site.limits.take(Trying::Letter(by))?;
            let again = InviteAgain { world, secret_key: site.secret_key.clone() };
            (again.run(actor, id, within).await, "invited")
        }
        "revoke" => (RevokeInvitation(world).run(actor, id, within).await, "revoked"),
        _ => return Ok(None),
    };
    done.map_err(Problem::from)?;
    Ok(Some(said))
}

/// The same in an organization.
pub(super) async fn act_here(
    State(site): State<Site>,
    visit: InOrganization,
    Path((_, id, word)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let id = row_id(&id).ok_or_else(Problem::not_found)?;
    let (actor, by) = (visit.signed_in.actor(), visit.signed_in.who.administrator.id);
    let said = act(&site, &actor, by, id, &word, Some(visit.organization.id)).await?;
    let said = said.ok_or_else(Problem::not_found)?;
    Ok(lead_to(&format!("/admin/{}/administrators?done={said}", visit.organization.slug)))
}

/// Leads back to the list of all.
pub(super) fn back(said: Option<&str>) -> Response {
    match said {
        Some(said) => lead_to(&format!("{ADDRESS}?done={said}")),
        None => lead_to(ADDRESS),
    }
}
