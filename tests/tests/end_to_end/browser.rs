//! A person with a real browser, through the demo.

use std::time::{Duration, Instant};

use vestibule_tests::Browser;

use crate::demo::Demo;

/// From Acme's address through the demo identity provider's page, as the person of that key.
async fn sign_in(browser: &Browser, demo: &Demo, person: &str) {
    browser.open(&format!("{}/sso/acme/login", demo.service)).await;
    browser.click(&format!("button[name=person][value={person}]")).await;
}

#[tokio::test]
async fn a_new_employee_signs_in_and_sees_who_she_became_and_why() {
    let demo = Demo::start();
    let browser = Browser::start(true).await;
    sign_in(&browser, &demo, "ada").await;
    browser.until("main[data-outcome=created]").await;
    assert!(browser.until("h1").await.contains("Ada Lovelace"));
    // One explanation a mapped field, each with its rule.
    for rule in ["mapped_attribute", "default_value", "pair_in_catalog"] {
        assert!(browser.count(&format!("[data-rule={rule}]")).await > 0, "{rule}");
    }
    browser.picture("explanation").await;
    let mails = demo.outbox().mails_to("ada@acme.example", 1).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject.contains("Acme"));

    // Signed in means signed in, until she signs out.
    browser.open(&format!("{}/session", demo.service)).await;
    assert!(browser.page().await.contains("ada@acme.example"));
    browser.open(&format!("{}/sso/acme/signed-in", demo.service)).await;
    browser.click("form[action='/session/logout'] button").await;
    browser.until("a[href='/sso/acme/login']").await;
    browser.picture("signed-out").await;
    browser.open(&format!("{}/session", demo.service)).await;
    assert!(!browser.page().await.contains("ada@acme.example"));
    browser.quit().await;
}

#[tokio::test]
async fn the_demo_works_without_scripts() {
    let demo = Demo::start();
    let browser = Browser::start(false).await;
    sign_in(&browser, &demo, "grace").await;
    browser.click("form#response button").await;
    browser.until("main[data-outcome=updated]").await;
    assert!(browser.until("h1").await.contains("Grace Hopper"));
    assert!(browser.until(".changes").await.contains("Murray"));
    browser.picture("updated").await;
    browser.quit().await;
}

/// The demo whose identity provider takes no redirects, as its metadata says.
async fn demo_by_posts_alone() -> Demo {
    let demo = Demo::start();
    demo.with_metadata(|metadata| {
        let redirect = "SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\"";
        assert!(metadata.contains(redirect), "{metadata}");
        metadata
            .replace(redirect, "SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:SOAP\"")
    })
    .await;
    demo
}

#[tokio::test]
async fn a_request_is_posted_by_a_page_that_sends_itself() {
    let demo = demo_by_posts_alone().await;
    let browser = Browser::start(true).await;
    sign_in(&browser, &demo, "ada").await;
    browser.until("main[data-outcome=created]").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_request_is_posted_by_a_button_where_no_script_runs() {
    let demo = demo_by_posts_alone().await;
    let browser = Browser::start(false).await;
    browser.open(&format!("{}/sso/acme/login", demo.service)).await;
    browser.until("form#message button").await;
    browser.picture("sending").await;
    browser.click("form#message button").await;
    browser.click("button[name=person][value=ada]").await;
    browser.click("form#response button").await;
    browser.until("main[data-outcome=created]").await;
    browser.quit().await;
}

#[tokio::test]
async fn who_is_refused_learns_what_to_do_and_whom_to_ask() {
    let demo = Demo::start();
    let browser = Browser::start(true).await;
    for (person, code) in [
        ("alan", "unknown_location"),
        ("margaret", "missing_required_attribute"),
        ("edsger", "missing_required_attribute"),
        ("dennis", "invalid_user_type_or_role"),
        ("linus", "invalid_user_type_or_role"),
        ("tim", "link_verification_sent"),
    ] {
        sign_in(&browser, &demo, person).await;
        let refusal = format!("main[data-error-code={code}]");
        let reference = browser.attribute(&refusal, "data-reference").await.unwrap_or_default();
        assert!(browser.until(".reference").await.contains(&reference), "{person}");
        assert!(browser.page().await.contains("it@acme.example"), "{person}");
        browser.picture(&format!("refused-{person}")).await;
    }
    browser.quit().await;
}

#[tokio::test]
async fn markup_in_a_name_is_shown_and_not_believed() {
    let demo = Demo::start();
    let browser = Browser::start(true).await;
    sign_in(&browser, &demo, "zoe").await;
    browser.until("main[data-outcome=created]").await;
    assert!(browser.until("h1").await.contains("<b>O’Hara</b>"));
    assert_eq!(browser.count("h1 b, main script").await, 0);
    browser.picture("markup").await;
    browser.quit().await;
}

#[tokio::test]
async fn a_browser_that_a_failing_test_drops_ends_soon() {
    let browser = Browser::start(true).await;
    browser.open("data:text/html,<title>A</title>").await;
    let dropped = Instant::now();
    drop(browser);
    assert!(dropped.elapsed() < Duration::from_secs(30), "{:?}", dropped.elapsed());
}
