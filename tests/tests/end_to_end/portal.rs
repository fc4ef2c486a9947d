//! An administrator's first day in the Admin Portal, from an empty database on.

use vestibule_tests::{Browser, Database, DemoIdp, Service};

const ROOT: &str = "root@acme.example";
const PASSWORD: &str = "correct horse battery staple";

/// Makes an operator, and signs them in.
pub(crate) async fn sign_in(browser: &Browser, service: &Service) {
    let made = service.command_with(&["admin", "create", "--email", ROOT], &format!("{PASSWORD}\n"));
    assert!(made.status.success(), "{made:?}");
    browser.open(&format!("{}/admin/sign-in", service.url())).await;
    browser.fill("#email", ROOT).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main button[type=submit]").await;
    browser.until("a[href='/admin/account']").await;
}

async fn become_the_first_administrator(browser: &Browser, service: &Service) {
    let printed = service.printed();
    let link = printed.lines().find(|line| line.contains("/admin/first/")).unwrap();
    browser.open(link).await;
    browser.fill("#email", ROOT).await;
    browser.fill("#password", PASSWORD).await;
    browser.fill("#again", PASSWORD).await;
    browser.picture("portal-first").await;
    browser.click("main button[type=submit]").await;
}

async fn create_acme(browser: &Browser) {
    browser.click("a[href='/admin/organizations']").await;
    browser.fill("#name", "Acme").await;
    browser.fill("#slug", "Acme!").await;
    browser.click("#jit_provisioning_enabled").await;
    browser.click("main button[type=submit]").await;
    assert!(browser.until("#faults").await.contains("one thing is wrong"));
    assert_eq!(browser.focused().await, "faults");
    assert_eq!(browser.attribute("#name", "value").await.as_deref(), Some("Acme"), "nothing is lost");
    browser.fill("#slug", "acme").await;
    browser.click("main button[type=submit]").await;
    assert!(browser.until(".brand-name bdi").await.contains("Acme"));
}

async fn fill_the_catalog(browser: &Browser, portal: &str) {
    browser.open(&format!("{portal}/catalog")).await;
    for (field, text) in [
        ("name", "Employee"),
        ("key", "employee"),
        ("roles-0-name", "Learner"),
        ("roles-0-key", "learner"),
        ("roles-1-name", "Supervisor"),
        ("roles-1-key", "supervisor"),
    ] {
        browser.fill(&format!("#user_types-0-{field}"), text).await;
    }
    browser.fill("#locations", "New York\nLondon").await;
    browser.click("main button[type=submit]").await;
    assert!(browser.until("[role=status].notice").await.contains("Saved"));
    browser.picture("portal-catalog").await;
}

async fn connect(browser: &Browser, portal: &str, idp: &DemoIdp) {
    let metadata = idp.metadata_file();
    browser.open(&format!("{portal}/sso")).await;
    browser.picture("portal-sso-empty").await;
    browser.fill("#display_name", "Demo").await;
    browser.fill("#key", "demo").await;
    browser.click("main button[type=submit]").await;
    assert!(browser.attribute("#give-acs", "value").await.unwrap().ends_with("/sso/acme/acs"));
    let connection = browser.url().await;
    for product in ["okta", "entra", "google"] {
        browser.click(&format!("a[href*='product={product}']")).await;
        assert!(browser.until("#product [aria-current]").await.to_lowercase().contains(product));
    }
    browser.open(connection.as_str()).await;
    browser.choose("#metadata_file", &metadata).await;
    browser.click("form[action$='/metadata'] button[type=submit]").await;
    assert!(browser.until("#says + dl").await.contains(&format!("{}/metadata", idp.url)));
    browser.picture("portal-metadata").await;
    browser.click("main button[type=submit]").await;
    assert!(browser.until("[role=status].notice").await.contains("Saved"));
}

async fn save_settings_after_faults(browser: &Browser) {
    browser.click("#allow_automatic_registration").await;
    browser.fill("#attribute_mapping-email", "Email").await;
    browser.fill("#email_domains", "not a domain").await;
    browser.click("form[action$='/provisioning'] button[type=submit]").await;
    let faults = browser.until("#faults").await;
    assert!(faults.contains("4 things are wrong"), "{faults}");
    assert_eq!(browser.focused().await, "faults");
    browser.picture("portal-faults").await;
    assert_eq!(browser.attribute("#attribute_mapping-email", "value").await.as_deref(), Some("Email"));
    for (field, text) in
        [("first_name", "FirstName"), ("last_name", "LastName"), ("user_type", "UserType"), ("role", "Role")]
    {
        browser.fill(&format!("#attribute_mapping-{field}"), text).await;
    }
    browser.choose("#defaults-user_type", "Employee").await;
    browser.choose("#defaults-role", "Learner").await;
    browser.fill("#email_domains", "").await;
    browser.click("form[action$='/provisioning'] button[type=submit]").await;
    assert!(browser.until("[role=status].notice").await.contains("It counts from the next sign-in on"));
}

/// A trial with a real sign-in, in a tab of its own, through a connection that lets nobody in yet.
async fn test_the_connection(browser: &Browser, scripts: bool) {
    browser.click("button[formaction$='/trials']").await;
    browser.to_newest_tab().await;
    send_as(browser, "ada", scripts).await;
    assert!(browser.until("#checks").await.contains("The response"));
    assert_eq!(browser.count("#checks + ul .badge.bad").await, 0);
    assert_eq!(browser.count("#checks + ul .badge.good").await, 10);
    browser.picture("portal-trial").await;
    browser.close_tab().await;
}

/// At the identity provider, as that person; what it answers is sent on.
async fn send_as(browser: &Browser, person: &str, scripts: bool) {
    browser.click(&format!("button[name=person][value={person}]")).await;
    if !scripts {
        browser.click("form#response button").await;
    }
}

async fn sign_in_as(browser: &Browser, service: &Service, person: &str, scripts: bool) {
    browser.open(&format!("{}/sso/acme/login", service.url())).await;
    send_as(browser, person, scripts).await;
}

/// Edsger is refused. His sign-in explains itself, the mapping is mended after it was tried, and he comes in.
async fn mend_what_refuses_edsger(browser: &Browser, service: &Service, portal: &str, scripts: bool) {
    sign_in_as(browser, service, "edsger", scripts).await;
    // The identity provider's page, which may still be there, has no such part.
    let refusal = "main[data-error-code=missing_required_attribute]";
    let reference = browser.attribute(refusal, "data-reference").await.unwrap();

    browser.open(&format!("{portal}/sign-ins")).await;
    browser.picture("portal-sign-ins").await;
    browser.click(&format!("a[href$='{reference}']")).await;
    assert!(browser.until("#summary").await.contains("refused"));
    browser.picture("portal-explain").await;
    browser.click("a[href$='#try']").await;
    browser.fill("#attribute_mapping-first_name", "firstname").await;
    browser.click("button[formaction$='/try-out']").await;
    assert!(browser.until("#summary").await.contains("A new user was created"));
    browser.picture("portal-tried").await;
    browser.click("form[action$='/provisioning'] button[type=submit]").await;
    assert!(browser.until("[role=status].notice").await.contains("It counts from the next sign-in on"));

    sign_in_as(browser, service, "edsger", scripts).await;
    browser.until("main[data-outcome=created]").await;
}

async fn import_a_thousand(browser: &Browser, portal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    let rows =
        (0..1_000).map(|number| format!("p{number}@acme.example,P{number},Person,London,employee,learner\n"));
    let header = "email,first_name,last_name,location,user_type,role\n".to_owned();
    std::fs::write(&file, std::iter::once(header).chain(rows).collect::<String>()).unwrap();
    browser.open(&format!("{portal}/imports")).await;
    browser.choose("#file", &file.display().to_string()).await;
    browser.click("main form button[type=submit]").await;
    assert!(browser.until("form[action$='/apply']").await.contains("Apply"));
    assert!(browser.until("h1").await.contains("nothing was written"));
    assert!(browser.until("main .facts data[value='1000']").await.contains("000"));
    browser.picture("portal-trial-of-import").await;
    browser.click("a[rel=next]").await;
    assert!(browser.until("a[rel=prev]").await.contains("Previous"));
    assert_eq!(browser.count("main tbody tr").await, 200);
    browser.click("form[action$='/apply'] button").await;
    // When it was applied it says beside what it is, whether the page follows by a script or loads itself again.
    assert!(browser.until(".head:has(p time) .badge.good").await.contains("Done"));
    assert_eq!(browser.until("h1").await, "Import");
    assert!(browser.until("main .facts data[value='1000']").await.contains("000"));
    browser.picture("portal-import").await;
    browser.open(&format!("{portal}/users?q=p99")).await;
    assert_eq!(browser.count("main tbody tr").await, 11);
    browser.picture("portal-users").await;
}

async fn a_first_day(browser: Browser, scripts: bool) {
    let service = Service::start(Database::Sqlite).await;
    let idp = DemoIdp::start(&service).await;
    let portal = format!("{}/admin/acme", service.url());
    become_the_first_administrator(&browser, &service).await;
    create_acme(&browser).await;
    fill_the_catalog(&browser, &portal).await;
    connect(&browser, &portal, &idp).await;
    save_settings_after_faults(&browser).await;
    test_the_connection(&browser, scripts).await;
    browser.click("form[action$='/enabled'] button").await;
    browser.until("button[name=enabled][value=false]").await;
    assert!(browser.until("[role=status].notice").await.contains("Enabled"));
    browser.picture("portal-connection").await;
    sign_in_as(&browser, &service, "ada", scripts).await;
    browser.until("main[data-outcome=created]").await;
    mend_what_refuses_edsger(&browser, &service, &portal, scripts).await;
    import_a_thousand(&browser, &portal).await;
    for (page, name) in
        [("", "overview"), ("/api-keys", "keys"), ("/audit", "audit"), ("/administrators", "administrators")]
    {
        browser.open(&format!("{portal}{page}")).await;
        browser.until("h1").await;
        browser.picture(&format!("portal-{name}")).await;
    }
    browser.quit().await;
}

#[tokio::test]
async fn an_administrators_first_day() {
    a_first_day(Browser::start(true).await, true).await;
}

#[tokio::test]
async fn an_administrators_first_day_without_scripts() {
    a_first_day(Browser::start(false).await, false).await;
}

#[tokio::test]
async fn an_administrators_first_day_by_keyboard_alone() {
    a_first_day(Browser::start(true).await.by_keyboard(), true).await;
}

#[tokio::test]
async fn an_administrators_first_day_by_keyboard_alone_without_scripts() {
    a_first_day(Browser::start(false).await.by_keyboard(), false).await;
}
