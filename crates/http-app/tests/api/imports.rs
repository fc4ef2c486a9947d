//! Importing users from a table.

use std::fmt::Write as _;

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::usecase::ImportUsers;

use crate::support::{Answer, Api};

const IMPORT: &str = "/organizations/acme/users/import";
const IMPORTS: &str = "/organizations/acme/imports";
const HEADER: &str = "email,first_name,last_name,location,user_type,role,connection,name_id";

impl Api {
    async fn import(&self, query: &str, headers: &[(&str, &str)], table: impl Into<Vec<u8>>) -> Answer {
        let headers = [&[("content-type", "text/csv")], headers].concat();
        self.send_raw(Method::POST, &format!("{IMPORT}{query}"), &headers, table.into()).await
    }

    async fn apply(&self, id: &str) -> Answer {
        self.send(Method::POST, &format!("{IMPORTS}/{id}/apply"), &[], None).await
    }

    async fn user_named(&self, email: &str) -> Value {
        let list = self.get(&format!("/organizations/acme/users?email={email}")).await.has(200);
        list.body["items"][0].clone()
    }

    async fn count_of_users(&self) -> usize {
        self.get("/organizations/acme/users?limit=200").await.has(200).body["items"].as_array().unwrap().len()
    }
}

fn table(rows: &[&str]) -> String {
    [&[HEADER], rows].concat().join("\n")
}

/// The pointer and code of each fault.
type Faults = &'static [(&'static str, &'static str)];

/// A row's line and outcome, and the column and code of each of its faults.
type Outcome = (u64, String, Vec<(String, String)>);

fn outcomes(answer: &Answer) -> Vec<Outcome> {
    let rows = answer.body["rows"].as_array().unwrap().iter().map(|row| {
        let errors = row["errors"].as_array().unwrap().iter();
        let errors = errors.map(|error| (error["pointer"].as_str(), error["code"].as_str()));
        let errors = errors.map(|(pointer, code)| (pointer.unwrap().into(), code.unwrap().into())).collect();
        (row["line"].as_u64().unwrap(), row["outcome"].as_str().unwrap().to_owned(), errors)
    });
    rows.collect()
}

fn counts(created: u32, updated: u32, unchanged: u32, refused: u32) -> Value {
    json!({"created": created, "updated": updated, "unchanged": unchanged, "refused": refused})
}

#[tokio::test]
async fn a_small_table_is_answered_row_by_row() {
    let api = Api::with_acme().await;
    let people = table(&[
        "ada@acme.example,Ada,Lovelace,New York,employee,learner,okta,00u1",
        "ADA@acme.example,,,,employee,learner,entra,ada",
        "bob@acme.example,Bob,,,,,,",
        "cid@acme.example,Cid,Cipher,Atlantis,employee,king,ping,",
    ]);
    let dry = api.import("?dry_run=true", &[], people.clone()).await.has(200);
    assert_eq!(dry.body["counts"], counts(1, 1, 0, 2));
    assert_eq!(dry.body["dry_run"], true);
    assert!(dry.body["rows"].as_array().unwrap().iter().all(|row| row["user_id"].is_null()));
    assert_eq!(api.count_of_users().await, 0);

    let done = api.import("", &[], people.clone()).await.has(200);
    assert_eq!(done.body["counts"], dry.body["counts"]);
    assert_eq!(outcomes(&done), outcomes(&dry));
    let fault = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        outcomes(&done),
        [
            (2, "created".to_owned(), vec![]),
            (3, "updated".to_owned(), vec![]),
            (4, "refused".to_owned(), vec![fault("/last_name", "required")]),
            (
                5,
                "refused".to_owned(),
                vec![
                    fault("/location", "unknown_location"),
                    fault("/role", "invalid_user_type_or_role"),
                    fault("/name_id", "required"),
                    fault("/connection", "connection_not_found"),
                ]
            ),
        ]
    );
    let ada = api.user_named("ada@acme.example").await;
    assert_eq!(done.body["rows"][0]["user_id"], ada["id"]);
    assert_eq!(done.body["rows"][1]["user_id"], ada["id"]);
    assert_eq!((&ada["created_by"], &ada["active"]), (&json!("import"), &json!(true)));
    assert_eq!(ada["location"], "New York");
    assert_eq!(ada["assignments"], json!([{"user_type": "employee", "role": "learner"}]));
    assert_eq!(ada["identities"].as_array().unwrap().len(), 2);

    let again = api.import("", &[], people).await.has(200);
    assert_eq!(again.body["counts"], counts(0, 0, 2, 2));
    assert_eq!(api.count_of_users().await, 1);
}

#[tokio::test]
async fn an_import_is_a_resource_with_a_file_of_results() {
    let api = Api::with_acme().await;
    let people = table(&["ada@acme.example,Ada,Lovelace,,,,,", "bob,=Bob,\"Build\"\"er\",,,,,"]);
    let id = api.import("?welcome=true", &[], people).await.has(200).id();
    let import = api.get(&format!("{IMPORTS}/{id}")).await.has(200).body;
    assert_eq!(import["state"], "done");
    assert_eq!((&import["rows_total"], &import["rows_done"]), (&json!(2), &json!(2)));
    assert_eq!((&import["dry_run"], &import["welcome"]), (&json!(false), &json!(true)));
    assert_eq!(import["counts"], counts(1, 0, 0, 1));
    let url = import["results_url"].as_str().unwrap();
    assert_eq!(url, format!("/api/v1{IMPORTS}/{id}/results"));
    let results = api.get(url.strip_prefix("/api/v1").unwrap()).await.has(200);
    assert_eq!(results.header("content-disposition"), format!("attachment; filename=\"import-{id}.csv\""));
    let ada = api.user_named("ada@acme.example").await["id"].as_str().unwrap().to_owned();
    let lines = format!(
        "line,outcome,user_id,errors,foreseen\r\n2,created,{ada},,\r\n\
         3,refused,,\"email (invalid): must be an e-mail address like ada@example.com\",\r\n"
    );
    assert_eq!(results.body, json!(lines));
    let results = format!("{IMPORTS}/{id}/results");
    let created = api.get(&format!("{results}?outcome=created")).await.has(200).body;
    assert_eq!(created, json!(format!("line,outcome,user_id,errors,foreseen\r\n2,created,{ada},,\r\n")));
    api.get(&format!("{results}?outcome=done")).await.has_problem(422, "invalid_request");
    assert_eq!(api.get(IMPORTS).await.has(200).body["items"], json!([import]));

    api.delete(&format!("{IMPORTS}/{id}")).await.has(204);
    for path in [format!("{IMPORTS}/{id}"), format!("{IMPORTS}/{id}/results"), format!("{IMPORTS}/nothing")] {
        api.get(&path).await.has_problem(404, "import_not_found");
    }
    api.delete(&format!("{IMPORTS}/{id}")).await.has_problem(404, "import_not_found");
    assert_eq!(api.get(IMPORTS).await.has(200).body["items"], json!([]));
    api.get(&format!("{IMPORTS}?limit=0")).await.has_problem(422, "invalid_request");
}

#[tokio::test]
async fn a_large_table_is_accepted_and_goes_on() {
    let api = Api::with_acme().await;
    let mut people = HEADER.to_owned();
    for number in 0..10_001 {
        let _ = write!(people, "\nu{number}@acme.example,U,Ser,Atlantis,,,,");
    }
    let accepted = api.import("", &[("idempotency-key", "large")], people.clone()).await.has(202);
    let location = accepted.header("location");
    let id = accepted.id();
    assert_eq!(location, format!("/api/v1{IMPORTS}/{id}"));
    assert_eq!(accepted.body["state"], "running");
    assert_eq!((&accepted.body["rows_total"], &accepted.body["rows_done"]), (&json!(10_001), &json!(10_001)));
    let busy = api.import("", &[], table(&["ada@acme.example,Ada,L,,,,,"])).await;
    busy.has_problem(409, "import_not_ended");
    let again = api.import("", &[("idempotency-key", "large")], people).await.has(202);
    assert_eq!((again.id(), again.header("location")), (id.clone(), location));

    api.delete(&format!("{IMPORTS}/{id}")).await.has(204);
    let stopped = api.get(&format!("{IMPORTS}/{id}")).await.has(200).body;
    assert_eq!(stopped["state"], "cancelled");
    assert!(stopped["ended_at"].is_string());
}

#[tokio::test]
async fn a_table_that_is_sent_again_by_its_key_is_imported_once() {
    let api = Api::with_acme().await;
    let key = [("idempotency-key", "monday")];
    let ada = table(&["ada@acme.example,Ada,Lovelace,,,,,"]);
    let first = api.import("", &key, ada.clone()).await.has(200);
    let again = api.import("", &key, ada.clone()).await.has(200);
    assert_eq!(first.body, again.body);
    assert_eq!(again.body["counts"], counts(1, 0, 0, 0));
    let bob = table(&["bob@acme.example,Bob,Builder,,,,,"]);
    api.import("", &key, bob).await.has_problem(422, "idempotency_key_reused");
    api.import("?dry_run=true", &key, ada.clone()).await.has_problem(422, "idempotency_key_reused");
    assert_eq!(api.count_of_users().await, 1);
    // Another sender's key is another key.
    let other = api.as_administrator_of("acme").await;
    assert_eq!(other.import("", &key, ada.clone()).await.has(200).body["counts"], counts(0, 0, 1, 0));
    for malformed in ["", &"x".repeat(256)] {
        let answer = api.import("", &[("idempotency-key", malformed)], ada.clone()).await;
        answer.has_problem(400, "malformed_header");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    api.import("", &twice, ada).await.has_problem(400, "malformed_header");
}

#[tokio::test]
async fn a_table_with_a_fault_of_its_own_is_refused_whole() {
    let api = Api::with_acme().await;
    let good = "ada@acme.example,Ada,Lovelace,,,,,\n";
    let key = [("idempotency-key", "retried")];
    let cases: [(Vec<u8>, Faults); 6] = [
        (Vec::new(), &[("", "no_header")]),
        (format!("{HEADER}\n").into(), &[("", "no_rows")]),
        (format!("{HEADER}\n{good}b,\"B\"ob,,,,,,\n").into(), &[("", "broken_quotes")]),
        (format!("{HEADER}\n{good}b,\"Bob,,,,,,\n").into(), &[("", "broken_quotes")]),
        ([HEADER.as_bytes(), b"\n", good.as_bytes(), b"zo\xEB,,,,,,,\n"].concat(), &[("", "not_utf8")]),
        (
            format!("email,first_name,surname,location,role,role\n{good}").into(),
            &[
                ("/last_name", "required"),
                ("/role", "duplicate"),
                ("/surname", "unknown_column"),
                ("/user_type", "required"),
            ],
        ),
    ];
    for (table, faults) in cases {
        let answer = api.import("", &key, table).await.has_problem(422, "invalid_request");
        let faults: Vec<_> = faults.iter().map(|(p, c)| ((*p).to_owned(), (*c).to_owned())).collect();
        assert_eq!(answer.faults(), faults);
    }
    assert_eq!(api.get(IMPORTS).await.has(200).body["items"], json!([]));
    assert_eq!(api.count_of_users().await, 0);
    // What was refused is as if it had never been sent, and its key is free.
    api.import("", &key, format!("{HEADER}\n{good}")).await.has(200);

    let wrong = api.import("?dry_run=maybe&force=1", &[], good).await.has_problem(422, "invalid_request");
    let faults = [("/dry_run", "invalid"), ("/force", "unknown_parameter")];
    assert_eq!(wrong.faults(), faults.map(|(p, c)| (p.to_owned(), c.to_owned())));
}

#[tokio::test]
async fn a_table_is_csv_in_utf8_and_not_compressed() {
    let api = Api::with_acme().await;
    let ada = table(&["ada@acme.example,Ada,Lovelace,,,,,"]).into_bytes();
    let send =
        async |headers: &[(&str, &str)]| api.send_raw(Method::POST, IMPORT, headers, ada.clone()).await;
    for kind in ["application/json", "text/csv; charset=iso-8859-1", "text/csvs", "text/plain"] {
        send(&[("content-type", kind)]).await.has_problem(415, "unsupported_media_type");
    }
    send(&[]).await.has_problem(415, "unsupported_media_type");
    let compressed = [("content-type", "text/csv"), ("content-encoding", "gzip")];
    send(&compressed).await.has_problem(415, "unsupported_media_type");
    for kind in ["Text/CSV", "text/csv; charset=UTF-8; header=present", "text/csv;charset=\"utf-8\""] {
        send(&[("content-type", kind)]).await.has(200);
    }
}

#[tokio::test]
async fn rows_that_contradict_each_other_are_refused() {
    let api = Api::with_acme().await;
    let people = table(&[
        "ada@acme.example,Ada,Lovelace,,,,,",
        "bob@acme.example,Bob,Builder,,,,okta,same",
        "Ada@acme.example,Adah,Lovelace,,employee,learner,,",
        "cid@acme.example,Cid,Cipher,,,,okta,same",
        "dan@acme.example,Dan,Dare,,,,okta,dan",
    ]);
    let dry = api.import("?dry_run=true", &[], people.clone()).await.has(200);
    let done = api.import("", &[], people).await.has(200);
    assert_eq!(outcomes(&dry), outcomes(&done));
    assert_eq!(done.body["counts"], counts(1, 0, 0, 4));
    let message = |line: usize| done.body["rows"][line - 2]["errors"][0]["message"].as_str().unwrap();
    assert_eq!(message(2), "the lines 2 and 4 say different things of one person");
    assert_eq!(message(4), message(2));
    assert_eq!(message(3), "the line 5 gives this NameID to somebody else");
    assert_eq!(message(5), "the line 3 gives this NameID to somebody else");
}

#[tokio::test]
async fn a_dry_run_is_applied_without_its_table() {
    let api = Api::with_acme().await;
    let people = table(&[
        "ada@acme.example,Ada,Lovelace,,,,,",
        "bob@acme.example,Bob,Builder,,,,,",
        "cid@acme.example,Cid,Cipher,Atlantis,,,,",
    ]);
    let tried = api.import("?dry_run=true", &[], people).await.has(200).id();
    let path = format!("{IMPORTS}/{tried}");
    let before = api.get(&path).await.has(200).body;
    assert!(before["applicable_until"].is_string() && before["applied_at"].is_null(), "{before}");
    api.import("", &[], table(&["bob@acme.example,Bob,Builder,,,,,"])).await.has(200);

    let key = [("idempotency-key", "apply")];
    let applied = api.send(Method::POST, &format!("{path}/apply"), &key, None).await.has(200).body;
    assert_eq!(
        (&applied["id"], &applied["state"], &applied["dry_run"]),
        (&json!(tried), &json!("done"), &json!(false))
    );
    assert_eq!((&applied["counts"], &applied["unforeseen"]), (&counts(1, 0, 1, 1), &json!(1)));
    assert!(applied["applicable_until"].is_null() && applied["applied_at"].is_string(), "{applied}");
    assert_eq!(api.get(&path).await.has(200).body, applied);
    assert_eq!(api.count_of_users().await, 2);
    let results = api.get(&format!("{path}/results")).await.has(200).body;
    let lines: Vec<_> = results.as_str().unwrap().lines().collect();
    assert!(lines[2].starts_with("3,unchanged,") && lines[2].ends_with(",,created"), "{results}");

    let again = api.send(Method::POST, &format!("{path}/apply"), &key, None).await.has(200);
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &applied));
    let twice = api.apply(&tried).await;
    twice.has_problem(409, "import_not_applicable");
    let nowhere = api.apply("ffffffff-ffff-ffff-ffff-ffffffffffff").await;
    nowhere.has_problem(404, "import_not_found");
}

#[tokio::test]
async fn a_large_dry_run_is_applied_in_the_background() {
    let api = Api::with_acme().await;
    let mut people = HEADER.to_owned() + "\nada@acme.example,Ada,Lovelace,,,,,";
    for number in 0..10_001 {
        let _ = write!(people, "\nu{number}@acme.example,U,Ser,Atlantis,,,,");
    }
    let id = api.import("?dry_run=true", &[], people).await.has(202).id();
    while ImportUsers(api.world.clone()).run(100).await.unwrap() {}
    let path = format!("{IMPORTS}/{id}");
    let accepted = api.apply(&id).await.has(202);
    assert_eq!(accepted.header("location"), format!("/api/v1{path}"));
    assert_eq!(
        (&accepted.body["state"], &accepted.body["counts"]),
        (&json!("running"), &counts(0, 0, 0, 10_001))
    );
    let twice = api.apply(&id).await;
    twice.has_problem(409, "import_not_applicable");
    let busy = api.import("", &[], table(&["bob@acme.example,Bob,Builder,,,,,"])).await;
    busy.has_problem(409, "import_not_ended");
    while ImportUsers(api.world.clone()).run(100).await.unwrap() {}
    assert_eq!(api.get(&path).await.has(200).body["counts"], counts(1, 0, 0, 10_001));
    assert_eq!(api.count_of_users().await, 1);
}
