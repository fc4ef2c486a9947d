//! The service's own keys: made at first use, rotated by an operator. What was made for one key is taken until that key is retired.

use std::sync::Arc;

use serde::Serialize;

use super::administration::{AdminError, decide_again};
use super::world::World;
use crate::ids::ServiceKeyId;
use crate::ports::{Actor, KeyError, Keysmith, StoreError};
use crate::service_key::{KeyState, KeyUsage, ServiceKey};

/// Why the state of the service's keys does not allow a step of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// A rotation is under way.
    #[error("there is a next key already: activate or remove it first")]
    NextExists,
    /// The rotation before is not finished.
    #[error("there is still a previous key: retire it first")]
    PreviousExists,
    /// Only a next key can become the current one.
    #[error("the key is not a next one")]
    NotNext,
    /// The current key is needed.
    #[error("the current key cannot be removed: rotate it, and activate the next one")]
    IsCurrent,
}

/// Why the service's keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// A key cannot be opened.
    #[error("the {usage} key {id} of this service cannot be opened")]
    Key {
        /// What it is for.
        usage: KeyUsage,
        /// Its row.
        id: ServiceKeyId,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// No key could be made.
    #[error("no {usage} key could be made")]
    Make {
        /// What it is for.
        usage: KeyUsage,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the keys that are missing, and makes sure that all of them can be opened.
#[derive(Clone)]
pub struct PrepareServiceKeys {
    /// The store, the time and chance.
    pub world: World,
    /// Who makes and opens keys.
    pub keysmith: Arc<dyn Keysmith>,
}

impl PrepareServiceKeys {
    /// All keys. Of several processes that make the first ones at once, one does, and the others take its.
    ///
    /// # Errors
    /// A key that cannot be opened or made, or the store's.
    #[tracing::instrument(name = "prepare_service_keys", skip_all)]
    pub async fn run(&self) -> Result<Vec<ServiceKey>, PrepareError> {
        let store = &self.world.store;
        let mut keys = store.service_keys().await?;
        for &usage in KeyUsage::ALL {
            if ServiceKey::find(&keys, usage, KeyState::Current).is_some() {
                continue;
            }
            let made = make(&self.world, &*self.keysmith, usage, KeyState::Current).await;
            let key = made.map_err(|source| PrepareError::Make { usage, source })?;
            match add(&self.world, &Actor::CommandLine, &key).await {
                Ok(()) => keys.push(key),
                // Somebody was faster: what counts is what is in the store.
                Err(StoreError::Taken(_)) => keys = store.service_keys().await?,
                Err(error) => return Err(error.into()),
            }
        }
        check_all(&keys, &*self.keysmith)?;
        Ok(keys)
    }
}

/// Makes sure that all of the keys can be opened.
///
/// # Errors
/// [`PrepareError::Key`], of the first that can't.
pub fn check_all(keys: &[ServiceKey], keysmith: &dyn Keysmith) -> Result<(), PrepareError> {
    keys.iter().try_for_each(|key| {
        let (usage, id) = (key.usage, key.id);
        keysmith.check(key).map_err(|source| PrepareError::Key { usage, id, source })
    })
}

/// Begins a rotation: adds the key that is to become the current one.
#[derive(Clone)]
pub struct RotateServiceKey {
    /// The store, the time and chance.
    pub world: World,
    /// Who makes keys.
    pub keysmith: Arc<dyn Keysmith>,
}

impl RotateServiceKey {
    /// The next key, published from now on.
    ///
    /// # Errors
    /// There is a next key already, none can be made, or the store's.
    #[tracing::instrument(name = "rotate_service_key", skip_all, fields(key.usage = %usage))]
    pub async fn run(&self, actor: &Actor, usage: KeyUsage) -> Result<ServiceKey, AdminError> {
        let keys = self.world.store.service_keys().await?;
        if ServiceKey::find(&keys, usage, KeyState::Next).is_some() {
            return Err(RotationError::NextExists.into());
        }
        let key = make(&self.world, &*self.keysmith, usage, KeyState::Next).await?;
        match add(&self.world, actor, &key).await {
            Ok(()) => Ok(key),
            Err(StoreError::Taken(_)) => Err(RotationError::NextExists.into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Makes a next key the current one.
#[derive(Clone)]
pub struct ActivateServiceKey(pub World);

impl ActivateServiceKey {
    /// The key, which is the current one now; the one before is the previous.
    ///
    /// # Errors
    /// It is not a next key, there is still a previous one, no such key, or the store's.
    #[tracing::instrument(name = "activate_service_key", skip_all, fields(key.id = %id))]
    pub async fn run(&self, actor: &Actor, id: ServiceKeyId) -> Result<ServiceKey, AdminError> {
        let world = &self.0;
        decide_again(|| async move {
            let keys = world.store.service_keys().await?;
            let before = key_of(&keys, id)?;
            if before.state != KeyState::Next {
                return Err(RotationError::NotNext.into());
            }
            if ServiceKey::find(&keys, before.usage, KeyState::Previous).is_some() {
                return Err(RotationError::PreviousExists.into());
            }
            let after = ServiceKey { state: KeyState::Current, ..before.clone() };
            let audit = world.audit(actor, None, "service_key.activated", id);
            let audit = audit.from(&Described::from(before)).to(&Described::from(&after));
            match world.store.activate_service_key(id, &audit).await {
                Err(StoreError::Taken(_)) => Err(AdminError::Store(StoreError::Conflict)),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(after),
            }
        })
        .await
    }
}

/// Ends a rotation: removes the previous key, or a next one that is not to become the current one.
#[derive(Clone)]
pub struct RemoveServiceKey(pub World);

impl RemoveServiceKey {
    /// Removes it. What was made for it is refused from now on.
    ///
    /// # Errors
    /// It is the current key, no such key, or the store's.
    #[tracing::instrument(name = "remove_service_key", skip_all, fields(key.id = %id))]
    pub async fn run(&self, actor: &Actor, id: ServiceKeyId) -> Result<(), AdminError> {
        let world = &self.0;
        decide_again(|| async move {
            let keys = world.store.service_keys().await?;
            let key = key_of(&keys, id)?;
            if key.state == KeyState::Current {
                return Err(RotationError::IsCurrent.into());
            }
            let audit = world.audit(actor, None, "service_key.removed", id).from(&Described::from(key));
            Ok(world.store.remove_service_key(id, &audit).await?)
        })
        .await
    }
}

fn key_of(keys: &[ServiceKey], id: ServiceKeyId) -> Result<&ServiceKey, AdminError> {
    keys.iter().find(|key| key.id == id).ok_or(AdminError::NotFound("service key"))
}

async fn make(
    world: &World,
    keysmith: &dyn Keysmith,
    usage: KeyUsage,
    state: KeyState,
) -> Result<ServiceKey, KeyError> {
    let (id, now) = (world.id(), world.now());
    let made = keysmith.make(id, usage, now).await?;
    Ok(ServiceKey { id, usage, state, certificate: made.certificate, sealed: made.sealed, created_at: now })
}

async fn add(world: &World, actor: &Actor, key: &ServiceKey) -> Result<(), StoreError> {
    let audit = world.audit(actor, None, "service_key.added", key.id).to(&Described::from(key));
    world.store.add_service_key(key, &audit).await
}

/// A key in the audit trail.
#[derive(Serialize)]
struct Described<'a> {
    r#use: &'static str,
    state: &'static str,
    sha256_fingerprint: &'a str,
}

impl<'a> From<&'a ServiceKey> for Described<'a> {
    fn from(key: &'a ServiceKey) -> Self {
        Self {
            r#use: key.usage.as_str(),
            state: key.state.as_str(),
            sha256_fingerprint: &key.certificate.sha256_fingerprint,
        }
    }
}
