//! Settings > Single sign-on.

mod connection;
mod details;
mod metadata;
mod products;
mod provisioning;
mod settings_form;
mod state;
mod trials;
mod try_out;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use vestibule_domain::connection::{Connection, ConnectionDraft};
use vestibule_domain::usecase::{AdminError, CreateConnection};

use super::form::Form;
use super::frame::{Badge, Frame, Here};
use super::places::lead_to;
use super::visit::{AtSingleSignOn, Visit};
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

pub(super) use details::seen as seen_as;
pub(super) use metadata::ProviderShown;
pub(super) use state::{certificate as certificate_of, of as state_of};

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal")
        .page("/admin/{org}/sso", get(list).post(create))
        .page("/admin/{org}/sso/{connection}", get(connection::show))
        .page("/admin/{org}/sso/{connection}/metadata", post(metadata::take))
        .page("/admin/{org}/sso/{connection}/metadata/refresh", post(metadata::refresh))
        .page("/admin/{org}/sso/{connection}/metadata/decide", post(metadata::decide))
        .page("/admin/{org}/sso/{connection}/provisioning", post(provisioning::save))
        .page("/admin/{org}/sso/{connection}/try-out", post(try_out::try_out))
        .page("/admin/{org}/sso/{connection}/trials", post(trials::begin))
        .page("/admin/{org}/sso/{connection}/trials/{trial}", get(trials::report))
        .page("/admin/{org}/trials/{trial}", get(trials::find))
        .page("/admin/{org}/sso/{connection}/edit", post(try_out::edit))
        .page("/admin/{org}/sso/{connection}/enabled", post(details::switch))
        .page("/admin/{org}/sso/{connection}/details", post(details::save))
        .page("/admin/{org}/sso/{connection}/delete", get(details::ask).post(details::delete))
}

#[derive(Template)]
#[template(path = "portal/sso/list.html")]
struct ListPage {
    frame: Frame,
    home: String,
    connections: Vec<Listed>,
    /// Whether the reader may mail links to these pages.
    may_share: bool,
    form: Form,
}

struct Listed {
    href: String,
    name: String,
    state: Badge,
    certificate: Option<Badge>,
    identity_provider: Option<String>,
}

async fn list(State(site): State<Site>, AtSingleSignOn(visit): AtSingleSignOn) -> Result<Response, Failure> {
    shown(&site, &visit, StatusCode::OK, Form::default()).await
}

async fn shown(site: &Site, visit: &Visit, status: StatusCode, form: Form) -> Result<Response, Failure> {
    let world = &site.app.world;
    let connections = world.store.connections(visit.organization.id).await.map_err(Failure::store)?;
    let listed = |connection: &Connection| Listed {
        href: format!("{}/sso/{}", visit.home(), connection.details.key),
        name: connection.details.display_name.to_string(),
        state: state::of(connection, world.now()),
        certificate: state::certificate(connection, world.now()),
        identity_provider: connection
            .identity_provider
            .as_ref()
            .map(|one| one.metadata.entity_id.to_string()),
    };
    Ok(page(
        status,
        &ListPage {
            frame: visit.frame(Here::SingleSignOn),
            home: visit.home(),
            may_share: !visit.is_guest(),
            connections: connections.iter().map(listed).collect(),
            form,
        },
    ))
}

/// A new connection lets nobody in until somebody says so.
async fn create(
    State(site): State<Site>,
    AtSingleSignOn(visit): AtSingleSignOn,
    form: Form,
) -> Result<Response, Failure> {
    let draft = ConnectionDraft {
        key: form.text("key").trim().to_owned(),
        display_name: form.text("display_name").trim().to_owned(),
        enabled: false,
        ..ConnectionDraft::default()
    };
    let create = CreateConnection(site.app.world.clone());
    match create.run(&visit.actor, &visit.organization.slug, &draft).await {
        Ok(connection) => {
            Ok(lead_to(&format!("{}/sso/{}?done=created", visit.home(), connection.details.key)))
        }
        Err(AdminError::Invalid(problems)) => {
            shown(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, form.with(problems)).await
        }
        Err(AdminError::TooMany(bounded)) => {
            let text = format!(
                "there are {} connections, and no more may be: delete one that is not used",
                bounded.most()
            );
            shown(&site, &visit, StatusCode::CONFLICT, form.at_fault("display_name", text)).await
        }
        Err(AdminError::Taken(_)) => {
            let form = form.at_fault("key", "another connection has this name in addresses");
            shown(&site, &visit, StatusCode::CONFLICT, form).await
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}
