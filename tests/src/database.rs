//! A database of one test's own.

use std::path::Path;
use std::process::Command;

use url::Url;

use crate::environment::variable;
use crate::program::run;

/// Where a service keeps everything.
pub enum Database {
    /// A file in the service's folder.
    Sqlite,
    /// A database on the tests' PostgreSQL, which goes when this is dropped.
    Postgres {
        /// The server's own database, from which others are made.
        server: String,
        /// The name of this one.
        name: String,
    },
}

impl Database {
    /// A new database on PostgreSQL.
    #[must_use]
    pub fn postgres() -> Self {
        let server = variable("VESTIBULE_TEST_POSTGRES_URL");
        let name = format!("e2e{}", vestibule_demo_idp::mint::random_id().to_lowercase());
        psql(&server, &format!("CREATE DATABASE {name}"));
        Self::Postgres { server, name }
    }

    /// Changes rows of a database on PostgreSQL, behind the service's back.
    pub fn execute(&self, statement: &str) {
        let Self::Postgres { .. } = self else { panic!("this is for PostgreSQL") };
        let url = self.url(Path::new(""));
        let arguments = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement, &url];
        let output = run(Command::new("psql").args(arguments));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Its URL, for a service in that folder.
    #[must_use]
    pub fn url(&self, folder: &Path) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", folder.join("vestibule.db").display()),
            Self::Postgres { server, name } => {
                let mut url = Url::parse(server).unwrap();
                url.set_path(name);
                url.into()
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            psql(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn psql(server: &str, statement: &str) {
    let output = run(Command::new("psql").args(["--no-psqlrc", "--quiet", "--command", statement, server]));
    if !output.status.success() {
        eprintln!("psql: {}", String::from_utf8_lossy(&output.stderr));
    }
}
