//! Keys of the administration API.

use super::{AdminError, World, is_operator};
use crate::ports::{Actor, ApiKey, KeyRole};
use crate::problem::Problems;
use crate::text::{DisplayName, OrganizationSlug};
use crate::token::Token;

/// What an API key begins with.
const PREFIX: &str = "vk_";

/// Creates a key, which is shown once.
#[derive(Clone)]
pub struct CreateApiKey(pub World);

/// Whom a new key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// An operator of the whole installation.
    Operator,
    /// The administrators of one organization.
    Organization(OrganizationSlug),
}

impl CreateApiKey {
    /// The key's row and the key itself.
    ///
    /// # Errors
    /// A faulty name, an operator's key that no operator asks for, no such organization, or the store's.
    #[tracing::instrument(name = "create_api_key", skip_all)]
    pub async fn run(
        &self,
        actor: &Actor,
        name: &str,
        owner: &KeyOwner,
    ) -> Result<(ApiKey, Token), AdminError> {
        let world = &self.0;
        let mut problems = Problems::default();
        let Some(name) = problems.text("/name", DisplayName::parse(name)) else {
            return Err(problems.into());
        };
        let (role, organization) = match owner {
            KeyOwner::Operator if !is_operator(actor) => return Err(AdminError::OperatorOnly),
            KeyOwner::Operator => (KeyRole::Operator, None),
            KeyOwner::Organization(slug) => {
                let id = world.organization(slug).await?.id;
                (KeyRole::OrganizationAdmin(id), Some(id))
            }
        };
        let token = Token::with_prefix(PREFIX, &*world.random);
        let key = ApiKey { id: world.id(), name, role, token_hash: token.hash(), created_at: world.now() };
        let audit = world.audit(actor, organization, "api_key.created", key.id).to(&key.name);
        world.store.create_api_key(&key, &audit).await?;
        Ok((key, token))
    }
}

/// Finds out whose key somebody presents.
#[derive(Clone)]
pub struct Authenticate(pub World);

impl Authenticate {
    /// The key's row, if it is one.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(&self, presented: &str) -> Result<Option<ApiKey>, AdminError> {
        if !presented.starts_with(PREFIX) {
            return Ok(None);
        }
        // Looked up by a hash of 256 random bits: what a comparison's timing tells is of no use to anybody.
        Ok(self.0.store.api_key(&Token::presented(presented).hash()).await?)
    }
}
