//! Mails on their way through a real mail server.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use vestibule_demo_idp::mint::{SigningKey, random_id};
use vestibule_tests::{
    Browser, DEMO, Database, Form, Service, Settings, SmtpMailbox, Visitor, free_port, minted_metadata, run,
    variable,
};

/// Acme, which believes [`DEMO`] and whose mails go there.
pub(crate) async fn acme_mailing_to(mail_url: String) -> Service {
    let settings =
        Settings { database: Database::Sqlite, mail_url: Some(mail_url), public_url: None, guarded: false };
    let service = Service::start_with(settings).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    service
}

/// An address that no other test mails to.
pub(crate) fn somebody() -> String {
    format!("p{}@acme.example", random_id().to_lowercase())
}

#[tokio::test]
async fn a_new_person_is_welcomed_once_by_a_real_mail_server() {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    let ada = somebody();
    for _ in 0..2 {
        let response = service.minted_response(&ada);
        Visitor::default().post_response(&service.acs_url(), &response, None).await.must_redirect();
    }
    let mails = SmtpMailbox.mails_to(&ada, 1).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject.contains("Acme"));
    assert!(mails[0].text.contains("Ada") && mails[0].text.contains(&service.url()));
    assert!(mails[0].html.contains("<html"));
}

#[tokio::test]
async fn a_welcome_is_in_the_organizations_look_and_language() {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    let look = json!({"locale": "de", "branding": {"accent_color": "#ffd500"}});
    service.must("PATCH", "organizations/acme", &look).await;
    let ada = somebody();
    let response = service.minted_response(&ada);
    Visitor::default().post_response(&service.acs_url(), &response, None).await.must_redirect();
    let mail = &SmtpMailbox.mails_to(&ada, 1).await[0];
    assert!(mail.subject.starts_with("Ihr Konto bei ") && mail.text.contains("Melden Sie sich an"));
    assert!(mail.html.contains("<html lang=\"de\"") && mail.html.contains("#ffd500"), "{}", mail.html);
}

/// A black picture of 16 pixels each way (PNG, third edition).
const LOGO: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x01\x00\x00\x00\x007\x88\xc2\xcc\x00\x00\x00\x0cIDATx\x9cc` \x0d\x00\x00\x000\x00\x01\x16\x89\x9a\xd1\x00\x00\x00\x00IEND\xaeB`\x82";

/// What a sandbox and a policy leave of a mail, only a real browser tells.
#[tokio::test]
async fn an_administrator_looks_at_a_mail_with_the_logo_in_it() {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    let logo = service.folder().join("logo.png");
    std::fs::write(&logo, LOGO).unwrap();
    let (email, password) = ("root@acme.example", "correct horse battery staple");
    assert!(service.command_with(&["admin", "create", "--email", email], password).status.success());
    let browser = Browser::start(true).await;
    let settings = format!("{}/admin/acme/settings", service.url());
    browser.open(&settings).await;
    browser.fill("#email", email).await;
    browser.fill("#password", password).await;
    browser.click("main button[type=submit]").await;
    browser.choose("#logo", logo.to_str().unwrap()).await;
    browser.click("form[action$='/logo'] button[type=submit]").await;
    assert!(browser.until("[role=status].notice").await.contains("The logo is saved"));
    browser.open(&format!("{settings}/mails?kind=welcome&language=de")).await;
    assert!(browser.until("pre").await.contains("Guten Tag Ada,"));
    // Only a frame that shows the mail loads the logo by the address that mails have.
    let end = Instant::now() + Duration::from_mins(1);
    while !service.log().contains("/sso/{org}/logo\"") {
        assert!(Instant::now() < end, "nobody loads the logo: {}", browser.page().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.picture("portal-mails").await;
    browser.quit().await;
}

/// Mails are not the service's pages: they are looked at as files.
#[tokio::test]
async fn every_mail_can_be_read_by_everybody_on_every_screen() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(Command::new(variable("VESTIBULE_BIN"))
        .current_dir(folder.path())
        .args(["mail", "preview", "--output", "mails"]));
    assert!(output.status.success(), "{output:?}");
    let browser = Browser::start(true).await;
    let (mut findings, mut looked_at) = (Vec::new(), 0);
    for file in std::fs::read_dir(folder.path().join("mails")).unwrap() {
        let path = file.unwrap().path();
        // The others differ by their words alone; German ones are the longest.
        let Some(kind) = path.file_name().unwrap().to_str().unwrap().strip_suffix(".de.html") else {
            continue;
        };
        browser.open(&format!("file://{}", path.display())).await;
        findings.extend(browser.inspect(&format!("mail-{kind}")).await);
        looked_at += 1;
    }
    browser.quit().await;
    // A mail stands in a program that has the landmarks.
    findings.retain(|finding| !finding.contains("landmark-one-main") && !finding.contains("region at"));
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(looked_at >= 6, "{looked_at}");
}

#[tokio::test]
async fn an_account_is_linked_by_the_button_behind_a_mailed_link() {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    let tim = somebody();
    let user = json!({"email": tim, "first_name": "Tim", "last_name": "Berners-Lee"});
    service.must("POST", "organizations/acme/users", &user).await;
    let visitor = Visitor::default();
    let response = || service.minted_response(&tim);
    let refused = visitor.post_response(&service.acs_url(), &response(), None).await;
    assert!(!refused.refusal("link_verification_sent").is_empty());

    let mails = SmtpMailbox.mails_to(&tim, 1).await;
    let link = mails[0].link(&format!("{}/sso/acme/link/", service.url()));
    // A mail scanner opens it first, and nothing happens.
    assert_eq!(Visitor::default().open(&link).await.status, 200);
    assert_eq!(service.list("users").await[0]["identities"], json!([]));
    let page = visitor.open(&link).await;
    let confirmed = visitor.submit(&page, &Form::all(&page.body)[0]).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    assert_eq!(service.list("users").await[0]["identities"][0]["name_id"], json!(tim));
    let _ = visitor.open(&link).await.refusal("link_expired");
    visitor.post_response(&service.acs_url(), &response(), None).await.must_redirect();
}

#[tokio::test]
async fn the_old_address_is_told_of_a_new_one() {
    let service = acme_mailing_to(variable("VESTIBULE_TEST_SMTP_URL")).await;
    let at = "organizations/acme/connections/demo/provisioning";
    let mapping = json!({"first_name": "FirstName", "last_name": "LastName", "email": "Email",
                         "location": null, "user_type": null, "role": null});
    service
        .must(
            "PUT",
            at,
            &DEMO.settings(&json!({"attribute_mapping": mapping, "suppress_welcome_emails": true})),
        )
        .await;
    let (old, new) = (somebody(), somebody());
    for address in [&old, &new] {
        let response = service.minted("00u1", "Ada").attribute("Email", [address.as_str()]);
        let encoded = response.sign_assertion(&SigningKey::demo()).encoded();
        Visitor::default().post_response(&service.acs_url(), &encoded, None).await.must_redirect();
    }
    let mails = SmtpMailbox.mails_to(&old, 1).await;
    assert_eq!(mails.len(), 1);
    assert!(!mails[0].text.contains(&new), "the old address is not told the new one");
    assert!(SmtpMailbox.mails_to(&new, 0).await.is_empty(), "welcome mails are suppressed");
}

#[tokio::test]
async fn a_mail_server_that_is_down_delays_mail_and_nothing_else() {
    let service = acme_mailing_to(format!("smtp://127.0.0.1:{}", free_port())).await;
    let response = service.minted_response("ada@acme.example");
    let visitor = Visitor::default();
    visitor.post_response(&service.acs_url(), &response, None).await.must_redirect();
    assert_eq!(visitor.open(&format!("{}/session", service.url())).await.status, 200);
    assert_eq!(visitor.open(&format!("{}/readyz", service.url())).await.status, 200);
    let checked = service.command(&["check"]);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
}
