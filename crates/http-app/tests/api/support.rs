//! The API on an in-memory store, a SAML adapter that reads one-line texts, and a client for it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use vestibule_domain::arrival::Keep;
use vestibule_domain::connection::{Binding, Certificate, IdpMetadata, SsoEndpoint};
use vestibule_domain::ports::{
    Actor, Claim, Clock, Delivery, EncodedResponse, Expectation, MessageError, MetadataError, MetadataSource,
    Random, Rejection, RequestMessage, ResponseVerifier, SamlMessages, ServiceProvider, Signer, Store,
};
use vestibule_domain::profile::{Profile, VerifiedAssertion};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::service_key::ServiceKey;
use vestibule_domain::testing::{MemoryStore, PaperKeysmith, PaperPasswords, PaperVault};
use vestibule_domain::text::{EntityId, OrganizationSlug};
use vestibule_domain::token::SecretKey;
use vestibule_domain::usecase::{ApiKeyDraft, CreateApiKey, Keeping, KeyOwner, World};
use vestibule_http_app::config::PublicUrl;
use vestibule_http_app::state::AppState;
use vestibule_http_app::web::{RateLimits, Site, router};
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

pub(crate) use crate::rule_cases::{catalog, settings};

use crate::document::must_be_described;
use crate::mails::previews;

/// The service, and a key to call it with.
#[derive(Clone)]
pub(crate) struct Api {
    router: Router,
    pub(crate) world: World,
    /// What every metadata address says.
    pub(crate) address: Arc<Address>,
    authorization: Option<String>,
}

fn service(world: World, address: Arc<Address>) -> Router {
    let state = AppState {
        world,
        verifier: Arc::new(OneLineSaml),
        messages: Arc::new(OneLineSaml),
        logout_verifier: Arc::new(SamaelVerifier::new()),
        logout_messages: Arc::new(XmlMessages),
        keysmith: Arc::new(PaperKeysmith),
        passwords: Arc::new(PaperPasswords),
        metadata: address,
        keeping: Keeping { vault: Arc::new(PaperVault::default()), keep: Keep::default() },
        previews: previews("https://sso.example.com"),
        tasks: TaskTracker::new(),
        public_url: "https://sso.example.com".to_owned(),
    };
    let url = PublicUrl::parse(&state.public_url, false).unwrap();
    router(Site::new(state, url, SecretKey::new(&[7; 32]), RateLimits::Off))
}

/// What the service answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Api {
    /// An empty service, called with an operator's key.
    pub(crate) async fn new() -> Self {
        let world = World {
            store: Arc::new(MemoryStore::default()),
            clock: Arc::new(Ticking::default()),
            random: Arc::new(Counting::default()),
        };
        let address = Arc::new(Address::default());
        let router = service(world.clone(), address.clone());
        Self { router, world, address, authorization: None }.with_key_of(&KeyOwner::Operator).await
    }

    /// The same service on another store.
    pub(crate) fn on(&self, store: Arc<dyn Store>) -> Self {
        let world = World { store, ..self.world.clone() };
        Self { router: service(world.clone(), self.address.clone()), world, ..self.clone() }
    }

    /// The service with the organization `acme`: a catalog, the connections `okta` and `entra`.
    pub(crate) async fn with_acme() -> Self {
        let api = Self::new().await;
        let acme = json!({"slug": "acme", "name": "Acme", "jit_provisioning_enabled": true});
        api.post("/organizations", &acme).await.has(201);
        api.put("/organizations/acme/catalog", &catalog()).await.has(200);
        for key in ["okta", "entra"] {
            let connection = json!({"key": key, "display_name": key});
            api.post("/organizations/acme/connections", &connection).await.has(201);
        }
        api
    }

    /// The same service, called with a new key.
    pub(crate) async fn with_key_of(&self, owner: &KeyOwner) -> Self {
        let create = CreateApiKey(self.world.clone());
        let (_, token) = create.run(&Actor::CommandLine, &ApiKeyDraft::named("test"), owner).await.unwrap();
        self.authorized(Some(&format!("Bearer {}", token.reveal())))
    }

    /// The same service, called with a new key of the organization's administrators.
    pub(crate) async fn as_administrator_of(&self, slug: &str) -> Self {
        self.with_key_of(&KeyOwner::Organization(OrganizationSlug::parse(slug).unwrap())).await
    }

    /// The `Authorization` that the service is called with.
    pub(crate) fn authorization(&self) -> &str {
        self.authorization.as_deref().unwrap_or_default()
    }

    /// The same service, called with this `Authorization`.
    pub(crate) fn authorized(&self, authorization: Option<&str>) -> Self {
        Self { authorization: authorization.map(str::to_owned), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// Sends a request with these headers and, where there is a body, with it as JSON.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut headers = headers.to_vec();
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.send_raw(method, path, &headers, body.map(Value::to_string).unwrap_or_default().into_bytes())
            .await
    }

    /// Sends a request as it stands.
    pub(crate) async fn send_raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(format!("/api/v1{path}"))
            .header("host", "sso.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = match parts.headers.get("content-type") {
            None => Value::Null,
            Some(kind) if kind == "text/csv" => String::from_utf8(bytes.to_vec()).unwrap().into(),
            Some(_) => serde_json::from_slice(&bytes).unwrap(),
        };
        let (status, path) = (parts.status.as_u16(), path.split('?').next().unwrap_or_default());
        must_be_described(&method, &format!("/api/v1{path}"), status, &parts.headers, &body);
        Answer { status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn has(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// The answer, which must be a problem with this status and code.
    #[track_caller]
    pub(crate) fn has_problem(self, status: u16, code: &str) -> Self {
        let answer = self.has(status);
        assert_eq!(answer.body["code"], code, "{:#}", answer.body);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.body["type"], "about:blank");
        assert_eq!(answer.body["status"], status);
        assert!(answer.body["title"].is_string() && answer.body["detail"].is_string());
        answer
    }

    /// The (pointer, code) of each listed fault, in order of pointers.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut faults: Vec<_> = self.body["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("no errors in {:#}", self.body))
            .iter()
            .map(|error| (text(&error["pointer"]), text(&error["code"])))
            .collect();
        faults.sort();
        faults
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn etag(&self) -> &str {
        self.header("etag")
    }

    pub(crate) fn id(&self) -> String {
        text(&self.body["id"])
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A clock that goes on by a millisecond each time it is looked at, so that later rows have later ids.
#[derive(Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        let millis = 1_800_000_000_000 + self.0.fetch_add(1, Ordering::Relaxed);
        DateTime::from_timestamp_millis(millis).unwrap()
    }
}

/// Bytes that are never twice the same, though anybody could guess them.
#[derive(Default)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, digit) in bytes.iter_mut().zip(count.into_iter().rev().cycle()) {
            *byte = digit;
        }
    }
}

/// What an address says beside its entity id, or that it is gone; where it says `nothing`, one waits for ever.
#[derive(Default)]
pub(crate) struct Address(Mutex<String>);

impl Address {
    pub(crate) fn says(&self, text: &str) {
        text.clone_into(&mut self.0.lock().unwrap());
    }
}

#[async_trait]
impl MetadataSource for Address {
    async fn fetch(&self, url: &WebUrl) -> Result<String, MetadataError> {
        let said = self.0.lock().unwrap().clone();
        if said == "nothing" {
            std::future::pending::<()>().await;
        }
        match url.as_str().strip_suffix("/metadata").filter(|_| said != "gone") {
            Some(entity_id) => Ok(format!("idp {entity_id}{said}")),
            None => Err(MetadataError::new("unreachable", "does not answer")),
        }
    }
}

/// A certificate that ends at once.
fn certificate(name: &str, now: DateTime<Utc>) -> Certificate {
    Certificate {
        der: name.as_bytes().to_vec(),
        subject: format!("CN={name}"),
        sha256_fingerprint: "ab".repeat(32),
        not_before: now,
        not_after: now,
    }
}

/// Metadata is `idp <entity id>`, perhaps with names of certificates; a response is `<NameID>` alone, and believed unless it is `forged`.
struct OneLineSaml;

impl SamlMessages for OneLineSaml {
    fn authn_request(
        &self,
        _: &RequestMessage<'_>,
        _: &IdpMetadata,
        _: Option<Signer<'_>>,
    ) -> Result<Delivery, MessageError> {
        Err(MetadataError::new("unused", "nobody starts a sign-in here").into())
    }

    fn sp_metadata(&self, _: &ServiceProvider, _: &[ServiceKey]) -> String {
        String::new()
    }

    fn signed_metadata(&self, xml: &str, by: &Certificate) -> Result<String, MetadataError> {
        let signed = xml.strip_suffix(&format!(" signed {}", by.subject));
        let missing = || MetadataError::new("metadata_signature_missing", "is not signed");
        signed.map(str::to_owned).ok_or_else(missing)
    }

    fn parse_certificate(&self, pem: &str) -> Result<Certificate, MetadataError> {
        let name = pem.strip_prefix("pem ");
        let unreadable = || MetadataError::new("unreadable_certificate", "is no certificate");
        name.map(|name| certificate(name, DateTime::UNIX_EPOCH)).ok_or_else(unreadable)
    }

    fn parse_idp_metadata(&self, xml: &str, now: DateTime<Utc>) -> Result<IdpMetadata, MetadataError> {
        let mut words = xml.strip_prefix("idp ").unwrap_or_default().split(' ');
        let entity_id = words.next().and_then(|id| EntityId::parse(id).ok());
        let entity_id = entity_id.ok_or_else(|| MetadataError::new("not_metadata", "is no metadata"))?;
        let location = WebUrl::parse("https://idp.example.com/sso").unwrap();
        let mut certificates: Vec<_> = words.map(|name| certificate(name, now)).collect();
        if certificates.is_empty() {
            certificates.push(certificate("idp.example.com", now));
        }
        let endpoint = |binding| SsoEndpoint { binding, location: location.clone() };
        Ok(IdpMetadata {
            entity_id,
            sso_endpoints: vec![endpoint(Binding::Redirect), endpoint(Binding::Post)],
            slo_endpoints: Vec::new(),
            certificates,
            wants_signed_requests: false,
            valid_until: None,
            cache_seconds: None,
        })
    }
}

impl ResponseVerifier for OneLineSaml {
    fn claim(&self, _: &EncodedResponse) -> Result<Claim, Rejection> {
        Ok(Claim { issuer: EntityId::parse("https://idp.example").unwrap(), encrypted: false })
    }

    fn verify(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        _: &[ServiceKey],
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection> {
        assert_eq!(expectation.acs_url, "https://sso.example.com/sso/acme/acs");
        if response.0 == "forged" {
            return Err(Rejection::NotSigned);
        }
        if response.0 == "misdirected" {
            return Err(Rejection::Recipient);
        }
        Ok(VerifiedAssertion {
            assertion_id: "_1".to_owned(),
            issuer: trusted.entity_id.clone(),
            in_response_to: None,
            not_on_or_after: now,
            session_not_on_or_after: None,
            session_index: None,
            verified_by: trusted.certificates[0].sha256_fingerprint.clone(),
            profile: Profile { name_id: response.0.clone(), ..Profile::default() },
        })
    }
}
