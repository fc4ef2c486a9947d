//! The program `vestibule`.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use clap::Parser as _;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::ports::{ApiKey, Mail};
use vestibule_domain::service_key::ServiceKey;
use vestibule_domain::usecase::{AdministratorChange, AdministratorDraft, KeysMade};
use vestibule_http_app::check::{Finding, Severity};
use vestibule_http_app::cli::{
    AdminCommand, ApiKeyCommand, Cli, Command, DisableAdminFlags, KeysCommand, MailCommand, RotationStep,
};
use vestibule_http_app::compose::{Installation, write_templates};
use vestibule_http_app::config::{Faults, Flags};
use vestibule_http_app::logs;

/// The exit status of a wrong configuration, as clap's of a wrong command line.
const WRONG_CONFIGURATION: u8 = 2;

/// The most bytes of a line that are read: more than any password has.
const MOST_OF_A_LINE: u64 = 4_096;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(status) => status,
        Err(error) => {
            complain(&error);
            let misconfigured = error.is::<Faults>();
            if misconfigured { ExitCode::from(WRONG_CONFIGURATION) } else { ExitCode::FAILURE }
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(flags) => installation(flags)?.serve().await?,
        Command::Migrate(flags) => installation(flags)?.migrate().await?,
        Command::Check(flags) => return Ok(report(&installation(flags)?.check().await)?),
        Command::Keys(command) => return keys(command).await,
        Command::Mail(command) => mails(command)?,
        Command::ApiKey(command) => api_keys(command).await?,
        Command::Admin(command) => administrators(command).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn api_keys(command: ApiKeyCommand) -> anyhow::Result<()> {
    match command {
        ApiKeyCommand::Create(flags) => {
            let (key, installation) = both(flags.parse_key(), flags.settings)?;
            writeln!(io::stdout(), "{}", installation.create_api_key(&key).await?.reveal())?;
        }
        ApiKeyCommand::List(flags) => {
            let (owner, installation) = both(flags.parse_owner(), flags.settings)?;
            for key in installation.api_keys(&owner).await? {
                tell_api_key(&key)?;
            }
        }
        ApiKeyCommand::Revoke(flags) => {
            let (id, installation) = both(flags.parse_id(), flags.settings)?;
            tell_api_key(&installation.revoke_api_key(id).await?)?;
        }
    }
    Ok(())
}

async fn administrators(command: AdminCommand) -> anyhow::Result<()> {
    let (flags, change) = match command {
        AdminCommand::Create(flags) => {
            let (owner, installation) = both(flags.parse_owner(), flags.settings)?;
            let draft = AdministratorDraft { email: flags.email, password: read_password()? };
            tell_administrator(&installation.create_administrator(&draft, &owner).await?)?;
            return Ok(());
        }
        AdminCommand::List(flags) => {
            for administrator in installation(flags)?.administrators().await? {
                tell_administrator(&administrator)?;
            }
            return Ok(());
        }
        AdminCommand::SetPassword(flags) => {
            let (email, installation) = both(flags.parse_email(), flags.settings)?;
            tell_administrator(&installation.set_password(&email, &read_password()?).await?)?;
            return Ok(());
        }
        AdminCommand::Sso(flags) => {
            let (connection, installation) = both(flags.parse_connection(), flags.settings)?;
            let said = match connection {
                Some((slug, key)) => installation.name_administrators_connection(&slug, &key).await?,
                None => installation.unname_administrators_connection().await?,
            };
            writeln!(io::stdout(), "{said}")?;
            return Ok(());
        }
        AdminCommand::Disable(DisableAdminFlags { revoke_api_keys, whom }) => {
            let (email, installation) = both(whom.parse_email(), whom.settings)?;
            let keys = if revoke_api_keys { KeysMade::Revoked } else { KeysMade::Kept };
            let (administrator, left) = installation.disable_administrator(&email, keys).await?;
            tell_administrator(&administrator)?;
            if !left.is_empty() {
                writeln!(
                    io::stderr(),
                    "API keys that they made still work; --revoke-api-keys revokes them:"
                )?;
            }
            for key in &left {
                writeln!(io::stderr(), "{}\t{}", key.id, key.name)?;
            }
            return Ok(());
        }
        AdminCommand::AllowSso(flags) => (flags, AdministratorChange::AllowSingleSignOn),
        AdminCommand::ForbidSso(flags) => (flags, AdministratorChange::ForbidSingleSignOn),
        AdminCommand::ForgetIdentity(flags) => (flags, AdministratorChange::ForgetIdentity),
        AdminCommand::Enable(flags) => (flags, AdministratorChange::Enable),
    };
    let (email, installation) = both(flags.parse_email(), flags.settings)?;
    tell_administrator(&installation.change_administrator(&email, &change).await?)?;
    Ok(())
}

fn mails(command: MailCommand) -> anyhow::Result<()> {
    let flags = match command {
        MailCommand::Templates(flags) => {
            let written = write_templates(&flags.output)?;
            writeln!(io::stdout(), "{written} files written")?;
            return Ok(());
        }
        MailCommand::Preview(flags) => flags,
    };
    let (wanted, installation) = both(flags.parse_wanted(), flags.settings)?;
    for (kind, tag, Mail { subject, text, html }) in installation.sample_mails(&wanted)? {
        let text = format!("{subject}\n\n{text}\n");
        let Some(folder) = &flags.output else {
            writeln!(io::stdout(), "{text}")?;
            continue;
        };
        std::fs::create_dir_all(folder).context("the folder cannot be made")?;
        for (ending, content) in [("html", &html), ("txt", &text)] {
            let path = folder.join(format!("{kind}.{tag}.{ending}"));
            std::fs::write(&path, content)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            writeln!(io::stdout(), "{}", path.display())?;
        }
    }
    Ok(())
}

/// A new password: typed twice at a terminal, or else the first line of standard input.
fn read_password() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Again: ")? != password {
            anyhow::bail!("the two passwords are not the same");
        }
        return Ok(password);
    }
    let mut line = String::new();
    io::stdin().lock().take(MOST_OF_A_LINE).read_line(&mut line).context("the password cannot be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// An administrator in a line.
fn tell_administrator(administrator: &Administrator) -> io::Result<()> {
    let Administrator { id, role, email, disabled, created_at, last_signed_in_at, .. } = administrator;
    let state = if *disabled {
        "disabled"
    } else if administrator.is_invited() {
        "invited"
    } else {
        "active"
    };
    let (made, signed_in) = (day(created_at), day_or_never(last_signed_in_at.as_ref()));
    writeln!(io::stdout(), "{id}\t{}\t{email}\t{state}\t{made}\t{signed_in}", role.as_str())
}

fn day(at: &DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

fn day_or_never(at: Option<&DateTime<Utc>>) -> String {
    at.map_or_else(|| "never".to_owned(), day)
}

/// A key of the API in a line.
fn tell_api_key(key: &ApiKey) -> io::Result<()> {
    let ApiKey { id, role, name, created_at, last_used_at, expires_at, .. } = key;
    let (made, used, ends) =
        (day(created_at), day_or_never(last_used_at.as_ref()), day_or_never(expires_at.as_ref()));
    writeln!(io::stdout(), "{id}\t{}\t{name}\t{made}\t{used}\t{ends}", role.as_str())
}

async fn keys(command: KeysCommand) -> anyhow::Result<ExitCode> {
    let (step, flags) = match command {
        KeysCommand::List(flags) => {
            for key in installation(flags)?.service_keys().await? {
                tell_service_key(&key)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        KeysCommand::Rotate(flags) => (RotationStep::Rotate, flags),
        KeysCommand::Activate(flags) => (RotationStep::Activate, flags),
        KeysCommand::Retire(flags) => (RotationStep::Retire, flags),
    };
    let (usage, installation) = both(flags.parse_usage(), flags.settings)?;
    tell_service_key(&installation.rotate(step, usage).await?)?;
    Ok(ExitCode::SUCCESS)
}

/// A key of the service in a line.
fn tell_service_key(key: &ServiceKey) -> io::Result<()> {
    let ServiceKey { id, usage, state, certificate, .. } = key;
    let end = certificate.not_after.format("%Y-%m-%d");
    writeln!(io::stdout(), "{usage}\t{state}\t{id}\t{}\t{end}", certificate.sha256_fingerprint)
}

/// What the arguments of a command ask for, and the installation of its settings; or the faults of both at once.
fn both<T>(wanted: Result<T, Faults>, settings: Flags) -> Result<(T, Installation), Faults> {
    let mut faults = Faults::default();
    let (wanted, installation) = (faults.merge(wanted), faults.merge(installation(settings)));
    wanted.zip(installation).ok_or(faults)
}

fn installation(flags: Flags) -> Result<Installation, Faults> {
    let installation = Installation::of(flags)?;
    logs::start(installation.config().log_format);
    Ok(installation)
}

/// Prints what a check found, a line each.
fn report(findings: &[Finding]) -> io::Result<ExitCode> {
    let mut wrong = false;
    for finding in findings {
        let word = match finding.severity {
            Severity::Fine => "ok     ",
            Severity::Notice => "notice ",
            Severity::Wrong => "WRONG  ",
        };
        wrong |= finding.severity == Severity::Wrong;
        writeln!(io::stdout(), "{word}{}", finding.message)?;
    }
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Says on standard error why the command cannot do its work, never with a backtrace.
fn complain(error: &anyhow::Error) {
    // Nobody is left to tell when this fails.
    let _ = writeln!(io::stderr(), "vestibule: {error:#}");
}
