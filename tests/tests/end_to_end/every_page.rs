//! Every page and state, by day and by night, wide and narrow: what axe finds, what is wider than the screen, and pictures.

use serde_json::{Value, json};
use vestibule_demo_idp::mint::SigningKey;
use vestibule_tests::{Browser, DEMO, Database, DemoIdp, SAML_IDP, Service, Visitor, minted_metadata};

use crate::administrators_sign_on::{sign_on, with_ada};

const ROOT: &str = "root@acme.example";
const PASSWORD: &str = "correct horse battery staple";

/// A browser on its way through a service's pages.
struct Tour {
    service: Service,
    browser: Browser,
    findings: Vec<String>,
}

impl Tour {
    async fn through(service: Service) -> Self {
        Self { service, browser: Browser::start(true).await, findings: Vec::new() }
    }

    /// The same as an operator who is signed in to the portal.
    async fn by_an_operator(service: Service) -> Self {
        let made = service.command_with(&["admin", "create", "--email", ROOT], &format!("{PASSWORD}\n"));
        assert!(made.status.success(), "{made:?}");
        let tour = Self::through(service).await;
        tour.open("/admin/sign-in").await;
        tour.fill(&[("#email", ROOT), ("#password", PASSWORD)]).await;
        tour.browser.click("main button[type=submit]").await;
        tour.browser.until("a[href='/admin/organizations']").await;
        tour
    }

    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.service.url())).await;
    }

    async fn fill(&self, fields: &[(&str, &str)]) {
        for (css, text) in fields {
            self.browser.fill(css, text).await;
        }
    }

    /// Looks at the page, once it shows what the selector finds.
    async fn see(&mut self, name: &str, css: &str) {
        self.browser.until(css).await;
        self.findings.extend(self.browser.inspect(name).await);
    }

    /// Opens a page and looks at it.
    async fn visit(&mut self, name: &str, path: &str, css: &str) {
        self.open(path).await;
        self.see(name, css).await;
    }

    /// Clicks, and looks at what comes.
    async fn click(&mut self, button: &str, name: &str, css: &str) {
        self.browser.click(button).await;
        self.see(name, css).await;
    }

    async fn end(self) {
        let findings = self.findings.join("\n");
        self.browser.quit().await;
        assert!(findings.is_empty(), "{findings}");
    }
}

#[tokio::test]
async fn a_page_with_faults_is_found_out() {
    let browser = Browser::start(true).await;
    browser
        .open("data:text/html,<title>A</title><img src=a><p style='color:silver;width:400px'>Pale words</p>")
        .await;
    let findings = browser.inspect("faulty").await.join("\n");
    for fault in ["image-alt", "color-contrast", "html-has-lang", "light, 320 px: the page is 4"] {
        assert!(findings.contains(fault), "{fault} is not among {findings}");
    }
    browser.quit().await;
}

#[tokio::test]
async fn a_portal_in_which_nothing_is_yet() {
    let service = Service::start(Database::Sqlite).await;
    let printed = service.printed();
    let link = printed.lines().find(|line| line.contains("/admin/first/")).unwrap().to_owned();
    let mut tour = Tour::through(service).await;
    tour.browser.open(&link).await;
    tour.see("portal-first", "#again").await;
    tour.fill(&[("#email", ROOT), ("#password", "password1234"), ("#again", "something else")]).await;
    tour.click("main button[type=submit]", "portal-first-faults", "#faults").await;
    tour.fill(&[("#password", PASSWORD), ("#again", PASSWORD)]).await;
    tour.click("main button[type=submit]", "portal-organizations-none", "section.empty").await;
    tour.click("a[href='/admin/organizations']", "portal-new-organization", "#slug").await;
    tour.fill(&[("#name", "Acme"), ("#slug", "Acme!")]).await;
    tour.click("main button[type=submit]", "portal-new-organization-faults", "#faults").await;
    tour.fill(&[("#slug", "acme")]).await;
    tour.click("main button[type=submit]", "portal-overview-empty", "#chart").await;
    for (name, page) in [
        ("sso", "/sso"),
        ("users", "/users"),
        ("imports", "/imports"),
        ("sign-ins", "/sign-ins"),
        ("catalog", "/catalog"),
        ("keys", "/api-keys"),
        ("administrators", "/administrators"),
    ] {
        tour.visit(&format!("portal-{name}-empty"), &format!("/admin/acme{page}"), "h1").await;
    }
    tour.visit("portal-organizations", "/admin", ".cards").await;
    tour.visit("portal-settings", "/admin/acme/settings", "#application_url").await;
    tour.visit("portal-mails", "/admin/acme/settings/mails", "iframe").await;
    tour.open("/admin/acme/settings").await;
    tour.fill(&[("#application_url", "javascript:alert(1)")]).await;
    tour.click("main button[type=submit]", "portal-settings-faults", "#faults").await;
    tour.open("/admin/acme/settings").await;
    tour.fill(&[("#branding-accent_color", "#ffd500")]).await;
    tour.click("button[name=preview]", "portal-settings-colour", "svg").await;
    tour.visit("portal-organization-delete", "/admin/acme/settings/delete", "button.danger").await;
    tour.visit("portal-account", "/admin/account", "#present").await;
    tour.fill(&[("#present", "wrong"), ("#new", PASSWORD), ("#again", "something else")]).await;
    tour.click("form[action$='/password'] button", "portal-account-faults", "#faults").await;
    tour.visit("portal-all-administrators", "/admin/administrators", "table").await;
    tour.visit("portal-not-found", "/admin/nowhere", "[data-error-code]").await;
    tour.open("/admin").await;
    tour.click("form[action='/admin/sign-out'] button", "portal-sign-in", "#password").await;
    tour.fill(&[("#email", ROOT), ("#password", "wrong")]).await;
    tour.click("main button[type=submit]", "portal-sign-in-faults", "#faults").await;
    tour.end().await;
}

#[tokio::test]
async fn the_pages_of_single_sign_on() {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    let idp = DemoIdp::start(&service).await;
    let mut tour = Tour::by_an_operator(service).await;
    tour.open("/admin/acme/sso").await;
    tour.fill(&[("#display_name", "Demo"), ("#key", "DEMO!")]).await;
    tour.click("main button[type=submit]", "portal-sso-faults", "#faults").await;
    tour.fill(&[("#key", "demo")]).await;
    tour.click("main button[type=submit]", "portal-connection-new", "#give-acs").await;
    for product in ["okta", "entra", "google"] {
        let page = format!("/admin/acme/sso/demo?product={product}");
        tour.visit(&format!("portal-connection-{product}"), &page, "#give-acs").await;
        tour.browser.picture_of(&format!("portal-sso-{product}"), "#give").await;
    }
    tour.fill(&[("#metadata_xml", "<html><body>Sign in</body></html>")]).await;
    tour.click("form[action$='/metadata'] button[type=submit]", "portal-metadata-faults", "#faults").await;
    tour.fill(&[("#metadata_xml", &idp.metadata)]).await;
    tour.click("form[action$='/metadata'] button[type=submit]", "portal-metadata", "#says").await;
    tour.click("main form button[type=submit]", "portal-connection-saved", "[role=status].notice").await;
    tour.click("#allow_automatic_registration", "portal-connection-registers", "#defaults-role").await;
    tour.fill(&[("#email_domains", "not a domain")]).await;
    tour.click("form[action$='/provisioning'] .button:not(.plain)", "portal-provisioning-faults", "#faults")
        .await;
    // Somebody else saves meanwhile.
    let settings = DEMO.settings(&json!({"email_domains": ["acme.example"]}));
    tour.service.must("PUT", "organizations/acme/connections/demo/provisioning", &settings).await;
    tour.fill(&[
        ("#email_domains", ""),
        ("#attribute_mapping-first_name", "FirstName"),
        ("#attribute_mapping-last_name", "Surname"),
    ])
    .await;
    tour.browser.choose("#defaults-user_type", "Employee").await;
    tour.browser.choose("#defaults-role", "Learner").await;
    tour.click(
        "form[action$='/provisioning'] .button:not(.plain)",
        "portal-provisioning-meanwhile",
        "caption",
    )
    .await;

    let identity_provider = json!({"metadata_xml": minted_metadata()});
    tour.service
        .must("PUT", "organizations/acme/connections/demo/identity-provider", &identity_provider)
        .await;
    tour.open("/admin/acme/sso/demo").await;
    tour.browser.click("#provider summary").await;
    tour.fill(&[("#metadata_xml", &idp.metadata)]).await;
    tour.click("form[action$='/metadata'] button[type=submit]", "portal-metadata-difference", "#difference")
        .await;
    tour.browser.click("main form button[type=submit]").await;
    tour.browser.until("[role=status].notice").await;

    tour.fill(&[
        ("#try-name_id", "ada@acme.example"),
        ("#try-attributes", "FirstName=Ada\nLastName=Lovelace"),
    ])
    .await;
    tour.click("button[formaction$='/try-out']", "portal-tried-out", "#summary").await;
    assert!(tour.browser.until("#summary").await.contains("A new user was created"), "as if it were enabled");
    tour.open("/admin/acme/sso/demo").await;
    tour.browser.click("button[formaction$='/trials']").await;
    tour.browser.to_newest_tab().await;
    tour.see("demo-idp", "button[name=person]").await;
    tour.click("button[name=person][value=ada]", "portal-test", "#checks").await;
    tour.browser.close_tab().await;
    tour.click("form[action$='/enabled'] button", "portal-connection", "button[name=enabled][value=false]")
        .await;
    tour.visit("portal-sso", "/admin/acme/sso", ".cards").await;
    tour.visit("portal-connection-delete", "/admin/acme/sso/demo/delete", "button.danger").await;
    tour.end().await;
}

/// Acme, where people have come and gone.
async fn acme_at_work() -> Service {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let contact = json!({"technical_contact": {"name": "Acme IT", "email": "it@acme.example", "phone": "+1 212 555 0100"}});
    service.must("PATCH", "organizations/acme/connections/demo", &contact).await;
    let key = SigningKey::demo();
    for (name_id, first, last) in [
        ("ada@acme.example", "Ada", "Lovelace"),
        ("grace@acme.example", "Grace", "Hopper"),
        ("grace@acme.example", "Grace", "Murray Hopper"),
        ("edsger@acme.example", "", "Dijkstra"),
        ("not an address", "Linus", "Torvalds"),
        ("zoe@acme.example", "Zoë <b>", "O’Hara"),
    ] {
        let response = service.minted_person(name_id, first, last);
        // As who configures an identity provider often writes it.
        let response = if first.is_empty() { response.attribute("firstname", ["Edsger"]) } else { response };
        let response = response.sign_assertion(&key).encoded();
        Visitor::default().post_response(&service.acs_url(), &response, None).await;
    }
    service
}

#[tokio::test]
async fn the_pages_of_people_and_of_what_they_did() {
    let service = acme_at_work().await;
    let id = |items: Vec<Value>, what: &str, is: &str| {
        let found = items.iter().find(|item| item[what] == is).unwrap_or_else(|| panic!("{items:?}"));
        found["id"].as_str().unwrap().to_owned()
    };
    let grace = id(service.list("users").await, "first_name", "Grace");
    let created = id(service.list("sign-ins").await, "outcome", "created");
    let refused = id(service.list("sign-ins").await, "code", "missing_required_attribute");
    let event = id(service.list("audit-events").await, "action", "connection.changed");
    let mut tour = Tour::by_an_operator(service).await;
    for (name, page, css) in [
        ("overview", "", "#chart"),
        ("users", "/users", "table"),
        ("users-none", "/users?q=nobody", "section.empty"),
        ("user", &format!("/users/{grace}"), "#values"),
        ("user-edit", &format!("/users/{grace}/edit"), "main form"),
        ("user-erase", &format!("/users/{grace}/erase"), "button.danger"),
        ("user-new", "/users/new", "main form"),
        ("sign-ins", "/sign-ins", "table"),
        ("explain-created", &format!("/sign-ins/{created}"), "#summary"),
        ("explain", &format!("/sign-ins/{refused}"), "#summary"),
        ("catalog", "/catalog", "fieldset"),
        ("audit", "/audit", "table"),
        ("audit-event", &format!("/audit/{event}"), "#changes"),
    ] {
        tour.visit(&format!("portal-{name}"), &format!("/admin/acme{page}"), css).await;
    }
    tour.open("/admin/acme/sign-ins").await;
    let zone = tour.browser.until("#zone").await;
    assert!(zone.starts_with("Times are those of "), "{zone}");
    let exact = tour.browser.attribute("main time", "title").await.unwrap();
    assert!(exact.ends_with("Z)"), "{exact}");
    tour.open("/admin/acme/users/new").await;
    tour.fill(&[("#email", "who@acme.example"), ("#first_name", "A\u{202e}da"), ("#last_name", "L")]).await;
    tour.click("main form .button", "portal-user-new-faults", "#faults").await;
    tour.open("/admin/acme/catalog").await;
    tour.fill(&[("#user_types-0-roles-0-key", "Not a key")]).await;
    tour.click("main button[type=submit]", "portal-catalog-faults", "#faults").await;
    tour.open("/admin/acme/catalog").await;
    tour.fill(&[("#locations", "New York\nLondon\nParis")]).await;
    // Somebody else saves meanwhile.
    let mut catalog = tour.service.must("GET", "organizations/acme/catalog", &Value::Null).await;
    catalog["user_types"][0]["roles"][1]["name"] = json!("Team lead");
    tour.service.must("PUT", "organizations/acme/catalog", &catalog).await;
    tour.click("main button[type=submit]", "portal-catalog-meanwhile", "#saved_meanwhile").await;
    tour.open("/admin/acme/api-keys").await;
    tour.fill(&[("#name", "Nightly report")]).await;
    tour.click("main button[type=submit]", "portal-keys", "#key").await;

    let table = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
    let rows = "email,first_name,last_name,location,user_type,role\n\
                alan@acme.example,Alan,Turing,London,employee,learner\n\
                grace@acme.example,Grace,Hopper,New York,employee,supervisor\n\
                who,Nobody,At All,Atlantis,employee,learner\n";
    std::fs::write(table.path(), rows).unwrap();
    tour.open("/admin/acme/imports").await;
    tour.browser.choose("#file", &table.path().display().to_string()).await;
    tour.browser.click("main form button[type=submit]").await;
    tour.see("portal-import-tried", "form[action$='/apply']").await;
    let trial = tour.browser.url().await;
    tour.browser.click("a[href*='rows=refused']").await;
    tour.see("portal-import-tried-refused", "a[aria-current][href*='rows=refused']").await;
    let alan = json!({"email": "alan@acme.example", "first_name": "Alan", "last_name": "Turing"});
    tour.service.must("POST", "organizations/acme/users", &alan).await;
    tour.browser.open(trial.as_str()).await;
    tour.click("form[action$='/apply'] button", "portal-import-applied", "#unforeseen").await;
    tour.click("#unforeseen a", "portal-import-unforeseen", "a[aria-current][href*='rows=unforeseen']").await;
    tour.visit("portal-imports", "/admin/acme/imports", "#before").await;

    // Another operator looks at what this one would leave behind.
    let eve = "eve@acme.example";
    let made = tour.service.command_with(&["admin", "create", "--email", eve], &format!("{PASSWORD}\n"));
    assert!(made.status.success(), "{made:?}");
    tour.browser.click("form[action='/admin/sign-out'] button").await;
    tour.browser.until("#password").await;
    tour.fill(&[("#email", eve), ("#password", PASSWORD)]).await;
    tour.browser.click("main button[type=submit]").await;
    tour.browser.until("a[href='/admin/organizations']").await;
    tour.open("/admin/administrators").await;
    tour.click("tbody tr:first-child th a", "portal-administrator-keys", "#revoke_keys").await;
    tour.browser.click("#revoke_keys").await;
    tour.browser.click("#disabled").await;
    tour.browser.until("[role=status].notice").await;
    tour.click("tbody tr:first-child th a", "portal-administrator-kept-out", "#left-behind").await;

    // It would lead nowhere once its table has stopped arriving: it is the last page.
    let arriving = tour.service.send_slowly().await;
    tour.open("/admin/acme/imports").await;
    tour.browser.click("#before + .scroll tbody tr:first-child a").await;
    tour.see("portal-import-arriving", "[data-follow]").await;
    arriving.abort();
    tour.end().await;
}

/// The link in the newest mail to somebody.
async fn mailed(service: &Service, to: &str) -> String {
    let mails = service.outbox().mails_to(to, 1).await;
    let words = mails.last().unwrap().text.split_whitespace().map(str::to_owned);
    words.into_iter().find(|word| word.contains("/admin/")).unwrap()
}

#[tokio::test]
async fn the_pages_to_which_mailed_links_lead() {
    let mut tour = Tour::by_an_operator(acme_at_work().await).await;
    let (bob, ida) = ("bob@acme.example", "ida@idp.example");
    tour.open("/admin/acme/administrators").await;
    tour.fill(&[("#email", bob)]).await;
    tour.click("form[action$='/administrators'] button", "portal-administrators", "tbody tr").await;
    tour.visit("portal-all-administrators-invited", "/admin/administrators", "tbody tr").await;
    tour.click("tbody tr a", "portal-administrator", "h1 bdi").await;
    tour.open("/admin/acme/setup-links").await;
    tour.see("portal-setup-links-empty", "section.empty").await;
    tour.fill(&[("#email", ida)]).await;
    tour.click("form[action$='/setup-links'] button", "portal-setup-links", "tbody tr").await;
    tour.browser.click("form[action='/admin/sign-out'] button").await;
    tour.browser.until("#password").await;
    tour.visit("portal-lost-password", "/admin/lost-password", "#email").await;
    tour.fill(&[("#email", "nobody@acme.example")]).await;
    tour.click("main form button", "portal-lost-password-asked", "[role=status].notice").await;
    let link = mailed(&tour.service, bob).await;
    tour.browser.open(&link).await;
    tour.see("portal-set-password", "#again").await;
    tour.fill(&[("#password", PASSWORD), ("#again", "something else")]).await;
    tour.click("main form button", "portal-set-password-faults", "#faults").await;
    let link = mailed(&tour.service, ida).await;
    tour.browser.open(&link).await;
    tour.see("portal-setup", "main form button").await;
    tour.click("main form button", "portal-setup-sso", ".cards").await;
    tour.visit("portal-setup-refused", "/admin/acme/users", "[data-error-code]").await;
    tour.end().await;
}

#[tokio::test]
async fn the_pages_that_people_see() {
    let service = acme_at_work().await;
    service.connect(&SAML_IDP, &minted_metadata().replace("idp.example", "idp.example.org")).await;
    let user = json!({"email": "tim@acme.example", "first_name": "Tim", "last_name": "Berners-Lee"});
    service.must("POST", "organizations/acme/users", &user).await;
    service.must("PATCH", "organizations/acme", &json!({"branding": {"accent_color": "#0b6e4f"}})).await;
    let idp = DemoIdp::start(&service).await;
    let metadata = json!({"metadata_xml": idp.metadata});
    service.must("PUT", "organizations/acme/connections/demo/identity-provider", &metadata).await;
    let mut mapping = DEMO.settings(&json!({}));
    mapping["attribute_mapping"]["email"] = json!("Email");
    service.must("PUT", "organizations/acme/connections/demo/provisioning", &mapping).await;
    let mut tour = Tour::through(service).await;
    tour.visit("home", "/", "h1").await;
    tour.visit("choose", "/sso/acme/login", ".choices").await;
    for (person, name, css) in [
        ("ada", "signed-in", "[data-outcome]"),
        ("edsger", "refused", "[data-error-code=missing_required_attribute]"),
        ("tim", "check-your-mail", "[data-error-code=link_verification_sent]"),
    ] {
        tour.open("/sso/acme/login?connection=demo").await;
        tour.click(&format!("button[name=person][value={person}]"), name, css).await;
    }
    tour.visit("signed-in-later", "/sso/acme/signed-in", "form[action='/session/logout']").await;
    tour.click("form[action='/session/logout'] button", "signed-out", "a[href='/sso/acme/login']").await;
    let mails = tour.service.outbox().mails_to("tim@acme.example", 1).await;
    let link = mails[0].text.split_whitespace().find(|word| word.contains("/link/")).unwrap();
    tour.browser.open(link).await;
    tour.see("link", "main form button").await;
    tour.click("main form button", "linked", ".badge.good").await;
    tour.visit("not-found", "/sso/nowhere/login", "[data-error-code]").await;
    for language in ["de", "fr", "es", "pt"] {
        tour.service.must("PATCH", "organizations/acme", &json!({"locale": language})).await;
        tour.open("/sso/acme/login?connection=demo").await;
        let page = format!("html[lang={language}] [data-error-code]");
        tour.click("button[name=person][value=edsger]", &format!("refused-{language}"), &page).await;
    }
    tour.visit("api", "/api/docs", "h1").await;
    tour.end().await;
}

#[tokio::test]
async fn the_pages_of_single_sign_on_for_administrators() {
    let (service, _idp) = with_ada(Database::Sqlite).await;
    let mut tour = Tour::by_an_operator(service).await;
    tour.visit("portal-administrators-sso", "/admin/administrators/sso", "#named").await;
    let review = "/admin/administrators/sso?organization=acme&connection=demo";
    tour.visit("portal-administrators-sso-review", review, "#reviewed").await;
    tour.open("/admin/administrators/sso").await;
    tour.fill(&[("#organization", "acme"), ("#connection", "Nowhere!")]).await;
    tour.click("form[method=get] button", "portal-administrators-sso-faults", "#faults").await;
    tour.visit("portal-administrators-with-sso", "/admin/administrators", "#single-sign-on").await;
    tour.click("tbody tr a", "portal-administrator-allowed", "#sso-of").await;
    tour.browser.click("form[action$='/forbid-sso'] button").await;
    tour.browser.until("[role=status].notice").await;
    tour.click("tbody tr a", "portal-administrator-forbidden", "#sso-of").await;
    tour.browser.click("form[action$='/allow-sso'] button").await;
    tour.browser.until("[role=status].notice").await;
    tour.visit("portal-connection-of-administrators", "/admin/acme/sso/demo", ".notice").await;
    tour.browser.click("form[action='/admin/sign-out'] button").await;
    tour.see("portal-sign-in-sso", "a[href^='/admin/sign-in/sso']").await;
    sign_on(&tour.browser, &tour.service, "edsger").await;
    tour.see("portal-sign-in-sso-refused", ".notice.bad").await;
    sign_on(&tour.browser, &tour.service, "ada").await;
    tour.see("portal-account-sso", "#sessions").await;
    tour.visit("portal-administrators-sso-refusals", "/admin/administrators/sso", "#refused").await;
    tour.open("/admin/administrators").await;
    tour.click("tbody tr a", "portal-administrator-linked", "#sso-of").await;
    tour.end().await;
}
