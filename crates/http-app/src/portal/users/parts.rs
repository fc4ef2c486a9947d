//! What a user is given and what is taken from them, one thing at a time.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::usecase::{
    AdminError, ChangeUser, EndSessions, PutUserPart, RemoveUserPart, UserDraft, UserPart,
};
use vestibule_domain::user::User;

use super::person::{Forms, meanwhile, shown};
use super::{pair, user};
use crate::portal::form::Form;
use crate::portal::places::lead_to;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Site};

fn done(visit: &Visit, user: &User, word: &str) -> Response {
    lead_to(&format!("{}/users/{}?done={word}", visit.home(), user.id))
}

/// Lets a user sign in, or not any more.
pub(super) async fn switch(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    let active = form.is_checked("active");
    let word = if active { "reactivated" } else { "deactivated" };
    if user.active == active {
        return Ok(done(&visit, &user, word));
    }
    let change = ChangeUser(site.app.world.clone());
    let edit = |draft: &mut UserDraft| draft.active = active;
    let slug = &visit.organization.slug;
    match change.run(&visit.actor, slug, user.id, Some(form.opened_at()), &edit).await {
        Ok(_) => Ok(done(&visit, &user, word)),
        Err(AdminError::Stale) => meanwhile(&site, &visit).await,
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// Gives a user a role of a type, in place of the one that they have of it.
pub(super) async fn give_role(
    State(site): State<Site>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let Some((user_type, role)) = pair(form.text("role")) else {
        let assignment = form.at_fault("role", "choose a user type and role");
        let forms = Forms { assignment, ..Forms::default() };
        return shown(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, forms, None).await;
    };
    let (user_type, role) = (user_type.to_owned(), role.to_owned());
    let part = UserPart::Assignment(&user_type);
    let filled = |assignment| Forms { assignment, ..Forms::default() };
    put(&site, &visit, form, part, &role, filled).await
}

/// Says what an identity provider calls a user.
pub(super) async fn give_identity(
    State(site): State<Site>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let filled = |identity| Forms { identity, ..Forms::default() };
    let connection = form.text("connection").to_owned();
    if connection.is_empty() {
        let forms = filled(form.at_fault("connection", "choose a connection"));
        return shown(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, forms, None).await;
    }
    let name_id = form.text("name_id").trim().to_owned();
    put(&site, &visit, form, UserPart::Identity(&connection), &name_id, filled).await
}

async fn put(
    site: &Site,
    visit: &Visit,
    form: Form,
    part: UserPart<'_>,
    value: &str,
    filled: impl Fn(Form) -> Forms + Send,
) -> Result<Response, Failure> {
    let user = user(site, visit).await?;
    let put = PutUserPart(site.app.world.clone());
    let slug = &visit.organization.slug;
    let put = put.run(&visit.actor, slug, user.id, Some(form.opened_at()), part, value).await;
    let (status, form) = match put {
        Ok(user) => return Ok(done(visit, &user, "saved")),
        Err(AdminError::Stale) => {
            let text = "somebody changed this user meanwhile: look at them as they are now, and do it again if it is still to be done";
            (StatusCode::PRECONDITION_FAILED, form.at_fault(part.member(), text))
        }
        Err(AdminError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)),
        Err(AdminError::Taken(_)) => (
            StatusCode::CONFLICT,
            form.at_fault("name_id", "this connection’s identity provider calls somebody else so"),
        ),
        Err(error) => return Err(Problem::from(error).into()),
    };
    shown(site, visit, status, filled(form), None).await
}

pub(super) async fn take_role(
    State(site): State<Site>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    let key = form.text("user_type");
    let has_it = user.profile.assignments.keys().any(|user_type| user_type.as_str() == key);
    remove(&site, &visit, &form, &user, has_it, UserPart::Assignment(key)).await
}

pub(super) async fn take_identity(
    State(site): State<Site>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    let key = form.text("connection");
    let connections =
        site.app.world.store.connections(visit.organization.id).await.map_err(Failure::store)?;
    let connection = connections.iter().find(|connection| connection.details.key.as_str() == key);
    let has_it = connection.is_some_and(|connection| user.identity_on(connection.id).is_some());
    remove(&site, &visit, &form, &user, has_it, UserPart::Identity(key)).await
}

async fn remove(
    site: &Site,
    visit: &Visit,
    form: &Form,
    user: &User,
    has_it: bool,
    part: UserPart<'_>,
) -> Result<Response, Failure> {
    // Who takes it twice has taken it.
    if !has_it {
        return Ok(done(visit, user, "saved"));
    }
    let remove = RemoveUserPart(site.app.world.clone());
    let slug = &visit.organization.slug;
    match remove.run(&visit.actor, slug, user.id, Some(form.opened_at()), part).await {
        Ok(_) => Ok(done(visit, user, "saved")),
        Err(AdminError::Stale) => meanwhile(site, visit).await,
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// Signs a user out everywhere.
pub(super) async fn end_sessions(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    let end = EndSessions(site.app.world.clone());
    end.run(&visit.actor, &visit.organization.slug, user.id).await.map_err(Problem::from)?;
    Ok(done(&visit, &user, "signed-out"))
}
