//! What a sign-in would do.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use vestibule_domain::ports::EncodedResponse;
use vestibule_domain::problem::Problems;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::usecase::{Simulate, Simulation, SimulationInput};

use super::body::Body;
use super::caller::OnConnection;
use super::provisioning;
use super::sign_ins::DecisionShape;
use crate::problem::Problem;
use crate::state::AppState;

/// The record that a sign-in would write, as JSON: it has no id, because it is written nowhere.
#[derive(Debug, Serialize)]
struct SimulatedShape {
    simulated: bool,
    #[serde(flatten)]
    decision: DecisionShape,
}

/// What a body says of a simulation.
#[derive(Default)]
struct SimulationBody {
    name_id: String,
    attributes: BTreeMap<String, Vec<String>>,
    saml_response: Option<String>,
    settings: Option<SettingsDraft>,
}

impl SimulationBody {
    fn parse(body: &Body, on: &OnConnection) -> Result<Simulation, Problems> {
        let mut draft = Self::default();
        let faults = body.read(&[], |object| {
            if object.has("saml_response") {
                let mut response = String::new();
                object.text("saml_response", &mut response);
                draft.saml_response = Some(response);
                if object.has("name_id") || object.has("attributes") {
                    object.invalid_choice("saml_response", "send saml_response, or name_id and attributes");
                }
            } else {
                object.require(&["name_id"]);
            }
            object.text("name_id", &mut draft.name_id);
            object.texts_by_name("attributes", &mut draft.attributes);
            object.optional_object("settings", &[], &mut draft.settings, provisioning::read_draft);
        });
        faults.check(|| {
            let jit_enabled = on.view.organization.jit_provisioning_enabled;
            let parsed = draft.settings.as_ref()?.parse(&on.view.catalog, jit_enabled);
            parsed.err().map(|problems| problems.under("/settings"))
        })?;
        let input = match draft.saml_response {
            Some(response) => SimulationInput::Response(EncodedResponse(response)),
            None => SimulationInput::Attributes { name_id: draft.name_id, attributes: draft.attributes },
        };
        Ok(Simulation { input, settings: draft.settings })
    }
}

pub(super) async fn simulate(
    State(state): State<AppState>,
    on: OnConnection,
    body: Body,
) -> Result<Response, Problem> {
    let simulation = SimulationBody::parse(&body, &on)?;
    let simulate = Simulate { world: state.world, verifier: state.verifier, public_url: state.public_url };
    let record = simulate.run(on.slug(), on.key(), &simulation).await?;
    Ok(Json(SimulatedShape { simulated: true, decision: DecisionShape::from(&record) }).into_response())
}
