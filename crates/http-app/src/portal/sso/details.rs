//! What an administrator says of a connection, its switch, and its end.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::connection::{
    ConnectionDraft, ConnectionVersions, NameIdFormat, RequestSettings, SignRequests, TechnicalContactDraft,
};
use vestibule_domain::usecase::{AdminError, ChangeConnection, DeleteConnection};

use super::connection::{Asked, Forms, shown};
use crate::portal::differences::Differences;
use crate::portal::form::Form;
use crate::portal::frame::{Choice, Frame, Here};
use crate::portal::places::lead_to;
use crate::portal::visit::AtConnection;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) fn name_id_formats() -> Vec<Choice> {
    let named = NameIdFormat::ALL.iter().map(|format| {
        let text = match format {
            NameIdFormat::Unspecified => "Unspecified: as it thinks best",
            NameIdFormat::EmailAddress => "E-mail address",
            NameIdFormat::Persistent => "Persistent: a pseudonym that stays the same",
        };
        Choice::new(format.as_str(), text)
    });
    Choice::none_or("Leave it to the identity provider", named)
}

pub(super) fn sign_requests() -> Vec<Choice> {
    let text = |word: SignRequests| match word {
        SignRequests::WhenWanted => "When its metadata wants it",
        SignRequests::Always => "Always",
        SignRequests::Never => "Never",
    };
    SignRequests::ALL.iter().map(|word| Choice::new(word.as_str(), text(*word))).collect()
}

/// The form that would save this draft.
pub(super) fn filled(draft: &ConnectionDraft) -> Form {
    let mut form = Form::default();
    form.set("key", draft.key.as_str());
    form.set("display_name", draft.display_name.as_str());
    form.check("sp_initiated", draft.sp_initiated);
    form.check("allow_idp_initiated", draft.allow_idp_initiated);
    form.check("force_authn", draft.requests.force_authn);
    form.check("single_logout", draft.requests.single_logout);
    form.set("name_id_format", draft.requests.name_id_format.map_or("", NameIdFormat::as_str));
    form.set("sign_requests", draft.requests.sign_requests.as_str());
    let contact = draft.technical_contact.clone().unwrap_or_default();
    form.set("technical_contact/name", contact.name);
    form.set("technical_contact/email", contact.email);
    form.set("technical_contact/phone", contact.phone.unwrap_or_default());
    form
}

/// What a form says of a connection.
fn read(form: &Form, draft: &mut ConnectionDraft) {
    form.text("key").trim().clone_into(&mut draft.key);
    form.text("display_name").trim().clone_into(&mut draft.display_name);
    draft.sp_initiated = form.is_checked("sp_initiated");
    draft.allow_idp_initiated = form.is_checked("allow_idp_initiated");
    draft.requests = RequestSettings {
        force_authn: form.is_checked("force_authn"),
        single_logout: form.is_checked("single_logout"),
        name_id_format: NameIdFormat::from_word(form.text("name_id_format")),
        sign_requests: SignRequests::from_word(form.text("sign_requests"))
            .unwrap_or(SignRequests::WhenWanted),
    };
    let contact = TechnicalContactDraft {
        name: form.text("technical_contact/name").trim().to_owned(),
        email: form.text("technical_contact/email").trim().to_owned(),
        phone: form.optional("technical_contact/phone"),
    };
    draft.technical_contact = (contact != TechnicalContactDraft::default()).then_some(contact);
}

pub(super) async fn save(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    let change = ChangeConnection(site.app.world.clone());
    let expected = Some(form.opened_at());
    let changed =
        change.run(&at.visit.actor, at.slug(), at.key(), expected, &|draft| read(&form, draft)).await;
    let (status, form) = match changed {
        Ok(connection) => {
            let place = format!("{}/sso/{}?done=details#details", at.visit.home(), connection.details.key);
            return Ok(lead_to(&place));
        }
        Err(AdminError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)),
        Err(AdminError::Taken(_)) => {
            (StatusCode::CONFLICT, form.at_fault("key", "another connection has this name in addresses"))
        }
        Err(AdminError::Stale) => return meanwhile(&site, &at, form).await,
        Err(error) => return Err(Problem::from(error).into()),
    };
    let forms = Forms { details: form, ..Forms::saved(&at.view.connection) };
    shown(&site, &at, status, forms, Asked::default()).await
}

/// Somebody saved something: where it is something else, that stands beside what was typed, which saving again puts in its place.
async fn meanwhile(site: &Site, at: &AtConnection, form: Form) -> Result<Response, Failure> {
    let saved = Forms::saved(&at.view.connection);
    let details_meanwhile = Differences::between(&saved.details, &form)
        .text("display_name", "Name")
        .text("key", "Name in addresses")
        .flag("sp_initiated", "A sign-in may start at this service")
        .flag("allow_idp_initiated", "A sign-in may start at the identity provider")
        .flag("force_authn", "Prove anew who you are")
        .flag("single_logout", "Sign out there, too")
        .choice("name_id_format", "Form of the NameID", &name_id_formats())
        .choice("sign_requests", "Requests are signed", &sign_requests())
        .text("technical_contact/name", "Technical contact, name")
        .text("technical_contact/email", "Technical contact, e-mail")
        .text("technical_contact/phone", "Technical contact, telephone")
        .found();
    if details_meanwhile.is_empty() {
        return Ok(lead_to(&format!("{}?done=details#details", at.home())));
    }
    let text = "somebody changed this connection meanwhile: compare both below, then save again to have it as it stands here";
    let mut details = form.at_fault("saved_meanwhile", text);
    details.open_at(at.view.connection.version);
    let forms = Forms { details, details_meanwhile, ..saved };
    shown(site, at, StatusCode::PRECONDITION_FAILED, forms, Asked::default()).await
}

/// A connection as a page has shown it, for the button that lets people in.
pub(in crate::portal) fn seen(versions: ConnectionVersions) -> String {
    let ConnectionVersions { details, identity_provider, settings } = versions;
    format!("{}.{}.{}", details.0, identity_provider.0, settings.0)
}

/// Lets people in through the connection as the page has shown it, or nobody.
pub(super) async fn switch(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    let enabled = form.is_checked("enabled");
    let change = ChangeConnection(site.app.world.clone());
    let (actor, slug, key) = (&at.visit.actor, at.slug(), at.key());
    let changed = if enabled {
        let versions = at.view.connection.versions();
        if !at.visit.is_guest() && form.text("seen") != seen(versions) {
            return Err(Problem::from(AdminError::Stale).into());
        }
        change.enable(actor, slug, key, versions).await
    } else {
        change.run(actor, slug, key, None, &|draft| draft.enabled = false).await
    };
    changed.map_err(Problem::from)?;
    Ok(lead_to(&format!("{}?done={}", at.home(), if enabled { "enabled" } else { "disabled" })))
}

/// Is it to be deleted?
#[derive(Template)]
#[template(path = "portal/sso/delete.html")]
struct DeletePage {
    frame: Frame,
    home: String,
    here: String,
    name: String,
    version: i64,
}

pub(super) async fn ask(at: AtConnection) -> Response {
    let connection = &at.view.connection;
    page(
        StatusCode::OK,
        &DeletePage {
            frame: at.visit.frame(Here::SingleSignOn),
            home: at.visit.home(),
            here: at.home(),
            name: connection.details.display_name.to_string(),
            version: connection.version.0,
        },
    )
}

pub(super) async fn delete(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    let delete = DeleteConnection(site.app.world.clone());
    let expected = Some(form.opened_at());
    delete.run(&at.visit.actor, at.slug(), at.key(), expected).await.map_err(Problem::from)?;
    Ok(lead_to(&format!("{}/sso", at.visit.home())))
}
