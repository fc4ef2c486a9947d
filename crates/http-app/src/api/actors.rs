//! Who did something, as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use vestibule_domain::ports::{Actor, ActorKind};

use crate::openapi::Word;

/// Who did something.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Actor")]
pub(super) struct ActorShape {
    /// What kind of actor: a program with a key, an administrator in the Admin Portal, whoever came by a mailed setup link, somebody at the service's command line, the owner of an address by a mailed link, or the
    /// service by itself.
    #[schemars(with = "Word<ActorKind>")]
    kind: ActorKind,
    /// The id of the key, administrator, setup link or user, which may be gone by now; null for the others.
    id: Option<Uuid>,
    /// What the key was called, or the address of the administrator or of the setup link's mail; null for the others.
    name: Option<String>,
    /// What the key or administrator might do; null for the others.
    #[schemars(extend("enum" = ["operator", "organization_admin", null]))]
    role: Option<&'static str>,
}

impl From<&Actor> for ActorShape {
    fn from(actor: &Actor) -> Self {
        let (id, name, role) = match actor {
            Actor::ApiKey { id, name, role, .. } => {
                (Some(id.0), name.as_ref().map(ToString::to_string), Some(role.as_str()))
            }
            Actor::Administrator { id, email, operator, .. } => {
                let role = if *operator { "operator" } else { "organization_admin" };
                (Some(id.0), Some(email.to_string()), Some(role))
            }
            Actor::SetupLink { id, email, .. } => (Some(id.0), Some(email.to_string()), None),
            Actor::User { id, .. } => (Some(id.0), None, None),
            Actor::CommandLine | Actor::System => (None, None, None),
        };
        Self { kind: actor.kind(), id, name, role }
    }
}
