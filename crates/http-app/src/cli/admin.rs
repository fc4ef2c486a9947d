//! What can be done with administrators.

use clap::{Args, Subcommand};
use vestibule_domain::email::EmailAddress;
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};
use vestibule_domain::usecase::KeyOwner;

use super::parse_owner;
use crate::config::{Faults, Flags};

/// What can be done with administrators.
#[derive(Subcommand)]
pub enum AdminCommand {
    /// Make an administrator. Their password is read from the terminal, which does not show it, or from standard input.
    Create(CreateAdminFlags),
    /// List them, a line each: id, role, address, whether they are active or disabled, when they were made and last signed in.
    List(Flags),
    /// Keep an administrator out, and sign them out everywhere. The setup links that they had mailed end.
    Disable(DisableAdminFlags),
    /// Let an administrator in again.
    Enable(AdminFlags),
    /// Set an administrator's password, read as by `create`, and sign them out everywhere.
    SetPassword(AdminFlags),
    /// Say through which connection administrators may sign in by single sign-on, or through none.
    Sso(AdminSsoFlags),
    /// Let an administrator sign in by single sign-on, too.
    AllowSso(AdminFlags),
    /// Let an administrator sign in by single sign-on no longer, and sign them out everywhere.
    ForbidSso(AdminFlags),
    /// Forget as whom single sign-on knows an administrator, and sign them out everywhere: the next who has their address is taken for them.
    ForgetIdentity(AdminFlags),
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

/// The connection through which administrators may sign in, not looked at yet.
#[derive(Args)]
pub struct AdminSsoFlags {
    /// The connection's organization, by its slug.
    #[arg(long, value_name = "SLUG", required_unless_present = "off", conflicts_with = "off")]
    pub organization: Option<String>,
    /// The connection, by its key. It must be enabled.
    #[arg(long, value_name = "KEY", required_unless_present = "off", conflicts_with = "off")]
    pub connection: Option<String>,
    /// Through none: whoever signed in so is signed out.
    #[arg(long)]
    pub off: bool,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl AdminSsoFlags {
    /// The connection, unless it is none.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse_connection(&self) -> Result<Option<(OrganizationSlug, ConnectionKey)>, Faults> {
        let mut faults = Faults::default();
        let (Some(slug), Some(key)) = (&self.organization, &self.connection) else { return Ok(None) };
        let slug = OrganizationSlug::parse(slug).map_err(|error| error.to_string());
        let key = ConnectionKey::parse(key).map_err(|error| error.to_string());
        let (slug, key) = (faults.keep("--organization", slug), faults.keep("--connection", key));
        slug.zip(key).map(Some).ok_or(faults)
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

/// Who is to be kept out, not looked at yet.
#[derive(Args)]
pub struct DisableAdminFlags {
    /// Revoke the API keys that they made, too: programs that use them are refused at once.
    #[arg(long)]
    pub revoke_api_keys: bool,
    /// Whom.
    #[command(flatten)]
    pub whom: AdminFlags,
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command, command};

    #[test]
    fn an_administrator_is_an_operator_or_of_one_organization() {
        let owner = |arguments: &[&str]| match command(&["admin", "create"], arguments) {
            Command::Admin(AdminCommand::Create(flags)) => flags.parse_owner(),
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
    fn administrators_sign_in_through_one_connection_or_none() {
        let parse = |arguments: &[&str]| {
            let all = ["vestibule", "admin", "sso"].iter().chain(arguments);
            Cli::try_parse_from(all).ok().map(|cli| match cli.command {
                Command::Admin(AdminCommand::Sso(flags)) => flags.parse_connection(),
                _ => panic!("another command"),
            })
        };
        let named = parse(&["--organization", "acme", "--connection", "okta"]).unwrap().unwrap().unwrap();
        assert_eq!((named.0.as_str(), named.1.as_str()), ("acme", "okta"));
        assert_eq!(parse(&["--off"]).unwrap().unwrap(), None);
        let off = &["--off", "--organization", "acme", "--connection", "okta"][..];
        for arguments in [&[][..], &["--organization", "acme"], &["--connection", "okta"], off] {
            assert!(parse(arguments).is_none(), "{arguments:?}");
        }
        let told = parse(&["--organization", "A B", "--connection", "A B"]).unwrap().unwrap_err().to_string();
        assert_eq!(told.lines().count(), 2, "{told}");
    }
}
