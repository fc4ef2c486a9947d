//! Users: who they are, where each value came from, and whether they can sign in.

mod erasing;
mod parts;
mod person;
mod writing;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::catalog::Catalog;
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::UserFilter;
use vestibule_domain::user::User;

use super::form::Form;
use super::frame::{Badge, Choice, Frame, Here, Instant, Notice, Tone};
use super::list::{Asked, Pager};
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/users", get(list))
        .page("/admin/{org}/users/new", get(writing::ask).post(writing::create))
        .page("/admin/{org}/users/{id}", get(person::show))
        .page("/admin/{org}/users/{id}/edit", get(writing::edit).post(writing::save))
        .page("/admin/{org}/users/{id}/active", post(parts::switch))
        .page("/admin/{org}/users/{id}/assignments", post(parts::give_role))
        .page("/admin/{org}/users/{id}/assignments/remove", post(parts::take_role))
        .page("/admin/{org}/users/{id}/identities", post(parts::give_identity))
        .page("/admin/{org}/users/{id}/identities/remove", post(parts::take_identity))
        .page("/admin/{org}/users/{id}/sessions/end", post(parts::end_sessions))
        .page("/admin/{org}/users/{id}/erase", get(erasing::ask).post(erasing::erase))
}

#[derive(Template)]
#[template(path = "portal/users.html")]
struct UsersPage {
    frame: Frame,
    home: String,
    form: Form,
    states: Vec<Choice>,
    user_types: Vec<Choice>,
    locations: Vec<Choice>,
    lines: Vec<UserLine>,
    pager: Pager,
    is_filtered: bool,
}

struct UserLine {
    href: String,
    name: String,
    email: String,
    state: Badge,
    assignments: Vec<String>,
    location: Option<String>,
    last_sign_in: Option<Instant>,
}

async fn list(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let filter = UserFilter {
        text: asked.text("q"),
        active: asked.form.text("active").parse().ok(),
        user_type: asked.text("user_type"),
        role: asked.text("role"),
        location: asked.text("location"),
        ..UserFilter::default()
    };
    let store = &site.app.world.store;
    let found = store.users(visit.organization.id, &filter, asked.page()).await.map_err(Failure::store)?;
    let (catalog, _) = store.catalog(visit.organization.id).await.map_err(Failure::store)?;
    let types = catalog.user_types().iter().map(|one| Choice::new(one.key.as_str(), one.name.as_str()));
    let home = visit.home();
    let line = |user: &User| UserLine {
        href: format!("{home}/users/{}", user.id),
        name: name(user),
        email: user.profile.email.to_string(),
        state: state(user),
        assignments: assignments(user, &catalog),
        location: user.profile.location.as_ref().map(ToString::to_string),
        last_sign_in: user.last_sign_in_at.map(Instant::from),
    };
    let mut frame = visit.frame(Here::Users);
    if asked.form.text("done") == "erased" {
        frame.notice = Some(Notice::good("The person is erased."));
    }
    Ok(page(
        StatusCode::OK,
        &UsersPage {
            frame,
            states: Choice::none_or(
                "Any",
                [Choice::new("true", "Active"), Choice::new("false", "Deactivated")],
            ),
            user_types: Choice::none_or("Any", types),
            locations: Choice::none_or("Any", catalog.locations().iter().map(Choice::from)),
            lines: found.items.iter().map(line).collect(),
            pager: asked.pager(found.next),
            is_filtered: filter != UserFilter::default(),
            form: asked.form,
            home: home.clone(),
        },
    ))
}

/// A user, as other pages name them and lead to them.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) href: String,
}

impl Person {
    pub(super) fn of(user: &User, home: &str) -> Self {
        Self { name: name(user), href: format!("{home}/users/{}", user.id) }
    }
}

fn name(user: &User) -> String {
    format!("{} {}", user.profile.first_name, user.profile.last_name)
}

fn state(user: &User) -> Badge {
    if user.active { Badge::new(Tone::Good, "Active") } else { Badge::new(Tone::Neutral, "Deactivated") }
}

/// Each pair by its names: "Employee: Learner".
fn assignments(user: &User, catalog: &Catalog) -> Vec<String> {
    let named = user.profile.assignments.iter().map(|(user_type, role)| {
        let (user_type, role) = in_words(catalog, user_type.as_str(), role.as_str());
        format!("{user_type}: {role}")
    });
    named.collect()
}

/// The names of a user type and a role of it; their keys, where the catalog does not have them.
fn in_words<'a>(catalog: &'a Catalog, user_type: &'a str, role: &'a str) -> (&'a str, &'a str) {
    let known = catalog.user_type(user_type);
    let role_name = known.and_then(|known| known.role(role)).map(|role| role.name.as_str());
    (known.map_or(user_type, |known| known.name.as_str()), role_name.unwrap_or(role))
}

/// Between the keys of a user type and a role in the value of a choice. No key has one.
const BETWEEN: char = '\t';

/// All user types with each of their roles, to choose one pair.
fn pairs(catalog: &Catalog, none: &str) -> Vec<Choice> {
    let pairs = catalog.user_types().iter().flat_map(|user_type| {
        user_type.roles.iter().map(move |role| {
            let privileged = if role.privileged { " (privileged)" } else { "" };
            let value = format!("{}{BETWEEN}{}", user_type.key, role.key);
            Choice::new(value, format!("{}: {}{privileged}", user_type.name, role.name))
        })
    });
    Choice::none_or(none, pairs)
}

/// The keys of a pair that was chosen.
fn pair(chosen: &str) -> Option<(&str, &str)> {
    chosen.split_once(BETWEEN)
}

/// The user whom the path names.
async fn user(site: &Site, visit: &Visit) -> Result<User, Failure> {
    let id: UserId = visit.id().ok_or_else(Problem::not_found)?;
    let user = site.app.world.store.user(visit.organization.id, id).await.map_err(Failure::store)?;
    Ok(user.ok_or_else(Problem::not_found)?)
}
