//! Keys of the administration API.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{AdminError, Bounded, World, is_operator};
use crate::ids::{ApiKeyId, OrganizationId};
use crate::ports::{Actor, ApiKey, KeyRole, Origin, Page, StoreError};
use crate::problem::Problems;
use crate::text::{DisplayName, OrganizationSlug};
use crate::token::Token;

/// What an API key begins with.
const PREFIX: &str = "vk_";

/// How long a use of a key stands for later ones, so that not every request is a write.
const USE_COUNTS_FOR: TimeDelta = TimeDelta::hours(1);

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

/// A new key as somebody wrote it, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiKeyDraft {
    /// What people call it.
    pub name: String,
    /// From when on it is no key any more (RFC 3339); none if that is never.
    pub expires_at: Option<String>,
}

impl ApiKeyDraft {
    /// A key of this name that never ends.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), expires_at: None }
    }

    /// The name and the end that it says.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<(DisplayName, Option<DateTime<Utc>>), Problems> {
        let mut problems = Problems::default();
        let name = problems.text("/name", DisplayName::parse(self.name.as_str()));
        let end = self.expires_at.as_deref().map(DateTime::parse_from_rfc3339).transpose();
        match end {
            Ok(Some(end)) if end <= now => problems.add("/expires_at", "invalid", "must be in the future"),
            Ok(_) => {}
            Err(_) => {
                problems.add(
                    "/expires_at",
                    "invalid",
                    "must be an instant like 2027-01-31T08:00:00Z, or null",
                );
            }
        }
        match (name, end) {
            (Some(name), Ok(end)) => problems.into_result((name, end.map(|end| end.to_utc()))),
            _ => Err(problems),
        }
    }
}

impl CreateApiKey {
    /// The key's row and the key itself.
    ///
    /// # Errors
    /// Faults of the draft, an operator's key that no operator asks for, no such organization, as many keys as there may be, or the
    /// store's.
    #[tracing::instrument(name = "create_api_key", skip_all)]
    pub async fn run(
        &self,
        actor: &Actor,
        draft: &ApiKeyDraft,
        owner: &KeyOwner,
    ) -> Result<(ApiKey, Token), AdminError> {
        let world = &self.0;
        let now = world.now();
        let (name, expires_at) = draft.parse(now)?;
        let role = match owner {
            KeyOwner::Operator if !is_operator(actor) => return Err(AdminError::OperatorOnly),
            KeyOwner::Operator => KeyRole::Operator,
            KeyOwner::Organization(slug) => KeyRole::OrganizationAdmin(world.organization(slug).await?.id),
        };
        let page = Page { after: None, limit: Bounded::ApiKeys.most() };
        let keys = world.store.api_keys(role.organization(), page).await?;
        Bounded::ApiKeys.one_more_than(keys.items.len())?;
        let token = Token::with_prefix(PREFIX, &*world.random);
        let key = ApiKey {
            id: world.id(),
            name,
            role,
            token_hash: token.hash(),
            created_at: now,
            created_by: Some(actor.clone().acting_from(Origin::default())),
            expires_at,
            last_used_at: None,
        };
        let audit = world.audit(actor, role.organization(), "api_key.created", key.id);
        world.store.create_api_key(&key, &audit.to(&Described::from(&key))).await?;
        Ok((key, token))
    }
}

/// Revokes a key, which is none from the next request on.
#[derive(Clone)]
pub struct RevokeApiKey(pub World);

impl RevokeApiKey {
    /// Revokes a key of an organization, or an operator's where there is none. A key may revoke itself.
    ///
    /// # Errors
    /// There is no such key among those, an operator's key that no operator revokes, or the store's.
    #[tracing::instrument(name = "revoke_api_key", skip_all, fields(api_key.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        organization: Option<OrganizationId>,
        id: ApiKeyId,
    ) -> Result<(), AdminError> {
        if organization.is_none() && !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        let world = &self.0;
        let key = world.api_key(organization, id).await?;
        let audit = world.audit(actor, organization, "api_key.revoked", id).from(&Described::from(&key));
        match world.store.revoke_api_key(id, &audit).await {
            // Somebody was faster.
            Err(StoreError::Conflict) => Err(AdminError::NotFound("API key")),
            revoked => Ok(revoked?),
        }
    }
}

impl World {
    /// A key of an organization, or an operator's where there is none.
    ///
    /// # Errors
    /// There is no such key among those, or the store's.
    pub async fn api_key(
        &self,
        organization: Option<OrganizationId>,
        id: ApiKeyId,
    ) -> Result<ApiKey, AdminError> {
        let key = self.store.api_key_by_id(id).await?;
        key.filter(|key| key.role.organization() == organization).ok_or(AdminError::NotFound("API key"))
    }
}

/// Finds out whose key somebody presents.
#[derive(Clone)]
pub struct Authenticate(pub World);

impl Authenticate {
    /// Whether a text has the shape of a key. What has not is none, and nobody needs to look it up.
    #[must_use]
    pub fn is_shaped(presented: &str) -> bool {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        presented
            .strip_prefix(PREFIX)
            .is_some_and(|digits| digits.len() == 64 && digits.bytes().all(is_digit))
    }

    /// The key's row, if it is one, and has not expired.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(&self, presented: &str) -> Result<Option<ApiKey>, AdminError> {
        if !Self::is_shaped(presented) {
            return Ok(None);
        }
        // Looked up by a hash of 256 random bits: what a comparison's timing tells is of no use to anybody.
        let key = self.0.store.api_key(&Token::presented(presented).hash()).await?;
        let now = self.0.now();
        Ok(key.filter(|key| key.expires_at.is_none_or(|end| now < end)))
    }
}

/// Writes down that a key is used.
#[derive(Clone)]
pub struct NoteKeyUse(pub World);

impl NoteKeyUse {
    /// Whether a use of the key now is worth writing down.
    #[must_use]
    pub fn is_due(&self, key: &ApiKey) -> bool {
        key.last_used_at.is_none_or(|at| self.0.now() - at >= USE_COUNTS_FOR)
    }

    /// Writes it down.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(&self, key: ApiKeyId) -> Result<(), StoreError> {
        self.0.store.note_use(key, self.0.now()).await
    }
}

/// A key in the audit trail.
#[derive(Serialize)]
struct Described<'a> {
    name: &'a DisplayName,
    role: &'static str,
    expires_at: Option<DateTime<Utc>>,
}

impl<'a> From<&'a ApiKey> for Described<'a> {
    fn from(key: &'a ApiKey) -> Self {
        Self { name: &key.name, role: key.role.as_str(), expires_at: key.expires_at }
    }
}
