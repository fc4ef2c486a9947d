//! The pages of an organization in the Admin Portal: who gets in, and what its forms say.

use vestibule_domain::usecase::KeyOwner;

use crate::administrators::{ROOT, of_acme, with_root};

const SEEN: [&str; 11] = [
    "",
    "/settings",
    "/users",
    "/users/new",
    "/imports",
    "/sign-ins",
    "/sso",
    "/sso/okta",
    "/catalog",
    "/api-keys",
    "/audit",
];

#[tokio::test]
async fn nobody_sees_a_page_who_is_not_signed_in() {
    let service = with_root().await;
    for path in SEEN {
        let path = format!("/admin/acme{path}");
        let answer = service.get(&path, &[]).await;
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").starts_with("/admin/sign-in?return_to="), "{path}");
    }
}

#[tokio::test]
async fn another_organizations_administrator_finds_nothing() {
    let service = with_root().await;
    service.api("POST", "organizations", &serde_json::json!({"slug": "rival", "name": "Rival"})).await;
    let rival = KeyOwner::Organization("rival".parse().unwrap());
    service.has_administrator("eve@rival.example", &rival).await;
    let eve = service.signed_in("eve@rival.example").await;
    for path in SEEN {
        service.visit(&format!("/admin/acme{path}"), &eve).await.is_page(404, "organization_not_found");
    }
    assert_eq!(service.visit("/admin/rival", &eve).await.status, 200);
    service.visit("/admin/organizations", &eve).await.is_page(404, "not_found");
}

#[tokio::test]
async fn every_page_is_there_for_who_may_see_it() {
    let service = with_root().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    for who in [ROOT, "bob@acme.example"] {
        let cookie = service.signed_in(who).await;
        for path in SEEN {
            let answer = service.visit(&format!("/admin/acme{path}"), &cookie).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            assert!(answer.header("content-security-policy").contains("script-src 'self';"), "{path}");
        }
    }
}

#[tokio::test]
async fn settings_come_back_with_every_fault_and_all_that_was_typed() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.visit("/admin/acme/sso/okta", &root).await;
    let version = page.between("name=\"version\" value=\"", "\"");
    let fields = [
        ("version", version),
        ("allow_automatic_registration", "true"),
        ("attribute_mapping/email", "<b>Email</b>"),
        ("link_by_email", "verify"),
        ("on_invalid_value", "refuse"),
        ("email_domains", "not a domain"),
    ];
    let answer = service.save(&root, "/admin/acme/sso/okta/provisioning", &fields).await;
    assert_eq!(answer.status, 422);
    for id in ["defaults-user_type", "attribute_mapping-first_name", "attribute_mapping-last_name"] {
        assert!(answer.body.contains(&format!("href=\"#{id}\"")), "{id}");
    }
    assert!(answer.body.contains("&#60;b&#62;Email&#60;/b&#62;") && answer.body.contains("not a domain"));
}

#[tokio::test]
async fn who_saves_over_what_somebody_saved_meanwhile_sees_both() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let fields = |version| {
        [
            ("version", version),
            ("attribute_mapping/email", "mail"),
            ("link_by_email", "never"),
            ("on_invalid_value", "refuse"),
        ]
    };
    let path = "/admin/acme/sso/okta/provisioning";
    let answer = service.save(&root, path, &fields("0")).await;
    assert_eq!(answer.status, 412);
    assert!(answer.body.contains("Saved meanwhile") && answer.body.contains("never"));
    let version = answer.between("name=\"version\" value=\"", "\"");
    assert_eq!(service.save(&root, path, &fields(version)).await.status, 303, "now it is meant");
}

#[tokio::test]
async fn who_changes_a_connection_that_somebody_changed_meanwhile_sees_both() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let path = "/admin/acme/sso/okta/details";
    let fields = |version| {
        [
            ("version", version),
            ("key", "okta"),
            ("display_name", "Okta"),
            ("sp_initiated", "true"),
            ("sign_requests", "always"),
        ]
    };
    let answer = service.save(&root, path, &fields("0")).await;
    assert_eq!(answer.status, 412);
    let table = answer.between("id=\"saved_meanwhile\"", "</table>");
    assert!(
        table.contains("<bdi>When its metadata wants it</bdi>") && table.contains("<bdi>Always</bdi>"),
        "{table}"
    );
    assert!(!table.contains("Name in addresses"), "{table}");
    let details = answer.between("id=\"details\"", "</form>");
    let version = details.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(service.save(&root, path, &fields(version)).await.status, 303, "now it is meant");
}

#[tokio::test]
async fn a_sign_in_is_found_by_the_reference_that_the_refused_person_was_shown() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let reference = "01a215b3-062f-7146-ac66-6bc67ce4f5bc";
    let found = service.visit(&format!("/admin/acme/sign-ins?reference={reference}"), &root).await;
    assert_eq!(found.status, 303);
    assert_eq!(found.headers["location"], format!("/admin/acme/sign-ins/{reference}").as_str());
    let other = service.visit("/admin/acme/sign-ins?reference=%3Cb%3E", &root).await;
    assert!(other.status == 200 && other.body.contains("Is not a reference"), "{}", other.body);
}

#[tokio::test]
async fn the_catalog_shows_where_its_values_are_used() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let page = service.visit("/admin/acme/catalog", &root).await;
    assert!(page.body.contains("Default of <a href=\"/admin/acme/sso/okta#provisioning\">"), "{}", page.body);
    assert!(page.body.contains("/admin/acme/users?location=New+York"), "{}", page.body);
}

#[tokio::test]
async fn settings_that_are_sent_twice_are_saved() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let path = "/admin/acme/sso/okta/provisioning";
    let page = service.visit("/admin/acme/sso/okta", &root).await;
    let version = page.between("name=\"version\" value=\"", "\"");
    let fields = [("version", version), ("link_by_email", "never"), ("on_invalid_value", "refuse")];
    for time in ["once", "twice"] {
        assert_eq!(service.save(&root, path, &fields).await.status, 303, "{time}");
    }
}

#[tokio::test]
async fn only_an_operator_enables_just_in_time_provisioning() {
    let service = with_root().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let bob = service.signed_in("bob@acme.example").await;
    let page = service.visit("/admin/acme/settings", &bob).await;
    assert!(!page.body.contains("jit_provisioning_enabled"));
    let version = page.between("name=\"version\" value=\"", "\"");
    let before = service.api("GET", "organizations/acme", &serde_json::Value::Null).await;
    let fields =
        [("version", version), ("name", "Bob’s"), ("jit_provisioning_enabled", ""), ("locale", "de")];
    assert_eq!(service.save(&bob, "/admin/acme/settings", &fields).await.status, 303);
    let after = service.api("GET", "organizations/acme", &serde_json::Value::Null).await;
    assert_eq!(after["locale"], "de");
    for field in ["name", "jit_provisioning_enabled"] {
        assert_eq!(after[field], before[field], "{field}");
    }
}
