//! What the pages of the Admin Portal cost on SQLite, in an organization of 10,000 sign-ins: from the request to the last byte of the answer,
//! without a network.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails to start should say so")]

use std::hint::black_box;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use chrono::TimeDelta;
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use url::form_urlencoded;
use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey, metadata};
use vestibule_domain::arrival::Keep;
use vestibule_domain::ports::{Actor, Clock as _, MetadataError, MetadataSource};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::testing::{FrozenClock, PaperKeysmith, PaperPasswords, PaperVault};
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::{
    AdministratorDraft, ApiKeyDraft, CreateAdministrator, CreateApiKey, Keeping, KeyOwner, World,
};
use vestibule_http_app::config::PublicUrl;
use vestibule_http_app::state::AppState;
use vestibule_http_app::system::SystemRandom;
use vestibule_http_app::web::{RateLimits, Site, router};
use vestibule_persistence_adapter::{Database, Limits};
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

#[path = "../tests/shared/mails.rs"]
mod mails;

const URL: &str = "https://sso.example.com";
const IDP: &str = "https://idp.example";
const EMAIL: &str = "root@acme.example";
const PASSWORD: &str = "correct horse battery staple";

/// Of 500 people in 28 days. Each tenth is refused, since their identity provider sends no last name.
const SIGN_INS: usize = 10_000;
const PEOPLE: usize = 500;
const BETWEEN_TWO: TimeDelta = TimeDelta::minutes(4);

struct NoMetadata;

#[async_trait]
impl MetadataSource for NoMetadata {
    async fn fetch(&self, _: &WebUrl) -> Result<String, MetadataError> {
        Err(MetadataError::new("unused", "nothing is fetched here"))
    }
}

/// A service on a file of its own.
struct Service {
    router: Router,
    clock: Arc<FrozenClock>,
    authorization: String,
    world: World,
    _folder: TempDir,
}

impl Service {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vestibule.db");
        let database = Database::open(&format!("sqlite://{}", path.display()), Limits::default()).unwrap();
        database.migrate().await.unwrap();
        let clock = Arc::new(FrozenClock::default());
        let world = World { store: database.store(), clock: clock.clone(), random: Arc::new(SystemRandom) };
        let app = AppState {
            world: world.clone(),
            verifier: Arc::new(SamaelVerifier::new()),
            messages: Arc::new(XmlMessages),
            logout_verifier: Arc::new(SamaelVerifier::new()),
            logout_messages: Arc::new(XmlMessages),
            keysmith: Arc::new(PaperKeysmith),
            passwords: Arc::new(PaperPasswords),
            metadata: Arc::new(NoMetadata),
            keeping: Keeping { vault: Arc::new(PaperVault::default()), keep: Keep::default() },
            previews: mails::previews(URL),
            tasks: TaskTracker::new(),
            public_url: URL.to_owned(),
        };
        let create = CreateApiKey(world.clone());
        let draft = ApiKeyDraft::named("bench");
        let (_, key) = create.run(&Actor::CommandLine, &draft, &KeyOwner::Operator).await.unwrap();
        let authorization = format!("Bearer {}", key.reveal());
        let public_url = PublicUrl::parse(URL, true).unwrap();
        let router = router(Site::new(app, public_url, SecretKey::new(&[7; 32]), RateLimits::Off));
        Self { router, clock, authorization, world, _folder: folder }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "sso.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let cookie = parts.headers.get("set-cookie").map(|cookie| cookie.to_str().unwrap());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status.as_u16(), cookie, body }
    }

    async fn api(&self, method: Method, path: &str, body: &Value) {
        let headers = [("authorization", &*self.authorization), ("content-type", "application/json")];
        let path = format!("/api/v1/organizations{path}");
        let answer = self.send(method, &path, &headers, body.to_string()).await;
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.body);
    }

    async fn post(&self, path: &str, origin: &str, fields: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", origin)];
        self.send(Method::POST, path, &headers, form).await
    }

    async fn set_up_acme(&self) {
        let acme = json!({"slug": "acme", "name": "Acme", "jit_provisioning_enabled": true});
        self.api(Method::POST, "", &acme).await;
        let roles =
            json!([{"key": "learner", "name": "Learner"}, {"key": "supervisor", "name": "Supervisor"}]);
        let catalog = json!({"user_types": [{"key": "employee", "name": "Employee", "roles": roles}],
                             "locations": [{"name": "New York"}]});
        self.api(Method::PUT, "/acme/catalog", &catalog).await;
        let okta = json!({"key": "okta", "display_name": "Okta", "allow_idp_initiated": true});
        self.api(Method::POST, "/acme/connections", &okta).await;
        let settings = json!({
            "allow_automatic_registration": true, "suppress_welcome_emails": true,
            "defaults": {"user_type": "employee", "role": "learner", "location": "New York"},
            "attribute_mapping": {"first_name": "FirstName", "last_name": "LastName", "email": null,
                                  "location": null, "user_type": null, "role": null},
            "value_translations": {}, "link_by_email": "verify", "email_domains": [],
            "on_invalid_value": "refuse", "allow_privileged_assignments": false,
        });
        self.api(Method::PUT, "/acme/connections/okta/provisioning", &settings).await;
        let xml = metadata(IDP, &format!("{IDP}/sso"), &[SigningKey::demo().certificate_der()]).xml();
        let provider = json!({"metadata_xml": xml});
        self.api(Method::PUT, "/acme/connections/okta/identity-provider", &provider).await;
    }

    /// Real ones, so that their rows are what a service writes.
    async fn people_sign_in(&self) {
        let key = SigningKey::demo();
        for number in 0..SIGN_INS {
            self.clock.advance(BETWEEN_TWO);
            let person = format!("person{}@acme.example", number % PEOPLE);
            let sp = format!("{URL}/sso/acme");
            let response = ResponseBuilder::new(
                self.clock.now(),
                &format!("{sp}/acs"),
                &format!("{sp}/metadata"),
                IDP,
                &person,
            );
            let response = response.attribute("FirstName", ["Ada"]);
            let refused = number % 10 == 9;
            let response = if refused { response } else { response.attribute("LastName", ["Lovelace"]) };
            let posted = response.sign_assertion(&key).encoded();
            let answer = self.post("/sso/acme/acs", IDP, &[("SAMLResponse", &posted)]).await;
            assert_eq!(answer.status, if refused { 403 } else { 303 }, "{}", answer.body);
        }
    }

    /// The cookie of an operator.
    async fn signed_in(&self) -> String {
        let create = CreateAdministrator { world: self.world.clone(), passwords: Arc::new(PaperPasswords) };
        let draft = AdministratorDraft { email: EMAIL.to_owned(), password: PASSWORD.to_owned() };
        create.run(&Actor::CommandLine, &draft, &KeyOwner::Operator).await.unwrap();
        let fields = [("email", EMAIL), ("password", PASSWORD)];
        self.post("/admin/sign-in", URL, &fields).await.cookie
    }

    async fn page(&self, path: &str, cookie: &str) -> String {
        let answer = self.send(Method::GET, path, &[("cookie", cookie)], String::new()).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

struct Answer {
    status: u16,
    cookie: String,
    body: String,
}

/// The address of the newest sign-in, as the list links it.
fn newest(list: &str) -> String {
    let at = list.split("href=\"").find(|rest| rest.starts_with("/admin/acme/sign-ins/")).unwrap();
    at.split('"').next().unwrap().to_owned()
}

/// Work of the same kind that no change of the service makes more or less: reading and writing a list of 1,000 people as JSON.
fn yardstick() -> String {
    let person =
        |number| json!({"id": number, "email": format!("person{number}@acme.example"), "active": true});
    let list = (0..1_000).map(person).collect::<Value>().to_string();
    serde_json::from_str::<Value>(black_box(&list)).unwrap().to_string()
}

fn bench(c: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (service, cookie) = runtime.block_on(filled());
    c.bench_function("pages/yardstick", |b| b.iter(yardstick));
    let explain = newest(&runtime.block_on(service.page("/admin/acme/sign-ins", &cookie)));
    for (name, path) in [
        ("sign in", "/admin/sign-in"),
        ("overview", "/admin/acme"),
        ("settings of single sign-on", "/admin/acme/sso/okta"),
        ("sign-ins", "/admin/acme/sign-ins"),
        ("refused sign-ins", "/admin/acme/sign-ins?outcome=refused"),
        ("explain", &explain),
        ("users", "/admin/acme/users"),
    ] {
        measure(c, &runtime, name, &service, path, &cookie);
    }
}

async fn filled() -> (Service, String) {
    let service = Service::start().await;
    service.set_up_acme().await;
    service.people_sign_in().await;
    let cookie = service.signed_in().await;
    (service, cookie)
}

fn measure(c: &mut Criterion, runtime: &Runtime, name: &str, service: &Service, path: &str, cookie: &str) {
    // Whoever is signed in does not see the first of them.
    let cookie = if name == "sign in" { "" } else { cookie };
    c.bench_function(&format!("pages/{name}"), |b| {
        b.iter(|| runtime.block_on(service.page(path, cookie)));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
