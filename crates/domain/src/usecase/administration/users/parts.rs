//! One assignment or identity of a user.

use super::valid::Valid;
use super::{IdentityDraft, UserDraft, changed};
use crate::ids::{UserId, Version};
use crate::ports::Actor;
use crate::problem::Problems;
use crate::text::OrganizationSlug;
use crate::usecase::administration::{AdminError, World, decide_again};
use crate::user::User;

/// What a user has one of under a key.
#[derive(Debug, Clone, Copy)]
pub enum UserPart<'a> {
    /// The role, of the user type with this key.
    Assignment(&'a str),
    /// The NameID, on the connection with this key.
    Identity(&'a str),
}

impl UserPart<'_> {
    /// Where the value stands in what is sent.
    #[must_use]
    pub fn member(self) -> &'static str {
        match self {
            Self::Assignment(_) => "role",
            Self::Identity(_) => "name_id",
        }
    }

    fn put(self, draft: &mut UserDraft, value: &str) {
        self.remove(draft);
        match self {
            Self::Assignment(user_type) => draft.assignments.push((user_type.to_owned(), value.to_owned())),
            Self::Identity(connection) => draft
                .identities
                .push(IdentityDraft { connection: connection.to_owned(), name_id: value.to_owned() }),
        }
    }

    /// Whether there was one.
    fn remove(self, draft: &mut UserDraft) -> bool {
        let before = draft.assignments.len() + draft.identities.len();
        match self {
            Self::Assignment(key) => draft.assignments.retain(|(user_type, _)| user_type != key),
            Self::Identity(key) => draft.identities.retain(|identity| identity.connection != key),
        }
        draft.assignments.len() + draft.identities.len() < before
    }

    /// The faults of a user with this part, which are the part's: all else was there before.
    fn faults(self, of_user: Problems) -> Problems {
        let mut problems = Problems::default();
        for fault in of_user.0 {
            problems.add(format!("/{}", self.member()), fault.code, fault.message);
        }
        problems
    }
}

/// Gives a user an assignment or identity, in place of the one with the same key.
#[derive(Clone)]
pub struct PutUserPart(pub World);

impl PutUserPart {
    /// The user with the part, which has this value.
    ///
    /// # Errors
    /// Faults of the value, a stale version, a taken identity, no such connection or user, or the store's.
    #[tracing::instrument(name = "put_user_part", skip_all, fields(organization.slug = %slug, user.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: UserId,
        expected: Option<Version>,
        part: UserPart<'_>,
        value: &str,
    ) -> Result<User, AdminError> {
        let edit = |draft: &mut UserDraft| {
            part.put(draft, value);
            Ok(())
        };
        match decide_again(|| changed(&self.0, actor, slug, id, expected, &edit)).await {
            Err(AdminError::Invalid(problems)) => Err(AdminError::Invalid(part.faults(problems))),
            result => result,
        }
    }

    /// The faults that [`run`](Self::run) would find, for a caller who found others and names all at once.
    ///
    /// # Errors
    /// No such user, or the store's.
    pub async fn faults(
        &self,
        slug: &OrganizationSlug,
        id: UserId,
        part: UserPart<'_>,
        value: &str,
    ) -> Result<Problems, AdminError> {
        let valid = Valid::read(&self.0, slug).await?;
        let (_, user) = self.0.user(slug, id).await?;
        let mut draft = valid.draft_of(&user);
        part.put(&mut draft, value);
        Ok(part.faults(valid.parse(&draft).err().unwrap_or_default()))
    }
}

/// Takes an assignment or identity from a user. Who began a session by the identity loses it.
#[derive(Clone)]
pub struct RemoveUserPart(pub World);

impl RemoveUserPart {
    /// The user without the part.
    ///
    /// # Errors
    /// The user has no such part, a stale version, no such user, or the store's.
    #[tracing::instrument(name = "remove_user_part", skip_all, fields(organization.slug = %slug, user.id = %id))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        id: UserId,
        expected: Option<Version>,
        part: UserPart<'_>,
    ) -> Result<User, AdminError> {
        let edit = |draft: &mut UserDraft| match part {
            _ if part.remove(draft) => Ok(()),
            UserPart::Assignment(_) => Err(AdminError::NotFound("assignment")),
            UserPart::Identity(_) => Err(AdminError::NotFound("identity")),
        };
        decide_again(|| changed(&self.0, actor, slug, id, expected, &edit)).await
    }
}
