//! The command line.

use clap::{Args, Parser, Subcommand};
use vestibule_domain::service_key::KeyUsage;

use crate::config::{Faults, Flags};

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
    /// The service's own keys: what it signs with, and what assertions are encrypted to.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Check the configuration, the database, the mail server and every identity provider's certificates.
    Check(Flags),
}

/// What can be done with API keys.
#[derive(Subcommand)]
pub enum ApiKeyCommand {
    /// Create a key, and print it, alone, on standard output. It is never shown again.
    Create(CreateApiKeyFlags),
}

/// What can be done with the service's own keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// List them, a line each: use, state, id, SHA-256 fingerprint and end of the certificate.
    List(Flags),
    /// Begin a rotation: add the next key, which the metadata then has beside the current one.
    Rotate(KeyFlags),
    /// Make the next key the current one, once the identity providers have read the metadata.
    Activate(KeyFlags),
    /// End a rotation: remove the previous key.
    Retire(KeyFlags),
}

/// A step of a rotation of the service's own keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationStep {
    /// The next key is added.
    Rotate,
    /// It becomes the current one.
    Activate,
    /// The previous one is removed.
    Retire,
}

/// Which of the service's own keys is meant, not looked at yet.
#[derive(Args)]
pub struct KeyFlags {
    /// What the key is for: signing or encryption.
    #[arg(long = "use", value_name = "USE")]
    pub usage: String,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl KeyFlags {
    /// What the key is for.
    ///
    /// # Errors
    /// It is no use of a key.
    pub fn parse_usage(&self) -> Result<KeyUsage, Faults> {
        let mut faults = Faults::default();
        let usage =
            KeyUsage::from_word(&self.usage).ok_or_else(|| "must be signing or encryption".to_owned());
        faults.keep("--use", usage).ok_or(faults)
    }
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
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

/// A key that can be created.
#[derive(Debug, PartialEq, Eq)]
pub struct NewApiKey {
    /// What people call it.
    pub name: String,
    /// Whom it is for.
    pub owner: vestibule_domain::usecase::KeyOwner,
}

impl CreateApiKeyFlags {
    /// The key that the flags ask for.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse_key(&self) -> Result<NewApiKey, Faults> {
        use vestibule_domain::text::{DisplayName, OrganizationSlug};
        use vestibule_domain::usecase::KeyOwner;

        let mut faults = Faults::default();
        faults.keep("--name", DisplayName::parse(self.name.as_str()).map_err(|error| error.to_string()));
        let slug = self.organization.as_deref().map(OrganizationSlug::parse).transpose();
        let slug = faults.keep("--organization", slug.map_err(|error| error.to_string()));
        let owner = match (self.role.as_str(), slug) {
            ("operator", Some(None)) => Ok(KeyOwner::Operator),
            ("organization_admin", Some(Some(slug))) => Ok(KeyOwner::Organization(slug)),
            ("operator", _) => Err("an operator's key is for every organization: leave --organization out"),
            ("organization_admin", Some(None)) => Err("needs --organization"),
            // The organization's own fault is named already.
            ("organization_admin", None) => return Err(faults),
            _ => Err("must be operator or organization_admin"),
        };
        match faults.keep("--role", owner.map_err(str::to_owned)) {
            Some(owner) if faults.is_empty() => Ok(NewApiKey { name: self.name.clone(), owner }),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use vestibule_domain::usecase::KeyOwner;

    use super::*;

    fn parse(arguments: &[&str]) -> Result<NewApiKey, Faults> {
        let all = ["vestibule", "api-key", "create"].iter().chain(arguments);
        match Cli::try_parse_from(all).unwrap_or_else(|error| panic!("{error}")).command {
            Command::ApiKey(ApiKeyCommand::Create(flags)) => flags.parse_key(),
            _ => panic!("another command"),
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
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
        ] {
            let told = parse(arguments).unwrap_err().to_string();
            assert_eq!(told.lines().count(), faults, "{told}");
        }
    }

    #[test]
    fn a_step_of_a_rotation_names_a_use() {
        let parse = |usage: &str| match Cli::try_parse_from(["vestibule", "keys", "rotate", "--use", usage])
            .map(|cli| cli.command)
        {
            Ok(Command::Keys(KeysCommand::Rotate(flags))) => flags.parse_usage(),
            _ => panic!("another command"),
        };
        assert_eq!(parse("signing").unwrap(), KeyUsage::Signing);
        assert_eq!(parse("encryption").unwrap(), KeyUsage::Encryption);
        assert!(parse("both").unwrap_err().to_string().contains("--use"));
    }

    #[test]
    fn help_names_no_password() {
        let help = Cli::command().find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        assert!(help.contains("VESTIBULE_MAIL_URL") && help.contains("--database-url"));
    }
}
