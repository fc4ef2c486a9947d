//! The command line.

mod mail;

use chrono::DateTime;
use clap::{Args, Parser, Subcommand};
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::service_key::KeyUsage;
use vestibule_domain::text::{DisplayName, OrganizationSlug};
use vestibule_domain::usecase::{ApiKeyDraft, KeyOwner};

use crate::config::{Faults, Flags};

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

/// What can be done with administrators.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator. Their password is read from the terminal, which does not show it, or from standard input.
    Create(CreateAdminFlags),
    /// List them, a line each: id, role, address, whether they are active or disabled, when they were made and last signed in.
    List(Flags),
    /// Keep an administrator out, and sign them out everywhere.
    Disable(AdminFlags),
    /// Let an administrator in again.
    Enable(AdminFlags),
    /// Set an administrator's password, read as by `create`, and sign them out everywhere.
    SetPassword(AdminFlags),
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
    /// From when on it is no key any more, like 2027-01-31T08:00:00Z; left out, it never ends.
    #[arg(long, value_name = "INSTANT")]
    pub expires_at: Option<String>,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
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

/// The new administrator as they were asked for, not looked at yet.
#[derive(Args)]
pub struct CreateAdminFlags {
    /// Their e-mail address, by which they sign in.
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// What they may do: operator (everything) or organization_admin (everything in one organization). Left out, an operator, unless an
    /// organization is named.
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// The organization of an organization_admin, by its slug.
    #[arg(long, value_name = "SLUG")]
    pub organization: Option<String>,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl CreateAdminFlags {
    /// Whom they administer for.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse_owner(&self) -> Result<KeyOwner, Faults> {
        let mut faults = Faults::default();
        parse_email(&self.email, &mut faults);
        let role = match (&self.role, &self.organization) {
            (Some(role), _) => role,
            (None, Some(_)) => "organization_admin",
            (None, None) => "operator",
        };
        let owner =
            parse_owner(role, self.organization.as_deref(), "administers every organization", &mut faults);
        owner.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

/// Which administrator is meant, not looked at yet.
#[derive(Args)]
pub struct AdminFlags {
    /// Their e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl AdminFlags {
    /// The address.
    ///
    /// # Errors
    /// It is none.
    pub fn parse_email(&self) -> Result<EmailAddress, Faults> {
        let mut faults = Faults::default();
        parse_email(&self.email, &mut faults).ok_or(faults)
    }
}

fn parse_email(text: &str, faults: &mut Faults) -> Option<EmailAddress> {
    faults.keep("--email", EmailAddress::parse(text).map_err(|error| error.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

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
            (&["--name", "n", "--role", "operator", "--expires-at", "tomorrow"], 1),
        ] {
            let told = parse(arguments).unwrap_err().to_string();
            assert_eq!(told.lines().count(), faults, "{told}");
        }
    }

    #[test]
    fn keys_are_listed_by_whose_they_are_and_revoked_by_id() {
        let owner = |arguments: &[&str]| match Cli::try_parse_from(
            ["vestibule", "api-key", "list"].iter().chain(arguments),
        )
        .map(|cli| cli.command)
        {
            Ok(Command::ApiKey(ApiKeyCommand::List(flags))) => flags.parse_owner(),
            _ => panic!("another command"),
        };
        assert_eq!(owner(&[]).unwrap(), KeyOwner::Operator);
        assert_eq!(
            owner(&["--organization", "acme"]).unwrap(),
            KeyOwner::Organization("acme".parse().unwrap())
        );
        assert!(owner(&["--organization", "A B"]).unwrap_err().to_string().contains("--organization"));
        let id = |id: &str| match Cli::try_parse_from(["vestibule", "api-key", "revoke", id])
            .map(|cli| cli.command)
        {
            Ok(Command::ApiKey(ApiKeyCommand::Revoke(flags))) => flags.parse_id(),
            _ => panic!("another command"),
        };
        assert!(id("01a21210-7efe-7f54-aeba-024cfeeba752").is_ok());
        assert!(id("vk_0").unwrap_err().to_string().contains("ID"));
    }

    #[test]
    fn an_administrator_is_an_operator_or_of_one_organization() {
        let owner = |arguments: &[&str]| match Cli::try_parse_from(
            ["vestibule", "admin", "create"].iter().chain(arguments),
        )
        .map(|cli| cli.command)
        {
            Ok(Command::Admin(AdminCommand::Create(flags))) => flags.parse_owner(),
            _ => panic!("another command"),
        };
        let acme = || KeyOwner::Organization("acme".parse().unwrap());
        for (arguments, right) in [
            (&["--email", "a@b.example"][..], KeyOwner::Operator),
            (&["--email", "a@b.example", "--role", "operator"], KeyOwner::Operator),
            (&["--email", "a@b.example", "--organization", "acme"], acme()),
            (&["--email", "a@b.example", "--role", "organization_admin", "--organization", "acme"], acme()),
        ] {
            assert_eq!(owner(arguments).unwrap(), right);
        }
        for (arguments, faults) in [
            (&["--email", "a", "--role", "king", "--organization", "A B"][..], 3),
            (&["--email", "a@b.example", "--role", "operator", "--organization", "acme"], 1),
            (&["--email", "a@b.example", "--role", "organization_admin"], 1),
            (&["--email", "a@b.example", "--organization", "A B"], 1),
        ] {
            let told = owner(arguments).unwrap_err().to_string();
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
        assert!(parse("both").unwrap_err().to_string().starts_with("--use: "), "no variable has it");
    }

    #[test]
    fn help_names_no_password() {
        let help = Cli::command().find_subcommand_mut("serve").unwrap().render_long_help().to_string();
        assert!(help.contains("VESTIBULE_MAIL_URL") && help.contains("--database-url"));
    }
}
