//! Who did something, in words.

use vestibule_domain::ports::Actor;

/// Who it was, as a page names them.
pub(super) fn named(actor: &Actor) -> String {
    match actor {
        Actor::ApiKey { name: Some(name), .. } => format!("API key “{name}”"),
        Actor::ApiKey { name: None, .. } => "an API key".to_owned(),
        Actor::Administrator { email, .. } => email.to_string(),
        Actor::SetupLink { email, .. } => format!("setup link of {email}"),
        Actor::CommandLine => "the command line".to_owned(),
        Actor::User { .. } => "the owner of the address, by a mailed link".to_owned(),
        Actor::System => "this service by itself".to_owned(),
    }
}
