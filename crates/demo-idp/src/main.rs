//! Runs the demo identity provider.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context, ensure};
use clap::Parser;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use vestibule_demo_idp::{Config, Person, RelyingParty, load_or_create_key, serve};

/// A demo identity provider: anybody can be anybody here. Never use it for real sign-ins.
#[derive(Debug, Parser)]
#[command(version)]
struct Flags {
    /// Address to listen on, loopback only; port 0 takes a free one.
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)))]
    listen: SocketAddr,
    /// URL under which browsers reach this; by default the address it listens on.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where responses are posted; repeat it, with an entity id each, for several services.
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080/sso/acme/acs")]
    sp_acs_url: Vec<String>,
    /// The entity id that goes with the ACS URL.
    #[arg(long, value_name = "ID", default_value = "http://localhost:8080/sso/acme/metadata")]
    sp_entity_id: Vec<String>,
    /// Folder of the signing key and its certificate, made at the first start.
    #[arg(long, value_name = "FOLDER", default_value = "demo-idp-data")]
    data_dir: PathBuf,
    /// JSON file with people to choose from, in place of the built-in ones.
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the one line that says why it cannot run")]
fn complain(error: &anyhow::Error) {
    // On one line and never with a backtrace: what is wrong here is a flag, a file or a port.
    eprintln!("vestibule-demo-idp: {error:#}");
}

async fn run(flags: Flags) -> anyhow::Result<()> {
    ensure!(
        flags.sp_acs_url.len() == flags.sp_entity_id.len(),
        "--sp-acs-url and --sp-entity-id come in pairs"
    );
    ensure!(
        flags.listen.ip().is_loopback(),
        "{} is not a loopback address, and a demo identity provider listens on no other",
        flags.listen
    );
    let people = match &flags.people {
        Some(file) => {
            let json = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            Person::list_from_json(&json).with_context(|| format!("cannot use {}", file.display()))?
        }
        None => Person::demo(),
    };
    let key = load_or_create_key(&flags.data_dir, SystemTime::now().into())?;
    let listener = TcpListener::bind(flags.listen).await.with_context(|| {
        format!("cannot listen on {}; --listen chooses another address and port", flags.listen)
    })?;
    let public_url = match flags.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let parties = flags.sp_acs_url.into_iter().zip(flags.sp_entity_id);
    let relying_parties = parties.map(|(acs_url, entity_id)| RelyingParty { entity_id, acs_url }).collect();
    announce(&public_url);
    serve(listener, Config { public_url, relying_parties, key, people }, stopped()?).await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one line that says where it is")]
fn announce(public_url: &str) {
    println!("Demo identity provider: {public_url}/ (metadata: {public_url}/metadata)");
}

/// Done when somebody asks the process to end.
fn stopped() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
