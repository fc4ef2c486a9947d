//! One import: how far it has come, what became of each row, and, of a trial, the button that applies it.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tracing::Instrument as _;
use vestibule_domain::ids::ImportId;
use vestibule_domain::import::{Import, ImportState};
use vestibule_domain::ports::RowsWanted;
use vestibule_domain::usecase::{AdminError, ApplyImport, DeleteImport, ImportError, ImportUsers};

use super::rows::Rows;
use super::{Counts, kind, state};
use crate::api::imports::results_of;
use crate::portal::frame::{Badge, Frame, Here, Instant, Notice, Tone};
use crate::portal::list::Asked;
use crate::portal::places::lead_to;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// As on every page of the portal, and the script asks for the page itself again, to show how far the import has come.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'",
);

/// For how long an administrator waits for a small table. What takes longer, its page follows.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Template)]
#[template(path = "portal/import.html")]
struct ImportPage {
    frame: Frame,
    home: String,
    here: String,
    kind: &'static str,
    dry_run: bool,
    welcome: bool,
    state: Badge,
    /// How far it has come, while it has not ended.
    progress: Option<Progress>,
    at: Instant,
    applied_at: Option<Instant>,
    counts: Counts,
    unforeseen: u32,
    unforeseen_href: String,
    /// Until when it can be applied.
    applicable_until: Option<Instant>,
    /// Why a trial cannot be applied.
    not_applicable: Option<&'static str>,
    rows: Option<Rows>,
}

pub(super) async fn show(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    shown(&site, &visit, StatusCode::OK, &import, &asked, None).await
}

async fn shown(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    import: &Import,
    asked: &Asked,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let progress = (!import.state.has_ended()).then(|| Progress::of(import));
    // While it runs they would be other ones each time, and there may be many.
    let rows = if progress.is_none() { Some(Rows::asked(site, visit, import, asked).await?) } else { None };
    let home = visit.home();
    let here = format!("{home}/imports/{}", import.id);
    let is_applicable = import.is_applicable(site.app.world.now());
    let contents = ImportPage {
        frame: Frame { notice, ..visit.frame(Here::Users) },
        kind: kind(import),
        dry_run: import.options.dry_run,
        welcome: import.options.welcome,
        state: state(import),
        progress,
        at: import.created_at.into(),
        applied_at: import.applied_at.map(Instant::from),
        counts: import.into(),
        unforeseen: import.counts.unforeseen,
        unforeseen_href: format!("{here}?rows=unforeseen#rows"),
        applicable_until: import.applicable_until.filter(|_| is_applicable).map(Instant::from),
        not_applicable: (!is_applicable).then(|| why_not_applicable(import)).flatten(),
        rows,
        home,
        here,
    };
    let mut response = page(status, &contents);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    Ok(response)
}

/// How far an import has come.
struct Progress {
    text: String,
    /// How many rows are done, and of how many; none, while it is not known how many will come.
    share: Option<(u32, u32)>,
}

impl Progress {
    fn of(import: &Import) -> Self {
        let (done, all) = (import.counts.all(), import.rows_total);
        match import.state {
            ImportState::Receiving => Self { text: format!("{all} rows have arrived so far"), share: None },
            _ => Self { text: format!("{done} of {all} rows are done"), share: Some((done, all)) },
        }
    }
}

/// Why a trial that has ended cannot be applied.
fn why_not_applicable(import: &Import) -> Option<&'static str> {
    let counts = import.counts;
    match import.state {
        _ if !import.options.dry_run => None,
        ImportState::Done if counts.created + counts.updated == 0 => {
            Some("There is nothing to import: no row would create or change a user.")
        }
        ImportState::Done => Some(
            "The file of this trial is not kept any more: it is for a day, for the last three trials, and until somebody is \
             erased.",
        ),
        _ => None,
    }
}

async fn found(site: &Site, visit: &Visit) -> Result<Import, Failure> {
    let world = &site.app.world;
    let id: ImportId = visit.id().ok_or_else(Problem::not_found)?;
    let import = world.store.import(visit.organization.id, id, world.now()).await.map_err(Failure::store)?;
    Ok(import.ok_or_else(Problem::not_found)?)
}

pub(super) async fn results(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    Ok(results_of(site.app.world, import, RowsWanted::All))
}

/// Applies a trial. Who comes too late is told so beside what became of it.
pub(super) async fn apply(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    let apply = ApplyImport(site.app.world.clone());
    let refused = match apply.run(&visit.actor, &visit.organization.slug, import.id).await {
        Ok(running) => {
            work_off(&site, running).await;
            return Ok(lead_to(&format!("{}/imports/{}", visit.home(), import.id)));
        }
        Err(AdminError::Import(refused)) => refused,
        Err(other) => return Err(Problem::from(other).into()),
    };
    let import = found(&site, &visit).await?;
    let text = match refused {
        ImportError::Busy(_) => {
            "Nothing was imported: another import has not ended. Apply this one when it has."
        }
        _ if import.applied_at.is_some() => {
            "It was applied already, and nothing is done twice. This is what became of it."
        }
        _ => "Nothing was imported: this trial cannot be applied any more. Choose the file again.",
    };
    let notice = Notice::new(Tone::Warning, text);
    shown(&site, &visit, StatusCode::CONFLICT, &import, &asked, Some(notice)).await
}

/// Stops an import that has not ended.
pub(super) async fn stop(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let import = found(&site, &visit).await?;
    if !import.state.has_ended() {
        let stop = DeleteImport(site.app.world.clone());
        stop.run(&visit.actor, &visit.organization.slug, import.id).await.map_err(Problem::from)?;
    }
    Ok(lead_to(&format!("{}/imports/{}", visit.home(), import.id)))
}

/// Works a small table off, and waits for it for a moment. A larger one is somebody's who claims it, and so is what this
/// process does not bring to its end.
pub(super) async fn work_off(site: &Site, import: Import) {
    if !import.is_small() {
        return;
    }
    let work = ImportUsers(site.app.world.clone());
    let work = async move {
        if let Err(error) = work.finish(import).await {
            tracing::warn!(error = %error, "an import could not go on");
        }
    };
    // Whether it has ended the page says, which is shown next.
    let _ = tokio::time::timeout(PATIENCE, tokio::spawn(work.in_current_span())).await;
}
