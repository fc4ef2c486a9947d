//! Writing a user down by hand, and changing what is written.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::ports::UniqueKey;
use vestibule_domain::usecase::{AdminError, ChangeUser, CreateUser, UserDraft};
use vestibule_domain::user::User;

use super::{Person, pair, pairs, user};
use crate::portal::differences::{Difference, Differences};
use crate::portal::form::Form;
use crate::portal::frame::{Choice, Frame, Here};
use crate::portal::places::lead_to;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

#[derive(Template)]
#[template(path = "portal/users/form.html")]
struct FormPage {
    frame: Frame,
    home: String,
    /// Where the form goes.
    action: String,
    /// Who it is; nobody yet, where they are new.
    person: Option<Person>,
    form: Form,
    saved_meanwhile: Vec<Difference>,
    locations: Vec<Choice>,
    pairs: Vec<Choice>,
}

async fn shown(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    user: Option<&User>,
    form: Form,
    saved_meanwhile: Vec<Difference>,
) -> Result<Response, Failure> {
    let found = site.app.world.store.catalog(visit.organization.id).await;
    let (catalog, _) = found.map_err(Failure::store)?;
    let home = visit.home();
    let person = user.map(|user| Person::of(user, &home));
    Ok(page(
        status,
        &FormPage {
            frame: visit.frame(Here::Users),
            action: person.as_ref().map_or(format!("{home}/users/new"), |one| format!("{}/edit", one.href)),
            person,
            form,
            saved_meanwhile,
            locations: Choice::none_or("None", catalog.locations().iter().map(Choice::from)),
            pairs: pairs(&catalog, "None yet"),
            home,
        },
    ))
}

pub(super) async fn ask(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let mut form = Form::default();
    form.check("active", true);
    shown(&site, &visit, StatusCode::OK, None, form, Vec::new()).await
}

pub(super) async fn create(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let mut draft = UserDraft::default();
    read(&form, &mut draft);
    let assignment = pair(form.text("assignments/0"));
    draft.assignments.extend(assignment.map(|(user_type, role)| (user_type.to_owned(), role.to_owned())));
    let create = CreateUser(site.app.world.clone());
    match create.run(&visit.actor, &visit.organization.slug, &draft).await {
        Ok(user) => Ok(lead_to(&format!("{}/users/{}?done=created", visit.home(), user.id))),
        Err(error) => {
            let (status, form) = faulty(form, error)?;
            shown(&site, &visit, status, None, form, Vec::new()).await
        }
    }
}

pub(super) async fn edit(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    shown(&site, &visit, StatusCode::OK, Some(&user), filled(&user), Vec::new()).await
}

pub(super) async fn save(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let user = user(&site, &visit).await?;
    let change = ChangeUser(site.app.world.clone());
    let (slug, expected) = (&visit.organization.slug, form.opened_at());
    let edit = |draft: &mut UserDraft| read(&form, draft);
    match change.run(&visit.actor, slug, user.id, Some(expected), &edit).await {
        Ok(_) => Ok(lead_to(&format!("{}/users/{}?done=saved", visit.home(), user.id))),
        Err(AdminError::Stale) => {
            let differences = differences(&filled(&user), &form);
            let text = "somebody changed this user meanwhile: compare both below, then save again to have them as they stand here";
            let mut form = form.at_fault("email", text);
            form.open_at(user.version);
            shown(&site, &visit, StatusCode::PRECONDITION_FAILED, Some(&user), form, differences).await
        }
        Err(error) => {
            let (status, form) = faulty(form, error)?;
            shown(&site, &visit, status, Some(&user), form, Vec::new()).await
        }
    }
}

fn filled(user: &User) -> Form {
    let profile = &user.profile;
    let mut form = Form::default();
    form.open_at(user.version);
    form.set("email", profile.email.to_string());
    form.set("first_name", profile.first_name.to_string());
    form.set("last_name", profile.last_name.to_string());
    form.set("location", profile.location.as_ref().map(ToString::to_string).unwrap_or_default());
    form.check("active", user.active);
    form
}

fn differences(saved: &Form, yours: &Form) -> Vec<Difference> {
    Differences::between(saved, yours)
        .text("email", "E-mail address")
        .text("first_name", "First name")
        .text("last_name", "Last name")
        .text("location", "Location")
        .flag("active", "Can sign in")
        .found()
}

/// What a form says of a user. Roles and identities are given one by one.
fn read(form: &Form, draft: &mut UserDraft) {
    form.text("email").trim().clone_into(&mut draft.email);
    form.text("first_name").trim().clone_into(&mut draft.first_name);
    form.text("last_name").trim().clone_into(&mut draft.last_name);
    draft.location = form.optional("location");
    draft.active = form.is_checked("active");
}

fn faulty(form: Form, error: AdminError) -> Result<(StatusCode, Form), Problem> {
    match error {
        AdminError::Invalid(problems) => Ok((StatusCode::UNPROCESSABLE_ENTITY, form.with(problems))),
        AdminError::Taken(UniqueKey::Email) => {
            Ok((StatusCode::CONFLICT, form.at_fault("email", "another user has this address")))
        }
        error => Err(error.into()),
    }
}
