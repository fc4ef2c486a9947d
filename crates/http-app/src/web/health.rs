//! Whether the process lives, and whether it can answer sign-ins.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Site;
use super::failure::Failure;

pub(super) async fn healthz() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

pub(super) async fn readyz(State(site): State<Site>) -> Result<Json<Value>, Failure> {
    site.app.world.store.ready().await.map_err(Failure::store)?;
    Ok(Json(json!({"status": "ready"})))
}
