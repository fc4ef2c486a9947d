//! Administrators, as they come to be and sign in.

use serde_json::json;
use vestibule_tests::{Database, Form, Page, Service, SmtpMailbox, Visitor, text_of, variable};

use crate::mails::{acme_mailing_to, somebody};

const ROOT: &str = "root@acme.example";
const SECRET: &str = "correct horse battery staple";
const NEW: &str = "four words are enough";

/// Opens the page of a link that was printed, and fills it in.
async fn become_first(visitor: &Visitor, link: &str, email: &str) -> Page {
    let page = visitor.open(link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let form = Form::with_field(&page.body, "again");
    let form = form.filled("email", email).filled("password", SECRET).filled("again", SECRET);
    visitor.submit(&page, &Form { action: page.url.path().to_owned(), ..form }).await
}

async fn sign_in(visitor: &Visitor, service: &Service, email: &str, password: &str) -> Page {
    let page = visitor.open(&format!("{}/admin/sign-in", service.url())).await;
    let form = Form::with_field(&page.body, "password");
    visitor.submit(&page, &form.filled("email", email).filled("password", password)).await
}

/// The printed link, which is a line of its own.
fn link(service: &Service) -> String {
    let printed = service.printed();
    let link = printed.lines().find(|line| line.contains("/admin/first/"));
    link.unwrap_or_else(|| panic!("no link in {printed}")).to_owned()
}

#[tokio::test]
async fn the_first_administrator_is_made_by_the_printed_link_and_nobody_else() {
    let mut service = Service::start(Database::Sqlite).await;
    let link = link(&service);
    assert!(!service.log().contains("/admin/first/"), "whoever reads the log becomes nobody");
    let visitor = Visitor::default();
    let made = become_first(&visitor, &link, ROOT).await;
    assert_eq!(made.must_redirect(), "/admin");
    assert_eq!(visitor.open(&format!("{}/admin", service.url())).await.status, 200);
    assert_eq!(Visitor::default().open(&link).await.status, 410);
    assert_eq!(service.terminate(), Some(0));
    service.restart().await;
    assert_eq!(service.printed().matches("/admin/first/").count(), 1, "there is one by now");
    assert_eq!(visitor.open(&format!("{}/admin", service.url())).await.status, 200, "still signed in");
}

#[tokio::test]
async fn of_two_who_use_the_links_of_two_replicas_one_becomes_the_first_administrator() {
    let service = Service::start(Database::postgres()).await;
    let (_replica, other) = service.replica().await;
    let here = link(&service);
    let there = here.replace(&service.url(), &other);
    let (one, two) = (Visitor::default(), Visitor::default());
    let (one, two) =
        tokio::join!(become_first(&one, &here, ROOT), become_first(&two, &there, "eve@acme.example"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410], "{} {}", one.body, two.body);
    let listed = service.command(&["admin", "list"]);
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn the_command_line_makes_administrators_and_keeps_them_out() {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let admin = |arguments: &[&str], input: &str| {
        let output = service.command_with(&[&["admin"], arguments].concat(), input);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let weak = admin(&["create", "--email", ROOT], "password1234\n");
    let says = "vestibule: the password is too easy to guess; a few words";
    assert!(weak.0 == Some(1) && weak.2.starts_with(says), "{weak:?}");
    let short = admin(&["create", "--email", ROOT], "short\n");
    assert_eq!((short.0, &*short.2), (Some(1), "vestibule: the password must be at least 12 characters\n"));
    let made = admin(&["create", "--email", ROOT], &format!("{SECRET}\n"));
    assert!(made.0 == Some(0) && made.1.contains("operator\troot@acme.example\tactive"), "{made:?}");
    assert!(!made.1.contains(SECRET) && !made.2.contains(SECRET));
    let twice = admin(&["create", "--email", "Root@acme.example"], SECRET);
    assert!(twice.0 == Some(1) && twice.2.contains("with this address already"), "{twice:?}");
    let of_acme = ["create", "--email", "bob@acme.example", "--organization"];
    let nowhere = admin(&[&of_acme[..], &["nowhere"]].concat(), SECRET);
    assert!(nowhere.0 == Some(1) && nowhere.2.contains("organization"), "{nowhere:?}");
    let bob = admin(&[&of_acme[..], &["acme"]].concat(), SECRET);
    assert!(bob.0 == Some(0) && bob.1.contains("organization_admin\tbob@acme.example"), "{bob:?}");
    assert_eq!(admin(&["list"], "").1.lines().count(), 2);

    let visitor = Visitor::default();
    assert_eq!(sign_in(&visitor, &service, "bob@acme.example", "wrong").await.status, 403);
    assert_eq!(sign_in(&visitor, &service, "bob@acme.example", SECRET).await.must_redirect(), "/admin");
    let account = format!("{}/admin/account", service.url());
    assert_eq!(visitor.open(&account).await.status, 200);
    let out = admin(&["disable", "--email", "bob@acme.example"], "");
    assert!(out.0 == Some(0) && out.1.contains("\tdisabled\t"), "{out:?}");
    assert_eq!(visitor.open(&account).await.status, 303);
    assert_eq!(sign_in(&visitor, &service, "bob@acme.example", SECRET).await.status, 403);
    assert_eq!(admin(&["enable", "--email", "bob@acme.example"], "").0, Some(0));
    assert_eq!(sign_in(&visitor, &service, "bob@acme.example", SECRET).await.status, 303);
    let set = admin(&["set-password", "--email", "bob@acme.example"], &format!("{NEW}\n"));
    assert_eq!(set.0, Some(0), "{set:?}");
    assert_eq!(visitor.open(&account).await.status, 303);
    assert_eq!(sign_in(&visitor, &service, "bob@acme.example", NEW).await.status, 303);
    let short = admin(&["set-password", "--email", "bob@acme.example"], "short\n");
    assert_eq!((short.0, &*short.2), (Some(1), "vestibule: the password must be at least 12 characters\n"));
    let nobody = admin(&["disable", "--email", "nobody@acme.example"], "");
    assert!(nobody.0 == Some(1) && nobody.2.contains("no administrator"), "{nobody:?}");

    let log = service.log();
    assert!(log.contains("\"client.address\":\"127.0.0.1\""), "whom to keep out: {log}");
    for secret in [SECRET, "bob@acme.example", ROOT, "wrong"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

/// Acme behind a real mail server, and an operator who is signed in.
async fn acme_with_root() -> (Service, Visitor) {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    assert!(service.command_with(&["admin", "create", "--email", ROOT], SECRET).status.success());
    let root = Visitor::default();
    assert_eq!(sign_in(&root, &service, ROOT, SECRET).await.must_redirect(), "/admin");
    (service, root)
}

/// Sends the form of one's own page that has these fields.
async fn fill_in(visitor: &Visitor, url: &str, fields: &[(&str, &str)]) -> Page {
    let page = visitor.open(url).await;
    assert_eq!(page.status, 200, "{url}: {}", page.body);
    let form = Form::with_field(&page.body, fields[0].0);
    let form = fields.iter().fold(form, |form, (name, value)| form.filled(name, value));
    visitor.submit(&page, &form).await
}

/// The link that was mailed to somebody, which the log has neither of.
async fn mailed(service: &Service, email: &str, path: &str) -> String {
    let mails = SmtpMailbox.mails_to(email, 1).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let link = mails[0].link(&format!("{}{path}", service.url()));
    assert!(mails[0].html.contains(&link), "both parts lead to the same");
    let (log, token) = (service.log(), link.rsplit('/').next().unwrap());
    assert!(token.len() >= 32 && !log.contains(token) && !log.contains(email));
    link
}

#[tokio::test]
async fn whoever_is_invited_by_mail_chooses_a_password_and_signs_in() {
    let (service, root) = acme_with_root().await;
    let bob = somebody();
    let list = format!("{}/admin/administrators", service.url());
    let invitation = [("email", bob.as_str()), ("role", "organization_admin"), ("organizations", "acme")];
    assert_eq!(
        fill_in(&root, &list, &invitation).await.must_redirect(),
        "/admin/administrators?done=invited"
    );
    let link = mailed(&service, &bob, "/admin/set-password/").await;
    let listed = || String::from_utf8(service.command(&["admin", "list"]).stdout).unwrap();
    assert!(listed().contains(&format!("{bob}\tinvited\t")), "{}", listed());
    // A mail scanner opens it first, and nothing happens.
    assert_eq!(Visitor::default().open(&link).await.status, 200);
    let visitor = Visitor::default();
    let set = fill_in(&visitor, &link, &[("again", SECRET), ("password", SECRET)]).await;
    assert_eq!(set.must_redirect(), "/admin/sign-in?done=password");
    let _ = visitor.open(&link).await.refusal("link_expired");
    assert!(listed().contains(&format!("{bob}\tactive\t")), "{}", listed());
    assert_eq!(sign_in(&visitor, &service, &bob, SECRET).await.must_redirect(), "/admin");
    let home = visitor.follow(&format!("{}/admin", service.url())).await;
    assert_eq!((home.status, home.url.path()), (200, "/admin/acme"));
    assert_eq!(visitor.open(&list).await.status, 404);
    assert!(!service.log().contains(&bob));
}

#[tokio::test]
async fn a_lost_password_is_set_anew_by_mail_and_the_old_one_works_no_more() {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    let bob = somebody();
    let made = ["admin", "create", "--email", &bob, "--organization", "acme"];
    assert!(service.command_with(&made, SECRET).status.success());
    let before = Visitor::default();
    assert_eq!(sign_in(&before, &service, &bob, SECRET).await.must_redirect(), "/admin");
    let lost = format!("{}/admin/lost-password", service.url());
    let visitor = Visitor::default();
    assert_eq!(
        fill_in(&visitor, &lost, &[("email", &bob)]).await.must_redirect(),
        "/admin/lost-password?done"
    );
    let link = mailed(&service, &bob, "/admin/set-password/").await;
    assert_eq!(sign_in(&visitor, &service, &bob, SECRET).await.status, 303, "who only asks loses nothing");
    let set = fill_in(&visitor, &link, &[("again", NEW), ("password", NEW)]).await;
    assert_eq!(set.must_redirect(), "/admin/sign-in?done=password");
    assert_eq!(sign_in(&visitor, &service, &bob, SECRET).await.status, 403);
    assert_eq!(sign_in(&visitor, &service, &bob, NEW).await.must_redirect(), "/admin");
    let _ = visitor.open(&link).await.refusal("link_expired");
    let account = format!("{}/admin/account", service.url());
    assert_eq!(before.open(&account).await.status, 303, "whoever was signed in by the old one is out");
    assert_eq!(visitor.open(&account).await.status, 200);
    assert!(!service.log().contains(&bob));
}

#[tokio::test]
async fn a_mailed_setup_link_leads_to_the_single_sign_on_page_and_nowhere_else() {
    let (service, root) = acme_with_root().await;
    let rival = json!({"slug": "rival", "name": "Rival", "jit_provisioning_enabled": false});
    service.must("POST", "organizations", &rival).await;
    let (url, it) = (service.url(), somebody());
    let sent = fill_in(&root, &format!("{url}/admin/acme/setup-links"), &[("email", &it)]).await;
    assert_eq!(sent.must_redirect(), "/admin/acme/setup-links");
    let link = mailed(&service, &it, "/admin/setup/").await;
    let visitor = Visitor::default();
    let page = visitor.open(&link).await;
    assert!(page.status == 200 && text_of(&page.body, "main").contains("Acme"), "{}", page.body);
    // Whoever only opens it, as mail scanners do, is nobody yet.
    assert_eq!(visitor.open(&format!("{url}/admin/acme/sso")).await.status, 303);
    let proceed = Form { action: page.url.path().to_owned(), fields: Vec::new() };
    assert_eq!(visitor.submit(&page, &proceed).await.must_redirect(), "/admin/acme/sso");
    let reached = visitor.open(&format!("{url}/admin/acme/sso")).await;
    assert!(reached.status == 200 && reached.body.contains("Sign-in by demo"), "{}", reached.body);
    for elsewhere in ["acme", "acme/users", "acme/setup-links", "rival/sso", "administrators", "account"] {
        assert_eq!(visitor.open(&format!("{url}/admin/{elsewhere}")).await.status, 404, "{elsewhere}");
    }
    assert_eq!(visitor.follow(&format!("{url}/admin")).await.url.path(), "/admin/acme/sso");
    let api = service.called_by("").api("GET", "organizations/acme", &json!({})).await;
    assert_eq!(api.status, 401);
    assert!(!service.log().contains(&it));
}
