//! A service with the organization Acme, and a browser for it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};
use vestibule_demo_idp::mint::{BINDING_REDIRECT, ResponseBuilder, SigningKey, metadata};
use vestibule_domain::arrival::Keep;
use vestibule_domain::ports::{
    Actor, Clock as _, MetadataError, MetadataSource, Random as _, ResponseVerifier, Store,
};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::testing::{
    CountingRandom, FailingStore, Failure, FrozenClock, MemoryStore, PaperKeysmith, PaperPasswords,
    PaperVault,
};
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::{ApiKeyDraft, CreateApiKey, Keeping, KeyOwner, PrepareServiceKeys, World};
use vestibule_http_app::config::PublicUrl;
use vestibule_http_app::state::AppState;
use vestibule_http_app::web::{RateLimits, Site, router};
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

use crate::document::must_be_described;
use crate::mails::previews;

pub(crate) const HTTPS: &str = "https://sso.example.com";
pub(crate) const IDP: &str = "https://idp.example";

/// The service.
pub(crate) struct Service {
    router: Router,
    url: &'static str,
    pub(crate) clock: Arc<FrozenClock>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) secret_key: SecretKey,
    pub(crate) operator: String,
}

/// What the service answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

struct NoMetadata;

#[async_trait]
impl MetadataSource for NoMetadata {
    async fn fetch(&self, _: &WebUrl) -> Result<String, MetadataError> {
        Err(MetadataError::new("unused", "nothing is fetched here"))
    }
}

fn site(
    url: &str,
    world: World,
    verifier: Arc<dyn ResponseVerifier>,
    secret_key: SecretKey,
    limits: RateLimits,
) -> Site {
    let app = AppState {
        world,
        verifier,
        messages: Arc::new(XmlMessages),
        logout_verifier: Arc::new(SamaelVerifier::new()),
        logout_messages: Arc::new(XmlMessages),
        keysmith: Arc::new(PaperKeysmith),
        passwords: Arc::new(PaperPasswords),
        metadata: Arc::new(NoMetadata),
        keeping: Keeping { vault: Arc::new(PaperVault::default()), keep: Keep::default() },
        previews: previews(url),
        tasks: TaskTracker::new(),
        public_url: url.to_owned(),
    };
    Site::new(app, PublicUrl::parse(url, true).unwrap(), secret_key, limits)
}

impl Service {
    /// An empty service.
    pub(crate) async fn empty(url: &'static str, limits: RateLimits) -> Self {
        let (clock, store) = (Arc::new(FrozenClock::default()), Arc::new(MemoryStore::default()));
        let world =
            World { store: store.clone(), clock: clock.clone(), random: Arc::new(CountingRandom::default()) };
        let secret_key = SecretKey::new(&[7; 32]);
        let create = CreateApiKey(world.clone());
        let (_, key) =
            create.run(&Actor::CommandLine, &ApiKeyDraft::named("test"), &KeyOwner::Operator).await.unwrap();
        let operator = format!("Bearer {}", key.reveal());
        let verifier = Arc::new(SamaelVerifier::new());
        let router = router(site(url, world, verifier, secret_key.clone(), limits));
        Self { router, url, clock, store, secret_key, operator }
    }

    /// The same service on a store that fails at the `nth` call and ever after.
    pub(crate) fn failing_from(&self, nth: usize, failure: Failure) -> Self {
        let store = Arc::new(FailingStore::from(self.store.clone(), nth, failure));
        self.over(store, Arc::new(SamaelVerifier::new()))
    }

    /// The same service on another store, with another verifier.
    pub(crate) fn over(&self, store: Arc<dyn Store>, verifier: Arc<dyn ResponseVerifier>) -> Self {
        // Not the bytes that the first one drew.
        let random = Arc::new(CountingRandom::default());
        for _ in 0..100_000 {
            random.fill(&mut [0; 8]);
        }
        let world = World { store, clock: self.clock.clone(), random };
        let site = site(self.url, world, verifier, self.secret_key.clone(), RateLimits::Off);
        Self {
            router: router(site),
            url: self.url,
            clock: self.clock.clone(),
            store: self.store.clone(),
            secret_key: self.secret_key.clone(),
            operator: self.operator.clone(),
        }
    }

    /// A service on https with the organization `acme`, whose connection `okta` registers people.
    pub(crate) async fn acme() -> Self {
        Self::acme_on(HTTPS).await
    }

    pub(crate) async fn acme_on(url: &'static str) -> Self {
        let service = Self::empty(url, RateLimits::Off).await;
        service
            .api(
                "POST",
                "organizations",
                &json!({"slug": "acme", "name": "Acme & Söhne", "jit_provisioning_enabled": true}),
            )
            .await;
        service
            .api(
                "PUT",
                "organizations/acme/catalog",
                &json!({
                    "user_types": [{"key": "employee", "name": "Employee", "roles": [
                        {"key": "learner", "name": "Learner", "privileged": false},
                        {"key": "supervisor", "name": "Supervisor", "privileged": false}]}],
                    "locations": [{"name": "New York"}, {"name": "London"}],
                }),
            )
            .await;
        service.connect("okta", "Okta", IDP).await;
        service
    }

    /// Adds a connection with an identity provider and settings.
    pub(crate) async fn connect(&self, key: &str, name: &str, entity_id: &str) {
        let at = format!("organizations/acme/connections/{key}");
        self.api("POST", "organizations/acme/connections", &json!({
            "key": key, "display_name": name, "allow_idp_initiated": true,
            "technical_contact": {"name": "Acme IT <desk>", "email": "it@acme.example", "phone": "+1 555 0100"},
        })).await;
        self.api(
            "PUT",
            &format!("{at}/provisioning"),
            &json!({
                "allow_automatic_registration": true, "suppress_welcome_emails": false,
                "defaults": {"user_type": "employee", "role": "learner", "location": "New York"},
                "attribute_mapping": {"first_name": "FirstName", "last_name": "LastName", "email": null,
                                      "location": "Location", "user_type": null, "role": null},
                "value_translations": {}, "link_by_email": "verify", "email_domains": [],
                "on_invalid_value": "refuse", "allow_privileged_assignments": false,
            }),
        )
        .await;
        let xml =
            metadata(entity_id, &format!("{entity_id}/sso"), &[SigningKey::demo().certificate_der()]).xml();
        self.api("PUT", &format!("{at}/identity-provider"), &json!({"metadata_xml": xml})).await;
    }

    /// From now on Okta takes requests by the POST binding alone, at this address.
    pub(crate) async fn okta_takes_posts_alone(&self, sso: &str) {
        let xml = metadata(IDP, sso, &[SigningKey::demo().certificate_der()])
            .with(|metadata| metadata.sso.retain(|endpoint| endpoint.binding != BINDING_REDIRECT))
            .xml();
        let at = "organizations/acme/connections/okta/identity-provider";
        self.api("PUT", at, &json!({"metadata_xml": xml})).await;
    }

    /// Calls the administration API with an operator's key; it must succeed.
    pub(crate) async fn api(&self, method: &str, path: &str, body: &Value) -> Value {
        let headers = [("authorization", self.operator.as_str()), ("content-type", "application/json")];
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.send(method, &format!("/api/v1/{path}"), &headers, text.into_bytes()).await;
        assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        serde_json::from_str(&answer.body).unwrap_or_default()
    }

    /// Beside `acme` there is the organization `other`.
    pub(crate) async fn has_another_organization(&self) {
        let other = json!({"slug": "other", "name": "Other", "jit_provisioning_enabled": true});
        self.api("POST", "organizations", &other).await;
    }

    /// The `Authorization` of an operator.
    pub(crate) fn operator(&self) -> &str {
        &self.operator
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, headers, Vec::new()).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request =
            Request::builder().method(method.clone()).uri(path).header("host", "sso.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let (status, path) = (parts.status.as_u16(), path.split('?').next().unwrap_or_default());
        let body = String::from_utf8_lossy(&bytes).into_owned();
        must_be_described(
            &method,
            path,
            status,
            &parts.headers,
            &serde_json::from_str(&body).unwrap_or_default(),
        );
        Answer { status, headers: parts.headers, body }
    }

    /// Makes the service's own keys.
    pub(crate) async fn prepare_keys(&self) {
        let random = Arc::new(CountingRandom::default());
        let world = World { store: self.store.clone(), clock: self.clock.clone(), random };
        PrepareServiceKeys { world, keysmith: Arc::new(PaperKeysmith) }.run().await.unwrap();
    }

    /// The instant at which its clock stands.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A response for Ada, or whoever has that NameID, to be signed.
    pub(crate) fn response(&self, name_id: &str) -> ResponseBuilder {
        let sp = format!("{}/sso/acme", self.url);
        ResponseBuilder::new(self.clock.now(), &format!("{sp}/acs"), &format!("{sp}/metadata"), IDP, name_id)
            .attribute("FirstName", ["Ada"])
            .attribute("LastName", ["Lovelace"])
    }

    /// Posts fields to Acme's ACS, as the identity provider's page does.
    pub(crate) async fn post_form(&self, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", IDP),
            ("sec-fetch-site", "cross-site"),
        ];
        all.extend_from_slice(headers);
        self.send(Method::POST, "/sso/acme/acs", &all, form.into_bytes()).await
    }

    /// Posts a signed response.
    pub(crate) async fn answer(&self, response: ResponseBuilder, headers: &[(&str, &str)]) -> Answer {
        let encoded = response.sign_assertion(&SigningKey::demo()).encoded();
        self.post_form(&[("SAMLResponse", &encoded)], headers).await
    }

    /// Signs somebody in whom no service asked for, and answers the session's cookie.
    pub(crate) async fn sign_in(&self, name_id: &str) -> String {
        let answer = self.answer(self.response(name_id), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.cookie()
    }

    /// Starts a sign-in: the request's id, and the cookie.
    pub(crate) async fn begin(&self, query: &str) -> (String, String) {
        let answer = self.get(&format!("/sso/acme/login{query}"), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let url = Url::parse(answer.header("location")).unwrap();
        let relay_state = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
        (relay_state, answer.cookie())
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// What stands in the body between two texts.
    #[track_caller]
    pub(crate) fn between(&self, start: &str, end: &str) -> &str {
        let rest = self.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.body)).1;
        rest.split_once(end).unwrap().0
    }

    /// The cookie that was set, as the browser sends it back.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// The answer, which must be a page that names this code.
    #[track_caller]
    pub(crate) fn is_page(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.header("content-type").starts_with("text/html"), "{:?}", self.headers);
        assert!(self.body.contains(&format!("data-error-code=\"{code}\"")), "{}", self.body);
    }

    /// The answer, which must be a problem with this code.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["code"], code, "{problem:#}");
        problem
    }

    /// The value of `data-reference`.
    pub(crate) fn reference(&self) -> &str {
        self.body
            .split("data-reference=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
    }
}
