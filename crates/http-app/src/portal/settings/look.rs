//! The colour and the logo of an organization.

use axum::extract::State;
use axum::extract::multipart::Field;
use axum::http::StatusCode;
use axum::response::Response;
use vestibule_domain::branding::{Color, LEAST_CONTRAST, MOST_BYTES};
use vestibule_domain::organization::{Organization, OrganizationDraft};
use vestibule_domain::text::initials;
use vestibule_domain::usecase::{AdminError, ChangeLogo, ChangeOrganization};

use super::{Forms, shown};
use crate::portal::form::{Form, Parts, Unreadable};
use crate::portal::places::lead_to;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Shade, Site, shades};

/// How a colour looks on pages.
pub(super) struct Preview {
    pub(super) themes: [(&'static str, Shade); 2],
    /// Where it is another one on pages, and why.
    pub(super) remarks: Vec<String>,
    pub(super) initials: String,
}

impl Preview {
    /// Of a colour as it was typed; of the service's own one, where it is none.
    pub(super) fn of(typed: &str, organization: &Organization) -> Self {
        let color = Color::parse(typed.trim()).ok();
        let [[light, _], [_, dark]] = Color::OWN.map(|own| shades(color.unwrap_or(own)));
        let themes = [("light", light), ("dark", dark)];
        Self {
            remarks: themes.iter().filter_map(|(name, shade)| remark(color?, name, shade)).collect(),
            themes,
            initials: initials(organization.name.as_str()),
        }
    }
}

/// A colour that cannot be read on a theme's ground is another one there.
fn remark(color: Color, theme: &str, shade: &Shade) -> Option<String> {
    let contrast = color.contrast(shade.ground);
    (shade.accent != color).then(|| {
        format!(
            "On {theme} pages {color} could not be read: its contrast is {contrast:.1}, and at least {LEAST_CONTRAST} is \
             needed. There it is shown as {}.",
            shade.accent
        )
    })
}

pub(super) fn filled(draft: &OrganizationDraft) -> Form {
    let mut form = Form::default();
    form.set("branding/accent_color", draft.accent_color.as_deref().unwrap_or_default());
    form
}

/// Saves the colour, or shows only how it would look.
pub(super) async fn save(State(site): State<Site>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let color = form.optional("branding/accent_color");
    if form.is_checked("preview") {
        let (status, look) = match color.as_deref().map(Color::parse) {
            Some(Err(error)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, form.at_fault("branding/accent_color", error.to_string()))
            }
            _ => (StatusCode::OK, form),
        };
        return Ok(shown(&visit, status, Forms { look, ..Forms::saved(&visit) }, None));
    }
    let change = ChangeOrganization(site.app.world);
    let edit = |draft: &mut OrganizationDraft| draft.accent_color.clone_from(&color);
    let slug = &visit.organization.slug;
    let (status, look) = match change.run(&visit.actor, slug, Some(form.opened_at()), &edit).await {
        Ok(_) => return Ok(lead_to(&format!("{}/settings?done=look#look", visit.home()))),
        Err(AdminError::Stale) => {
            let now = visit.organization.branding.accent_color.map_or("none".to_owned(), String::from);
            let text = format!(
                "somebody changed the organization meanwhile, whose colour is now {now}: save again to have the one that stands here"
            );
            let mut form = form.at_fault("branding/accent_color", text);
            form.open_at(visit.organization.version);
            (StatusCode::PRECONDITION_FAILED, form)
        }
        Err(AdminError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)),
        Err(error) => return Err(Problem::from(error).into()),
    };
    Ok(shown(&visit, status, Forms { look, ..Forms::saved(&visit) }, None))
}

/// Takes a picture as the logo.
pub(super) async fn take_logo(
    State(site): State<Site>,
    visit: Visit,
    Parts(mut parts): Parts,
) -> Result<Response, Failure> {
    let mut form = Form::default();
    let mut file = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| Unreadable)? {
        match part.name() {
            Some("version") => form.set("version", part.text().await.map_err(|_| Unreadable)?),
            Some("logo") => {
                file = read(part).await?;
                break;
            }
            _ => {}
        }
    }
    if file.is_empty() {
        return Ok(refused(&visit, StatusCode::UNPROCESSABLE_ENTITY, "choose a file"));
    }
    let change = ChangeLogo(site.app.world);
    let slug = &visit.organization.slug;
    match change.run(&visit.actor, slug, Some(form.opened_at()), Some(file)).await {
        Ok(_) => Ok(lead_to(&format!("{}/settings?done=logo#logo-title", visit.home()))),
        Err(AdminError::Invalid(problems)) => {
            let messages: Vec<_> = problems.0.into_iter().map(|problem| problem.message).collect();
            Ok(refused(&visit, StatusCode::UNPROCESSABLE_ENTITY, &messages.join("; ")))
        }
        Err(AdminError::Stale) => Ok(refused(
            &visit,
            StatusCode::PRECONDITION_FAILED,
            "somebody changed the organization meanwhile: choose the file again, if this is still to be the logo",
        )),
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// A file, and no more of it than shows that it is too large.
async fn read(mut part: Field<'_>) -> Result<Vec<u8>, Unreadable> {
    let mut file = Vec::new();
    while file.len() <= MOST_BYTES {
        let Some(bytes) = part.chunk().await.map_err(|_| Unreadable)? else { break };
        file.extend_from_slice(&bytes);
    }
    Ok(file)
}

fn refused(visit: &Visit, status: StatusCode, message: &str) -> Response {
    let mut forms = Forms::saved(visit);
    forms.logo = forms.logo.at_fault("logo", message);
    shown(visit, status, forms, None)
}

/// Takes the logo away. Somebody who does it twice has done it.
pub(super) async fn remove_logo(
    State(site): State<Site>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let gone = format!("{}/settings?done=logo-removed#logo-title", visit.home());
    if visit.organization.branding.logo.is_none() {
        return Ok(lead_to(&gone));
    }
    let change = ChangeLogo(site.app.world);
    match change.run(&visit.actor, &visit.organization.slug, Some(form.opened_at()), None).await {
        Ok(_) | Err(AdminError::NotFound("logo")) => Ok(lead_to(&gone)),
        Err(AdminError::Stale) => Ok(refused(
            &visit,
            StatusCode::PRECONDITION_FAILED,
            "somebody changed the organization meanwhile: look at its logo, and remove it if it is still to go",
        )),
        Err(error) => Err(Problem::from(error).into()),
    }
}
