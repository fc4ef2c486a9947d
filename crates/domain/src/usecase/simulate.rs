//! What a sign-in would do.

mod believing;
mod person;

use std::collections::BTreeMap;
use std::sync::Arc;

use tracing::info;

use super::administration::AdminError;
use super::arrivals::opened;
use super::sign_in::{record_of, subject, untrusted};
use super::world::World;
use crate::arrival::Arrival;
use crate::asserted::Asserted;
use crate::connection::ConnectionView;
use crate::decide::{Policy, decide};
use crate::ids::{SignInId, UserId};
use crate::ports::{EncodedResponse, Rejection, ResponseVerifier, Vault};
use crate::problem::Problems;
use crate::profile::Profile;
use crate::settings::{Settings, SettingsDraft};
use crate::sign_in::SignInRecord;
use crate::text::{ConnectionKey, OrganizationSlug};
use crate::usecase::UserDraft;

pub use believing::{Checked, Checkpoint};
use person::Person;

/// Decides a sign-in and writes nothing. The same `decide` as [`SignIn`](super::SignIn)'s answers.
#[derive(Clone)]
pub struct Simulate {
    /// The store, the time and chance.
    pub world: World,
    /// Who believes a response or not.
    pub verifier: Arc<dyn ResponseVerifier>,
    /// Who opens what arrived at a past sign-in.
    pub vault: Arc<dyn Vault>,
    /// The address under which people reach this service.
    pub public_url: String,
}

/// What is simulated.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// What would arrive.
    pub input: SimulationInput,
    /// Settings to try in place of the saved ones.
    pub settings: Option<SettingsDraft>,
    /// Who would be there already.
    pub user: SimulatedUser,
    /// Decide as if the connection were enabled: the question is what it will do then.
    pub presumes_enabled: bool,
}

/// What would arrive.
#[derive(Debug, Clone)]
pub enum SimulationInput {
    /// What an assertion would say.
    Attributes {
        /// The NameID.
        name_id: String,
        /// The values by attribute name.
        attributes: BTreeMap<String, Vec<String>>,
    },
    /// A response as it was posted. Its age, its having been used and the request it answers are reported, and do not refuse it.
    Response(EncodedResponse),
    /// What arrived at a past sign-in through the connection, as long as it is kept.
    SignIn(SignInId),
}

/// Who would be there already.
#[derive(Debug, Clone, Default)]
pub enum SimulatedUser {
    /// Whoever is.
    #[default]
    Known,
    /// Whoever is; and the person is recognised as this user, whatever their NameID.
    Chosen(UserId),
    /// This user and nobody else, who is recognised or not by the rules.
    Imagined(Box<UserDraft>),
    /// Nobody.
    Nobody,
}

/// What a simulation found.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// The record that the sign-in would write; its id is nil.
    pub record: SignInRecord,
    /// What was found of a response, check by check; nothing where there is none.
    pub checks: Vec<Checked>,
    /// The record that it would write under the saved settings, where others were tried.
    pub saved: Option<SignInRecord>,
}

/// What there is to decide on.
enum Presented {
    /// What an assertion says, and by which certificate it was believed.
    Profile(Profile, Option<String>),
    /// A response that is not believed.
    Untrusted(SignInRecord),
}

impl Simulate {
    /// What the sign-in would do.
    ///
    /// # Errors
    /// No such connection or sign-in, nothing kept of that, faults of the draft settings or of the user, or the store's.
    #[tracing::instrument(name = "simulate", skip_all, fields(organization.slug = %organization, connection.key = %connection))]
    pub async fn run(
        &self,
        organization: &OrganizationSlug,
        connection: &ConnectionKey,
        simulation: &Simulation,
    ) -> Result<Simulated, AdminError> {
        let mut view = self.world.connection(organization, connection).await?;
        view.connection.details.enabled |= simulation.presumes_enabled;
        let (draft, person) = self.read(&view, simulation).await?;
        let mut checks = Vec::new();
        let (profile, verified_by) = match self.present(&view, &simulation.input, &mut checks).await? {
            Presented::Profile(profile, verified_by) => (profile, verified_by),
            Presented::Untrusted(record) => return Ok(Simulated { record, checks, saved: None }),
        };
        let vouched = |record| SignInRecord { verified_by: verified_by.clone(), ..record };
        let saved = vouched(self.decided(&view, &profile, &person).await?);
        let Some(settings) = draft else { return Ok(Simulated { record: saved, checks, saved: None }) };
        let mut tried = view;
        tried.connection.settings = settings;
        let record = vouched(self.decided(&tried, &profile, &person).await?);
        Ok(Simulated { record, checks, saved: Some(saved) })
    }

    /// The faults that [`run`](Self::run) would find, for a caller who found others and names all at once.
    ///
    /// # Errors
    /// No such connection, or the store's.
    pub async fn faults(
        &self,
        organization: &OrganizationSlug,
        connection: &ConnectionKey,
        simulation: &Simulation,
    ) -> Result<Problems, AdminError> {
        let view = self.world.connection(organization, connection).await?;
        match self.read(&view, simulation).await {
            Ok(_) => Ok(Problems::default()),
            Err(AdminError::Invalid(problems)) => Ok(problems),
            Err(error) => Err(error),
        }
    }

    /// The settings to try and the person, or all faults of both.
    async fn read(
        &self,
        view: &ConnectionView,
        simulation: &Simulation,
    ) -> Result<(Option<Settings>, Person), AdminError> {
        let mut problems = Problems::default();
        let settings = simulation.settings.as_ref().and_then(|draft| {
            let parsed = draft.parse(&view.catalog, view.organization.jit_provisioning_enabled);
            parsed.map_err(|faults| problems.extend(faults.under("/settings"))).ok()
        });
        let person = match Person::read(&self.world, view, &simulation.user).await {
            Err(AdminError::Invalid(faults)) => {
                problems.extend(faults.under("/user"));
                Person::Known
            }
            read => read?,
        };
        Ok(problems.into_result((settings.map(|saved| saved.settings), person))?)
    }

    async fn present(
        &self,
        view: &ConnectionView,
        input: &SimulationInput,
        checks: &mut Vec<Checked>,
    ) -> Result<Presented, AdminError> {
        let id = match input {
            SimulationInput::Attributes { name_id, attributes } => {
                let (name_id, attributes) = (name_id.clone(), attributes.clone());
                return Ok(Presented::Profile(Profile { name_id, attributes, ..Profile::default() }, None));
            }
            SimulationInput::Response(response) => return self.believe(view, response, checks).await,
            SimulationInput::SignIn(id) => *id,
        };
        let (store, organization) = (&self.world.store, view.organization.id);
        let past = store.sign_in(organization, id).await?.ok_or(AdminError::NotFound("sign-in"))?;
        if past.connection.is_none_or(|connection| connection.id != view.connection.id) {
            let mut problems = Problems::default();
            problems.add("/sign_in_id", "other_connection", "was not a sign-in through this connection");
            return Err(problems.into());
        }
        let sealed = store.arrival(organization, id, self.world.now()).await?;
        let sealed = sealed.ok_or(AdminError::NotFound("arrival"))?;
        info!(sign_in.id = %id, "what arrived at a sign-in is simulated again");
        match opened(&sealed, &*self.vault, organization, id)? {
            Arrival::Profile(profile) => Ok(Presented::Profile(profile, past.verified_by)),
            Arrival::Response(response) => self.believe(view, &response, checks).await,
        }
    }

    async fn decided(
        &self,
        view: &ConnectionView,
        profile: &Profile,
        person: &Person,
    ) -> Result<SignInRecord, AdminError> {
        let asserted = Asserted::read(profile, &view.connection.settings, &view.catalog);
        let subject = subject(view, &asserted, None);
        let snapshot = person.snapshot(&self.world, &subject).await?;
        let decision = decide(&Policy::of(view), &snapshot, &asserted);
        let (nil, now) = (SignInId(uuid::Uuid::nil()), self.world.now());
        let record = record_of(nil, view, &snapshot, profile, &decision, now);
        // Somebody who is imagined has no row.
        Ok(SignInRecord { user_id: record.user_id.filter(|id| !id.0.is_nil()), ..record })
    }

    fn untrusted(&self, view: &ConnectionView, rejection: &Rejection) -> Presented {
        let (nil, now) = (SignInId(uuid::Uuid::nil()), self.world.now());
        Presented::Untrusted(untrusted(nil, view.organization.id, Some(view), rejection, now))
    }
}
