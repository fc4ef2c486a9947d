//! The history of sign-ins.

mod arrived;
mod shape;

pub(super) use shape::{ChangeShape, DecisionShape};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use vestibule_domain::ids::UserId;
use vestibule_domain::ports::{Page, ServiceProvider, SignInFilter};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::Outcome;
use vestibule_domain::usecase::{AdminError, OpenArrival};

use super::caller::InOrganization;
use super::query::{List, Query};
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::state::AppState;
use arrived::ArrivedShape;
use shape::SignInShape;

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Sign-ins")
        .get("/organizations/{org}/sign-ins", list, |it| {
            it.named("listSignIns", "Lists sign-ins")
                .says("Newest first, each with its explanation.")
                .query(asked)
                .explains("outcome", "Sign-ins with this outcome.")
                .explains("code", "Sign-ins that were refused for this reason.")
                .explains("connection", "Sign-ins through the connection with this key.")
                .explains("user_id", "Sign-ins of this user.")
                .explains("since", "Sign-ins at this instant and later.")
                .explains("until", "Sign-ins before this instant.")
                .answers::<List<SignInShape>>(200, "A page of them.")
        })
        .get("/organizations/{org}/sign-ins/{id}", read, |it| {
            it.named("readSignIn", "Reads a sign-in")
                .answers::<SignInShape>(200, "The sign-in.")
                .problem(404, &["sign_in_not_found"])
        })
        .get("/organizations/{org}/sign-ins/{id}/arrived", read_arrived, |it| {
            it.named("readArrival", "Opens what arrived at a sign-in")
                .says("What the identity provider sent is kept sealed for some days. That it was opened is written into the audit trail.")
                .answers::<ArrivedShape>(200, "What arrived.")
                .problem(404, &["sign_in_not_found", "arrival_not_kept"])
                .problem(409, &["arrival_unreadable"])
        })
}

/// Which part of the history is asked for, and the key of the connection in question.
fn asked(query: &mut Query) -> (Page, SignInFilter, Option<String>) {
    let filter = SignInFilter {
        outcome: query.choice("outcome", Outcome::ALL),
        code: query.choice("code", RefusalCode::ALL),
        user_id: query.id("user_id").map(UserId),
        since: query.instant("since"),
        until: query.instant("until"),
        ..SignInFilter::default()
    };
    let connection = query.text("connection");
    (query.page(), filter, connection)
}

pub(super) async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let (store, organization) = (&state.world.store, scope.organization.id);
    let (page, mut filter, connection) = asked(&mut query);
    if let Some(key) = connection {
        filter.connection = query.among(&store.connections(organization).await?, &key);
    }
    query.finish()?;
    let sign_ins = store.sign_ins(organization, &filter, page).await?;
    let here = ServiceProvider::new(&state.public_url, &scope.organization.slug);
    Ok(Json(List::of(sign_ins, |record| SignInShape::of(record, &here))).into_response())
}

pub(super) async fn read(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    let record = match scope.id() {
        Some(id) => state.world.store.sign_in(scope.organization.id, id).await?,
        None => None,
    };
    let record = record.ok_or(AdminError::NotFound("sign-in"))?;
    let here = ServiceProvider::new(&state.public_url, &scope.organization.slug);
    Ok(Json(SignInShape::of(&record, &here)).into_response())
}

pub(super) async fn read_arrived(
    State(state): State<AppState>,
    scope: InOrganization,
) -> Result<Response, Problem> {
    let id = scope.id().ok_or(AdminError::NotFound("sign-in"))?;
    let open = OpenArrival { world: state.world, vault: state.keeping.vault };
    let (arrival, kept_until) = open.run(&scope.actor, scope.organization.id, id).await?;
    Ok(Json(ArrivedShape::of(arrival, kept_until)).into_response())
}
