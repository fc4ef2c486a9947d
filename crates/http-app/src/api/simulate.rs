//! What a sign-in would do.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use vestibule_domain::ports::EncodedResponse;
use vestibule_domain::problem::Problems;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::usecase::{Simulate, Simulation, SimulationInput};

use super::body::Body;
use super::caller::OnConnection;
use super::object::Object;
use super::provisioning;
use super::sign_ins::DecisionShape;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::state::AppState;

/// The record that a sign-in would write, as JSON: it has no id, because it is written nowhere.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulation")]
struct SimulatedShape {
    /// Always true.
    simulated: bool,
    #[serde(flatten)]
    decision: DecisionShape,
}

/// Its address.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Simulation").post("/organizations/{org}/connections/{connection}/simulate", simulate, |it| {
        it.named("simulate", "Says what a sign-in would do")
            .says("Writes nothing. By a NameID and attributes, or by a response as it was posted; under the saved settings, or under others to be tried.")
            .takes(&[], |object| SimulationBody::read(object, &mut SimulationBody::default()))
            .takes_only(json!([
                {"required": ["name_id"], "properties": {"saml_response": false}},
                {"required": ["saml_response"], "properties": {"name_id": false, "attributes": false}},
            ]))
            .such_as(json!({"name_id": "ada@acme.example", "attributes": {"FirstName": ["Ada"], "LastName": ["Lovelace"]}}))
            .answers::<SimulatedShape>(200, "The record that the sign-in would write.")
    })
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
    fn read(object: &mut Object<'_>, draft: &mut Self) {
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
    }

    fn parse(body: &Body, on: &OnConnection) -> Result<Simulation, Problems> {
        let mut draft = Self::default();
        let faults = body.read(&[], |object| Self::read(object, &mut draft));
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
