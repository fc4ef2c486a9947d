//! What can be done with API keys.

use chrono::DateTime;
use clap::{Args, Subcommand};
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::text::{DisplayName, OrganizationSlug};
use vestibule_domain::usecase::{ApiKeyDraft, KeyOwner};

use super::parse_owner;
use crate::config::{Faults, Flags};

/// What can be done with API keys.
#[derive(Subcommand)]
pub enum ApiKeyCommand {
    /// Create a key, and print it, alone, on standard output. It is never shown again.
    Create(CreateApiKeyFlags),
    /// List them, a line each: id, role, name, when it was made, was last used and ends.
    List(ListApiKeysFlags),
    /// Revoke a key: it is none from the next request on.
    Revoke(RevokeApiKeyFlags),
}

/// The new key as it was asked for, not looked at yet.
#[derive(Args)]
pub struct CreateApiKeyFlags {
    /// What people call the key.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// What it may do: operator (everything) or organization_admin (everything in one organization).
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// The organization of an organization_admin, by its slug.
    #[arg(long, value_name = "SLUG")]
    pub organization: Option<String>,
    /// From when on it is no key any more, like 2027-01-31T08:00:00Z; left out, it never ends.
    #[arg(long, value_name = "INSTANT")]
    pub expires_at: Option<String>,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

/// A key that can be created.
#[derive(Debug, PartialEq, Eq)]
pub struct NewApiKey {
    /// What is said of it.
    pub draft: ApiKeyDraft,
    /// Whom it is for.
    pub owner: KeyOwner,
}

impl CreateApiKeyFlags {
    /// The key that the flags ask for.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse_key(&self) -> Result<NewApiKey, Faults> {
        let mut faults = Faults::default();
        faults.keep("--name", DisplayName::parse(self.name.as_str()).map_err(|error| error.to_string()));
        let end = self.expires_at.as_deref().map(DateTime::parse_from_rfc3339).transpose();
        faults
            .keep("--expires-at", end.map_err(|_| "must be an instant like 2027-01-31T08:00:00Z".to_owned()));
        let organization = self.organization.as_deref();
        match parse_owner(&self.role, organization, "has a key for every organization", &mut faults) {
            Some(owner) if faults.is_empty() => {
                let draft = ApiKeyDraft { name: self.name.clone(), expires_at: self.expires_at.clone() };
                Ok(NewApiKey { draft, owner })
            }
            _ => Err(faults),
        }
    }
}

/// Which keys are to be listed, not looked at yet.
#[derive(Args)]
pub struct ListApiKeysFlags {
    /// The keys of this organization, by its slug; left out, the operators'.
    #[arg(long, value_name = "SLUG")]
    pub organization: Option<String>,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl ListApiKeysFlags {
    /// Whose keys they are.
    ///
    /// # Errors
    /// It is no slug.
    pub fn parse_owner(&self) -> Result<KeyOwner, Faults> {
        let mut faults = Faults::default();
        let slug = self.organization.as_deref().map(OrganizationSlug::parse).transpose();
        let slug = faults.keep("--organization", slug.map_err(|error| error.to_string()));
        slug.map(|slug| slug.map_or(KeyOwner::Operator, KeyOwner::Organization)).ok_or(faults)
    }
}

/// Which key is to be revoked, not looked at yet.
#[derive(Args)]
pub struct RevokeApiKeyFlags {
    /// The key's id, as `list` shows it; not the key itself.
    #[arg(value_name = "ID")]
    pub id: String,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl RevokeApiKeyFlags {
    /// The key's id.
    ///
    /// # Errors
    /// It is none.
    pub fn parse_id(&self) -> Result<ApiKeyId, Faults> {
        let mut faults = Faults::default();
        let id = self.id.parse().map(ApiKeyId).map_err(|_| "must be an id as `list` shows it".to_owned());
        faults.keep("ID", id).ok_or(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Command, command};

    fn parse(arguments: &[&str]) -> Result<NewApiKey, Faults> {
        match command(&["api-key", "create"], arguments) {
            Command::ApiKey(ApiKeyCommand::Create(flags)) => flags.parse_key(),
            _ => panic!("another command"),
        }
    }

    #[test]
    fn a_key_is_an_operators_or_of_one_organization() {
        let operator = parse(&["--name", "n", "--role", "operator"]).unwrap();
        assert_eq!(operator.owner, KeyOwner::Operator);
        let admin =
            parse(&["--name", "n", "--role", "organization_admin", "--organization", "acme"]).unwrap();
        assert!(matches!(admin.owner, KeyOwner::Organization(slug) if slug.as_str() == "acme"));
        for (arguments, faults) in [
            (&["--name", "", "--role", "king", "--organization", "A B"][..], 3),
            (&["--name", "n", "--role", "operator", "--organization", "acme"], 1),
            (&["--name", "n", "--role", "organization_admin"], 1),
            (&["--name", "n", "--role", "organization_admin", "--organization", "A B"], 1),
            (&["--name", "n", "--role", "operator", "--expires-at", "tomorrow"], 1),
        ] {
            let told = parse(arguments).unwrap_err().to_string();
            assert_eq!(told.lines().count(), faults, "{told}");
        }
    }

    #[test]
    fn keys_are_listed_by_whose_they_are() {
        let owner = |arguments: &[&str]| match command(&["api-key", "list"], arguments) {
            Command::ApiKey(ApiKeyCommand::List(flags)) => flags.parse_owner(),
            _ => panic!("another command"),
        };
        assert_eq!(owner(&[]).unwrap(), KeyOwner::Operator);
        let acme = KeyOwner::Organization("acme".parse().unwrap());
        assert_eq!(owner(&["--organization", "acme"]).unwrap(), acme);
        assert!(owner(&["--organization", "A B"]).unwrap_err().to_string().contains("--organization"));
    }

    #[test]
    fn a_key_is_revoked_by_its_id() {
        let id = |id: &str| match command(&["api-key", "revoke"], &[id]) {
            Command::ApiKey(ApiKeyCommand::Revoke(flags)) => flags.parse_id(),
            _ => panic!("another command"),
        };
        assert!(id("01a21210-7efe-7f54-aeba-024cfeeba752").is_ok());
        assert!(id("vk_0").unwrap_err().to_string().contains("ID"));
    }
}
