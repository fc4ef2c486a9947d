//! What an organization is, and how it looks to its people.

mod delete;
mod look;
mod mails;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::arrival::MOST_KEPT_DAYS;
use vestibule_domain::organization::OrganizationDraft;
use vestibule_domain::usecase::{AdminError, ChangeOrganization};
use vestibule_languages::Language;

use super::differences::{Difference, Differences};
use super::form::{Form, in_lines};
use super::frame::{Choice, Frame, Here, Notice};
use super::list::Asked;
use super::places::lead_to;
use super::visit::Visit;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, LogoImage, Site, page};
use look::Preview;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/settings", get(show).post(save))
        .page("/admin/{org}/settings/look", post(look::save))
        .page("/admin/{org}/settings/logo", post(look::take_logo))
        .page("/admin/{org}/settings/logo/remove", post(look::remove_logo))
        .page("/admin/{org}/settings/mails", get(mails::show))
        .page("/admin/{org}/settings/mails/shown", get(mails::shown))
        .page("/admin/{org}/settings/delete", get(delete::ask).post(delete::delete))
}

#[derive(Template)]
#[template(path = "portal/settings.html")]
struct SettingsPage {
    frame: Frame,
    here: String,
    forms: Forms,
    is_operator: bool,
    languages: Vec<Choice>,
    most_days: u16,
    preview: Preview,
    logo: Option<LogoImage>,
}

/// The forms of the page, as they are to be shown.
struct Forms {
    details: Form,
    look: Form,
    logo: Form,
    /// Where what somebody saved since the form was opened differs from what was typed.
    saved_meanwhile: Vec<Difference>,
}

impl Forms {
    /// As everything is saved.
    fn saved(visit: &Visit) -> Self {
        let draft = OrganizationDraft::from(&visit.organization);
        let mut forms = Self {
            details: filled(&draft),
            look: look::filled(&draft),
            logo: Form::default(),
            saved_meanwhile: Vec::new(),
        };
        for form in [&mut forms.details, &mut forms.look, &mut forms.logo] {
            form.open_at(visit.organization.version);
        }
        forms
    }
}

async fn show(visit: Visit, asked: Asked) -> Response {
    shown(&visit, StatusCode::OK, Forms::saved(&visit), done(asked.form.text("done")))
}

/// What was done, after a form led back here.
fn done(word: &str) -> Option<Notice> {
    Some(Notice::good(match word {
        "saved" => "Saved.",
        "look" => "Saved. Pages look so from now on.",
        "logo" => "The logo is saved. Pages show it from now on.",
        "logo-removed" => "The logo is gone. Pages show the initials in its place.",
        _ => return None,
    }))
}

fn shown(visit: &Visit, status: StatusCode, forms: Forms, notice: Option<Notice>) -> Response {
    let mut frame = visit.frame(Here::Settings);
    frame.notice = notice;
    page(
        status,
        &SettingsPage {
            frame,
            here: format!("{}/settings", visit.home()),
            is_operator: visit.is_operator(),
            languages: languages(forms.details.text("locale")),
            most_days: MOST_KEPT_DAYS,
            preview: Preview::of(forms.look.text("branding/accent_color"), &visit.organization),
            logo: LogoImage::of(&visit.organization),
            forms,
        },
    )
}

/// The languages that people can be spoken to in, and the one that is chosen, if it is a variant of one or none of them.
fn languages(chosen: &str) -> Vec<Choice> {
    let known = Language::all().map(|one| Choice::new(one.tag(), one.say("language")));
    let mut languages = Choice::none_or("The language of each person’s browser", known);
    if !chosen.is_empty() && languages.iter().all(|one| one.value != chosen) {
        let spoken = Language::of(chosen).unwrap_or_default().say("language");
        languages.push(Choice::new(chosen, format!("{chosen}: {spoken}")));
    }
    languages
}

async fn save(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let change = ChangeOrganization(site.app.world);
    let edit = |draft: &mut OrganizationDraft| {
        let before = draft.clone();
        read(&form, draft);
        if !visit.is_operator() {
            // The form of who is none does not have these.
            draft.name = before.name;
            draft.jit_provisioning_enabled = before.jit_provisioning_enabled;
        }
    };
    let slug = &visit.organization.slug;
    let (status, form) = match change.run(&visit.actor, slug, Some(form.opened_at()), &edit).await {
        Ok(_) => return Ok(saved_there(&visit)),
        Err(AdminError::Stale) => return Ok(meanwhile(&visit, form)),
        Err(AdminError::Invalid(problems)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, form.with(in_lines(problems, "/allowed_return_origins")))
        }
        Err(error) => return Err(Problem::from(error).into()),
    };
    Ok(shown(&visit, status, Forms { details: form, ..Forms::saved(&visit) }, None))
}

fn saved_there(visit: &Visit) -> Response {
    lead_to(&format!("{}/settings?done=saved", visit.home()))
}

/// Somebody saved something: where it is something else, that stands beside what was typed, which saving again puts in its place.
fn meanwhile(visit: &Visit, form: Form) -> Response {
    let saved = Forms::saved(visit);
    let mut compared = Differences::between(&saved.details, &form);
    if visit.is_operator() {
        compared = compared
            .text("name", "Name")
            .flag("jit_provisioning_enabled", "Just-in-time provisioning is enabled");
    }
    let saved_meanwhile = compared
        .text("application_url", "Address of the application")
        .text("allowed_return_origins", "Origins that a sign-in may lead back to")
        .choice("locale", "Language of pages and mails", &languages(form.text("locale")))
        .text("keep_arrivals_days", "Days that arrived values are kept")
        .found();
    if saved_meanwhile.is_empty() {
        return saved_there(visit);
    }
    let mut details = form.at_fault(
        "saved_meanwhile",
        "somebody changed the organization meanwhile: compare both below, then save again to have it as it stands here",
    );
    details.open_at(visit.organization.version);
    shown(visit, StatusCode::PRECONDITION_FAILED, Forms { details, saved_meanwhile, ..saved }, None)
}

fn filled(draft: &OrganizationDraft) -> Form {
    let mut form = Form::default();
    form.set("name", draft.name.as_str());
    form.check("jit_provisioning_enabled", draft.jit_provisioning_enabled);
    form.set("application_url", draft.application_url.as_deref().unwrap_or_default());
    form.set("allowed_return_origins", draft.allowed_return_origins.join("\n"));
    form.set("locale", draft.locale.as_deref().unwrap_or_default());
    form.set("keep_arrivals_days", draft.keep_arrivals_days.map(|days| days.to_string()).unwrap_or_default());
    form
}

/// What a form says of an organization; its slug and its colour stay.
fn read(form: &Form, draft: &mut OrganizationDraft) {
    form.text("name").trim().clone_into(&mut draft.name);
    draft.jit_provisioning_enabled = form.is_checked("jit_provisioning_enabled");
    draft.application_url = form.optional("application_url");
    draft.allowed_return_origins = form.lines("allowed_return_origins").map(ToOwned::to_owned).collect();
    draft.locale = form.optional("locale");
    // What is no number is at fault as a number is that is too small.
    draft.keep_arrivals_days = form.optional("keep_arrivals_days").map(|days| days.parse().unwrap_or(-1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_saved_can_be_kept() {
        let offered = |chosen: &str| languages(chosen).into_iter().map(|one| one.value).collect::<Vec<_>>();
        assert_eq!(offered("de"), offered(""));
        assert_eq!(languages("pt-BR").last().unwrap().text, "pt-BR: Português");
        assert!(languages("").iter().any(|one| one.text == "Deutsch"));
    }
}
