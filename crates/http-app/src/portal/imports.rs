//! Importing users from a file: tried first, then applied, with what became of each row.

mod one;
mod rows;

use askama::Template;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::ids::ImportId;
use vestibule_domain::import::{Import, ImportOptions, ImportState};
use vestibule_domain::ports::Page;
use vestibule_domain::usecase::{BeginImport, ImportBegun};

use super::fence::Fence;
use super::form::{Form, Parts, Unreadable};
use super::frame::{Badge, Frame, Here, Instant, Tone};
use super::places::lead_to;
use super::visit::Visit;
use crate::api::imports::Upload;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// How many imports the list has.
const LATEST: u32 = 20;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/imports", get(list).post(upload).layer(DefaultBodyLimit::disable()))
        .page("/admin/{org}/imports/{id}", get(one::show))
        .page("/admin/{org}/imports/{id}/results", get(one::results))
        .page("/admin/{org}/imports/{id}/apply", post(one::apply))
        .page("/admin/{org}/imports/{id}/stop", post(one::stop))
}

#[derive(Template)]
#[template(path = "portal/imports.html")]
struct ImportsPage {
    frame: Frame,
    home: String,
    form: Form,
    lines: Vec<Line>,
}

struct Line {
    href: String,
    at: Instant,
    state: Badge,
    kind: &'static str,
    counts: Counts,
}

/// How many rows became what.
struct Counts {
    created: u32,
    updated: u32,
    unchanged: u32,
    refused: u32,
}

impl From<&Import> for Counts {
    fn from(import: &Import) -> Self {
        let counts = import.counts;
        Self {
            created: counts.created,
            updated: counts.updated,
            unchanged: counts.unchanged,
            refused: counts.refused,
        }
    }
}

fn state(import: &Import) -> Badge {
    match import.state {
        ImportState::Receiving => Badge::new(Tone::Notice, "Arriving"),
        ImportState::Running => Badge::new(Tone::Notice, "Running"),
        ImportState::Done if import.counts.refused > 0 => {
            Badge::new(Tone::Warning, "Done, with refused rows")
        }
        ImportState::Done => Badge::new(Tone::Good, "Done"),
        ImportState::Failed => Badge::new(Tone::Bad, "Failed"),
        ImportState::Cancelled => Badge::new(Tone::Neutral, "Stopped"),
    }
}

fn kind(import: &Import) -> &'static str {
    if import.options.dry_run { "Trial: nothing was written" } else { "Import" }
}

/// The same, in the list, where nothing beside it says more.
fn kind_in_list(import: &Import) -> &'static str {
    if import.applied_at.is_some() { "Import, tried first" } else { kind(import) }
}

async fn list(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    shown(&site, &visit, StatusCode::OK, Form::default()).await
}

async fn shown(site: &Site, visit: &Visit, status: StatusCode, form: Form) -> Result<Response, Failure> {
    let world = &site.app.world;
    let latest = Page { after: None, limit: LATEST };
    let imports =
        world.store.imports(visit.organization.id, latest, world.now()).await.map_err(Failure::store)?;
    let home = visit.home();
    let line = |import: &Import| Line {
        href: format!("{home}/imports/{}", import.id),
        at: import.created_at.into(),
        state: state(import),
        kind: kind_in_list(import),
        counts: import.into(),
    };
    let lines = imports.items.iter().map(line).collect();
    Ok(page(status, &ImportsPage { frame: visit.frame(Here::Users), home: home.clone(), form, lines }))
}

/// Takes a file in while it arrives. The fields before it say what is to be done with it.
async fn upload(State(site): State<Site>, visit: Visit, request: Request) -> Result<Response, Failure> {
    let (request, fence) = Fence::around(request);
    let Parts(mut parts) = Parts::from_request(request, &site).await?;
    let mut options = ImportOptions { dry_run: true, welcome: false };
    while let Some(part) = parts.next_field().await.map_err(|_| Unreadable)? {
        match part.name().unwrap_or_default() {
            "kind" => options.dry_run = part.text().await.map_err(|_| Unreadable)? != "import",
            "welcome" => options.welcome = part.text().await.map_err(|_| Unreadable)? == "true",
            "file" => {
                fence.open();
                return match receive(&site, &visit, options, &mut Upload::of(part)).await {
                    Ok(id) => Ok(lead_to(&format!("{}/imports/{id}", visit.home()))),
                    Err(problem) => refused(&site, &visit, options, &problem).await,
                };
            }
            _ => {}
        }
    }
    let form = filled(options).at_fault("file", "choose a file");
    shown(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, form).await
}

async fn receive(
    site: &Site,
    visit: &Visit,
    options: ImportOptions,
    upload: &mut Upload<'_>,
) -> Result<ImportId, Problem> {
    let world = &site.app.world;
    let begun = BeginImport(world.clone()).run(&visit.actor, &visit.organization, options, None).await?;
    let mut reception = match begun {
        ImportBegun::New(reception) => reception,
        ImportBegun::Known(known) => return Ok(known.id),
    };
    if let Err(problem) = upload.receive(&mut reception).await {
        reception.abandon().await?;
        return Err(problem);
    }
    let import = reception.finish().await?;
    let id = import.id;
    one::work_off(site, import).await;
    Ok(id)
}

fn filled(options: ImportOptions) -> Form {
    let mut form = Form::default();
    form.check("welcome", options.welcome);
    form
}

/// The form again, with what is wrong with the file.
async fn refused(
    site: &Site,
    visit: &Visit,
    options: ImportOptions,
    problem: &Problem,
) -> Result<Response, Failure> {
    let mut form = filled(options);
    if problem.errors().is_empty() {
        form = form.at_fault("file", problem.detail());
    }
    for fault in problem.errors() {
        form = form.at_fault("file", rows::of_column(&fault.pointer, &fault.message));
    }
    shown(site, visit, problem.status(), form).await
}
