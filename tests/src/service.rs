//! The built program `vestibule`, as an operator runs it.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::caller::{Answer, Caller};
use crate::database::Database;
use crate::environment::variable;
use crate::mailbox::OutboxFolder;
use crate::program::{PATIENCE, Program, free_port, run, run_with};

/// What a service is started with.
pub struct Settings {
    /// Where it keeps everything.
    pub database: Database,
    /// Where its mails go; none is the folder `outbox`.
    pub mail_url: Option<String>,
    /// Where people reach it; none is the port on which it listens.
    pub public_url: Option<String>,
    /// Whether it limits what may be asked, and fetches metadata from public addresses alone. Identity providers of tests are on this machine, and
    /// tests are in a hurry.
    pub guarded: bool,
}

/// A service with a folder, a database and an operator of its own.
pub struct Service {
    program: Program,
    folder: TempDir,
    settings: Settings,
    port: u16,
    operator: Caller,
    client: Client,
}

impl Service {
    /// A new service, once it answers.
    pub async fn start(database: Database) -> Self {
        Self::start_with(Settings { database, mail_url: None, public_url: None, guarded: false }).await
    }

    /// A new service with settings of its own, once it answers.
    pub async fn start_with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let program = serve(folder.path(), &settings, port, port, &[]);
        // Plain http needs no cryptography, but the client does not start without.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        let url = format!("http://localhost:{port}");
        let operator = Caller::new(client.clone(), &url, "");
        let mut service = Self { program, folder, settings, port, operator, client };
        until_ready(&service.client, &mut service.program, &url).await;
        let output = service.command(&["api-key", "create", "--name", "test", "--role", "operator"]);
        assert!(output.status.success(), "{output:?}");
        service.operator = service.called_by(String::from_utf8(output.stdout).unwrap().trim_end());
        service
    }

    /// One more process on the same database, behind the same public address. Answers where it listens.
    pub async fn replica(&self) -> (Program, String) {
        self.replica_with(&[]).await
    }

    /// The same with a configuration of its own.
    pub async fn replica_with(&self, environment: &[(&str, &str)]) -> (Program, String) {
        let port = free_port();
        let mut program = serve(self.folder.path(), &self.settings, port, self.port, environment);
        let url = format!("http://localhost:{port}");
        until_ready(&self.client, &mut program, &url).await;
        (program, url)
    }

    /// Ends the process at once, wherever it is, and starts it again.
    pub async fn kill_and_restart(&mut self) {
        self.program.kill();
        self.restart().await;
    }

    /// Starts the process again, which has ended.
    pub async fn restart(&mut self) {
        self.program = serve(self.folder.path(), &self.settings, self.port, self.port, &[]);
        let url = self.url();
        until_ready(&self.client, &mut self.program, &url).await;
    }

    /// Asks the process to end, and waits until it takes no connection any more. Answers whether it still runs.
    pub async fn begin_to_end(&mut self) -> bool {
        self.program.ask_to_end();
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            assert!(Instant::now() < end, "it still takes connections: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.program.runs()
    }

    /// Asks the process to end, and waits until it has. Answers its exit status.
    pub fn terminate(&mut self) -> Option<i32> {
        self.program.terminate().code()
    }

    /// Runs another command of the program with the service's settings.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = vestibule(self.folder.path(), &self.settings);
        run(command.args(arguments))
    }

    /// Where it keeps everything.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.settings.database
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Where people and identity providers reach it.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.settings.public_url.clone().unwrap_or_else(|| self.url())
    }

    /// Where Acme's responses are posted.
    #[must_use]
    pub fn acs_url(&self) -> String {
        format!("{}/sso/acme/acs", self.public_url())
    }

    /// Who the service is to Acme's identity providers, and where its metadata is.
    #[must_use]
    pub fn entity_id(&self) -> String {
        format!("{}/sso/acme/metadata", self.public_url())
    }

    /// Where it writes, unless it is told otherwise.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its mails, where it writes them into a folder.
    #[must_use]
    pub fn outbox(&self) -> OutboxFolder {
        OutboxFolder(self.folder.path().join("outbox"))
    }

    /// Runs another command, which reads `input`.
    #[must_use]
    pub fn command_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = vestibule(self.folder.path(), &self.settings);
        run_with(command.args(arguments), input)
    }

    /// What it printed so far beside its log.
    #[must_use]
    pub fn printed(&self) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("vestibule-{}.out", self.port))).unwrap()
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.program.log()
    }

    /// Whoever calls it with that key.
    #[must_use]
    pub fn called_by(&self, key: &str) -> Caller {
        self.called_at(&self.url(), key)
    }

    /// Whoever calls a replica that listens there, with that key.
    #[must_use]
    pub fn called_at(&self, url: &str, key: &str) -> Caller {
        Caller::new(self.client.clone(), url, key)
    }

    /// Calls the administration API as an operator.
    pub async fn api(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.operator.api(method, path, body).await
    }

    /// Calls it as an operator, which must succeed.
    pub async fn must(&self, method: &str, path: &str, body: &Value) -> Value {
        self.operator.must(method, path, body).await
    }

    /// The items of one of Acme's lists.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        self.operator.list(path).await
    }

    /// Sends a table of users to Acme, under an idempotency key.
    pub async fn send_table(&self, query: &str, key: &str, table: String) -> Answer {
        self.operator.send_table(query, key, table).await
    }

    /// Sends a table of users to Acme, a row each second and without an end, until the task is aborted.
    pub async fn send_slowly(&self) -> tokio::task::JoinHandle<()> {
        self.operator.send_slowly().await
    }

    /// What an address of the administration API answers, as text.
    pub async fn text(&self, path: &str) -> String {
        self.operator.text(path).await
    }

    /// The process that answers.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.program.id()
    }
}

fn vestibule(folder: &Path, settings: &Settings) -> Command {
    let mut command = Command::new(PathBuf::from(variable("VESTIBULE_BIN")));
    command
        .current_dir(folder)
        .env("DATABASE_URL", settings.database.url(folder))
        .env("VESTIBULE_MAIL_URL", settings.mail_url.as_deref().unwrap_or("file://./outbox"))
        .env("VESTIBULE_RATE_LIMITS", if settings.guarded { "on" } else { "off" })
        .env("VESTIBULE_ALLOW_INSECURE_METADATA", if settings.guarded { "off" } else { "on" })
        .env("VESTIBULE_LOG_FORMAT", "json");
    command
}

fn serve(
    folder: &Path,
    settings: &Settings,
    port: u16,
    public_port: u16,
    environment: &[(&str, &str)],
) -> Program {
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://localhost:{public_port}"));
    let mut command = vestibule(folder, settings);
    command
        .arg("serve")
        .env("VESTIBULE_LISTEN", format!("127.0.0.1:{port}"))
        .env("VESTIBULE_PUBLIC_URL", public_url)
        .envs(environment.iter().copied());
    let file = |kind: &str| folder.join(format!("vestibule-{port}.{kind}"));
    Program::start_printing(&mut command, &file("log"), &file("out"))
}

async fn until_ready(client: &Client, program: &mut Program, url: &str) {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end && program.runs() {
        if let Ok(answer) = client.get(format!("{url}/readyz")).send().await
            && answer.status().is_success()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the service did not start: {}", program.log());
}
