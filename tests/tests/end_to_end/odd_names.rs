//! Every page that the portal's links lead to, in an organization of which each name is as long and odd as it can be: nothing is wider than
//! a telephone, nothing moves while it loads, and no first visit is heavy.

use std::collections::{BTreeMap, VecDeque};

use serde_json::json;
use url::Url;
use vestibule_demo_idp::mint::{SigningKey, metadata};
use vestibule_tests::{Browser, DEMO, Database, SAML_IDP, Service, Visitor, minted_metadata};

use crate::portal::sign_in;

/// The most bytes of a first visit, with style, script and icon.
const MOST_BYTES: u64 = 60 * 1_024;

/// Markup, a direction, a sign of several characters, and no place to break a line; as long as a name can be.
fn odd_name() -> String {
    let odd = "<b>\"&amp;{{7}} שלום 👩🏽‍🚀 ";
    format!("{odd}{}", "W".repeat(254 - odd.chars().count()))
}

async fn odd_acme() -> Service {
    let service = Service::start(Database::Sqlite).await;
    service.set_up_acme().await;
    service.connect(&DEMO, &minted_metadata()).await;
    let name = odd_name();
    let acme = "organizations/acme";
    service.must("PATCH", acme, &json!({"name": name})).await;
    let roles = json!([{"key": "learner", "name": name, "privileged": false},
                       {"key": "supervisor", "name": name, "privileged": true}]);
    let catalog = json!({"user_types": [{"key": "employee", "name": name, "roles": roles}],
                         "locations": [{"name": "New York"}, {"name": name}]});
    service.must("PUT", &format!("{acme}/catalog"), &catalog).await;
    let domain = format!("{}.example", ["d".repeat(60), "e".repeat(60), "f".repeat(60)].join("."));
    let address = format!("{}@{domain}", "a".repeat(254 - 1 - domain.len()));
    let contact = json!({"name": name, "email": address, "phone": "+1 212 555 0100"});
    let connection = json!({"display_name": name, "technical_contact": contact});
    service.must("PATCH", &format!("{acme}/connections/demo"), &connection).await;
    let other = "https://other.example";
    let other = metadata(other, &format!("{other}/sso"), &[SigningKey::demo().certificate_der()]).xml();
    service.connect(&SAML_IDP, &other).await;
    let person = json!({"email": address, "first_name": name, "last_name": name, "location": name,
                        "assignments": [{"user_type": "employee", "role": "learner"}]});
    service.must("POST", &format!("{acme}/users"), &person).await;
    service.must("POST", &format!("{acme}/api-keys"), &json!({"name": name})).await;
    for name_id in ["ada@acme.example", name.as_str()] {
        let response = service.minted_person(name_id, &name, &name).attribute(&name, [name.as_str()]);
        let response = response.sign_assertion(&SigningKey::demo()).encoded();
        Visitor::default().post_response(&service.acs_url(), &response, None).await;
    }
    service
}

/// A page by what it is of, whichever row.
fn kind(url: &Url) -> String {
    let is_id =
        |segment: &str| segment.len() == 36 && segment.bytes().filter(|byte| *byte == b'-').count() == 4;
    let segments = url.path().split('/').map(|segment| if is_id(segment) { "{id}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// One of each kind of page that links lead to from there on. Of sign-ins there are more kinds: all of them.
async fn all_pages(browser: &Browser, start: &str) -> BTreeMap<String, Url> {
    let (mut found, mut open) = (BTreeMap::new(), VecDeque::from([Url::parse(start).unwrap()]));
    while let Some(url) = open.pop_front() {
        let is_page = url.path().starts_with("/admin") && !url.path().ends_with("/results");
        let kind = if url.path().contains("/sign-ins/") { url.path().to_owned() } else { kind(&url) };
        if url.host_str() != Some("localhost") || !is_page || found.contains_key(&kind) {
            continue;
        }
        browser.open(url.as_str()).await;
        found.insert(kind, url);
        open.extend(browser.measure().await.links);
    }
    found
}

#[tokio::test]
async fn every_page_holds_the_oddest_names() {
    let service = odd_acme().await;
    let browser = Browser::start(true).await;
    sign_in(&browser, &service).await;
    let pages = all_pages(&browser, &format!("{}/admin", service.url())).await;
    assert!(pages.len() > 18, "only {:?} were found", pages.keys());
    let people = ["/sso/acme/login", "/sso/acme/signed-out", "/admin/nowhere"];
    let people =
        people.map(|path| (path.to_owned(), Url::parse(&format!("{}{path}", service.url())).unwrap()));
    browser.forget_what_was_loaded().await;
    let mut faults = Vec::new();
    for (width, height) in [(320, 640), (1_280, 800)] {
        browser.resize(width, height).await;
        for (kind, url) in pages.iter().chain(people.iter().map(|(kind, url)| (kind, url))) {
            browser.open(url.as_str()).await;
            let measured = browser.measure().await;
            if measured.too_wide > 0 {
                let (much, what) = (measured.too_wide, &measured.sticking_out);
                faults.push(format!("{kind} is {much} too wide for {width}: {what:#?}"));
            }
            if measured.shift > 0.0 {
                faults.push(format!("{kind} moves by {} at {width}", measured.shift));
            }
            if measured.bytes > MOST_BYTES {
                faults.push(format!("{kind} has {} bytes", measured.bytes));
            }
            println!("{kind} {width}: {} bytes, {:.0} ms", measured.bytes, measured.milliseconds);
        }
    }
    browser.quit().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
