//! Administrators sign in to the portal, and out, and see what they may.

use std::sync::Arc;

use axum::http::Method;
use chrono::Duration;
use serde_json::{Value, json};
use url::form_urlencoded;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::ports::Actor;
use vestibule_domain::testing::PaperPasswords;
use vestibule_domain::usecase::{
    AdministratorDraft, CreateAdministrator, FirstAdministrator, KeyOwner, World,
};
use vestibule_http_app::system::SystemRandom;
use vestibule_http_app::web::RateLimits;

use crate::support::{Answer, HTTPS, Service};

pub(crate) const ROOT: &str = "root@acme.example";
pub(crate) const SECRET: &str = "correct horse battery staple";

impl Service {
    pub(crate) fn world(&self) -> World {
        World { store: self.store.clone(), clock: self.clock.clone(), random: Arc::new(SystemRandom) }
    }

    pub(crate) async fn has_administrator(&self, email: &str, owner: &KeyOwner) -> Administrator {
        let create = CreateAdministrator { world: self.world(), passwords: Arc::new(PaperPasswords) };
        let draft = AdministratorDraft { email: email.to_owned(), password: SECRET.to_owned() };
        create.run(&Actor::CommandLine, &draft, owner).await.unwrap()
    }

    /// Sends a form as a browser does, from a page of the service unless the headers say otherwise.
    pub(crate) async fn fill_in(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        if !headers.iter().any(|(name, _)| *name == "origin") {
            all.push(("origin", HTTPS));
        }
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, form.into_bytes()).await
    }

    pub(crate) async fn sign_in_as(&self, email: &str, password: &str) -> Answer {
        let fields = [("email", email), ("password", password)];
        self.fill_in("/admin/sign-in", &fields, &[("origin", HTTPS)]).await
    }

    /// The cookie of an administrator who is signed in.
    pub(crate) async fn signed_in(&self, email: &str) -> String {
        let answer = self.sign_in_as(email, SECRET).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie()
    }

    pub(crate) async fn visit(&self, path: &str, cookie: &str) -> Answer {
        self.get(path, &[("cookie", cookie)]).await
    }

    pub(crate) async fn press(&self, path: &str, cookie: &str) -> Answer {
        self.fill_in(path, &[], &[("origin", HTTPS), ("cookie", cookie)]).await
    }
}

pub(crate) async fn with_root() -> Service {
    let service = Service::acme().await;
    service.has_administrator(ROOT, &KeyOwner::Operator).await;
    service
}

pub(crate) fn of_acme() -> KeyOwner {
    KeyOwner::Organization("acme".parse().unwrap())
}

#[tokio::test]
async fn an_administrator_signs_in_and_out() {
    let service = with_root().await;
    let page = service.get("/admin/account?x=1", &[]).await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/admin/sign-in?return_to=%2Fadmin%2Faccount%3Fx%3D1")
    );
    let page = service.get(page.header("location"), &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("value=\"/admin/account?x=1\""), "{}", page.body);
    let fields = [("email", "Root@ACME.example"), ("password", SECRET), ("return_to", "/admin/account?x=1")];
    let answer = service.fill_in("/admin/sign-in", &fields, &[("origin", HTTPS)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/account?x=1"));
    let (cookie, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
    assert!(cookie.starts_with("__Host-vestibule_admin=") && cookie.len() == 23 + 64, "{cookie}");
    assert_eq!(attributes, "Path=/; HttpOnly; Secure; SameSite=Lax");

    let account = service.visit("/admin/account", cookie).await;
    assert_eq!(account.status, 200);
    assert!(account.body.contains(ROOT) && account.body.contains("This browser"), "{}", account.body);
    assert_eq!(service.visit("/admin/sign-in", cookie).await.header("location"), "/admin");
    let out = service.press("/admin/sign-out", cookie).await;
    assert_eq!((out.status, out.header("location")), (303, "/admin/sign-in"));
    assert!(
        out.header("set-cookie").contains("__Host-vestibule_admin=; ")
            && out.header("set-cookie").contains("Max-Age=0")
    );
    assert_eq!(
        service.visit("/admin/account", cookie).await.status,
        303,
        "the session has ended, not only the cookie"
    );
}

#[tokio::test]
async fn on_plain_http_the_cookie_has_another_name() {
    let service = Service::acme_on("http://localhost:8080").await;
    service.has_administrator(ROOT, &KeyOwner::Operator).await;
    let fields = [("email", ROOT), ("password", SECRET)];
    let answer = service.fill_in("/admin/sign-in", &fields, &[("origin", "http://localhost:8080")]).await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("vestibule_admin=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
}

#[tokio::test]
async fn the_place_that_was_asked_for_is_kept_with_its_query() {
    let service = with_root().await;
    for place in [
        "/admin?after=01a215b3-062f-7146-ac66-6bc67ce4f5bc",
        "/admin/acme/sign-ins?outcome=refused&since=2026-11-01",
        "/admin/acme/users?q=%C3%A9t%C3%A9+x&active=true",
    ] {
        let led = service.get(place, &[]).await;
        let page = service.get(led.header("location"), &[]).await;
        let (theme, form) = page.body.split_once("action=\"/admin/sign-in\"").unwrap();
        let value = |form: &str| {
            let value = form.split("name=\"return_to\" value=\"").nth(1).unwrap();
            value.split('"').next().unwrap().replace("&#38;", "&")
        };
        let kept = value(form);
        assert_eq!(kept, place);
        // Who likes it darker comes back here.
        let switch = [("theme", "dark"), ("return_to", &*value(theme))];
        assert_eq!(
            service.fill_in("/admin/theme", &switch, &[]).await.header("location"),
            led.header("location")
        );
        let fields = [("email", ROOT), ("password", SECRET), ("return_to", kept.as_str())];
        let answer = service.fill_in("/admin/sign-in", &fields, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, place));
    }
}

#[tokio::test]
async fn a_sign_in_leads_nowhere_but_to_the_portal() {
    let service = with_root().await;
    for place in [
        "https://evil.example/",
        "//evil.example/admin/",
        "/admin/\\evil",
        "/administration?x=/admin/",
        "//evil.example?/admin",
        "/administration",
        "/session/logout",
        "/admin/ä",
    ] {
        let fields = [("email", ROOT), ("password", SECRET), ("return_to", place)];
        let answer = service.fill_in("/admin/sign-in", &fields, &[]).await;
        assert_eq!(answer.header("location"), "/admin", "{place}");
    }
}

#[tokio::test]
async fn nobody_learns_whose_addresses_there_are() {
    let (service, stranger) = (with_root().await, Service::acme().await);
    let known = service.sign_in_as(ROOT, "wrong").await;
    let unknown = stranger.sign_in_as(ROOT, "wrong").await;
    assert_eq!((known.status, unknown.status), (403, 403));
    assert_eq!(known.body, unknown.body);
    assert!(known.body.contains("The e-mail address or the password is wrong."), "{}", known.body);
    assert!(!known.headers.contains_key("set-cookie"));
    for _ in 0..4 {
        service.sign_in_as(ROOT, "wrong").await;
        stranger.sign_in_as(ROOT, "wrong").await;
    }
    let (known, unknown) = (service.sign_in_as(ROOT, SECRET).await, stranger.sign_in_as(ROOT, SECRET).await);
    assert_eq!((known.status, unknown.status, &known.body), (429, 429, &unknown.body));
    assert_eq!((known.header("retry-after"), unknown.header("retry-after")), ("2", "2"));
}

#[tokio::test]
async fn nobody_gets_a_password_back() {
    let service = with_root().await;
    let answer = service.sign_in_as("<b>@x", "my <secret> word").await;
    assert!(
        !answer.body.contains("secret") && answer.body.contains("value=\"&#60;b&#62;@x\""),
        "{}",
        answer.body
    );
}

#[tokio::test(start_paused = true)]
async fn an_address_that_tries_passwords_waits() {
    let service = Service::empty(HTTPS, RateLimits::On).await;
    let mut statuses = Vec::new();
    for number in 0..40 {
        statuses.push(service.sign_in_as(&format!("a{number}@acme.example"), "wrong").await.status);
    }
    assert_eq!(statuses[..30], [403; 30]);
    assert_eq!(statuses[30..], [429; 10]);
}

#[tokio::test]
async fn forms_of_other_sites_are_not_taken() {
    let service = with_root().await;
    let cookie = service.signed_in(ROOT).await;
    let evil = [("origin", "https://evil.example"), ("cookie", cookie.as_str())];
    for path in
        ["/admin/sign-in", "/admin/sign-out", "/admin/account/password", "/admin/account/sign-out-elsewhere"]
    {
        let fields = [("email", ROOT), ("password", SECRET)];
        service.fill_in(path, &fields, &evil).await.is_page(403, "cross_site_request");
    }
    assert_eq!(service.visit("/admin/account", &cookie).await.status, 200);
}

#[tokio::test]
async fn a_token_that_somebody_brought_along_is_none() {
    let service = with_root().await;
    let brought = format!("__Host-vestibule_admin={}", "a".repeat(64));
    let fields = [("email", ROOT), ("password", SECRET)];
    let answer = service.fill_in("/admin/sign-in", &fields, &[("cookie", &brought)]).await;
    assert_ne!(answer.cookie(), brought);
    assert_eq!(service.visit("/admin/account", &brought).await.status, 303);
    let old = answer.cookie();
    let another = service.fill_in("/admin/sign-in", &fields, &[("cookie", &old)]).await.cookie();
    assert_eq!(service.visit("/admin/account", &old).await.status, 303, "it was exchanged");
    assert_eq!(service.visit("/admin/account", &another).await.status, 200);
}

#[tokio::test]
async fn a_form_whose_session_has_ended_is_told_so() {
    let service = with_root().await;
    let cookie = service.signed_in(ROOT).await;
    service.clock.advance(Duration::minutes(30));
    assert_eq!(service.visit("/admin/account", &cookie).await.status, 303);
    let answer = service.press("/admin/account/password", &cookie).await;
    answer.is_page(401, "session_ended");
    assert!(answer.body.contains("load this page again"), "{}", answer.body);
}

#[tokio::test]
async fn every_change_needs_a_session() {
    let service = with_root().await;
    let id = service.has_administrator("eve@acme.example", &KeyOwner::Operator).await.id;
    let administrator = format!("/admin/administrators/{id}/disable");
    for path in ["/admin/account/password", "/admin/account/sign-out-elsewhere", &administrator] {
        for cookie in ["", "__Host-vestibule_admin=x", &format!("__Host-vestibule_admin={}", "0".repeat(64))]
        {
            service.press(path, cookie).await.is_page(401, "session_ended");
        }
        let headers = [("accept", "application/json"), ("origin", HTTPS)];
        service.fill_in(path, &[], &headers).await.is_problem(401, "session_ended");
    }
    service.signed_in("eve@acme.example").await;
}

#[tokio::test]
async fn an_organizations_administrator_reaches_that_one_alone() {
    let service = with_root().await;
    service.has_another_organization().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let (root, bob) = (service.signed_in(ROOT).await, service.signed_in("bob@acme.example").await);
    let own = service.visit("/admin/acme/administrators", &bob).await;
    assert_eq!(own.status, 200);
    assert!(own.body.contains("bob@acme.example") && !own.body.contains("/disable"), "{}", own.body);
    let other = service.visit("/admin/other/administrators", &bob).await;
    other.is_page(404, "organization_not_found");
    let nowhere = service.visit("/admin/nowhere/administrators", &bob).await;
    assert_eq!(other.body, nowhere.body);
    service.visit("/admin/administrators", &bob).await.is_page(404, "not_found");
    assert_eq!(service.visit("/admin", &bob).await.header("location"), "/admin/acme");
    let all = service.visit("/admin", &root).await;
    assert!(
        all.body.contains("href=\"/admin/acme\"") && all.body.contains("href=\"/admin/other\""),
        "{}",
        all.body
    );
    assert_eq!(service.visit("/admin/other/administrators", &root).await.status, 200);
}

#[tokio::test]
async fn an_operator_keeps_somebody_out_and_lets_them_in_again() {
    let service = with_root().await;
    let bob = service.has_administrator("bob@acme.example", &of_acme()).await;
    let (root, cookie) = (service.signed_in(ROOT).await, service.signed_in("bob@acme.example").await);
    let press = async |id: &dyn std::fmt::Display, what: &str, cookie: &str| {
        service.press(&format!("/admin/administrators/{id}/{what}"), cookie).await
    };
    press(&bob.id, "sign-out", &cookie).await.is_page(404, "not_found");
    assert_eq!(press(&bob.id, "sign-out", &root).await.header("location"), "/admin/administrators");
    assert_eq!(service.visit("/admin/account", &cookie).await.status, 303);
    assert_eq!(press(&bob.id, "disable", &root).await.status, 303);
    assert_eq!(service.sign_in_as("bob@acme.example", SECRET).await.status, 403);
    assert!(service.visit("/admin/administrators", &root).await.body.contains("Let in again"));
    assert_eq!(press(&bob.id, "enable", &root).await.status, 303);
    service.signed_in("bob@acme.example").await;
    press(&bob.id, "crown", &root).await.is_page(404, "not_found");
    press(&"x", "disable", &root).await.is_page(404, "not_found");

    let events = service.api("GET", "audit-events?action=administrator.disabled", &Value::Null).await;
    let event = &events["items"][0];
    assert_eq!(event["subject"], bob.id.to_string());
    assert_eq!((&event["actor"]["kind"], &event["actor"]["name"]), (&json!("administrator"), &json!(ROOT)));
    assert_eq!((&event["before"]["disabled"], &event["after"]["disabled"]), (&json!(false), &json!(true)));
    let own = events["items"][0]["actor"]["id"].as_str().unwrap();
    press(&own, "disable", &root).await.is_page(409, "not_to_oneself");
}

#[tokio::test]
async fn a_password_is_changed_and_the_other_sessions_end() {
    let service = with_root().await;
    let (cookie, other) = (service.signed_in(ROOT).await, service.signed_in(ROOT).await);
    let change = async |present: &str, new: &str, again: &str| {
        let fields = [("present", present), ("new", new), ("again", again)];
        service.fill_in("/admin/account/password", &fields, &[("cookie", &cookie)]).await
    };
    let new = "four words are enough";
    for (answer, status, says) in [
        (change(SECRET, new, "another").await, 422, "The two passwords are not the same"),
        (change(SECRET, "short", "short").await, 422, "Must be at least 12 characters"),
        (change(SECRET, "my long password", "my long password").await, 422, "Is too easy to guess"),
        (change("wrong", new, new).await, 403, "Is not your password"),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(says) && !answer.body.contains(new), "{}", answer.body);
    }
    let changed = change(SECRET, new, new).await;
    assert!(changed.status == 200 && changed.body.contains("Your password is changed"), "{}", changed.body);
    assert_eq!(service.visit("/admin/account", &cookie).await.status, 200);
    assert_eq!(service.visit("/admin/account", &other).await.status, 303);
    assert_eq!(service.sign_in_as(ROOT, SECRET).await.status, 403);
    assert_eq!(service.sign_in_as(ROOT, new).await.status, 303);
}

#[tokio::test]
async fn one_signs_out_everywhere_else() {
    let service = with_root().await;
    let (cookie, other) = (service.signed_in(ROOT).await, service.signed_in(ROOT).await);
    assert!(service.visit("/admin/account", &cookie).await.body.contains("Sign out everywhere else"));
    let done = service.press("/admin/account/sign-out-elsewhere", &cookie).await;
    assert_eq!(done.header("location"), "/admin/account");
    assert_eq!(service.visit("/admin/account", &other).await.status, 303);
    let account = service.visit("/admin/account", &cookie).await;
    assert!(account.status == 200 && !account.body.contains("Sign out everywhere else"));
}

#[tokio::test]
async fn the_first_administrator_is_made_by_the_printed_link() {
    let service = Service::empty(HTTPS, RateLimits::Off).await;
    let first = FirstAdministrator {
        world: service.world(),
        passwords: Arc::new(PaperPasswords),
        secret_key: service.secret_key.clone(),
    };
    let (token, _) = first.link().await.unwrap().unwrap();
    let path = format!("/admin/first/{}", token.reveal());
    assert_eq!(service.get(&path, &[]).await.status, 200);
    service.get("/admin/first/x", &[]).await.is_page(410, "link_expired");
    let fill_in = async |email: &str, password: &str, again: &str| {
        let fields = [("email", email), ("password", password), ("again", again)];
        service.fill_in(&path, &fields, &[("origin", HTTPS)]).await
    };
    let differs = fill_in(ROOT, SECRET, "another").await;
    assert!(
        differs.status == 422 && differs.body.contains("The two passwords are not the same"),
        "{}",
        differs.body
    );
    let faulty = fill_in("root", "short", "short").await;
    assert!(faulty.status == 422 && faulty.body.contains("2 things are wrong"), "{}", faulty.body);
    let made = fill_in(ROOT, SECRET, SECRET).await;
    assert_eq!((made.status, made.header("location")), (303, "/admin"));
    let home = service.visit("/admin", &made.cookie()).await;
    assert!(home.status == 200 && home.body.contains("No organizations"), "{}", home.body);
    service.get(&path, &[]).await.is_page(410, "link_expired");
    fill_in("eve@acme.example", SECRET, SECRET).await.is_page(410, "link_expired");
    service.signed_in(ROOT).await;
}

#[tokio::test]
async fn a_store_that_fails_signs_nobody_in() {
    use vestibule_domain::testing::Failure;
    let service = with_root().await;
    for nth in 1..=4 {
        let failing = service.failing_from(nth, Failure::Unavailable);
        failing.sign_in_as(ROOT, SECRET).await.is_page(503, "temporarily_unavailable");
    }
}
