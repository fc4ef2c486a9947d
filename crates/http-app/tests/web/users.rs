//! Users in the portal: written down, changed, given roles and identities, signed out, and erased.

use serde_json::{Value, json};

use crate::administrators::{ROOT, with_root};
use crate::support::Service;

const NEW: &str = "/admin/acme/users/new";
const UNDERWAY: &str = "Somebody changed this user meanwhile";

impl Service {
    async fn user_now(&self, path: &str) -> Value {
        let id = path.rsplit('/').next().unwrap();
        self.api("GET", &format!("organizations/acme/users/{id}"), &Value::Null).await
    }

    /// A new user's page.
    async fn with_ada(&self, cookie: &str) -> String {
        let fields = [
            ("email", "ada@acme.example"),
            ("first_name", "Ada"),
            ("last_name", "<b>Lovelace"),
            ("location", "London"),
            ("assignments/0", "employee\tlearner"),
            ("active", "true"),
        ];
        let answer = self.save(cookie, NEW, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").split('?').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_user_is_written_down_by_hand() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let form = service.visit(NEW, &root).await;
    assert!(form.body.contains("value=\"employee\tlearner\"") && form.body.contains("Employee: Learner"));
    let wrong =
        [("email", "ada"), ("first_name", ""), ("last_name", "Lovelace & Co"), ("location", "Atlantis")];
    let answer = service.save(&root, NEW, &wrong).await;
    assert_eq!(answer.status, 422);
    for id in ["email", "first_name", "location"] {
        assert!(answer.body.contains(&format!("href=\"#{id}\"")), "{id}: {}", answer.body);
    }
    assert!(answer.body.contains("value=\"Lovelace &#38; Co\""), "what was typed stays");
    let page = service.with_ada(&root).await;
    let ada = service.user_now(&page).await;
    assert_eq!((&ada["last_name"], &ada["location"]), (&json!("<b>Lovelace"), &json!("London")));
    assert_eq!(ada["assignments"], json!([{"user_type": "employee", "role": "learner"}]));
    assert!(service.visit(&page, &root).await.body.contains("Ada &#60;b&#62;Lovelace"));
    let twice = [("email", "ADA@acme.example"), ("first_name", "Ada"), ("last_name", "Lovelace")];
    let answer = service.save(&root, NEW, &twice).await;
    assert_eq!(answer.status, 409, "a form that is sent twice makes one user");
    assert!(answer.body.contains("Another user has this address"));
}

#[tokio::test]
async fn a_user_is_changed_and_nobody_elses_change_is_undone() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.with_ada(&root).await;
    let edit = format!("{page}/edit");
    let version = service.version_at(&root, &edit).await;
    let fields = |version, email| {
        [
            ("version", version),
            ("email", email),
            ("first_name", "Ada"),
            ("last_name", "King"),
            ("active", "true"),
        ]
    };
    let answer = service.save(&root, &edit, &fields(version.as_str(), "nothing")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("href=\"#email\"") && answer.body.contains("value=\"King\""));
    assert_eq!(service.save(&root, &edit, &fields(version.as_str(), "ada@acme.example")).await.status, 303);
    let ada = service.user_now(&page).await;
    assert_eq!((&ada["last_name"], &ada["location"]), (&json!("King"), &Value::Null));
    assert_eq!(ada["assignments"], json!([{"user_type": "employee", "role": "learner"}]));
    let answer = service.save(&root, &edit, &fields(version.as_str(), "countess@acme.example")).await;
    assert_eq!(answer.status, 412);
    for shown in ["Saved meanwhile", "<bdi>ada@acme.example</bdi>", "<bdi>countess@acme.example</bdi>"] {
        assert!(answer.body.contains(shown), "{shown}");
    }
    let version = answer.between("name=\"version\" value=\"", "\"").to_owned();
    let meant = service.save(&root, &edit, &fields(version.as_str(), "countess@acme.example")).await;
    assert_eq!(meant.status, 303);
    assert_eq!(service.user_now(&page).await["email"], "countess@acme.example");
}

#[tokio::test]
async fn roles_are_given_and_taken_one_by_one() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.with_ada(&root).await;
    let path = format!("{page}/assignments");
    let version = service.version_at(&root, &page).await;
    for wrong in ["", "employee", "employee\tpope", "robot\tlearner"] {
        let answer = service.save(&root, &path, &[("version", &*version), ("role", wrong)]).await;
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.body.contains("href=\"#role\""), "{wrong}");
    }
    let fields = [("version", &*version), ("role", "employee\tsupervisor")];
    assert_eq!(service.save(&root, &path, &fields).await.status, 303);
    assert_eq!(service.user_now(&page).await["assignments"][0]["role"], "supervisor");
    let again = service.save(&root, &path, &fields).await;
    assert_eq!(again.status, 412);
    assert!(again.body.contains(&format!("{UNDERWAY}: look")), "{}", again.body);
    let remove = format!("{page}/assignments/remove");
    let stale = service.save(&root, &remove, &[("version", "1"), ("user_type", "employee")]).await;
    assert_eq!(stale.status, 412);
    assert!(stale.body.contains(UNDERWAY), "{}", stale.body);
    let version = service.version_at(&root, &page).await;
    let fields = [("version", &*version), ("user_type", "employee")];
    assert_eq!(service.save(&root, &remove, &fields).await.status, 303);
    assert_eq!(service.user_now(&page).await["assignments"], json!([]));
    assert_eq!(service.save(&root, &remove, &fields).await.status, 303, "who takes it twice has taken it");
}

#[tokio::test]
async fn identities_are_added_and_removed_with_their_sessions() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.with_ada(&root).await;
    service.sign_in("grace@acme.example").await;
    let path = format!("{page}/identities");
    let version = service.version_at(&root, &page).await;
    let fields = |version, connection, name_id| {
        [("version", version), ("connection", connection), ("name_id", name_id)]
    };
    for (connection, name_id, status, field) in [
        ("", "ada", 422, "connection"),
        ("okta", "", 422, "name_id"),
        ("entra", "ada", 422, "name_id"),
        ("okta", "grace@acme.example", 409, "name_id"),
    ] {
        let answer = service.save(&root, &path, &fields(version.as_str(), connection, name_id)).await;
        assert_eq!(answer.status, status, "{connection} {name_id}");
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{connection} {name_id}");
    }
    assert_eq!(
        service.save(&root, &path, &fields(version.as_str(), "okta", "ada@acme.example")).await.status,
        303
    );
    let session = service.sign_in("ada@acme.example").await;
    let signed_in = service.visit(&page, &root).await;
    assert!(
        signed_in.body.contains("Sign out everywhere")
            && signed_in.body.contains("Remove “<bdi>ada@acme.example</bdi>”")
    );
    assert_eq!(service.visit("/sso/acme/signed-in", &session).await.status, 200);
    let version = service.version_at(&root, &page).await;
    let remove = format!("{page}/identities/remove");
    let fields = [("version", &*version), ("connection", "okta")];
    assert_eq!(service.save(&root, &remove, &fields).await.status, 303);
    assert_eq!(service.user_now(&page).await["identities"], json!([]));
    assert_ne!(service.visit("/sso/acme/signed-in", &session).await.status, 200);
}

#[tokio::test]
async fn a_user_is_signed_out_deactivated_and_let_in_again() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let session = service.sign_in("grace@acme.example").await;
    let list = service.visit("/admin/acme/users", &root).await;
    let page = format!("/admin/acme/users/0{}", list.between("href=\"/admin/acme/users/0", "\""));
    assert_eq!(service.press(&format!("{page}/sessions/end"), &root).await.status, 303);
    assert_ne!(service.visit("/sso/acme/signed-in", &session).await.status, 200);
    let active = format!("{page}/active");
    let version = service.version_at(&root, &page).await;
    for _ in 0..2 {
        let answer = service.save(&root, &active, &[("version", &*version), ("active", "false")]).await;
        assert_eq!(answer.status, 303, "who does it twice has done it");
    }
    assert_eq!(service.user_now(&page).await["active"], false);
    let stale = service.save(&root, &active, &[("version", &*version), ("active", "true")]).await;
    assert_eq!(stale.status, 412);
    assert!(stale.body.contains(UNDERWAY));
    let version = service.version_at(&root, &page).await;
    service.save(&root, &active, &[("version", &*version), ("active", "true")]).await;
    assert_eq!(service.user_now(&page).await["active"], true);
}

#[tokio::test]
async fn a_person_is_erased_when_their_address_is_typed() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.with_ada(&root).await;
    let erase = format!("{page}/erase");
    let version = service.version_at(&root, &erase).await;
    for wrong in ["", "grace@acme.example"] {
        let answer = service.save(&root, &erase, &[("version", &*version), ("email", wrong)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("href=\"#email\""));
    }
    let id = page.rsplit('/').next().unwrap();
    service.api("PATCH", &format!("organizations/acme/users/{id}"), &json!({"location": null})).await;
    let stale = service.save(&root, &erase, &[("version", &*version), ("email", "ada@acme.example")]).await;
    assert_eq!(stale.status, 412);
    let version = service.version_at(&root, &erase).await;
    let fields = [("version", &*version), ("email", " Ada@ACME.example ")];
    let answer = service.save(&root, &erase, &fields).await;
    assert_eq!(answer.header("location"), "/admin/acme/users?done=erased");
    assert!(service.visit(answer.header("location"), &root).await.body.contains("The person is erased."));
    service.save(&root, &erase, &fields).await.is_page(404, "not_found");
    service.visit(&page, &root).await.is_page(404, "not_found");
}

#[tokio::test]
async fn another_organizations_user_is_nowhere() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let ada = service.with_ada(&root).await;
    service.api("POST", "organizations", &json!({"slug": "rival", "name": "Rival"})).await;
    let page = ada.replace("/acme/", "/rival/");
    for path in ["", "/edit", "/erase"] {
        service.visit(&format!("{page}{path}"), &root).await.is_page(404, "not_found");
    }
    let changes = [
        "/edit",
        "/erase",
        "/active",
        "/assignments",
        "/assignments/remove",
        "/identities",
        "/identities/remove",
        "/sessions/end",
    ];
    let before = service.user_now(&ada).await;
    for path in changes {
        let fields = [
            ("version", "1"),
            ("email", "ada@acme.example"),
            ("role", "employee\tlearner"),
            ("connection", "okta"),
        ];
        service.save(&root, &format!("{page}{path}"), &fields).await.is_page(404, "not_found");
    }
    assert_eq!(service.user_now(&ada).await, before);
}
