//! The program's commands, as an operator types them.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;
use vestibule_tests::{DEMO, Database, Service, minted_metadata, run, variable};

fn vestibule(folder: &std::path::Path) -> Command {
    let mut command = Command::new(variable("VESTIBULE_BIN"));
    command.current_dir(folder);
    for name in ["DATABASE_URL", "VESTIBULE_MAIL_URL", "VESTIBULE_PUBLIC_URL", "VESTIBULE_LISTEN"] {
        command.env_remove(name);
    }
    command
}

#[test]
fn a_wrong_configuration_stops_every_command_and_names_every_fault() {
    let folder = tempfile::tempdir().unwrap();
    let key = ["api-key", "create", "--name", "", "--role", "king"];
    for command in [&["serve"][..], &["migrate"], &["check"], &key] {
        let output = run(vestibule(folder.path())
            .args(command)
            .args(["--listen", "nowhere", "--public-url", "http://sso.example.com"])
            .env("DATABASE_URL", "mysql://root:hunter2@db/x")
            .env("VESTIBULE_MAIL_URL", "pigeon://loft:hunter2@roof"));
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
        for fault in ["--listen", "--public-url", "DATABASE_URL", "VESTIBULE_MAIL_URL"] {
            assert!(told.contains(fault), "{command:?} does not name {fault}: {told}");
        }
        assert!(!told.contains("hunter2") && output.stdout.is_empty(), "{told}");
        assert_eq!(told.contains("--role"), command.contains(&"--role"), "{told}");
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is made");
}

#[tokio::test]
async fn a_key_is_printed_alone_and_works() {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let key = ["api-key", "create", "--name", "acme", "--role", "organization_admin", "--organization"];
    let output = service.command(&[&key[..], &["acme"]].concat());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("vk_") && printed.trim_end().len() == 67 && printed.lines().count() == 1);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |path: &str| {
        let request = client.get(format!("{}/api/v1/{path}", service.url())).bearer_auth(printed.trim_end());
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("organizations/acme").await, 200);
    assert_eq!(ask("organizations/other").await, 404);
    let unknown = service.command(&[&key[..], &["nobody"]].concat());
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(1), 0));
}

#[test]
fn mails_are_looked_at_and_templates_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (mails, templates) = (folder.path().join("looked-at"), folder.path().join("mails"));
    let output = run(vestibule(folder.path()).args(["mail", "preview", "--output", "looked-at"]));
    assert!(output.status.success(), "{output:?}");
    assert!(mails.join("welcome.de.html").is_file() && mails.join("metadata_not_refreshed.fr.txt").is_file());

    let output = run(vestibule(folder.path()).args(["mail", "templates", "--output", "mails"]));
    assert!(output.status.success(), "{output:?}");
    let preview = ["mail", "preview", "--kind", "welcome", "--language", "es", "--templates-dir", "mails"];
    let unchanged = run(vestibule(folder.path()).args(preview));
    assert!(String::from_utf8(unchanged.stdout).unwrap().contains("Hola, Ada:"));
    std::fs::write(templates.join("welcome.txt"), "{{ first_name|upper }} {{ link }}").unwrap();
    let changed = run(vestibule(folder.path()).args(preview));
    assert!(
        String::from_utf8(changed.stdout)
            .unwrap()
            .ends_with("ADA http://localhost:8080/sso/example/login\n\n")
    );

    std::fs::write(templates.join("welcome.txt"), "Hello\n{{ frist_name }} {{ link }}").unwrap();
    std::fs::write(templates.join("fare_well.txt"), "").unwrap();
    for command in ["serve", "migrate", "check"] {
        let output = run(vestibule(folder.path()).arg(command).env("VESTIBULE_TEMPLATES_DIR", "mails"));
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}: {told}");
        assert!(told.contains("--templates-dir (VESTIBULE_TEMPLATES_DIR): fare_well.txt: no mail"), "{told}");
    }
    std::fs::remove_file(templates.join("fare_well.txt")).unwrap();
    let output = run(vestibule(folder.path()).args(["serve", "--templates-dir", "mails"]));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("welcome.txt, line 2: undefined value"), "{told}");
    assert!(!folder.path().join("vestibule.db").exists(), "nothing is made");
}

#[test]
fn migrating_makes_the_database_and_twice_is_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = run(vestibule(folder.path()).arg("migrate"));
        assert!(output.status.success(), "{output:?}");
    }
    let database = folder.path().join("vestibule.db");
    assert_eq!(database.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_database_that_does_not_answer_is_said_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["serve", "migrate", "check"] {
        let output = run(vestibule(folder.path())
            .arg(command)
            // Somebody may be at the usual port.
            .env("VESTIBULE_LISTEN", "127.0.0.1:0")
            .env("DATABASE_URL", "postgres://vestibule:hunter2@127.0.0.1:1/x"));
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}: {told}");
        assert!(told.contains("database") && !told.contains("hunter2"), "{command}: {told}");
    }
}

#[tokio::test]
async fn checking_says_what_is_right_and_what_is_wrong() {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let output = service.command(&["check"]);
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{output:?}");
    for subject in ["database", "mail", "acme/demo"] {
        assert!(told.contains(subject), "{subject} is not in {told}");
    }
}

#[tokio::test]
async fn keys_are_listed_rotated_activated_and_retired() {
    let service = Service::start(Database::Sqlite).await;
    let keys = |arguments: &[&str]| {
        let output = service.command(&[&["keys"], arguments].concat());
        let (printed, told) = (output.stdout, String::from_utf8(output.stderr).unwrap());
        let printed = String::from_utf8(printed).unwrap();
        let lines: Vec<Vec<String>> =
            printed.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
        (output.status.code(), lines, told)
    };
    let states = || {
        let (status, lines, told) = keys(&["list"]);
        assert_eq!(status, Some(0), "{told}");
        lines.into_iter().map(|line| format!("{} {}", line[0], line[1])).collect::<Vec<_>>()
    };
    let done = |step: &str| {
        let (status, lines, told) = keys(&[step, "--use", "encryption"]);
        assert_eq!((status, lines.len()), (Some(0), 1), "{told}");
        lines[0].clone()
    };
    assert_eq!(states(), ["signing current", "encryption current"]);
    let early = keys(&["activate", "--use", "encryption"]);
    assert_eq!((early.0, early.1.len()), (Some(1), 0));
    assert!(early.2.contains("no next encryption key"), "{}", early.2);

    let next = done("rotate");
    assert_eq!(next[..2], ["encryption", "next"]);
    assert_eq!((next[2].len(), next[3].len()), (36, 64));
    let twice = keys(&["rotate", "--use", "encryption"]);
    assert!(twice.0 == Some(1) && twice.2.contains("activate or remove it first"), "{}", twice.2);
    assert_eq!(states(), ["signing current", "encryption current", "encryption next"]);
    let active = done("activate");
    assert_eq!((&active[1], &active[2]), (&"current".to_owned(), &next[2]));
    assert_eq!(states(), ["signing current", "encryption previous", "encryption current"]);
    let retired = done("retire");
    assert_ne!(retired[2], next[2]);
    assert_eq!(states(), ["signing current", "encryption current"]);
    assert!(service.command(&["check"]).status.success());

    let unknown = keys(&["rotate", "--use", "both"]);
    assert!(unknown.0 == Some(2) && unknown.2.contains("--use"), "{}", unknown.2);
}

#[tokio::test]
async fn a_key_file_that_is_not_the_databases_is_named_and_nothing_starts() {
    let mut service = Service::start(Database::Sqlite).await;
    assert_eq!(service.terminate(), Some(0));
    let file = service.folder().join("vestibule.key");
    std::fs::write(&file, "07".repeat(32)).unwrap();
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["keys", "rotate", "--use", "signing"]] {
        let output = service.command(arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains("vestibule.key is not the key file of this database"), "{told}");
        assert!(told.contains("cannot be opened"), "{told}");
    }
    let output = service.command(&["check"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("WRONG") && told.contains("signing key") && told.contains("cannot be opened"),
        "{told}"
    );
    std::fs::remove_file(&file).unwrap();
    let output = service.command(&["keys", "rotate", "--use", "signing"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!file.exists(), "a rotation makes no key file");
}

#[test]
fn checking_an_installation_that_is_not_there_makes_no_database_and_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(vestibule(folder.path()).arg("check"));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let made = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(made.collect::<Vec<_>>(), ["outbox"]);
}

#[test]
fn a_command_that_reads_or_changes_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["admin", "list"][..],
        &["admin", "disable", "--email", "root@acme.example"],
        &["api-key", "list"],
        &["api-key", "revoke", "01a21210-7efe-7f54-aeba-024cfeeba752"],
        &["keys", "list"],
    ] {
        let output = run(vestibule(folder.path()).args(command));
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {told}");
        assert!(
            told.contains("there is no database at vestibule.db") && told.contains("--database-url"),
            "{told}"
        );
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is made");
}

#[tokio::test]
async fn an_address_that_is_taken_is_said_with_the_flag_that_changes_it() {
    let service = Service::start(Database::Sqlite).await;
    let address = service.url().replace("http://localhost", "127.0.0.1");
    let folder = tempfile::tempdir().unwrap();
    let output = run(vestibule(folder.path()).args(["serve", "--listen", &address]));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("--listen") && told.contains(&address), "{told}");
}

#[tokio::test]
async fn nothing_in_the_log_names_a_person() {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let visitor = vestibule_tests::Visitor::default();
    for _ in 0..2 {
        let response = service.minted_response("secret.person@acme.example");
        visitor.post_response(&service.acs_url(), &response, Some("/secret-path")).await.must_redirect();
        let _ = visitor.post_response(&service.acs_url(), &response, None).await.refusal("replayed_response");
    }
    let _ = service.outbox().mails_to("secret.person@acme.example", 1).await;
    let log = service.log();
    for line in log.lines() {
        let _: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    for secret in ["secret.person", "Lovelace", "vk_", "/secret-path", "SAMLResponse"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
