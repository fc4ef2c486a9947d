//! Tables of users, on processes that die.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vestibule_tests::{Database, Service};

/// A table of so many people.
fn table(people: usize) -> String {
    let mut table = String::from("email,first_name,last_name,location,user_type,role\n");
    for number in 0..people {
        let _ = writeln!(table, "u{number}@acme.example,U,Ser,London,employee,learner");
    }
    table
}

/// Waits until the import has come so far, and answers it.
async fn until(service: &Service, id: &str, far: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_mins(3);
    loop {
        let import = service.must("GET", &format!("organizations/acme/imports/{id}"), &Value::Null).await;
        if far(&import) {
            return import;
        }
        assert!(Instant::now() < end, "it does not go on: {import:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Both processes die in the middle, twice. What they had written is not done again, and the rest is done.
async fn goes_on_after_a_kill(database: Database, with_replica: bool) {
    const PEOPLE: usize = 15_000;
    let mut service = Service::start(database).await;
    service.set_up_acme().await;
    let accepted = service.send_table("", "once", table(PEOPLE)).await;
    assert_eq!(accepted.status, 202, "{accepted:#?}");
    let id = accepted.body["id"].as_str().unwrap().to_owned();
    for done in [0, PEOPLE as u64 / 3] {
        let replica = if with_replica { Some(service.replica().await) } else { None };
        let import = until(&service, &id, |import| import["rows_done"].as_u64().unwrap() > done).await;
        assert_eq!(import["state"], "running", "it was too fast to be killed");
        if let Some((mut other, _)) = replica {
            other.kill();
        }
        service.kill_and_restart().await;
    }
    // Whoever lost the connection sends it again, and gets the import that is running.
    let again = service.send_table("", "once", table(PEOPLE)).await;
    assert_eq!((again.status, again.body["id"].as_str()), (202, Some(&*id)));

    let import = until(&service, &id, |import| import["state"] != "running").await;
    assert_eq!(import["state"], "done");
    assert_eq!(import["counts"], json!({"created": PEOPLE, "updated": 0, "unchanged": 0, "refused": 0}));
    let results = service.text(&format!("organizations/acme/imports/{id}/results")).await;
    let lines: Vec<Vec<&str>> = results.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let numbers: Vec<usize> = lines.iter().map(|line| line[0].parse().unwrap()).collect();
    assert_eq!(numbers, (2..PEOPLE + 2).collect::<Vec<_>>());
    assert_eq!(lines.iter().map(|line| line[2]).collect::<BTreeSet<_>>().len(), PEOPLE);
    let users = service.list("users?limit=200").await;
    assert_eq!(users.len(), 200);
    assert!(users.iter().all(|user| user["updated_at"] == user["created_at"]), "somebody was written twice");
    // Everybody is there: the table says nothing new of any of them.
    let dry = service.send_table("?dry_run=true", "dry", table(10_000)).await;
    assert_eq!(dry.status, 200);
    assert_eq!(dry.body["counts"]["unchanged"], 10_000);
}

#[tokio::test]
async fn an_import_goes_on_after_a_kill_on_sqlite() {
    goes_on_after_a_kill(Database::Sqlite, false).await;
}

#[tokio::test]
async fn an_import_goes_on_after_a_kill_of_two_replicas_on_postgresql() {
    goes_on_after_a_kill(Database::postgres(), true).await;
}
