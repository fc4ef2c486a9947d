//! The command line.

mod admin;
mod api_key;
mod keys;
mod mail;

use clap::{Parser, Subcommand};
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::usecase::KeyOwner;

use crate::config::{Faults, Flags};

pub use admin::{AdminCommand, AdminFlags, CreateAdminFlags, DisableAdminFlags};
pub use api_key::{ApiKeyCommand, CreateApiKeyFlags, ListApiKeysFlags, NewApiKey, RevokeApiKeyFlags};
pub use keys::{KeyFlags, KeysCommand, RotationStep};
pub use mail::{MailCommand, PreviewFlags, TemplatesFlags, WantedMails};

/// Vestibule: SAML single sign-on with just-in-time user provisioning.
#[derive(Parser)]
#[command(name = "vestibule", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the service; migrates the database first.
    Serve(Flags),
    /// Migrate the database, and end.
    Migrate(Flags),
    /// Keys of the administration API.
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// Administrators of the Admin Portal.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// The service's own keys: what it signs with, and what assertions are encrypted to.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Mails as people would get them, and the templates that they are made by.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Check the configuration, the database, the mail server and every identity provider's certificates.
    Check(Flags),
}

/// Whom a role and an organization are of. `everywhere` says what an operator's is.
fn parse_owner(
    role: &str,
    organization: Option<&str>,
    everywhere: &str,
    faults: &mut Faults,
) -> Option<KeyOwner> {
    let slug = organization.map(OrganizationSlug::parse).transpose();
    let slug = faults.keep("--organization", slug.map_err(|error| error.to_string()));
    let owner = match (role, slug) {
        ("operator", Some(None)) => Ok(KeyOwner::Operator),
        ("organization_admin", Some(Some(slug))) => Ok(KeyOwner::Organization(slug)),
        ("operator", _) => Err(format!("an operator {everywhere}: leave --organization out")),
        ("organization_admin", Some(None)) => Err("needs --organization".to_owned()),
        // The organization's own fault is named already.
        ("organization_admin", None) => return None,
        _ => Err("must be operator or organization_admin".to_owned()),
    };
    faults.keep("--role", owner)
}

/// The command of a command line.
#[cfg(test)]
fn command(words: &[&str], arguments: &[&str]) -> Command {
    let all = ["vestibule"].iter().chain(words).chain(arguments);
    Cli::try_parse_from(all).unwrap_or_else(|error| panic!("{error}")).command
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_names_no_password() {
        let help = Cli::command().find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        assert!(help.contains("VESTIBULE_MAIL_URL") && help.contains("--database-url"));
    }
}
