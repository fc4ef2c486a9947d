//! Setup links: what whoever comes by one may do, and what not.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;
use vestibule_demo_idp::mint::{SigningKey, metadata};
use vestibule_domain::ids::SetupLinkId;
use vestibule_domain::letter::LetterContent;
use vestibule_domain::ports::{Actor, SetupLinks as _};
use vestibule_domain::usecase::SendSetupLink;

use crate::administrators::{ROOT, of_acme, with_root};
use crate::installation::{Installation, routes};
use crate::support::{HTTPS, Service};

const IT: &str = "it@acme.example";

impl Service {
    /// A setup link of Acme: its id, and where it leads.
    pub(crate) async fn has_setup_link(&self, email: &str) -> (SetupLinkId, String) {
        let send = SendSetupLink { world: self.world(), secret_key: self.secret_key.clone() };
        let acme = self.world().organization(&"acme".parse().unwrap()).await.unwrap();
        let link = send.run(&Actor::CommandLine, &acme, email).await.unwrap();
        (link.id, format!("/admin/setup/{}", self.secret_key.setup_token(link.id).reveal()))
    }

    /// The cookie of somebody who came by a link.
    async fn let_in(&self, path: &str) -> String {
        let answer = self.fill_in(path, &[], &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/admin/acme/sso"), "{}", answer.body);
        answer.cookie()
    }
}

async fn draft(service: &Service) {
    let body = json!({"enabled": false});
    service.api("PATCH", "organizations/acme/connections/okta", &body).await;
}

#[tokio::test]
async fn a_setup_link_is_mailed_listed_and_revoked() {
    let service = with_root().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let bob = service.signed_in("bob@acme.example").await;
    let list = "/admin/acme/setup-links";
    assert!(service.visit("/admin/acme/sso", &bob).await.body.contains(list));
    let send = async |email: &str| service.fill_in(list, &[("email", email)], &[("cookie", &bob)]).await;
    let faulty = send("<it>").await;
    assert!(faulty.status == 422 && faulty.body.contains("value=\"&#60;it&#62;\""), "{}", faulty.body);
    assert_eq!(send(IT).await.header("location"), list);
    let letter = service.store.letters().pop().unwrap();
    let LetterContent::SetupLink { link, invited_by, .. } = &letter.content else { panic!("{letter:?}") };
    assert_eq!((letter.to.as_str(), invited_by.as_ref().unwrap().as_str()), (IT, "bob@acme.example"));
    let path = format!("/admin/setup/{}", service.secret_key.setup_token(*link).reveal());
    let listed = service.visit(list, &bob).await.body;
    assert!(
        listed.contains(IT) && listed.contains("never") && listed.contains("by <bdi>bob@acme.example"),
        "{listed}"
    );
    let guest = service.let_in(&path).await;
    assert!(!service.visit(list, &bob).await.body.contains("never"));
    assert_eq!(service.visit("/admin/acme/sso", &guest).await.status, 200);
    assert_eq!(service.press(&format!("{list}/{link}/revoke"), &bob).await.header("location"), list);
    service.press("/admin/acme/sso", &guest).await.is_page(401, "session_ended");
    service.get(&path, &[]).await.is_page(410, "link_expired");
    service.fill_in(&path, &[], &[]).await.is_page(410, "link_expired");
    service.press(&format!("{list}/{link}/revoke"), &bob).await.is_page(404, "setup_link_not_found");
    let events = service.api("GET", "organizations/acme/audit-events?limit=3", &Value::Null).await;
    let actions: Vec<_> = (0..3).map(|n| events["items"][n]["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["setup_link.revoked", "setup_link.used", "setup_link.created"]);
    let actor = &events["items"][1]["actor"];
    assert_eq!(
        (&actor["kind"], &actor["name"], &actor["role"]),
        (&json!("setup_link"), &json!(IT), &Value::Null)
    );
}

#[tokio::test]
async fn opening_a_setup_link_begins_nothing_until_one_continues() {
    let service = with_root().await;
    let (id, path) = service.has_setup_link(IT).await;
    let page = service.get(&path, &[]).await;
    assert!(page.status == 200 && page.body.contains("Continue") && page.body.contains(IT), "{}", page.body);
    assert_eq!((page.header("set-cookie"), page.header("referrer-policy")), ("", "strict-origin"));
    assert!(!page.body.contains(path.rsplit('/').next().unwrap()), "no link of the page has the token in it");
    let acme = service.world().organization(&"acme".parse().unwrap()).await.unwrap();
    assert_eq!(service.store.setup_links(acme.id).await.unwrap()[0].last_used_at, None);
    // Nobody is put into a session that they did not begin, and what the browser had before ends.
    let root = service.signed_in(ROOT).await;
    let answer = service.fill_in(&path, &[], &[("cookie", &root)]).await;
    assert_ne!(answer.cookie(), root);
    assert_eq!(service.visit("/admin/account", &root).await.status, 303, "it was exchanged");
    service
        .fill_in(&path, &[], &[("origin", "https://evil.example")])
        .await
        .is_page(403, "cross_site_request");
    // Several times, until it expires.
    service.let_in(&path).await;
    service.clock.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    let guest = service.let_in(&path).await;
    assert_eq!(service.visit("/admin/acme/sso", &guest).await.status, 200);
    service.clock.advance(TimeDelta::minutes(1));
    assert_eq!(
        service.visit("/admin/acme/sso", &guest).await.status,
        303,
        "no session lives longer than its link"
    );
    service.get(&path, &[]).await.is_page(410, "link_expired");
    assert_eq!(service.store.setup_links(acme.id).await.unwrap()[0].id, id, "it is listed still");
}

#[tokio::test]
async fn whoever_comes_by_a_setup_link_sets_a_draft_up() {
    let service = with_root().await;
    draft(&service).await;
    let guest = service.let_in(&service.has_setup_link(IT).await.1).await;
    let send = async |path: &str, fields: &[(&str, &str)]| {
        service.fill_in(path, fields, &[("cookie", &guest)]).await
    };
    let page = service.visit("/admin/acme/sso", &guest).await;
    assert!(page.body.contains("Setup link of <bdi>it@acme.example</bdi>, until"), "{}", page.body);
    assert!(!page.body.contains("/admin/acme/users") && !page.body.contains("setup-links"), "{}", page.body);
    let made = send("/admin/acme/sso", &[("key", "entra"), ("display_name", "Entra")]).await;
    assert_eq!(made.header("location"), "/admin/acme/sso/entra?done=created");
    let page = service.visit("/admin/acme/sso/okta", &guest).await;
    assert_eq!(page.status, 200);
    for hidden in ["Enable</button>", "/delete\"", "try-out"] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    let details = [("version", "2"), ("key", "okta"), ("display_name", "Our Okta")];
    assert_eq!(send("/admin/acme/sso/okta/details", &details).await.status, 303);
    for (path, fields) in [
        ("/admin/acme/sso/okta/enabled", &[("enabled", "true")][..]),
        ("/admin/acme/sso/okta/delete", &[]),
        ("/admin/acme/sso/okta/try-out", &[("try/name_id", "ada@acme.example")]),
    ] {
        send(path, fields).await.is_page(403, "not_by_setup_link");
    }
    let events =
        service.api("GET", "organizations/acme/audit-events?action=connection.changed", &Value::Null).await;
    assert_eq!(events["items"][0]["actor"]["kind"], "setup_link");
}

/// What a trial finds that somebody begins with a cookie, and in which the identity provider names that person. What is different in each
/// trial is left out.
async fn tried(service: &Service, cookie: &str, name_id: &str) -> String {
    let settings = [
        ("allow_automatic_registration", "on"),
        ("link_by_email", "verify"),
        ("on_invalid_value", "refuse"),
        ("defaults/user_type", "employee"),
        ("defaults/role", "learner"),
        ("defaults/location", "London"),
        ("attribute_mapping/first_name", "FirstName"),
        ("attribute_mapping/last_name", "LastName"),
    ];
    let begun = service.fill_in("/admin/acme/sso/okta/trials", &settings, &[("cookie", cookie)]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    let url = Url::parse(begun.header("location")).unwrap();
    let id = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
    let response =
        service.response(name_id).in_response_to(&id).sign_assertion(&SigningKey::demo()).encoded();
    let fields = [("SAMLResponse", response.as_str()), ("RelayState", &id)];
    let answered = service.post_form(&fields, &[("cookie", &begun.cookie())]).await;
    let found = service.visit(answered.header("location"), cookie).await;
    let report = service.visit(found.header("location"), cookie).await;
    assert_eq!(report.status, 200, "{}", report.body);
    report.body.replace(&id, "ID").replace(name_id, "NAME")
}

#[tokio::test]
async fn a_trial_by_a_setup_link_hides_what_would_become_of_the_person() {
    let service = with_root().await;
    let (ada, eve) = ("ada@acme.example", "eve@acme.example");
    for email in [ada, eve] {
        service.sign_in(email).await;
    }
    let users = service.api("GET", "organizations/acme/users", &Value::Null).await;
    for user in users["items"].as_array().unwrap() {
        let path = format!("organizations/acme/users/{}", user["id"].as_str().unwrap());
        let change = json!({"first_name": "Augusta", "location": "London", "active": user["email"] == ada});
        service.api("PATCH", &path, &change).await;
    }
    draft(&service).await;
    let root = service.signed_in(ROOT).await;
    let known = tried(&service, &root, ada).await;
    assert!(known.contains("This person would be signed in") && known.contains("Augusta"), "{known}");
    assert!(tried(&service, &root, eve).await.contains("this person would be refused"));

    let guest = service.let_in(&service.has_setup_link(IT).await.1).await;
    let known = tried(&service, &guest, ada).await;
    assert!(known.contains("Every check passed"), "{known}");
    for hidden in ["Augusta", "would be signed in", "How the person was matched", "field by field"] {
        assert!(!known.contains(hidden), "{hidden}: {known}");
    }
    for other in [eve, "nobody@acme.example"] {
        assert_eq!(tried(&service, &guest, other).await, known, "whether {other} is known, too, is hidden");
    }
}

#[tokio::test]
async fn a_setup_link_changes_nothing_through_which_people_come_in() {
    let there = Installation::new().await;
    let service = &there.service;
    let guest = service.let_in(&service.has_setup_link(IT).await.1).await;
    let page = service.visit("/admin/acme/sso/okta", &guest).await;
    assert!(
        page.body.contains("by a setup link it is looked at and tested, and not changed"),
        "{}",
        page.body
    );
    let before = service.api("GET", "organizations/acme/connections/okta", &Value::Null).await;
    for (path, fields) in [
        ("details", &[("key", "okta"), ("display_name", "Evil")][..]),
        ("enabled", &[("enabled", "false")]),
        ("delete", &[]),
        ("metadata/refresh", &[]),
    ] {
        let path = format!("/admin/acme/sso/okta/{path}");
        service.fill_in(&path, fields, &[("cookie", &guest)]).await.is_page(403, "not_by_setup_link");
    }
    let filled = [("jit/enabled", "true")];
    let saved = service.fill_in("/admin/acme/sso/okta/provisioning", &filled, &[("cookie", &guest)]).await;
    assert!(saved.status >= 400, "{}", saved.status);
    assert_eq!(service.api("GET", "organizations/acme/connections/okta", &Value::Null).await, before);
}

#[tokio::test]
async fn a_setup_link_is_for_the_single_sign_on_pages_of_its_organization_alone() {
    let there = Installation::new().await;
    let service = &there.service;
    let guest = service.let_in(&service.has_setup_link(IT).await.1).await;
    let mut refused = 0;
    for (path, method) in routes(service).await {
        let is_theirs = path.starts_with("/admin/{org}/sso") || path == "/admin/{org}/trials/{trial}";
        let needs_none = ["sign-in", "sign-in/sso", "sign-out", "theme", "lost-password", "{token}"]
            .iter()
            .any(|end| path.ends_with(end));
        if !path.starts_with("/admin/") || needs_none || [Method::HEAD, Method::OPTIONS].contains(&method) {
            continue;
        }
        let headers = [("origin", HTTPS), ("cookie", guest.as_str())];
        let before = service.store.everything();
        let (organization, code) =
            if is_theirs { ("rival", "organization_not_found") } else { ("acme", "not_found") };
        there.send(&(path.clone(), method), organization, &headers).await.is_page(404, code);
        assert!(service.store.everything() == before, "{path} changed something");
        refused += 1;
    }
    assert!(refused > 60, "only {refused} were tried");
    assert_eq!(service.visit("/admin", &guest).await.header("location"), "/admin/acme/sso");
    let api = service.get("/api/v1/organizations/acme", &[("cookie", &guest)]).await;
    assert_eq!(api.status, 401);
    service.press("/admin/sign-out", &guest).await;
    assert_eq!(
        service.visit("/admin/acme/sso", &guest).await.status,
        303,
        "the session has ended, not only the cookie"
    );
}

#[tokio::test]
async fn nobody_enables_what_was_changed_while_they_looked_at_it() {
    let service = with_root().await;
    draft(&service).await;
    let root = service.signed_in(ROOT).await;
    let guest = service.let_in(&service.has_setup_link(IT).await.1).await;
    let seen = async || {
        let page = service.visit("/admin/acme/sso/okta", &root).await;
        page.between("name=\"seen\" value=\"", "\"").to_owned()
    };
    let enable = async |seen: &str, cookie: &str| {
        let fields = [("enabled", "true"), ("seen", seen)];
        service.fill_in("/admin/acme/sso/okta/enabled", &fields, &[("cookie", cookie)]).await
    };
    enable("", &root).await.is_page(412, "precondition_failed");
    let evil =
        metadata("https://evil.example", "https://evil.example/sso", &[SigningKey::demo().certificate_der()])
            .xml();
    let swapped = [("metadata_xml", evil.as_str()), ("looked_at", "yes"), ("version", "2")];
    let renamed = [("version", "2"), ("key", "okta"), ("display_name", "Our Okta")];
    let mapped = [("version", "2"), ("link_by_email", "never"), ("on_invalid_value", "refuse")];
    for (path, fields) in [("metadata", &swapped[..]), ("details", &renamed), ("provisioning", &mapped)] {
        let looked_at = seen().await;
        let path = format!("/admin/acme/sso/okta/{path}");
        let changed = service.fill_in(&path, fields, &[("cookie", &guest)]).await;
        assert_eq!(changed.status, 303, "{path}: {}", changed.body);
        enable(&looked_at, &root).await.is_page(412, "precondition_failed");
    }
    assert_eq!(enable(&seen().await, &root).await.header("location"), "/admin/acme/sso/okta?done=enabled");
}

#[tokio::test]
async fn a_setup_link_tells_no_value_that_came_of_somebody() {
    let service = with_root().await;
    let guest = service.let_in(&service.has_setup_link(IT).await.1).await;
    let root = service.signed_in(ROOT).await;
    let response = service.response("ada@acme.example").attribute("Location", ["Of Ada alone"]);
    service.answer(response, &[]).await;
    let told = async |cookie: &str| {
        service.visit("/admin/acme/sso/okta", cookie).await.body.contains("Of Ada alone")
    };
    assert!(told(&root).await, "it is told to administrators");
    assert!(!told(&guest).await);
}
