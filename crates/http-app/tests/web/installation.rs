//! What the router serves, and a service that has something at each of its addresses.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::usecase::KeyOwner;
use vestibule_http_app::web::addresses;

use crate::administrators::{of_acme, with_root};
use crate::support::{Answer, HTTPS, Service};

/// An administrator of Acme.
pub(crate) const BOB: &str = "bob@acme.example";
/// An administrator of another organization.
pub(crate) const EVE: &str = "eve@rival.example";
pub(crate) const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
pub(crate) const HERE: (&str, &str) = ("origin", HTTPS);

/// A route: its template, and one of its methods.
pub(crate) type Route = (String, Method);

/// Every route of the router. Which methods an address has it says where it is asked by one that nothing has.
pub(crate) async fn routes(service: &Service) -> Vec<Route> {
    let nothing = Method::from_bytes(b"BREW").unwrap();
    let mut routes = Vec::new();
    for path in addresses() {
        let some_path = path.replace(['{', '}'], "");
        let headers = [("authorization", service.operator()), HERE];
        let answer = service.send(nothing.clone(), &some_path, &headers, Vec::new()).await;
        assert_eq!(answer.status, 405, "{path}: {}", answer.body);
        let methods = answer.header("allow").split(',').map(str::trim);
        let methods = methods.map(|method| Method::from_bytes(method.as_bytes()).unwrap());
        routes.extend(methods.map(|method| (path.clone(), method)));
    }
    routes
}

/// A service with two organizations and rows of each kind in Acme, that paths can name.
pub(crate) struct Installation {
    pub(crate) service: Service,
    user: String,
    import: String,
    key: String,
    setup_link: String,
    administrator: String,
    sign_in: String,
    refused: String,
    audit_event: String,
}

/// A name with what breaks pages: markup, quotes, an entity, a placeholder, letters from right to left, a sign of several characters, and no
/// place to break a line. It is as long as a name can be.
pub(crate) fn odd_name() -> String {
    let odd = "<x-evil onclick='x'>\"&amp;{{7}} שלום 👩🏽‍🚀 ";
    format!("{odd}{}", "W".repeat(254 - odd.chars().count()))
}

/// An e-mail address that is as long as one can be.
pub(crate) fn long_address(start: &str) -> String {
    let domain = format!("{}.example", ["d".repeat(60), "e".repeat(60), "f".repeat(60)].join("."));
    format!("{start}{}@{domain}", "a".repeat(254 - start.len() - 1 - domain.len()))
}

impl Installation {
    pub(crate) async fn new() -> Self {
        let service = with_root().await;
        let administrator = service.has_administrator(BOB, &of_acme()).await.id.to_string();
        let rival = json!({"slug": "rival", "name": "Rival", "jit_provisioning_enabled": true});
        service.api("POST", "organizations", &rival).await;
        service.has_administrator(EVE, &KeyOwner::Organization("rival".parse().unwrap())).await;
        let ada = json!({"email": "ada@acme.example", "first_name": "Ada", "last_name": "Lovelace"});
        let id = |made: Value| made["id"].as_str().unwrap_or_else(|| panic!("no id in {made}")).to_owned();
        let user = id(service.api("POST", "organizations/acme/users", &ada).await);
        let key = id(service.api("POST", "organizations/acme/api-keys", &json!({"name": "test"})).await);
        let headers = [("authorization", service.operator()), ("content-type", "text/csv")];
        let table =
            b"email,first_name,last_name,location,user_type,role\nbob@acme.example,Bob,Builder,,,\n".to_vec();
        let imported =
            service.send(Method::POST, "/api/v1/organizations/acme/users/import", &headers, table).await;
        let import = id(serde_json::from_str(&imported.body).unwrap());
        let newest = async |list: &str| {
            let listed =
                service.api("GET", &format!("organizations/acme/{list}?limit=1"), &Value::Null).await;
            id(listed["items"][0].clone())
        };
        service.sign_in("grace@acme.example").await;
        let sign_in = newest("sign-ins").await;
        let unsigned = service.response("grace@acme.example").encoded();
        service.post_form(&[("SAMLResponse", &unsigned)], &[]).await;
        let (refused, audit_event) = (newest("sign-ins").await, newest("audit-events").await);
        let setup_link = service.has_setup_link("it@acme.example").await.0.to_string();
        Self { service, user, import, key, setup_link, administrator, sign_in, refused, audit_event }
    }

    /// One in which every name is an odd one.
    pub(crate) async fn odd() -> Self {
        let there = Self::new().await;
        let (service, name) = (&there.service, odd_name());
        let change = async |method: &str, path: &str, body: Value| {
            service.api(method, &format!("organizations/acme{path}"), &body).await;
        };
        change("PATCH", "", json!({"name": name})).await;
        let role = json!({"key": "learner", "name": name, "privileged": false});
        let other = json!({"key": "supervisor", "name": name, "privileged": true});
        let catalog = json!({
            "user_types": [{"key": "employee", "name": name, "roles": [role, other]}],
            "locations": [{"name": "New York"}, {"name": "London"}, {"name": name}],
        });
        change("PUT", "/catalog", catalog).await;
        let contact = json!({"name": name, "email": long_address("it"), "phone": "+1 555 0100"});
        change("PATCH", "/connections/okta", json!({"display_name": name, "technical_contact": contact}))
            .await;
        let ada = json!({"first_name": name, "last_name": name, "location": name, "email": long_address("ada"),
                         "assignments": [{"user_type": "employee", "role": "learner"}]});
        change("PATCH", &format!("/users/{}", there.user), ada).await;
        change("POST", "/api-keys", json!({"name": name})).await;
        let response = service.response(&name).with(|response| {
            for attribute in response.assertion.attribute_statements.iter_mut().flatten() {
                attribute.values = vec![name.as_str().into()];
            }
        });
        let refused = service.answer(response.attribute(&name, [name.as_str()]), &[]).await;
        assert_eq!(refused.status, 403, "the NameID is no address");
        let listed = service.api("GET", "organizations/acme/sign-ins?limit=1", &Value::Null).await;
        let newest = listed["items"][0]["id"].as_str().unwrap().to_owned();
        Self { refused: newest, ..there }
    }

    /// The path of a template, below that organization and with the rows of Acme.
    pub(crate) fn path(&self, template: &str, organization: &str) -> String {
        let mut before = "";
        let segments = template.split('/').map(|segment| {
            let filled = match (before, segment) {
                (_, "{org}") => organization,
                (_, "{connection}") => "okta",
                (_, "{user_type}") => "employee",
                ("users", "{id}") => &self.user,
                ("imports", "{id}") => &self.import,
                ("api-keys", "{id}") => &self.key,
                ("setup-links", "{id}") => &self.setup_link,
                ("administrators", "{id}") => &self.administrator,
                (_, "{change}") => "sign-out",
                (_, "{step}") => "revoke",
                ("sign-ins", "{id}") => &self.sign_in,
                ("audit" | "audit-events", "{id}") => &self.audit_event,
                // What cannot be made by hand: nothing has this id, and nothing this token.
                ("service-keys", "{id}") => "018f0000-0000-7000-8000-000000000000",
                (_, "{token}" | "{trial}" | "{name}") => "0123456789abcdef",
                (_, other) => {
                    assert!(!other.starts_with('{'), "nobody has said what {other} is in {template}");
                    other
                }
            };
            before = segment;
            filled
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// The addresses of the portal's pages about Acme and about everything, but those that a trial or a token leads to.
    pub(crate) async fn pages(&self) -> Vec<String> {
        let mut pages: Vec<_> = routes(&self.service)
            .await
            .into_iter()
            .filter(|(path, method)| path.starts_with("/admin") && *method == Method::GET)
            .filter(|(path, _)| {
                !["{trial}", "{token}", "sign-in", "sign-in/sso", "results"]
                    .iter()
                    .any(|end| path.ends_with(end))
            })
            .map(|(path, _)| self.path(&path, "acme"))
            .collect();
        pages.push(format!("/admin/acme/sign-ins/{}", self.refused));
        pages
    }

    pub(crate) async fn send(&self, route: &Route, organization: &str, headers: &[(&str, &str)]) -> Answer {
        let path = self.path(&route.0, organization);
        self.service.send(route.1.clone(), &path, &[&[FORM], headers].concat(), Vec::new()).await
    }
}
