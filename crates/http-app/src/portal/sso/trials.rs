//! A trial of the settings with a real sign-in, of which nothing comes but a report.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::{Examination, Examined, ServiceProvider};
use vestibule_domain::usecase::{AdminError, BeginTrial, ReportTrial, TrialError, TrialReport};

use super::connection::{with_faulty_settings, with_settings};
use super::settings_form;
use crate::portal::explain::{Explained, checked};
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Frame, Here, Tone};
use crate::portal::places::lead_to;
use crate::portal::visit::{AtConnection, AtSingleSignOn};
use crate::problem::Problem;
use crate::web::{Cookie, Failure, Prose, Reader, Site, page, send};

/// Sends the administrator to the identity provider, with the draft that the form has.
pub(super) async fn begin(
    State(site): State<Site>,
    at: AtConnection,
    reader: Reader,
    jar: CookieJar,
    form: Form,
) -> Result<Response, Failure> {
    let draft = match settings_form::draft(&form) {
        Ok(draft) => draft,
        Err(problems) => {
            return with_faulty_settings(&site, &at, settings_form::faulty(form, problems)).await;
        }
    };
    let begin = BeginTrial(site.app.begin_sign_in());
    let browser = Cookie::Login.token(&jar, &site.public_url);
    let refilled = || {
        let version = form.version().unwrap_or(at.view.connection.settings_version);
        settings_form::refilled(&form, &draft, version)
    };
    match begin.run(at.slug(), at.key(), &draft, browser).await {
        Ok(begun) => {
            let cookie = Cookie::Login.set(&begun.browser, &site.public_url);
            Ok(([cookie], send(&site, reader, &at.view.organization, &begun.delivery)).into_response())
        }
        Err(TrialError::Admin(AdminError::Invalid(problems))) => {
            with_faulty_settings(&site, &at, settings_form::faulty(refilled(), problems)).await
        }
        Err(TrialError::Admin(AdminError::TooMany(_))) => {
            let text = "this organization has tried too often: a trial is kept for an hour, and for ten minutes where nobody answers";
            with_settings(&site, &at, StatusCode::CONFLICT, refilled().at_fault("version", text)).await
        }
        Err(TrialError::Admin(error)) => Err(Problem::from(error).into()),
        Err(TrialError::Begin(error)) => Err(error.into()),
    }
}

/// Where the identity provider's answer leads: to the report, by the connection that the trial is of.
pub(super) async fn find(
    State(site): State<Site>,
    AtSingleSignOn(visit): AtSingleSignOn,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let world = &site.app.world;
    let trial = world.store.trial(visit.organization.id, &id, world.now()).await.map_err(Failure::store)?;
    let trial = trial.ok_or_else(Problem::not_found)?;
    let connections = world.store.connections(visit.organization.id).await.map_err(Failure::store)?;
    let connection = connections.iter().find(|connection| connection.id == trial.connection_id);
    let key = &connection.ok_or_else(Problem::not_found)?.details.key;
    Ok(lead_to(&format!("{}/sso/{key}/trials/{id}", visit.home())))
}

#[derive(Template)]
#[template(path = "portal/sso/trial.html")]
struct TrialPage {
    frame: Frame,
    home: String,
    here: String,
    name: String,
    is_enabled: bool,
    is_waiting: bool,
    verdict: Option<Badge>,
    checks: Vec<Check>,
    explained: Option<Explained>,
    /// The settings that were tried, to be saved from here or changed.
    form: Form,
}

/// What a check found.
struct Check {
    state: Badge,
    topic: &'static str,
    fault: Option<String>,
    advice: Option<Prose>,
    expected: Option<String>,
    received: Option<String>,
}

impl Check {
    fn of(examined: &Examined, here: &ServiceProvider) -> Self {
        let rejection = examined.rejection.as_ref();
        Self {
            state: checked(rejection.is_none()),
            topic: topic(examined.examination),
            fault: rejection.map(ToString::to_string),
            advice: rejection.map(|rejection| Prose::of(&ENGLISH.check(rejection, here))),
            expected: examined.expected.clone(),
            received: examined.received.clone(),
        }
    }
}

fn topic(examination: Examination) -> &'static str {
    match examination {
        Examination::Form => "The response can be read",
        Examination::Signature => "It is signed by your identity provider",
        Examination::Status => "Your identity provider says that the sign-in succeeded",
        Examination::Issuer => "It is from your identity provider (issuer)",
        Examination::Destination => "It was sent to this service (destination)",
        Examination::Recipient => "The person may be brought here (recipient)",
        Examination::Audience => "It is meant for this organization (audience)",
        Examination::Times => "It is neither too old nor too new",
        Examination::Subject => "It says whom it is about (NameID)",
        Examination::Statements => "It says that they signed in, and what is known of them",
    }
}

pub(super) async fn report(
    State(site): State<Site>,
    at: AtConnection,
    Path((_, _, id)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let report = ReportTrial(site.app.simulate());
    let report = match report.run(at.slug(), at.key(), &id).await {
        Ok(report) => report,
        Err(AdminError::NotFound(_)) => return Err(Problem::not_found().into()),
        Err(error) => return Err(Problem::from(error).into()),
    };
    let mut form = settings_form::filled(&report.draft);
    form.open_at(at.view.connection.settings_version);
    // What would happen to a person tells what is known of them already, and whoever sets up an identity provider can name any.
    let shown = report.record.as_ref().filter(|_| !at.visit.is_guest());
    let here = at.visit.service_provider(&site);
    Ok(page(
        StatusCode::OK,
        &TrialPage {
            frame: at.visit.frame(Here::SingleSignOn),
            home: at.visit.home(),
            here: at.home(),
            name: at.view.connection.details.display_name.to_string(),
            is_enabled: at.view.connection.details.enabled,
            is_waiting: report.record.is_none(),
            verdict: verdict(&report, at.visit.is_guest()),
            checks: report.examined.iter().map(|one| Check::of(one, &here)).collect(),
            explained: shown.map(|record| Explained::of(record, &here)),
            form,
        },
    ))
}

/// How it went, in a few words.
fn verdict(report: &TrialReport, is_guest: bool) -> Option<Badge> {
    let record = report.record.as_ref()?;
    let failed = report.examined.iter().filter(|one| one.rejection.is_some()).count();
    Some(match (failed, record.code) {
        (0, _) if is_guest => Badge::new(Tone::Good, "Every check passed"),
        (0, None) => Badge::new(Tone::Good, "This person would be signed in"),
        (0, Some(_)) => {
            Badge::new(Tone::Warning, "The response is believed, and this person would be refused")
        }
        (1, _) => Badge::new(Tone::Bad, "One check failed"),
        (several, _) => Badge::new(Tone::Bad, format!("{several} checks failed")),
    })
}
