//! What whoever has no pointer meets in the Admin Portal, beside what they do.

use std::time::Duration;

use vestibule_tests::{Browser, DEMO, Database, Service, minted_metadata};

use crate::portal::sign_in;

async fn at_the_connection() -> (Service, Browser) {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let browser = Browser::start(true).await.by_keyboard();
    sign_in(&browser, &service).await;
    browser.open(&format!("{}/admin/acme/sso/demo", service.url())).await;
    browser.until("h1").await;
    (service, browser)
}

#[tokio::test]
async fn the_first_stop_leads_past_the_navigation() {
    let (_service, browser) = at_the_connection().await;
    browser.click("a.skip").await;
    browser.tab(false).await;
    assert_eq!(browser.count("main :focus").await, 1, "{}", browser.page().await);
    browser.quit().await;
}

#[tokio::test]
async fn a_value_that_is_copied_is_said_to_be() {
    let (_service, browser) = at_the_connection().await;
    browser.click("[data-copy=give-acs]").await;
    let mut said = String::new();
    for _ in 0..100 {
        said = browser.until("body > [role=status]").await;
        if !said.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(said.ends_with("copied"), "{said}");
    assert_eq!(
        browser.attribute(":focus", "data-copy").await.as_deref(),
        Some("give-acs"),
        "the focus stays"
    );
    browser.quit().await;
}
