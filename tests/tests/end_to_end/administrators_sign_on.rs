//! Administrators sign in by single sign-on, in a real browser.

use vestibule_tests::{Browser, DEMO, Database, DemoIdp, Service};

/// Whom the demo identity provider knows as Ada.
pub(crate) const ADA: &str = "ada@acme.example";
const SECRET: &str = "correct horse battery staple";

fn admin(service: &Service, arguments: &[&str]) -> String {
    let output = service.command_with(&[&["admin"], arguments].concat(), &format!("{SECRET}\n"));
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Acme with its demo identity provider, which vouches for administrators, and Ada, who may sign in so.
pub(crate) async fn with_ada(database: Database) -> (Service, DemoIdp) {
    let service = Service::start(database).await;
    service.set_up_acme().await;
    let idp = DemoIdp::start(&service).await;
    service.connect(&DEMO, &idp.metadata).await;
    admin(&service, &["create", "--email", ADA]);
    let named = admin(&service, &["sso", "--organization", "acme", "--connection", "demo"]);
    assert!(named.starts_with(&format!("acme\tdemo\t{}/metadata\t", idp.url)), "{named}");
    admin(&service, &["allow-sso", "--email", ADA]);
    (service, idp)
}

/// From the sign-in page to the identity provider, as that person, and back.
pub(crate) async fn sign_on(browser: &Browser, service: &Service, person: &str) {
    browser.open(&format!("{}/admin/sign-in?return_to=/admin/account", service.url())).await;
    browser.click("a[href^='/admin/sign-in/sso']").await;
    browser.click(&format!("button[name=person][value={person}]")).await;
}

async fn signs_in(database: Database) {
    let (service, _idp) = with_ada(database).await;
    let browser = Browser::start(true).await;
    sign_on(&browser, &service, "ada").await;
    assert!(browser.until("#sessions + .scroll").await.contains("by single sign-on"));
    assert!(browser.url().await.path().ends_with("/admin/account"));
    // Nobody whom the identity provider knows becomes an administrator by it, nor a user.
    let nobody = Browser::start(true).await;
    sign_on(&nobody, &service, "edsger").await;
    assert!(nobody.until(".notice.bad").await.contains("unknown_administrator"));
    nobody.quit().await;
    assert_eq!(service.list("users").await.len(), 0);
    assert_eq!(admin(&service, &["list"]).lines().count(), 1);

    let off = admin(&service, &["sso", "--off"]);
    assert_eq!(off, "acme\tdemo\toff\n");
    browser.open(&format!("{}/admin/account", service.url())).await;
    browser.until("#password").await;
    assert_eq!(browser.count("a[href^='/admin/sign-in/sso']").await, 0);
    browser.fill("#email", ADA).await;
    browser.fill("#password", SECRET).await;
    browser.click("main button[type=submit]").await;
    browser.until("#sessions").await;
    browser.quit().await;
    let again = service.command(&["admin", "sso", "--off"]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let nowhere = service.command(&["admin", "sso", "--organization", "acme", "--connection", "nowhere"]);
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("connection"), "{nowhere:?}");
    assert_eq!(service.command(&["admin", "sso"]).status.code(), Some(2));
    for secret in [ADA, SECRET, "edsger@"] {
        assert!(!service.log().contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn an_administrator_signs_in_by_single_sign_on() {
    signs_in(Database::Sqlite).await;
}

#[tokio::test]
async fn an_administrator_signs_in_by_single_sign_on_on_postgresql() {
    signs_in(Database::postgres()).await;
}

#[tokio::test]
async fn two_replicas_know_of_the_same_naming() {
    let (service, _idp) = with_ada(Database::postgres()).await;
    let (_replica, other) = service.replica().await;
    let browser = Browser::start(true).await;
    sign_on(&browser, &service, "ada").await;
    browser.until("#sessions").await;
    let page = vestibule_tests::Visitor::default().open(&format!("{other}/admin/sign-in")).await;
    assert!(page.body.contains("/admin/sign-in/sso"), "{}", page.body);
    admin(&service, &["forbid-sso", "--email", ADA]);
    browser.open(&format!("{}/admin/account", service.url())).await;
    browser.until("#password").await;
    browser.quit().await;
}
