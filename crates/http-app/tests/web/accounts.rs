//! Lost passwords and invitations. An answer takes its time, which nobody waits for here: the clock goes on by itself where all wait.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::time::Instant;
use vestibule_domain::letter::{Letter, LetterContent};
use vestibule_domain::testing::Failure;
use vestibule_domain::usecase::KeyOwner;
use vestibule_http_app::web::RateLimits;

use crate::administrators::{ROOT, SECRET, of_acme, with_root};
use crate::support::{Answer, HTTPS, Service};

const NEW: &str = "four words are enough";
const BOB: &str = "bob@acme.example";

impl Service {
    async fn loses(&self, email: &str) -> Answer {
        self.fill_in("/admin/lost-password", &[("email", email)], &[]).await
    }

    /// Where the letter leads that was written last.
    pub(crate) fn mailed(&self) -> (Letter, String) {
        let letter = self.store.letters().pop().unwrap();
        let path = match &letter.content {
            LetterContent::LostPassword { link, .. } | LetterContent::Invitation { link, .. } => {
                format!("/admin/set-password/{}", self.secret_key.password_link_token(*link).reveal())
            }
            other => panic!("{} leads nowhere", other.kind()),
        };
        (letter, path)
    }

    async fn sets(&self, path: &str, password: &str, again: &str) -> Answer {
        self.fill_in(path, &[("password", password), ("again", again)], &[]).await
    }

    async fn audited(&self, action: &str) -> Value {
        self.audited_in("", action).await
    }

    /// The latest event of a kind: of the installation, or below `organizations/{slug}/`.
    async fn audited_in(&self, place: &str, action: &str) -> Value {
        let events = self.api("GET", &format!("{place}audit-events?action={action}"), &Value::Null).await;
        events["items"][0].clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_password_is_set_anew_by_a_mailed_link_once() {
    let service = with_root().await;
    let cookie = service.signed_in(ROOT).await;
    assert!(service.get("/admin/sign-in", &[]).await.body.contains("href=\"/admin/lost-password\""));
    let asked = service.loses(" Root@ACME.example ").await;
    assert_eq!((asked.status, asked.header("location")), (303, "/admin/lost-password?done"));
    let told = service.get("/admin/lost-password?done", &[]).await;
    assert!(told.body.contains("If an administrator has this address"), "{}", told.body);
    let (letter, path) = service.mailed();
    assert_eq!(
        (letter.to.as_str(), letter.organization_id),
        (ROOT, None),
        "to an operator no organization writes"
    );
    assert_eq!(letter.content.about().organization_name, "Vestibule");
    for _ in 0..2 {
        let page = service.get(&path, &[]).await;
        assert_eq!(page.status, 200, "mail scanners open links: {}", page.body);
        assert!(page.body.contains(ROOT) && page.body.contains("Choose a new password"), "{}", page.body);
        assert_eq!(
            (page.header("referrer-policy"), page.header("cache-control")),
            ("strict-origin", "no-store")
        );
        let token = path.rsplit('/').next().unwrap();
        assert!(!page.body.contains(token), "no link of the page has the token in it");
    }
    for (password, again, says) in [
        (NEW, "another", "The two passwords are not the same"),
        ("short", "short", "Must be at least 12 characters"),
        (ROOT, ROOT, "Must not be the e-mail address"),
    ] {
        let answer = service.sets(&path, password, again).await;
        assert!(answer.status == 422 && answer.body.contains(says), "{}", answer.body);
        assert_eq!(answer.header("referrer-policy"), "strict-origin");
    }
    let set = service.sets(&path, NEW, NEW).await;
    assert_eq!((set.status, set.header("location")), (303, "/admin/sign-in?done=password"));
    assert!(!set.headers.contains_key("set-cookie"), "nobody is signed in by a mail alone");
    assert!(service.get("/admin/sign-in?done=password", &[]).await.body.contains("Your password is set"));
    service.get(&path, &[]).await.is_page(410, "link_expired");
    service.sets(&path, SECRET, SECRET).await.is_page(410, "link_expired");
    assert_eq!(service.visit("/admin/account", &cookie).await.status, 303, "signed out everywhere");
    assert_eq!(service.sign_in_as(ROOT, SECRET).await.status, 403);
    assert_eq!(service.sign_in_as(ROOT, NEW).await.status, 303);
    assert_eq!(service.audited("administrator.password_lost").await["actor"]["kind"], "system");
    let event = service.audited("administrator.password_set").await;
    assert_eq!((&event["actor"]["kind"], &event["actor"]["name"]), (&json!("administrator"), &json!(ROOT)));
}

#[tokio::test(start_paused = true)]
async fn nobody_learns_by_a_lost_password_whose_addresses_there_are() {
    let service = with_root().await;
    service.has_administrator(BOB, &of_acme()).await;
    let id = service.has_administrator("eve@acme.example", &KeyOwner::Operator).await.id;
    let root = service.signed_in(ROOT).await;
    service.press(&format!("/admin/administrators/{id}/disable"), &root).await;
    service.loses(BOB).await;
    let letters = service.store.letters().len();
    let mut answers = Vec::new();
    for email in [ROOT, "nobody@acme.example", "eve@acme.example", BOB, "no address", ""] {
        let begun = Instant::now();
        let answer = service.loses(email).await;
        let took = begun.elapsed();
        assert!((Duration::from_secs(1)..Duration::from_millis(1_010)).contains(&took), "{email}: {took:?}");
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        answers.push((answer.status, headers, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(service.store.letters().len(), letters + 1, "to Root alone: Bob was mailed a moment ago");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_tells_nothing_of_addresses() {
    let service = with_root().await;
    for nth in 1..=5 {
        let failing = service.failing_from(nth, Failure::Unavailable);
        let known = failing.loses(ROOT).await;
        let unknown = service.failing_from(nth, Failure::Unavailable).loses("nobody@acme.example").await;
        let expected = if nth == 1 { 503 } else { 303 };
        assert_eq!((known.status, unknown.status), (expected, expected), "{nth}");
    }
}

#[tokio::test(start_paused = true)]
async fn letters_of_lost_passwords_are_few() {
    let service = with_root().await;
    for (minutes, letters) in [(0, 1), (9, 1), (1, 2), (10, 3), (10, 4), (10, 5), (10, 5), (24 * 60 - 40, 6)]
    {
        service.clock.advance(TimeDelta::minutes(minutes));
        service.loses(ROOT).await;
        assert_eq!(service.store.letters().len(), letters);
    }
    let limited = Service::empty(HTTPS, RateLimits::On).await;
    let tries = (0..40).map(|n| limited.loses(if n % 2 == 0 { ROOT } else { "x@acme.example" }));
    let statuses: Vec<_> =
        futures_util::future::join_all(tries).await.iter().map(|answer| answer.status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_link_expires_and_goes_with_what_happens_meanwhile() {
    let service = with_root().await;
    service.has_administrator("eve@acme.example", &KeyOwner::Operator).await;
    let lost = async |email: &str| {
        service.clock.advance(TimeDelta::minutes(20));
        service.loses(email).await;
        service.mailed().1
    };
    let expired = lost(ROOT).await;
    service.clock.advance(TimeDelta::minutes(30));
    service.get(&expired, &[]).await.is_page(410, "link_expired");
    service.sets(&expired, NEW, NEW).await.is_page(410, "link_expired");

    let (one, two) = (lost(ROOT).await, lost(ROOT).await);
    assert_eq!(service.sets(&two, NEW, NEW).await.status, 303);
    service.sets(&one, SECRET, SECRET).await.is_page(410, "link_expired");

    let changed = lost(ROOT).await;
    let root = service.fill_in("/admin/sign-in", &[("email", ROOT), ("password", NEW)], &[]).await.cookie();
    let fields = [("present", NEW), ("new", SECRET), ("again", SECRET)];
    service.fill_in("/admin/account/password", &fields, &[("cookie", &root)]).await;
    service.get(&changed, &[]).await.is_page(410, "link_expired");

    let disabled = lost("eve@acme.example").await;
    let eve = service.store.letters().pop().unwrap().to;
    let id = {
        use vestibule_domain::ports::Administrators as _;
        service.store.administrator_by_email(&eve).await.unwrap().unwrap().id
    };
    service.press(&format!("/admin/administrators/{id}/disable"), &root).await;
    service.press(&format!("/admin/administrators/{id}/enable"), &root).await;
    service.get(&disabled, &[]).await.is_page(410, "link_expired");
    for wrong in ["x", &"0".repeat(64)] {
        service.get(&format!("/admin/set-password/{wrong}"), &[]).await.is_page(410, "link_expired");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_who_use_a_link_at_once_one_sets_the_password() {
    let service = with_root().await;
    service.loses(ROOT).await;
    let path = service.mailed().1;
    let (one, two) = tokio::join!(service.sets(&path, NEW, NEW), service.sets(&path, SECRET, SECRET));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
}

#[tokio::test(start_paused = true)]
async fn an_operator_invites_and_the_invited_choose_a_password() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let invite = async |fields: &[(&str, &str)]| {
        service.fill_in("/admin/administrators", fields, &[("cookie", &root)]).await
    };
    for (fields, says) in [
        (&[("email", "x"), ("role", "crown")][..], "2 things are wrong"),
        (&[("email", BOB), ("role", "organization_admin")], "Name at least one organization"),
        (&[("email", BOB), ("role", "organization_admin"), ("organizations", "nowhere")], "nowhere"),
    ] {
        let answer = invite(fields).await;
        assert!(answer.status == 422 && answer.body.contains(says), "{}", answer.body);
    }
    let taken = invite(&[("email", ROOT), ("role", "operator")]).await;
    assert!(taken.status == 409 && taken.body.contains("has this address already"), "{}", taken.body);
    let fields = [("email", BOB), ("role", "organization_admin"), ("organizations", " acme\r\n")];
    assert_eq!(invite(&fields).await.header("location"), "/admin/administrators?done=invited");
    let list = service.visit("/admin/administrators?done=invited", &root).await;
    assert!(list.body.contains("Invited") && list.body.contains("Send again"), "{}", list.body);
    let (letter, path) = service.mailed();
    assert_eq!((letter.to.as_str(), letter.content.about().organization_name), (BOB, "Acme & Söhne"));
    assert!(letter.organization_id.is_some());
    assert_eq!(service.sign_in_as(BOB, SECRET).await.status, 403, "there is no password yet");
    let letters = service.store.letters().len();
    service.loses(BOB).await;
    assert_eq!(service.store.letters().len(), letters, "who has no password has lost none");
    assert!(service.get(&path, &[]).await.body.contains("accept the invitation"));
    service.clock.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    assert_eq!(service.sets(&path, NEW, NEW).await.status, 303);
    let signed_in = service.sign_in_as(BOB, NEW).await;
    assert_eq!(service.visit("/admin", &signed_in.cookie()).await.header("location"), "/admin/acme");
    let event = service.audited("administrator.invited").await;
    assert_eq!((&event["after"]["email"], &event["actor"]["name"]), (&json!(BOB), &json!(ROOT)));
    assert_eq!(service.audited("administrator.invitation_accepted").await["actor"]["name"], BOB);
}

#[tokio::test(start_paused = true)]
async fn an_organizations_administrator_invites_into_it_alone() {
    let service = with_root().await;
    service.has_another_organization().await;
    service.has_administrator(BOB, &of_acme()).await;
    service.has_administrator("zoe@x.example", &KeyOwner::Organization("other".parse().unwrap())).await;
    let (root, bob) = (service.signed_in(ROOT).await, service.signed_in(BOB).await);
    let fields = [("email", "new@acme.example"), ("role", "operator"), ("organizations", "other")];
    let invite = async |path: &str, cookie: &str| service.fill_in(path, &fields, &[("cookie", cookie)]).await;
    invite("/admin/administrators", &bob).await.is_page(404, "not_found");
    invite("/admin/other/administrators", &bob).await.is_page(404, "organization_not_found");
    assert_eq!(invite("/admin/acme/administrators", &bob).await.status, 303);
    let event = service.audited_in("organizations/acme/", "administrator.invited").await;
    assert_eq!(event["after"]["role"], "organization_admin", "whatever else the form says");
    let id = event["subject"].as_str().unwrap().to_owned();
    let listed = service.visit("/admin/acme/administrators", &bob).await;
    assert!(listed.body.contains("new@acme.example") && listed.body.contains(&format!("{id}/revoke")));

    let press = async |organization: &str, id: &str, what: &str, cookie: &str| {
        service.press(&format!("/admin/{organization}/administrators/{id}/{what}"), cookie).await
    };
    press("acme", &id, "invite", &bob).await.is_page(429, "mailed_lately");
    service.clock.advance(TimeDelta::minutes(10));
    let letters = service.store.letters().len();
    assert_eq!(press("acme", &id, "invite", &bob).await.status, 303);
    assert_eq!(service.store.letters().len(), letters + 1);
    press("acme", &id, "crown", &bob).await.is_page(404, "not_found");
    let own = service.audited("administrator.signed_in").await["subject"].as_str().unwrap().to_owned();
    press("acme", &own, "revoke", &bob).await.is_page(404, "administrator_not_found");
    // By an address of another organization nobody is found who is invited into this one.
    press("other", &id, "revoke", &root).await.is_page(404, "administrator_not_found");
    let path = service.mailed().1;
    assert_eq!(press("acme", &id, "revoke", &bob).await.status, 303);
    service.get(&path, &[]).await.is_page(410, "link_expired");
    assert!(!service.visit("/admin/acme/administrators", &bob).await.body.contains("new@acme.example"));
    press("acme", &id, "revoke", &bob).await.is_page(404, "administrator_not_found");
}

#[tokio::test(start_paused = true)]
async fn an_operator_changes_what_somebody_may_do() {
    let service = with_root().await;
    let bob = service.has_administrator(BOB, &of_acme()).await;
    let (root, cookie) = (service.signed_in(ROOT).await, service.signed_in(BOB).await);
    let address = format!("/admin/administrators/{}", bob.id);
    let page = service.visit(&address, &root).await;
    assert!(page.status == 200 && page.body.contains("acme</textarea>"), "{}", page.body);
    service.visit(&address, &cookie).await.is_page(404, "not_found");
    let save = async |address: &str, fields: &[(&str, &str)], cookie: &str| {
        // Whoever may not see the form has its version from somewhere else.
        let page = service.visit(address, &root).await;
        let version =
            page.body.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let fields = [&[("version", version.unwrap_or("1"))], fields].concat();
        service.fill_in(address, &fields, &[("cookie", cookie)]).await
    };
    let faulty = save(&address, &[("role", "organization_admin"), ("organizations", "")], &root).await;
    assert!(
        faulty.status == 422 && faulty.body.contains("Name at least one organization"),
        "{}",
        faulty.body
    );
    let operator = [("role", "operator"), ("organizations", "")];
    save(&address, &operator, &cookie).await.is_page(404, "not_found");
    assert_eq!(save(&address, &operator, &root).await.status, 303);
    assert_eq!(service.visit("/admin/administrators", &cookie).await.status, 200, "from the next page on");
    let own = service.audited("administrator.role_changed").await["actor"]["id"].as_str().unwrap().to_owned();
    let own = format!("/admin/administrators/{own}");
    assert!(service.visit(&own, &root).await.body.contains("Another operator does that"));
    save(&own, &operator, &root).await.is_page(409, "not_to_oneself");
    // Bob is an operator now, and takes it from Root; then he is the last one.
    let admin = [("role", "organization_admin"), ("organizations", "acme")];
    assert_eq!(save(&own, &admin, &cookie).await.status, 303);
    service.visit("/admin/administrators", &root).await.is_page(404, "not_found");
    let events = service.audited("administrator.role_changed").await;
    assert_eq!(
        (&events["before"]["role"], &events["after"]["role"]),
        (&json!("operator"), &json!("organization_admin"))
    );
}

#[tokio::test]
async fn whoever_is_kept_out_leaves_no_key_behind_unless_it_is_meant_to_stay() {
    let service = with_root().await;
    let bob = service.has_administrator(BOB, &of_acme()).await;
    let (root, cookie) = (service.signed_in(ROOT).await, service.signed_in(BOB).await);
    for name in ["Payroll", "Intranet"] {
        let made = service.fill_in("/admin/acme/api-keys", &[("name", name)], &[("cookie", &cookie)]).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let fields = [("email", "it@acme.example")];
    let mailed = service.fill_in("/admin/acme/setup-links", &fields, &[("cookie", &cookie)]).await;
    assert_eq!(mailed.status, 303, "{}", mailed.body);
    let address = format!("/admin/administrators/{}", bob.id);
    let page = service.visit(&address, &root).await;
    let asked = page.between("id=\"disabled-of\"", "</form>");
    assert!(asked.contains("Payroll") && asked.contains("Intranet"), "{asked}");
    assert!(asked.contains("name=\"revoke_keys\" value=\"true\" checked"), "{asked}");
    assert!(asked.contains("The setup link that they had mailed ends"), "{asked}");
    // Unchecked, the keys stay, and the page says so.
    let disable = format!("{address}/disable");
    let kept = service.fill_in(&disable, &[], &[("cookie", &root)]).await;
    assert_eq!(kept.header("location"), "/admin/administrators?done=kept-out");
    let links = service.visit("/admin/acme/setup-links", &root).await;
    assert!(!links.body.contains("it@acme.example"), "{}", links.body);
    let page = service.visit(&address, &root).await;
    assert!(page.body.contains("API keys that they made still work"), "{}", page.body);
    let revoke = [("revoke_keys", "true")];
    assert_eq!(service.fill_in(&disable, &revoke, &[("cookie", &root)]).await.status, 303);
    let page = service.visit(&address, &root).await;
    assert!(!page.body.contains("Payroll"), "{}", page.body);
    assert!(!service.visit("/admin/acme/api-keys", &root).await.body.contains("Payroll"));
    let events = "organizations/acme/audit-events?action=api_key.revoked";
    let events = service.api("GET", events, &serde_json::Value::Null).await;
    let events = events["items"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event["actor"]["name"] == ROOT), "{events:?}");
}

#[tokio::test]
async fn who_changes_an_administrator_whom_somebody_changed_meanwhile_sees_both() {
    let service = with_root().await;
    for slug in ["beta", "gamma"] {
        let organization = json!({"slug": slug, "name": slug, "jit_provisioning_enabled": true});
        service.api("POST", "organizations", &organization).await;
    }
    let bob = service.has_administrator(BOB, &of_acme()).await;
    let root = service.signed_in(ROOT).await;
    let address = format!("/admin/administrators/{}", bob.id);
    let stale = service.visit(&address, &root).await.between("name=\"version\" value=\"", "\"").to_owned();
    let save = async |version: &str, organizations: &str| {
        let fields = [("version", version), ("role", "organization_admin"), ("organizations", organizations)];
        service.fill_in(&address, &fields, &[("cookie", &root)]).await
    };
    assert_eq!(save(&stale, "acme\nbeta").await.status, 303);
    let answer = save(&stale, "acme\ngamma").await;
    assert_eq!(answer.status, 412, "{}", answer.body);
    let table = answer.between("id=\"saved_meanwhile\"", "</table>");
    assert!(table.contains("<bdi>acme, beta</bdi>") && table.contains("<bdi>acme, gamma</bdi>"), "{table}");
    assert!(!table.contains("Role"), "{table}");
    let version = answer.between("name=\"version\" value=\"", "\"").to_owned();
    assert_eq!(save(&stale, "acme\nbeta").await.status, 303, "it is so already");
    assert_eq!(save(&version, "acme\ngamma").await.status, 303, "now it is meant");
    assert!(service.visit(&address, &root).await.body.contains("acme\ngamma</textarea>"));
}

#[tokio::test(start_paused = true)]
async fn nobody_fills_a_mailbox_by_invitations_that_they_take_back() {
    let service = Service::empty(HTTPS, RateLimits::On).await;
    service.has_administrator(ROOT, &KeyOwner::Operator).await;
    let acme = json!({"slug": "acme", "name": "Acme", "jit_provisioning_enabled": true});
    service.api("POST", "organizations", &acme).await;
    let root = service.signed_in(ROOT).await;
    let list = "/admin/acme/administrators";
    let invite = async |email: &str| {
        let invited = service.fill_in(list, &[("email", email)], &[("cookie", &root)]).await;
        let page = service.visit(list, &root).await;
        if invited.status == 303 {
            let end = page.body.find("/revoke\"").unwrap();
            let id = page.body[..end].rsplit('/').next().unwrap();
            assert_eq!(service.press(&format!("{list}/{id}/revoke"), &root).await.status, 303);
        }
        invited.status
    };
    let mut statuses = Vec::new();
    for email in ["eve@other.example", " EVE@other.example"].repeat(3) {
        statuses.push(invite(email).await);
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    let fields = [("email", "eve@other.example")];
    let mailed = service.fill_in("/admin/acme/setup-links", &fields, &[("cookie", &root)]).await;
    mailed.is_page(429, "too_many_requests");
    assert_eq!(invite("somebody@other.example").await, 303, "others are mailed still");
}
