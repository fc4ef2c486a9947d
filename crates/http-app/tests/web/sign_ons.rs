//! Administrators sign in by single sign-on, and whom the connection for it believes is for operators alone to say.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;
use vestibule_demo_idp::mint::{NameIdentifier, SigningKey, metadata};
use vestibule_domain::administrator::Administrator;
use vestibule_domain::connection::ConnectionVersions;
use vestibule_domain::ports::{Actor, AdministratorSignOns as _, Administrators as _};
use vestibule_domain::usecase::{
    AdministratorChange, ChangeAdministrator, KeyOwner, NameAdministratorsConnection,
};
use vestibule_http_app::web::RateLimits;

use crate::administrators::{ROOT, of_acme, with_root};
use crate::installation::{FORM, HERE, Installation, routes};
use crate::support::{Answer, HTTPS, IDP, Service};

const SSO: &str = "/admin/administrators/sso";

impl Service {
    async fn okta(&self) -> ConnectionVersions {
        let found = self.world().connection(&"acme".parse().unwrap(), &"okta".parse().unwrap()).await;
        found.unwrap().connection.versions()
    }

    /// Names Okta for administrators.
    pub(crate) async fn names_okta(&self) {
        let name = NameAdministratorsConnection(self.world());
        let (acme, okta) = ("acme".parse().unwrap(), "okta".parse().unwrap());
        name.run(&Actor::CommandLine, &acme, &okta, self.okta().await).await.unwrap();
    }

    async fn allows(&self, administrator: &Administrator) {
        let change = ChangeAdministrator(self.world());
        let allow = AdministratorChange::AllowSingleSignOn;
        change.run(&Actor::CommandLine, administrator.id, None, &allow).await.unwrap();
    }

    /// Begins a sign-in of an administrator: the request's id, and the cookie.
    async fn begins(&self, query: &str) -> (String, String) {
        let answer = self.get(&format!("/admin/sign-in/sso{query}"), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let url = Url::parse(answer.header("location")).unwrap();
        assert_eq!(url.origin().ascii_serialization(), IDP);
        let relay_state = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
        assert!(relay_state.starts_with("_admin_"), "{relay_state}");
        (relay_state, answer.cookie())
    }

    /// What the identity provider's answer for somebody leads to.
    async fn vouches(&self, name_id: &str, request: &str, cookie: &str) -> Answer {
        let response = self.response(name_id).in_response_to(request);
        let encoded = response.sign_assertion(&SigningKey::demo()).encoded();
        self.post_form(&[("SAMLResponse", &encoded), ("RelayState", request)], &[("cookie", cookie)]).await
    }

    /// The session's cookie of an administrator who signs in so.
    async fn signed_on(&self, name_id: &str) -> String {
        let (request, cookie) = self.begins("").await;
        let answer = self.vouches(name_id, &request, &cookie).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/admin"), "{}", answer.body);
        answer.cookie()
    }
}

#[tokio::test]
async fn an_operator_names_a_connection_and_administrators_sign_in_through_it() {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    assert!(!service.get("/admin/sign-in", &[]).await.body.contains("/admin/sign-in/sso"));
    assert!(service.visit("/admin/administrators", &root).await.body.contains(SSO));
    let faulty = service.visit(&format!("{SSO}?organization=acme&connection=%3Cx-evil%3E"), &root).await;
    assert_eq!(faulty.status, 422);
    assert!(
        faulty.body.contains("value=\"&#60;x-evil&#62;\"") && !faulty.body.contains("<x-evil"),
        "{}",
        faulty.body
    );
    let review = service.visit(&format!("{SSO}?organization=acme&connection=okta"), &root).await;
    assert!(review.status == 200 && review.body.contains("https://idp.example"), "{}", review.body);
    let seen = review.between("name=\"seen\" value=\"", "\"").to_owned();
    let fields = [("organization", "acme"), ("connection", "okta"), ("seen", seen.as_str())];
    let named = service.fill_in(SSO, &fields, &[("cookie", &root)]).await;
    assert_eq!(named.header("location"), "/admin/administrators?done=named", "{}", named.body);
    let page = service.visit("/admin/administrators?done=named", &root).await;
    assert!(page.body.contains("<bdi>okta of acme</bdi>"), "{}", page.body);
    assert!(service.visit(SSO, &root).await.body.contains("Stop using it"));
    service.fill_in(SSO, &fields, &[("cookie", &root)]).await.is_page(412, "precondition_failed");

    let administrator = service.store.administrator_by_email(&ROOT.parse().unwrap()).await.unwrap().unwrap();
    let at = format!("/admin/administrators/{}", administrator.id);
    let own = service.visit(&at, &root).await;
    assert!(own.body.contains("may not sign in by single sign-on"), "{}", own.body);
    assert_eq!(service.press(&format!("{at}/allow-sso"), &root).await.status, 303);

    let page = service.get("/admin/sign-in?return_to=/admin/acme/users", &[]).await;
    assert!(
        page.body.contains("href=\"/admin/sign-in/sso?return_to=%2Fadmin%2Facme%2Fusers\""),
        "{}",
        page.body
    );
    let (request, cookie) = service.begins("?return_to=%2Fadmin%2Facme%2Fusers").await;
    let before = service.api("GET", "organizations/acme/users", &Value::Null).await;
    let answer = service.vouches(ROOT, &request, &cookie).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/acme/users"), "{}", answer.body);
    let set = answer.header("set-cookie");
    assert!(
        set.starts_with("__Host-vestibule_admin=")
            && set.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax"),
        "{set}"
    );
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "and no person's session");
    assert_eq!(service.visit("/admin/acme/users", &answer.cookie()).await.status, 200);
    assert_eq!(service.api("GET", "organizations/acme/users", &Value::Null).await, before);
    let account = service.visit("/admin/account", &answer.cookie()).await;
    assert!(account.body.contains("by single sign-on"), "{}", account.body);
    assert!(service.visit(&at, &root).await.body.contains(&format!("<dd><bdi>{ROOT}</bdi></dd>")));

    assert_eq!(
        service.press(&format!("{SSO}/off"), &root).await.header("location"),
        "/admin/administrators?done=unnamed"
    );
    assert_eq!(service.visit("/admin/account", &answer.cookie()).await.status, 303, "it ended");
    assert_eq!(service.visit("/admin/account", &root).await.status, 200, "which began by a password");
    assert_eq!(service.press(&format!("{SSO}/off"), &root).await.status, 303, "again");
    let not_offered = service.get("/admin/sign-in/sso", &[]).await;
    assert_eq!(not_offered.header("location"), "/admin/sign-in?refused=not_offered");
    assert!(
        service.get(not_offered.header("location"), &[]).await.body.contains("Sign in with your password")
    );
    let events = service.api("GET", "audit-events", &Value::Null).await.to_string();
    for action in [
        "administrators_connection.named",
        "administrator.single_sign_on_allowed",
        "administrator.single_sign_on_linked",
        "administrators_connection.unnamed",
    ] {
        assert_eq!(events.matches(&format!("\"{action}\"")).count(), 1, "{action}: {events}");
    }
}

#[tokio::test]
async fn the_session_that_the_browser_had_ends() {
    let service = with_root().await;
    service.names_okta().await;
    service
        .allows(&service.store.administrator_by_email(&ROOT.parse().unwrap()).await.unwrap().unwrap())
        .await;
    let root = service.signed_in(ROOT).await;
    let begun = service.get("/admin/sign-in/sso", &[("cookie", &root)]).await;
    let url = Url::parse(begun.header("location")).unwrap();
    let request = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
    // The browser sends no cookie but the login's along with the answer.
    let answer = service.vouches(ROOT, &request, &begun.cookie()).await;
    assert_eq!(service.visit("/admin/account", &answer.cookie()).await.status, 200);
    assert_eq!(service.visit("/admin/account", &root).await.status, 303);
}

#[tokio::test]
async fn a_refusal_leads_back_and_tells_nobody_but_operators_why() {
    let service = with_root().await;
    service.names_okta().await;
    let bob = service.has_administrator("bob@acme.example", &of_acme()).await;
    let root = service.signed_in(ROOT).await;
    let back = async |answer: Answer, code: &str| {
        let place = answer.header("location").to_owned();
        assert!(place.starts_with(&format!("/admin/sign-in?refused={code}")), "{place} {}", answer.body);
        assert!(!answer.header("set-cookie").contains("vestibule_admin") && !place.contains('@'), "{place}");
        let page = service.get(&place, &[]).await;
        assert!(
            page.status == 200 && page.body.contains("role=\"status\"") || page.body.contains("notice bad"),
            "{}",
            page.body
        );
        place
    };
    // Believed, and not admitted: the installation's audit trail has it.
    for (name_id, code) in
        [("bob@acme.example", "single_sign_on_not_allowed"), ("nobody@acme.example", "unknown_administrator")]
    {
        let (request, cookie) = service.begins("").await;
        let place = back(service.vouches(name_id, &request, &cookie).await, code).await;
        let reference = place.split_once("&reference=").unwrap().1;
        let event = service.api("GET", &format!("audit-events/{reference}"), &Value::Null).await;
        assert_eq!(
            (&event["action"], &event["after"]["code"]),
            (&json!("administrator.sign_in_refused"), &json!(code))
        );
        assert!(!event.to_string().contains("nobody@acme.example"), "{event}");
        back(service.vouches(name_id, &request, &cookie).await, "unknown_request").await;
    }
    assert_eq!(service.api("GET", "organizations/acme/users", &Value::Null).await["items"], json!([]));
    // Not believed: the history of the organization has it.
    let (request, cookie) = service.begins("").await;
    let unsigned = service.response(ROOT).in_response_to(&request).encoded();
    let fields = [("SAMLResponse", unsigned.as_str()), ("RelayState", request.as_str())];
    let place = back(service.post_form(&fields, &[("cookie", &cookie)]).await, "untrusted_signature").await;
    let reference = place.split_once("&reference=").unwrap().1;
    let record = service.api("GET", &format!("organizations/acme/sign-ins/{reference}"), &Value::Null).await;
    assert_eq!((&record["code"], &record["user_id"]), (&json!("untrusted_signature"), &Value::Null));
    assert_eq!(service.visit(&format!("/admin/acme/sign-ins/{reference}"), &root).await.status, 200);
    // Of what answers no request nothing is written down.
    let before = service.store.everything();
    for (relay_state, cookie) in
        [("_admin_made_up", cookie.as_str()), (&request, ""), (&request, "__Host-vestibule_login=0")]
    {
        let fields = [("SAMLResponse", unsigned.as_str()), ("RelayState", relay_state)];
        back(service.post_form(&fields, &[("cookie", cookie)]).await, "unknown_request").await;
    }
    assert!(service.store.everything() == before);
    // Disabled while signed in.
    service.allows(&bob).await;
    let session = service.signed_on("bob@acme.example").await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 200);
    service.press(&format!("/admin/administrators/{}/disable", bob.id), &root).await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 303);
    let (request, cookie) = service.begins("").await;
    back(service.vouches("bob@acme.example", &request, &cookie).await, "administrator_disabled").await;
}

#[tokio::test]
async fn nobody_is_signed_in_by_an_answer_to_something_else() {
    let service = with_root().await;
    service.names_okta().await;
    let root = service.store.administrator_by_email(&ROOT.parse().unwrap()).await.unwrap().unwrap();
    service.allows(&root).await;
    let sign = |response: vestibule_demo_idp::mint::ResponseBuilder| {
        response.sign_assertion(&SigningKey::demo()).encoded()
    };
    let (request, cookie) = service.begins("").await;
    let post = async |encoded: &str| {
        let fields = [("SAMLResponse", encoded), ("RelayState", request.as_str())];
        let answer = service.post_form(&fields, &[("cookie", &cookie)]).await;
        assert!(!answer.header("set-cookie").contains("vestibule_admin"), "{:?}", answer.headers);
        answer.header("location").to_owned()
    };
    // The connection takes people whom nobody asked for; an administrator is asked for.
    let place = post(&sign(service.response(ROOT))).await;
    assert!(place.contains("refused=unsolicited_response"), "{place}");
    // A person's request of the same browser.
    let login = service.get("/sso/acme/login", &[("cookie", &cookie)]).await;
    let url = Url::parse(login.header("location")).unwrap();
    let persons = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
    let place = post(&sign(service.response(ROOT).in_response_to(&persons))).await;
    assert!(place.contains("refused=unknown_request"), "{place}");
    // Another administrator's request.
    let (others, _) = service.begins("").await;
    let place = post(&sign(service.response(ROOT).in_response_to(&others))).await;
    assert!(place.contains("refused=unknown_request"), "{place}");
    // Another connection of the organization, and another organization.
    service.connect("entra", "Entra", "https://entra.example").await;
    let key = SigningKey::demo();
    let from_entra = service.response(ROOT).in_response_to(&request).with(|response| {
        let entra = Some(NameIdentifier::from("https://entra.example"));
        response.issuer.clone_from(&entra);
        response.assertion.issuer = entra;
    });
    let place = post(&from_entra.sign_assertion(&key).encoded()).await;
    assert!(place.contains("refused=wrong_issuer"), "{place}");
    service
        .api(
            "POST",
            "organizations",
            &json!({"slug": "rival", "name": "Rival", "jit_provisioning_enabled": true}),
        )
        .await;
    let encoded = sign(service.response(ROOT).in_response_to(&request));
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("SAMLResponse", encoded.as_str()), ("RelayState", request.as_str())])
        .finish();
    let elsewhere =
        service.send(Method::POST, "/sso/rival/acs", &[FORM, ("cookie", &cookie)], body.into_bytes()).await;
    assert!(elsewhere.header("location").contains("refused=unknown_request"), "{:?}", elsewhere.headers);
    // An administrator's answer makes nobody a person, with and without what says whose it is.
    let fields = [("SAMLResponse", encoded.as_str())];
    service.post_form(&fields, &[("cookie", &cookie)]).await.is_page(403, "unknown_request");
    let fields = [("SAMLResponse", encoded.as_str()), ("RelayState", persons.as_str())];
    service.post_form(&fields, &[("cookie", &cookie)]).await.is_page(403, "unknown_request");
    assert_eq!(service.api("GET", "organizations/acme/users", &Value::Null).await["items"], json!([]));
    // An administrator's answer answers no trial.
    let session = service.signed_in(ROOT).await;
    let settings = [("link_by_email", "verify"), ("on_invalid_value", "refuse")];
    let trial = service.fill_in("/admin/acme/sso/okta/trials", &settings, &[("cookie", &session)]).await;
    let url = Url::parse(trial.header("location")).unwrap();
    let trials = url.query_pairs().find(|(name, _)| name == "RelayState").unwrap().1.into_owned();
    let place = post(&sign(service.response(ROOT).in_response_to(&trials))).await;
    assert!(place.contains("refused=unknown_request"), "{place}");
    // And at last the right one, once.
    let right = [("SAMLResponse", encoded.as_str()), ("RelayState", request.as_str())];
    assert_eq!(service.post_form(&right, &[("cookie", &cookie)]).await.header("location"), "/admin");
    assert!(post(&encoded).await.contains("refused=unknown_request"), "again");
}

#[tokio::test]
async fn a_refused_answer_counts_against_who_sends_it() {
    let service = Service::empty(HTTPS, RateLimits::On).await;
    let fields = [("SAMLResponse", "PHgvPg=="), ("RelayState", "_admin_x")];
    let mut answers = Vec::new();
    for _ in 0..70 {
        answers.push(service.post_form(&fields, &[]).await.status);
    }
    assert_eq!((answers[0], answers[69]), (303, 429));
}

/// How it is sent, below which part of the connection's address, as what.
type Change = (&'static str, &'static str, Value, Vec<(String, String)>);

/// What changes the connection, or whom it believes: with what it takes, so that nothing but the guard is in the way.
fn changes(xml: &str, version: &str) -> Vec<Change> {
    let form = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let settings = json!({
        "allow_automatic_registration": false, "suppress_welcome_emails": false,
        "defaults": {"user_type": null, "role": null, "location": null},
        "attribute_mapping": {"first_name": null, "last_name": null, "email": "Evil",
                              "location": null, "user_type": null, "role": null},
        "value_translations": {}, "link_by_email": "verify", "email_domains": [],
        "on_invalid_value": "refuse", "allow_privileged_assignments": false,
    });
    vec![
        ("PATCH", "", json!({"allow_idp_initiated": false}), form(&[])),
        ("DELETE", "", Value::Null, form(&[])),
        ("PUT", "/provisioning", settings, form(&[])),
        ("PUT", "/identity-provider", json!({"metadata_xml": xml}), form(&[])),
        ("DELETE", "/identity-provider", Value::Null, form(&[])),
        ("POST", "/identity-provider/refresh", Value::Null, form(&[])),
        ("POST", "/identity-provider/approve", json!({"digest": "0".repeat(64)}), form(&[])),
        ("POST", "/identity-provider/reject", json!({"digest": "0".repeat(64)}), form(&[])),
        ("FORM", "/enabled", Value::Null, form(&[("enabled", "false")])),
        (
            "FORM",
            "/details",
            Value::Null,
            form(&[("version", version), ("key", "okta"), ("display_name", "Mine")]),
        ),
        ("FORM", "/delete", Value::Null, form(&[("version", version)])),
        ("FORM", "/metadata/refresh", Value::Null, form(&[])),
        ("FORM", "/metadata/decide", Value::Null, form(&[("decision", "approve"), ("digest", "0")])),
        (
            "FORM",
            "/provisioning",
            Value::Null,
            form(&[("version", version), ("link_by_email", "verify"), ("on_invalid_value", "refuse")]),
        ),
    ]
}

/// What somebody may do with a connection that changes nothing of it.
const LOOKS: [&str; 5] = ["/simulate", "/try-out", "/trials", "/edit", "/identities/{connection}"];

#[tokio::test]
async fn nobody_but_an_operator_changes_the_administrators_connection() {
    let there = Installation::new().await;
    let service = &there.service;
    service.names_okta().await;
    let made = service.api("POST", "organizations/acme/api-keys", &json!({"name": "bob"})).await;
    let key = format!("Bearer {}", made["key"].as_str().unwrap());
    let bob = service.signed_in(crate::installation::BOB).await;
    let link = service.has_setup_link("it@acme.example").await.1;
    let guest = service.fill_in(&link, &[], &[]).await.cookie();
    let connection = async || {
        let found = service.world().connection(&"acme".parse().unwrap(), &"okta".parse().unwrap()).await;
        found.unwrap().connection
    };
    let before = connection().await;
    let xml = metadata(IDP, "https://evil.example/sso", &[SigningKey::demo().certificate_der()]).xml();
    let version = before.version.to_string();
    for (method, part, body, fields) in changes(&xml, &version) {
        if method == "FORM" {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let path = format!("/admin/acme/sso/okta{part}");
            let by_bob = service.fill_in(&path, &fields, &[("cookie", &bob)]).await;
            by_bob.is_page(403, "administrators_connection");
            // It is enabled, which is enough against whoever came by a setup link.
            service.fill_in(&path, &fields, &[("cookie", &guest)]).await.is_page(403, "not_by_setup_link");
        } else {
            let path = format!("/api/v1/organizations/acme/connections/okta{part}");
            let headers =
                [("authorization", key.as_str()), ("content-type", "application/json"), ("if-match", "*")];
            let text = if body.is_null() { String::new() } else { body.to_string() };
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            service
                .send(method, &path, &headers, text.into_bytes())
                .await
                .is_problem(403, "administrators_connection");
        }
        assert_eq!(connection().await, before, "{part}");
    }
    // Whatever the router serves below the connection, and nobody has thought of here.
    let mut tried = 0;
    for route in routes(service).await {
        let (path, method) = &route;
        let is_of_it = path.contains("{connection}") && !LOOKS.iter().any(|part| path.ends_with(part));
        if !is_of_it || [Method::GET, Method::HEAD].contains(method) {
            continue;
        }
        let part = path.split_once("{connection}").unwrap().1;
        let known =
            changes(&xml, &version).iter().any(|(_, known, ..)| *known == part) || part == "/metadata";
        assert!(known, "nobody has said whether {path} changes the administrators' connection");
        for headers in
            [&[("authorization", key.as_str())][..], &[HERE, ("cookie", &bob)], &[HERE, ("cookie", &guest)]]
        {
            let answer = there.send(&route, "acme", headers).await;
            assert!((400..500).contains(&answer.status), "{route:?}: {} {}", answer.status, answer.body);
            assert_eq!(connection().await, before, "{route:?}");
        }
        tried += 1;
    }
    assert!(tried > 12, "only {tried}");
    assert!(service.visit("/admin/acme/sso/okta", &bob).await.body.contains("only an operator changes it"));
    let operators = json!({"allow_idp_initiated": false});
    service.api("PATCH", "organizations/acme/connections/okta", &operators).await;
    assert!(service.store.administrators_connection().await.unwrap().is_some());
}

#[tokio::test]
async fn metadata_that_somebody_gives_in_the_portal_is_for_an_operator_too() {
    let service = with_root().await;
    service.names_okta().await;
    service.has_administrator("bob@acme.example", &of_acme()).await;
    let bob = service.signed_in("bob@acme.example").await;
    let xml = metadata(IDP, "https://evil.example/sso", &[SigningKey::demo().certificate_der()]).xml();
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let version = service.okta().await.identity_provider.to_string();
    let fields = [("version", version.as_str()), ("metadata_xml", &xml), ("looked_at", "true")];
    let body = fields.iter().map(|(name, value)| part(name, value)).chain(["--x--\r\n".to_owned()]);
    let headers = [("content-type", "multipart/form-data; boundary=x"), HERE, ("cookie", bob.as_str())];
    let (before, body) = (service.okta().await, body.collect::<String>());
    let answer =
        service.send(Method::POST, "/admin/acme/sso/okta/metadata", &headers, body.into_bytes()).await;
    answer.is_page(403, "administrators_connection");
    assert_eq!(service.okta().await, before);
}

#[tokio::test]
async fn a_session_in_use_ends_with_the_connection() {
    let service = with_root().await;
    service.names_okta().await;
    let ada = service.has_administrator("ada@acme.example", &KeyOwner::Operator).await;
    service.allows(&ada).await;
    let off = json!({"enabled": false});
    let session = service.signed_on("ada@acme.example").await;
    service.api("PATCH", "organizations/acme/connections/okta", &off).await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 303);
    service.press("/admin/administrators/sso/off", &session).await.is_page(401, "session_ended");
    service.api("PATCH", "organizations/acme/connections/okta", &json!({"enabled": true})).await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 303);
    let session = service.signed_on("ada@acme.example").await;
    service.clock.advance(TimeDelta::minutes(31));
    assert_eq!(service.visit("/admin/account", &session).await.status, 303, "nobody used it");
    let session = service.signed_on("ada@acme.example").await;
    let root = service.signed_in(ROOT).await;
    service.press(&format!("/admin/administrators/{}/sign-out", ada.id), &root).await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 303);
    let session = service.signed_on("ada@acme.example").await;
    service.press(&format!("/admin/administrators/{}/forget-identity", ada.id), &root).await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 303);
    let session = service.signed_on("ada@acme.example").await;
    service.press(&format!("/admin/administrators/{}/forbid-sso", ada.id), &root).await;
    assert_eq!(service.visit("/admin/account", &session).await.status, 303);
}
