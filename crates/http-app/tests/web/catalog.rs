//! The catalog's page in the Admin Portal.

use serde_json::Value;

use crate::administrators::{ROOT, with_root};
use crate::support::Service;

const PATH: &str = "/admin/acme/catalog";

/// The form as a browser sends it that changed nothing, but for these fields.
async fn with(
    service: &Service,
    cookie: &str,
    changed: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let page = service.visit(PATH, cookie).await;
    let version = page.between("name=\"version\" value=\"", "\"").to_owned();
    let mut fields = vec![
        ("version", version),
        ("user_types/0/key", "employee".to_owned()),
        ("user_types/0/name", "Employee".to_owned()),
        ("user_types/0/roles/0/key", "learner".to_owned()),
        ("user_types/0/roles/0/name", "Learner".to_owned()),
        ("user_types/0/roles/1/key", "supervisor".to_owned()),
        ("user_types/0/roles/1/name", "Supervisor".to_owned()),
        ("locations", "New York\nLondon".to_owned()),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, (*value).to_owned()));
    }
    fields
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn who_saves_over_what_somebody_saved_meanwhile_sees_where_the_two_differ() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    let stale = with(&service, &root, &[("locations", "New York\nLondon\nParis")]).await;
    let first = with(&service, &root, &[("user_types/0/roles/1/name", "Boss")]).await;
    assert_eq!(service.save(&root, PATH, &borrowed(&first)).await.status, 303);

    let answer = service.save(&root, PATH, &borrowed(&stale)).await;
    assert_eq!(answer.status, 412, "{}", answer.body);
    let table = answer.between("id=\"saved_meanwhile\"", "</table>");
    for (field, saved, yours) in [
        ("Role employee, supervisor", "Boss", "Supervisor"),
        ("Locations that only this one has", "nothing", "Paris"),
    ] {
        let row = format!(
            "<tr><th scope=\"row\">{field}</th><td data-label=\"Saved meanwhile\"><bdi>{saved}</bdi></td>\
             <td data-label=\"Yours\"><bdi>{yours}</bdi></td></tr>"
        );
        assert!(table.contains(&row), "{table}");
    }
    assert_eq!(table.matches("<tr>").count(), 3, "{table}");

    let mut again = stale;
    answer.between("name=\"version\" value=\"", "\"").clone_into(&mut again[0].1);
    assert_eq!(service.save(&root, PATH, &borrowed(&again)).await.status, 303, "now it is meant");
    let saved = service.api("GET", "organizations/acme/catalog", &Value::Null).await;
    assert_eq!(saved["user_types"][0]["roles"][1]["name"], "Supervisor");
    assert_eq!(saved["locations"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_value_in_use_is_named_where_it_was_changed() {
    let service = with_root().await;
    service.sign_in("ada@acme.example").await;
    let root = service.signed_in(ROOT).await;
    let refused = async |changed: &[(&'static str, &str)], id: &str, said: &str| {
        let fields = with(&service, &root, changed).await;
        let answer = service.save(&root, PATH, &borrowed(&fields)).await;
        assert_eq!(answer.status, 409, "{changed:?}: {}", answer.body);
        assert!(answer.body.contains(&format!("<a href=\"#{id}\">")), "{changed:?}: {}", answer.body);
        let fault = answer.between(&format!("id=\"{id}-fault\">"), "</div>");
        assert!(fault.contains(said), "{changed:?}: {fault}");
    };
    let users = "“New York” cannot be removed: there are users who have it";
    refused(&[("locations", "London")], "locations", users).await;
    let gone = [("user_types/0/roles/0/key", ""), ("user_types/0/roles/0/name", "")];
    let default = "“Employee: Learner” cannot be removed: it is the default of Okta";
    refused(&gone, "user_types-0-roles-1-name", default).await;
    let privileged = "“Employee: Learner” cannot become privileged: it is the default of Okta";
    refused(&[("user_types/0/roles/0/privileged", "true")], "user_types-0-roles-0-privileged", privileged)
        .await;
    let renamed = "“Employee: Learner” cannot be removed";
    refused(&[("user_types/0/key", "staff")], "user_types-1-name", renamed).await;
}
