//! Importing users from a file: tried first, then done, with what became of each row.

use askama::Template;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::ids::ImportId;
use vestibule_domain::import::{Import, ImportOptions, ImportState, RowOutcome, RowResult};
use vestibule_domain::ports::Page;
use vestibule_domain::usecase::{AdminError, BeginImport, DeleteImport, ImportBegun, ImportUsers};

use super::fence::Fence;
use super::form::{Form, Parts, Unreadable};
use super::frame::{Badge, Frame, Here, Instant, Tone};
use super::places::lead_to;
use super::visit::Visit;
use crate::api::imports::{Upload, results_of};
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// How many imports the list has, and how many rows the page of one.
const LATEST: u32 = 20;
const ROWS_SHOWN: u32 = 200;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/imports", get(list).post(upload).layer(DefaultBodyLimit::disable()))
        .page("/admin/{org}/imports/{id}", get(show))
        .page("/admin/{org}/imports/{id}/results", get(results))
        .page("/admin/{org}/imports/{id}/stop", post(stop))
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
        kind: kind(import),
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
                    Ok(import) => Ok(lead_to(&format!("{}/imports/{}", visit.home(), import.id))),
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
) -> Result<Import, Problem> {
    let world = &site.app.world;
    let begun = BeginImport(world.clone()).run(&visit.actor, &visit.organization, options, None).await?;
    let mut reception = match begun {
        ImportBegun::New(reception) => reception,
        ImportBegun::Known(known) => return Ok(*known),
    };
    if let Err(problem) = upload.receive(&mut reception).await {
        reception.abandon().await?;
        return Err(problem);
    }
    let import = reception.finish().await?;
    if import.is_small() {
        let finished = ImportUsers(world.clone()).finish(import).await?;
        return finished.ok_or_else(|| AdminError::NotFound("import").into());
    }
    Ok(import)
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
        form = form.at_fault("file", of_column(&fault.pointer, &fault.message));
    }
    shown(site, visit, problem.status(), form).await
}

/// What is wrong, with the column that it is wrong in, if it is one's.
fn of_column(pointer: &str, message: &str) -> String {
    let column = pointer.trim_start_matches('/');
    if column.is_empty() { message.to_owned() } else { format!("{column}: {message}") }
}

#[derive(Template)]
#[template(path = "portal/import.html")]
struct ImportPage {
    frame: Frame,
    home: String,
    here: String,
    kind: &'static str,
    dry_run: bool,
    state: Badge,
    has_ended: bool,
    at: Instant,
    rows_total: u32,
    rows_done: u32,
    counts: Counts,
    rows: Vec<RowLine>,
    has_more: bool,
}

struct RowLine {
    line: u32,
    outcome: Badge,
    user: Option<String>,
    faults: Vec<String>,
}

async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    let (organization, id) = (import.organization_id, import.id);
    let results = site.app.world.store.import_results(organization, id, 0, ROWS_SHOWN + 1).await;
    let mut results = results.map_err(Failure::store)?;
    let has_more = results.len() > ROWS_SHOWN as usize;
    results.truncate(ROWS_SHOWN as usize);
    let home = visit.home();
    Ok(page(
        StatusCode::OK,
        &ImportPage {
            frame: visit.frame(Here::Users),
            here: format!("{home}/imports/{id}"),
            kind: kind(&import),
            dry_run: import.options.dry_run,
            state: state(&import),
            has_ended: import.state.has_ended(),
            at: import.created_at.into(),
            rows_total: import.rows_total,
            rows_done: import.counts.all(),
            counts: (&import).into(),
            rows: results.iter().map(|result| row(result, &home)).collect(),
            has_more,
            home: home.clone(),
        },
    ))
}

fn row(result: &RowResult, home: &str) -> RowLine {
    let outcome = match result.outcome {
        RowOutcome::Created => Badge::new(Tone::Good, "Created"),
        RowOutcome::Updated => Badge::new(Tone::Good, "Updated"),
        RowOutcome::Unchanged => Badge::new(Tone::Neutral, "Unchanged"),
        RowOutcome::Refused => Badge::new(Tone::Bad, "Refused"),
    };
    let faults = result.faults.iter().map(|fault| of_column(&fault.pointer, &fault.message));
    RowLine {
        line: result.line,
        outcome,
        user: result.user_id.map(|id| format!("{home}/users/{id}")),
        faults: faults.collect(),
    }
}

async fn found(site: &Site, visit: &Visit) -> Result<Import, Failure> {
    let world = &site.app.world;
    let id: ImportId = visit.id().ok_or_else(Problem::not_found)?;
    let import = world.store.import(visit.organization.id, id, world.now()).await.map_err(Failure::store)?;
    Ok(import.ok_or_else(Problem::not_found)?)
}

async fn results(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    Ok(results_of(site.app.world, import))
}

/// Stops an import that has not ended.
async fn stop(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    if !import.state.has_ended() {
        let stop = DeleteImport(site.app.world.clone());
        stop.run(&visit.actor, &visit.organization.slug, import.id).await.map_err(Problem::from)?;
    }
    Ok(lead_to(&format!("{}/imports/{}", visit.home(), import.id)))
}
