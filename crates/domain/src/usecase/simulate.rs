//! What a sign-in would do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::administration::AdminError;
use super::sign_in::{expectation, record_of, subject, untrusted};
use super::world::World;
use crate::asserted::Asserted;
use crate::connection::ConnectionView;
use crate::decide::{Policy, decide};
use crate::ids::SignInId;
use crate::ports::{EncodedResponse, Lifetimes, Rejection, ResponseVerifier, StoreError};
use crate::profile::Profile;
use crate::settings::SettingsDraft;
use crate::sign_in::SignInRecord;
use crate::text::{ConnectionKey, OrganizationSlug};

/// Decides a sign-in and writes nothing. The same `decide` as [`SignIn`](super::SignIn)'s answers.
#[derive(Clone)]
pub struct Simulate {
    /// The store, the time and chance.
    pub world: World,
    /// Who believes a response or not.
    pub verifier: Arc<dyn ResponseVerifier>,
    /// The address under which people reach this service.
    pub public_url: String,
}

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Who the person would be.
    pub input: SimulationInput,
    /// Settings to try in place of the saved ones.
    pub settings: Option<SettingsDraft>,
}

/// Who the person of a simulation would be.
#[derive(Debug, Clone)]
pub enum SimulationInput {
    /// What an assertion would say.
    Attributes {
        /// The NameID.
        name_id: String,
        /// The values by attribute name.
        attributes: BTreeMap<String, Vec<String>>,
    },
    /// A response as it was posted. Its age, its having been used and the request it answers do not matter.
    Response(EncodedResponse),
}

impl Simulate {
    /// The record that a sign-in would write; its id is nil.
    ///
    /// # Errors
    /// No such connection, faults of the draft settings, or the store's.
    #[tracing::instrument(name = "simulate", skip_all, fields(organization.slug = %organization, connection.key = %connection))]
    pub async fn run(
        &self,
        organization: &OrganizationSlug,
        connection: &ConnectionKey,
        simulation: &Simulation,
    ) -> Result<SignInRecord, AdminError> {
        let mut view = self.world.connection(organization, connection).await?;
        if let Some(draft) = &simulation.settings {
            let jit_enabled = view.organization.jit_provisioning_enabled;
            let parsed = draft.parse(&view.catalog, jit_enabled);
            view.connection.settings = parsed.map_err(|problems| problems.under("/settings"))?.settings;
        }
        let (now, id) = (self.world.now(), SignInId(uuid::Uuid::nil()));
        let (profile, verified_by) = match &simulation.input {
            SimulationInput::Attributes { name_id, attributes } => {
                let profile = Profile {
                    name_id: name_id.clone(),
                    attributes: attributes.clone(),
                    ..Profile::default()
                };
                (profile, None)
            }
            SimulationInput::Response(response) => match self.believe(&view, response).await? {
                Ok((profile, certificate)) => (profile, Some(certificate)),
                Err(rejection) => {
                    return Ok(untrusted(id, view.organization.id, Some(&view), &rejection, now));
                }
            },
        };
        let asserted = Asserted::read(&profile, &view.connection.settings, &view.catalog);
        let snapshot = self.world.store.snapshot(&subject(&view, &asserted, None)).await?;
        let decision = decide(&Policy::of(&view), &snapshot, &asserted);
        Ok(SignInRecord { verified_by, ..record_of(id, &view, &snapshot, &profile, &decision, now) })
    }

    async fn believe(
        &self,
        view: &ConnectionView,
        response: &EncodedResponse,
    ) -> Result<Result<(Profile, String), Rejection>, StoreError> {
        let claim = match self.verifier.claim(response) {
            Ok(claim) => claim,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let keys = self.world.keys_for(&claim).await?;
        let Some(trusted) = &view.connection.identity_provider else {
            return Ok(Err(Rejection::UnknownIssuer));
        };
        let expectation = expectation(&self.public_url, &view.organization, Lifetimes::Ignored);
        let now = self.world.now();
        let verified = self.verifier.verify(response, &trusted.metadata, &keys, &expectation, now);
        Ok(verified.map(|assertion| (assertion.profile, assertion.verified_by)))
    }
}
