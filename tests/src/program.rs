//! A program that runs beside a test, and ends with it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::ops::Range;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take to start or to end.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running program. Dropping it ends it; a test that fails shows the end of its log.
pub struct Program {
    child: Child,
    log: PathBuf,
}

/// None that Linux gives to whoever asks for any (`ip_local_port_range`), nor one that Chromium does not talk to.
const PORTS: Range<u16> = 20_000..32_000;

/// A port on which nobody listens, and which no other test is given until this one's process ends: nobody takes it before its user does, nor
/// while that is restarted.
#[must_use]
pub fn free_port() -> u16 {
    // A name of Linux's abstract namespace belongs to one process of the machine at a time, and leaves no file behind.
    static RESERVED: Mutex<Vec<UnixListener>> = Mutex::new(Vec::new());
    // Tests that start at once do not all begin at the same place.
    let first = std::process::id() as usize * 64 % PORTS.len();
    for port in PORTS.cycle().skip(first).take(PORTS.len()) {
        let name = SocketAddr::from_abstract_name(format!("vestibule-test-port-{port}")).unwrap();
        let Ok(reserved) = UnixListener::bind_addr(&name) else { continue };
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            RESERVED.lock().unwrap().push(reserved);
            return port;
        }
    }
    panic!("no port is free");
}

/// Runs a program to its end.
#[must_use]
pub fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Runs a program to its end, which reads `input`.
pub(crate) fn run_with(command: &mut Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    // A program that ends without reading is judged by what it says.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

impl Program {
    /// Starts a program whose output goes to the file `log`.
    #[must_use]
    pub fn start(command: &mut Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, log: log.to_owned() }
    }

    /// Starts a program whose log goes to the file `log`, and what it prints besides to the file `printed`.
    #[must_use]
    pub fn start_printing(command: &mut Command, log: &Path, printed: &Path) -> Self {
        let append = |path: &Path| File::options().create(true).append(true).open(path).unwrap();
        command.stdin(Stdio::null()).stdout(append(printed)).stderr(append(log));
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, log: log.to_owned() }
    }

    /// Starts a program that says on standard output, in one line `ready ADDRESS`, when it answers, and where.
    #[must_use]
    pub fn start_until_ready(command: &mut Command, log: &Path) -> (Self, String) {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log).unwrap());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = child.stdout.take().unwrap();
        let program = Self { child, log: log.to_owned() };
        let (say, hear) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(output).read_line(&mut line);
            let _ = say.send(line);
        });
        let line = hear.recv_timeout(PATIENCE).unwrap_or_default();
        match line.trim_end().strip_prefix("ready ") {
            Some(address) => (program, address.to_owned()),
            None => panic!("{command:?} did not start: {line:?}"),
        }
    }

    /// What it wrote so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks it to end, as an init system does.
    pub fn ask_to_end(&self) {
        self.signal("TERM");
    }

    /// The same, and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        self.ask_to_end();
        self.wait().unwrap_or_else(|| panic!("it did not end: {}", self.log()))
    }

    /// Ends it at once, wherever it is.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&self, name: &str) {
        let _ = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Asked first, so that it clears away what it made.
        self.signal("TERM");
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(10));
        }
        self.kill();
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            let last = lines[lines.len().saturating_sub(30)..].join("\n");
            eprintln!("--- the end of {}\n{last}\n---", self.log.display());
        }
    }
}
