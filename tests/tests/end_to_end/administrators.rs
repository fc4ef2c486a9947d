//! Administrators, as they come to be and sign in.

use vestibule_tests::{Database, Form, Page, Service, Visitor};

const ROOT: &str = "root@acme.example";
const SECRET: &str = "correct horse battery staple";

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
    assert!(weak.0 == Some(1) && weak.2.contains("too easy to guess"), "{weak:?}");
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
    let new = "four words are enough";
    let set = admin(&["set-password", "--email", "bob@acme.example"], &format!("{new}\n"));
    assert_eq!(set.0, Some(0), "{set:?}");
    assert_eq!(visitor.open(&account).await.status, 303);
    assert_eq!(sign_in(&visitor, &service, "bob@acme.example", new).await.status, 303);
    let nobody = admin(&["disable", "--email", "nobody@acme.example"], "");
    assert!(nobody.0 == Some(1) && nobody.2.contains("no administrator"), "{nobody:?}");

    let log = service.log();
    for secret in [SECRET, "bob@acme.example", ROOT, "wrong"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
