//! Whether the process lives, and whether it can answer sign-ins.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::Site;
use super::failure::Failure;
use crate::openapi::Routes;

/// That all is well.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Health")]
struct HealthShape {
    /// In a word.
    status: &'static str,
}

/// Its addresses.
pub(super) fn routes() -> Routes<Site> {
    Routes::of("Health")
        .get("/healthz", healthz, |it| {
            it.named("isAlive", "Whether the process lives").answers::<HealthShape>(200, "It does.")
        })
        .get("/readyz", readyz, |it| {
            it.named("isReady", "Whether the database is reachable and migrated")
                .answers::<HealthShape>(200, "It is.")
        })
}

async fn healthz() -> Json<HealthShape> {
    Json(HealthShape { status: "ok" })
}

async fn readyz(State(site): State<Site>) -> Result<Json<HealthShape>, Failure> {
    site.app.world.store.ready().await.map_err(Failure::store)?;
    Ok(Json(HealthShape { status: "ready" }))
}
