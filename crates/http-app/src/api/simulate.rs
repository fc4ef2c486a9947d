//! What a sign-in would do.

mod shape;

use std::collections::BTreeMap;

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use vestibule_domain::ids::{SignInId, UserId};
use vestibule_domain::ports::{EncodedResponse, ServiceProvider};
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::usecase::{SimulatedUser, Simulation, SimulationInput, UserDraft};

use super::body::Body;
use super::caller::OnConnection;
use super::object::Object;
use super::once::{About, Once};
use super::{provisioning, users};
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::state::AppState;
use shape::SimulatedShape;

/// Its address.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Simulation").post("/organizations/{org}/connections/{connection}/simulate", Once(simulate), |it| {
        it.named("simulate", "Says what a sign-in would do")
            .says("Writes nothing. By a NameID and attributes, by a response as it was posted, or by what arrived at a past sign-in; under the saved settings, or under others to be tried; for whoever is there, or for a user who is chosen or imagined.")
            .takes(&[], |object| SimulationBody::read(object, &mut SimulationBody::default()))
            .takes_only(alternatives())
            .such_as(json!({"name_id": "ada@acme.example", "attributes": {"FirstName": ["Ada"], "LastName": ["Lovelace"]}}))
            .answers::<SimulatedShape>(200, "The record that the sign-in would write.")
            .problem(404, &["sign_in_not_found", "arrival_not_kept"])
            .problem(409, &["arrival_unreadable"])
    })
}

/// Which members go together.
fn alternatives() -> Value {
    const USER: [&str; 7] =
        ["email", "first_name", "last_name", "location", "active", "assignments", "identities"];
    let user = json!({"oneOf": [
        {"type": "null"},
        {"type": "object", "required": ["user_id"], "properties": without(&USER)},
        {"type": "object", "required": ["email", "first_name", "last_name"], "properties": without(&["user_id"])},
    ]});
    let given = |member: &str, others: &[&str]| {
        let mut properties = without(others);
        properties.insert("user".to_owned(), user.clone());
        json!({"required": [member], "properties": properties})
    };
    json!([
        given("name_id", &["saml_response", "sign_in_id"]),
        given("saml_response", &["name_id", "attributes", "sign_in_id"]),
        given("sign_in_id", &["name_id", "attributes", "saml_response"]),
    ])
}

/// Members that must not be there.
fn without(members: &[&str]) -> Map<String, Value> {
    members.iter().map(|member| ((*member).to_owned(), Value::Bool(false))).collect()
}

/// What a body says of a simulation.
#[derive(Default)]
struct SimulationBody {
    name_id: String,
    attributes: BTreeMap<String, Vec<String>>,
    saml_response: Option<String>,
    sign_in_id: Option<SignInId>,
    settings: Option<SettingsDraft>,
    user: SimulatedUser,
}

/// The user of a simulation, while it is read.
#[derive(Default)]
struct PersonBody {
    user_id: Option<UserId>,
    imagined: UserDraft,
}

impl SimulationBody {
    fn read(object: &mut Object<'_>, draft: &mut Self) {
        const ONE: &str = "send saml_response, or sign_in_id, or name_id and attributes";
        let attributes = object.has("name_id") || object.has("attributes");
        if object.has("saml_response") {
            let mut response = String::new();
            object.text("saml_response", &mut response);
            draft.saml_response = Some(response);
            if attributes || object.has("sign_in_id") {
                object.invalid_choice("saml_response", ONE);
            }
        }
        if object.has("sign_in_id") {
            object.id("sign_in_id", &mut draft.sign_in_id);
            if attributes {
                object.invalid_choice("sign_in_id", ONE);
            }
        }
        if !object.has("saml_response") && !object.has("sign_in_id") {
            object.require(&["name_id"]);
        }
        object.text("name_id", &mut draft.name_id);
        object.texts_by_name("attributes", &mut draft.attributes);
        object.optional_object("settings", &[], &mut draft.settings, provisioning::read_draft);
        let mut person = None;
        let has_user = object.has("user");
        object.optional_object("user", &[], &mut person, PersonBody::read);
        draft.user = match (has_user, person) {
            (false, _) => SimulatedUser::Known,
            (true, None) => SimulatedUser::Nobody,
            (true, Some(PersonBody { user_id: Some(id), .. })) => SimulatedUser::Chosen(id),
            (true, Some(PersonBody { imagined, .. })) => SimulatedUser::Imagined(Box::new(imagined)),
        };
    }

    fn simulation(self) -> Simulation {
        let input = match (self.saml_response, self.sign_in_id) {
            (Some(response), _) => SimulationInput::Response(EncodedResponse(response)),
            (None, Some(id)) => SimulationInput::SignIn(id),
            (None, None) => {
                SimulationInput::Attributes { name_id: self.name_id, attributes: self.attributes }
            }
        };
        Simulation { input, settings: self.settings, user: self.user, presumes_enabled: false }
    }
}

impl PersonBody {
    fn read(object: &mut Object<'_>, draft: &mut Self) {
        if object.has("user_id") {
            // One that cannot be read is nobody's, and is named as a fault.
            draft.user_id = Some(UserId(uuid::Uuid::nil()));
            object.id("user_id", &mut draft.user_id);
        }
        if !object.has("user_id") {
            object.require(&["email", "first_name", "last_name"]);
        }
        if !object.has("user_id") || object.is_described() {
            users::read_draft(object, &mut draft.imagined);
        }
    }
}

pub(super) async fn simulate(
    State(state): State<AppState>,
    on: OnConnection,
    body: Body,
) -> Result<Response, Problem> {
    let here = ServiceProvider::new(&state.public_url, on.slug());
    let simulate = state.simulate();
    let mut draft = SimulationBody::default();
    let faults = body.read(&[], |object| SimulationBody::read(object, &mut draft));
    let simulation = draft.simulation();
    if !faults.is_empty() {
        return Err(faults.with(simulate.faults(on.slug(), on.key(), &simulation).await?).into());
    }
    let simulated = simulate.run(on.slug(), on.key(), &simulation).await?;
    let about = Extension(About(simulated.record.user_id));
    Ok((about, Json(SimulatedShape::of(&simulated, &here))).into_response())
}
