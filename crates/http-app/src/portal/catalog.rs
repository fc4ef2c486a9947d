//! The catalog: the user types with their roles, and the locations, that are valid in an organization.

mod differences;
mod in_use;
mod uses;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use vestibule_domain::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use vestibule_domain::connection::Connection;
use vestibule_domain::ids::Version;
use vestibule_domain::usecase::{AdminError, SaveCatalog};

use super::differences::Difference;
use super::form::{Form, in_lines};
use super::frame::{Frame, Here, Notice};
use super::list::Asked;
use super::places::lead_to;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};
use uses::Use;

/// How many empty lines there are for new roles of a type, and for new types.
const NEW_ROLES: usize = 2;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page("/admin/{org}/catalog", get(show).post(save))
}

#[derive(Template)]
#[template(path = "portal/catalog.html")]
struct CatalogPage {
    frame: Frame,
    here: String,
    form: Form,
    /// Where what somebody saved since the form was opened differs from what was typed.
    saved_meanwhile: Vec<Difference>,
    is_empty: bool,
    user_types: Vec<UserTypeFields>,
    /// Where what is saved is used.
    uses: Vec<Use>,
}

/// The names of the fields of a user type.
struct UserTypeFields {
    at: String,
    /// What it is called now; nothing, where it is new.
    name: String,
    roles: Vec<String>,
}

async fn show(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let saved = Saved::of(&site, &visit).await?;
    let notice = (asked.form.text("done") == "saved").then(|| Notice::good("Saved."));
    let form = filled(&draft_of(&saved.catalog), saved.version);
    Ok(shown(&visit, &saved, StatusCode::OK, form, Vec::new(), notice))
}

/// What is saved: the catalog, and the connections, which use it.
struct Saved {
    catalog: Catalog,
    version: Version,
    connections: Vec<Connection>,
}

impl Saved {
    async fn of(site: &Site, visit: &Visit) -> Result<Self, Failure> {
        let (store, organization) = (&site.app.world.store, visit.organization.id);
        let (catalog, version) = store.catalog(organization).await.map_err(Failure::store)?;
        let connections = store.connections(organization).await.map_err(Failure::store)?;
        Ok(Self { catalog, version, connections })
    }
}

fn shown(
    visit: &Visit,
    saved: &Saved,
    status: StatusCode,
    form: Form,
    saved_meanwhile: Vec<Difference>,
    notice: Option<Notice>,
) -> Response {
    let uses = uses::of(&saved.catalog, &saved.connections, &visit.home());
    let types = form.lines_of("user_types", "key");
    let user_types = (0..=types).map(|index| {
        let at = format!("user_types/{index}");
        let roles = form.lines_of(&format!("{at}/roles"), "key");
        UserTypeFields {
            name: form.text(&format!("{at}/name")).to_owned(),
            roles: (0..roles + NEW_ROLES).map(|role| format!("{at}/roles/{role}")).collect(),
            at,
        }
    });
    let mut frame = visit.frame(Here::Catalog);
    frame.notice = notice;
    let user_types = user_types.collect();
    let here = format!("{}/catalog", visit.home());
    page(status, &CatalogPage { frame, here, is_empty: types == 0, user_types, uses, saved_meanwhile, form })
}

fn draft_of(catalog: &Catalog) -> CatalogDraft {
    CatalogDraft {
        user_types: catalog
            .user_types()
            .iter()
            .map(|user_type| UserTypeDraft {
                key: user_type.key.to_string(),
                name: user_type.name.to_string(),
                roles: user_type
                    .roles
                    .iter()
                    .map(|role| RoleDraft {
                        key: role.key.to_string(),
                        name: role.name.to_string(),
                        privileged: role.privileged,
                    })
                    .collect(),
            })
            .collect(),
        locations: catalog.locations().iter().map(ToString::to_string).collect(),
    }
}

fn filled(draft: &CatalogDraft, version: Version) -> Form {
    let mut form = Form::default();
    form.open_at(version);
    for (index, user_type) in draft.user_types.iter().enumerate() {
        let at = format!("user_types/{index}");
        form.set(format!("{at}/key"), user_type.key.as_str());
        form.set(format!("{at}/name"), user_type.name.as_str());
        for (index, role) in user_type.roles.iter().enumerate() {
            let at = format!("{at}/roles/{index}");
            form.set(format!("{at}/key"), role.key.as_str());
            form.set(format!("{at}/name"), role.name.as_str());
            form.check(&format!("{at}/privileged"), role.privileged);
        }
    }
    form.set("locations", draft.locations.join("\n"));
    form
}

/// What a form asks to save: lines without a name and a key are left out, which is how one is removed.
fn read(form: &Form) -> CatalogDraft {
    let text = |name: String| form.text(&name).trim().to_owned();
    let role = |at: &str| RoleDraft {
        key: text(format!("{at}/key")),
        name: text(format!("{at}/name")),
        privileged: form.is_checked(&format!("{at}/privileged")),
    };
    let user_type = |index: usize| {
        let at = format!("user_types/{index}");
        let roles = (0..form.lines_of(&format!("{at}/roles"), "key"))
            .map(|index| role(&format!("{at}/roles/{index}")))
            .filter(|role| !role.key.is_empty() || !role.name.is_empty());
        UserTypeDraft {
            roles: roles.collect(),
            key: text(format!("{at}/key")),
            name: text(format!("{at}/name")),
        }
    };
    CatalogDraft {
        user_types: (0..form.lines_of("user_types", "key"))
            .map(user_type)
            .filter(|one| !one.key.is_empty() || !one.name.is_empty())
            .collect(),
        locations: form.lines("locations").map(ToOwned::to_owned).collect(),
    }
}

async fn save(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let draft = read(&form);
    // Without the version that it was opened at, a form would undo what somebody else saved.
    let expected = form.opened_at();
    let save = SaveCatalog(site.app.world.clone());
    let done = save.run(&visit.actor, &visit.organization.slug, Some(expected), &draft).await;
    let Err(error) = done else { return Ok(saved_there(&visit)) };
    let saved = Saved::of(&site, &visit).await?;
    let (status, problems) = match error {
        AdminError::Stale => return Ok(meanwhile(&visit, &saved, &draft)),
        AdminError::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, in_lines(problems, "/locations")),
        AdminError::InUse(values) => {
            (StatusCode::CONFLICT, in_use::faults(&values, &draft, &saved.catalog, &saved.connections))
        }
        error => return Err(Problem::from(error).into()),
    };
    let form = filled(&draft, expected).with(problems);
    Ok(shown(&visit, &saved, status, form, Vec::new(), None))
}

fn saved_there(visit: &Visit) -> Response {
    lead_to(&format!("{}/catalog?done=saved", visit.home()))
}

/// Somebody saved something: where it is something else, that stands beside what was typed, which saving again puts in its place.
fn meanwhile(visit: &Visit, saved: &Saved, draft: &CatalogDraft) -> Response {
    let differences = differences::between(&draft_of(&saved.catalog), draft);
    if differences.is_empty() {
        return saved_there(visit);
    }
    let text = "somebody saved the catalog meanwhile: compare both below, then save again to have it as it stands here";
    let form = filled(draft, saved.version).at_fault("saved_meanwhile", text);
    shown(visit, saved, StatusCode::PRECONDITION_FAILED, form, differences, None)
}
