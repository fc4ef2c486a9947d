//! Creating and changing users by hand.

mod parts;
mod sessions;
mod valid;

pub use parts::{PutUserPart, RemoveUserPart, UserPart};
pub use sessions::EndSessions;
pub use valid::MOST_OF_A_USER;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{AdminError, World, decide_again, must_be};
use crate::ids::{UserId, Version};
use crate::ports::Actor;
use crate::problem::Problems;
use crate::provenance::{Origins, Provenance, Source};
use crate::text::OrganizationSlug;
use crate::user::{CreatedBy, Identity, User, UserProfile};

use valid::Valid;

/// A user as somebody wrote them down, not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDraft {
    /// The address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The location's name.
    pub location: Option<String>,
    /// Whether the user can sign in.
    pub active: bool,
    /// (user type, role) pairs by key.
    pub assignments: Vec<(String, String)>,
    /// What identity providers call the user.
    pub identities: Vec<IdentityDraft>,
}

/// An identity as somebody wrote it down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityDraft {
    /// The connection's key.
    pub connection: String,
    /// The NameID.
    pub name_id: String,
}

impl Default for UserDraft {
    fn default() -> Self {
        Self {
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            location: None,
            active: true,
            assignments: Vec::new(),
            identities: Vec::new(),
        }
    }
}

/// Creates a user by hand.
#[derive(Clone)]
pub struct CreateUser(pub World);

impl CreateUser {
    /// The new user.
    ///
    /// # Errors
    /// Faults of the draft, a taken address or identity, no such organization, or the store's.
    #[tracing::instrument(name = "create_user", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        draft: &UserDraft,
    ) -> Result<User, AdminError> {
        decide_again(|| self.attempt(actor, slug, draft)).await
    }

    /// The faults that [`run`](Self::run) would find, for a caller who found others and names all at once.
    ///
    /// # Errors
    /// No such organization, or the store's.
    pub async fn faults(&self, slug: &OrganizationSlug, draft: &UserDraft) -> Result<Problems, AdminError> {
        let valid = Valid::read(&self.0, slug).await?;
        Ok(valid.parse(draft).err().unwrap_or_default())
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        draft: &UserDraft,
    ) -> Result<User, AdminError> {
        let world = &self.0;
        let valid = Valid::read(world, slug).await?;
        let imagined = described(&valid, draft, world.now())?;
        let user = User { id: world.id(), ..imagined };
        let audit =
            world.audit(actor, Some(valid.organization), "user.created", user.id).to(&Audited::of(&user));
        world.store.create_user(&user, valid.catalog_version, &audit).await?;
        Ok(user)
    }
}

/// Changes, deactivates or reactivates a user by hand.
#[derive(Clone)]
pub struct ChangeUser(pub World);

impl ChangeUser {
    /// The user after `edit`.
    ///
    /// # Errors
    /// Faults of the result, a stale version, a taken address or identity, no such user, or the store's.
    #[tracing::instrument(name = "change_user", skip_all, fields(organization.slug = %slug, user.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: UserId,
        expected: Option<Version>,
        edit: &(dyn Fn(&mut UserDraft) + Send + Sync),
    ) -> Result<User, AdminError> {
        let edit = |draft: &mut UserDraft| {
            edit(draft);
            Ok(())
        };
        decide_again(|| changed(&self.0, actor, slug, id, expected, &edit)).await
    }

    /// The faults that [`run`](Self::run) would find, for a caller who found others and names all at once.
    ///
    /// # Errors
    /// No such user, or the store's.
    pub async fn faults(
        &self,
        slug: &OrganizationSlug,
        id: UserId,
        edit: &(dyn Fn(&mut UserDraft) + Send + Sync),
    ) -> Result<Problems, AdminError> {
        let valid = Valid::read(&self.0, slug).await?;
        let (_, user) = self.0.user(slug, id).await?;
        let mut draft = valid.draft_of(&user);
        edit(&mut draft);
        Ok(valid.parse(&draft).err().unwrap_or_default())
    }
}

/// The user after an edit, which may find that there is nothing to edit.
async fn changed(
    world: &World,
    actor: &Actor,
    slug: &OrganizationSlug,
    id: UserId,
    expected: Option<Version>,
    edit: &(dyn Fn(&mut UserDraft) -> Result<(), AdminError> + Send + Sync),
) -> Result<User, AdminError> {
    let valid = Valid::read(world, slug).await?;
    let (_, before) = world.user(slug, id).await?;
    must_be(before.version, expected)?;
    let mut draft = valid.draft_of(&before);
    edit(&mut draft)?;
    let (profile, identities) = valid.parse(&draft)?;
    let now = world.now();
    let user = User {
        provenance: before.provenance.clone().changed(&before.profile, &profile, &by_hand(now)),
        profile,
        identities,
        active: draft.active,
        version: before.version.next(),
        updated_at: now,
        ..before.clone()
    };
    let audit = world
        .audit(actor, Some(valid.organization), "user.changed", id)
        .from(&Audited::of(&before))
        .to(&Audited::of(&user));
    world.store.replace_user(&user, valid.catalog_version, &audit).await?;
    Ok(user)
}

fn by_hand(now: DateTime<Utc>) -> Origins {
    Origins::all_of(Source::Administrator, now)
}

/// Erases a user. The history of sign-ins and the audit trail keep that something happened, and not to whom.
#[derive(Clone)]
pub struct PurgeUser(pub World);

impl PurgeUser {
    /// Erases the user at the version that the caller has seen.
    ///
    /// # Errors
    /// A stale version, no such user, or the store's.
    #[tracing::instrument(name = "purge_user", skip_all, fields(organization.slug = %slug, user.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: UserId,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        decide_again(|| self.attempt(actor, slug, id, expected)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: UserId,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        let world = &self.0;
        let (organization, user) = world.user(slug, id).await?;
        must_be(user.version, expected)?;
        let audit = world.audit(actor, Some(organization.id), "user.purged", id);
        Ok(world.store.purge_user(organization.id, id, user.version, &audit).await?)
    }
}

/// What an audit event tells of a user. When the user is erased, the names of its members stay.
#[derive(Serialize)]
struct Audited<'a> {
    #[serde(flatten)]
    profile: &'a UserProfile,
    active: bool,
    identities: &'a [Identity],
}

impl<'a> Audited<'a> {
    fn of(user: &'a User) -> Self {
        Self { profile: &user.profile, active: user.active, identities: &user.identities }
    }
}

/// A user as a draft describes them, who is nowhere written down: their id is nil.
///
/// # Errors
/// Faults of the draft, no such organization, or the store's.
pub(in crate::usecase) async fn imagined(
    world: &World,
    slug: &OrganizationSlug,
    draft: &UserDraft,
) -> Result<User, AdminError> {
    let valid = Valid::read(world, slug).await?;
    Ok(described(&valid, draft, world.now())?)
}

/// A user as a draft describes them, made by hand now, whose id is nil.
fn described(valid: &Valid, draft: &UserDraft, now: DateTime<Utc>) -> Result<User, Problems> {
    let (profile, identities) = valid.parse(draft)?;
    Ok(User {
        id: UserId(uuid::Uuid::nil()),
        organization_id: valid.organization,
        provenance: Provenance::of_new(&profile, &by_hand(now)),
        profile,
        identities,
        active: draft.active,
        created_by: CreatedBy::Api,
        version: Version::FIRST,
        created_at: now,
        updated_at: now,
        last_sign_in_at: None,
    })
}
