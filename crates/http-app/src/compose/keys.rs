//! The service's own keys.

use std::sync::Arc;

use anyhow::Context as _;
use vestibule_domain::ports::{Actor, Keysmith};
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::usecase::{
    ActivateServiceKey, PrepareError, PrepareServiceKeys, RemoveServiceKey, RotateServiceKey, World,
};
use vestibule_saml_adapter::Keyring;

use super::Installation;
use crate::cli::RotationStep;

impl Installation {
    /// The service's own keys, oldest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn service_keys(&self) -> anyhow::Result<Vec<ServiceKey>> {
        self.on_known_database(async |world| Ok(world.store.service_keys().await?)).await
    }

    /// Takes a step of a rotation of the service's own keys, and answers the key that it was taken with.
    ///
    /// # Errors
    /// The state of the keys does not allow it, the key file is missing, or the database does not answer.
    pub async fn rotate(&self, step: RotationStep, usage: KeyUsage) -> anyhow::Result<ServiceKey> {
        self.on_known_database(async |world| match step {
            RotationStep::Rotate => {
                let keyring = self.keyring().context("the key file is not there yet; `serve` makes it")?;
                // A key that no process could open is not worth publishing.
                self.prepare_keys(&keyring).await?;
                let rotate = RotateServiceKey { world, keysmith: Arc::new(keyring) };
                Ok(rotate.run(&Actor::CommandLine, usage).await?)
            }
            RotationStep::Activate => {
                let next = key_in(&world, usage, KeyState::Next).await?;
                Ok(ActivateServiceKey(world).run(&Actor::CommandLine, next.id).await?)
            }
            RotationStep::Retire => {
                let previous = key_in(&world, usage, KeyState::Previous).await?;
                RemoveServiceKey(world).run(&Actor::CommandLine, previous.id).await?;
                Ok(previous)
            }
        })
        .await
    }

    /// Makes the service's own keys where they are missing, and makes sure that they can be opened.
    pub(super) async fn prepare_keys(&self, keyring: &Keyring) -> anyhow::Result<()> {
        let keysmith: Arc<dyn Keysmith> = Arc::new(keyring.clone());
        let prepared = PrepareServiceKeys { world: self.world(), keysmith }.run().await;
        prepared.map(drop).map_err(|error| match error {
            PrepareError::Key { .. } => {
                let file = self.config.secret_key_file.display();
                anyhow::Error::new(error).context(format!("{file} is not the key file of this database"))
            }
            error => error.into(),
        })
    }

    /// The keyring of the key file, if that is there.
    pub(super) fn keyring(&self) -> Option<Keyring> {
        self.config.secret_key.as_ref().map(|key| Keyring::new(key.sealing_key()))
    }
}

async fn key_in(world: &World, usage: KeyUsage, state: KeyState) -> anyhow::Result<ServiceKey> {
    let keys = world.store.service_keys().await?;
    ServiceKey::find(&keys, usage, state).cloned().with_context(|| format!("there is no {state} {usage} key"))
}
