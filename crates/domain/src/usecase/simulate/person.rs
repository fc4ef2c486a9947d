//! Who a simulation finds there already.

use super::SimulatedUser;
use crate::connection::ConnectionView;
use crate::ports::StoreError;
use crate::problem::Problems;
use crate::sign_in::{Snapshot, Subject};
use crate::usecase::administration::{AdminError, imagined};
use crate::usecase::world::World;
use crate::user::User;

/// Who is there, as far as a decision asks.
pub(super) enum Person {
    Known,
    Chosen(Box<User>),
    Imagined(Box<User>),
    Nobody,
}

impl Person {
    pub(super) async fn read(
        world: &World,
        view: &ConnectionView,
        user: &SimulatedUser,
    ) -> Result<Self, AdminError> {
        match user {
            SimulatedUser::Known => Ok(Self::Known),
            SimulatedUser::Nobody => Ok(Self::Nobody),
            SimulatedUser::Imagined(draft) => {
                Ok(Self::Imagined(Box::new(imagined(world, &view.organization.slug, draft).await?)))
            }
            SimulatedUser::Chosen(id) => {
                let user = world.store.user(view.organization.id, *id).await?.ok_or_else(|| {
                    let mut problems = Problems::default();
                    problems.add("/user_id", "user_not_found", "is not a user of this organization");
                    problems
                })?;
                Ok(Self::Chosen(Box::new(user)))
            }
        }
    }

    /// What a decision would be made on, if the person were there.
    pub(super) async fn snapshot(&self, world: &World, subject: &Subject) -> Result<Snapshot, StoreError> {
        match self {
            Self::Known => world.store.snapshot(subject).await,
            Self::Nobody => Ok(Snapshot::default()),
            Self::Chosen(user) => {
                let known = world.store.snapshot(subject).await?;
                Ok(Snapshot { by_identity: Some((**user).clone()), near_misses: Vec::new(), ..known })
            }
            Self::Imagined(user) => Ok(alone(user, subject)),
        }
    }
}

/// What there is to know of a subject where nobody but this user is there.
fn alone(user: &User, subject: &Subject) -> Snapshot {
    let asked = subject.name_id.as_ref();
    let own = user.identity_on(subject.connection_id);
    let is_same = own.is_some() && own == asked;
    let near = own.filter(|own| asked.is_some_and(|asked| *own != asked && own.folded() == asked.folded()));
    let by_email = subject.email.as_ref().is_some_and(|email| user.profile.email.is_same_as(email));
    Snapshot {
        by_identity: is_same.then(|| user.clone()),
        near_misses: near.into_iter().cloned().collect(),
        by_email: by_email.then(|| user.clone()),
        ..Snapshot::default()
    }
}
