//! Single logout: who may end whose session, and what a person sees of it.

use axum::http::Method;
use serde_json::json;
use url::{Url, form_urlencoded};
use vestibule_demo_idp::mint::{
    BINDING_REDIRECT, SignatureOptions, SigningKey, Target, encode, metadata, sign,
};

use crate::support::{Answer, HTTPS, IDP, Service};

const ADA: &str = "ada@acme.example";

impl Service {
    /// From now on Okta takes messages of single logout, and who signs out here signs out there.
    async fn okta_signs_out(&self) {
        let service = format!(
            "<md:SingleLogoutService Binding=\"{BINDING_REDIRECT}\" Location=\"{IDP}/slo?a=1\" \
             ResponseLocation=\"{IDP}/slo/done\"/><md:NameIDFormat"
        );
        let xml = metadata(IDP, &format!("{IDP}/sso"), &[SigningKey::demo().certificate_der()])
            .xml()
            .replacen("<md:NameIDFormat", &service, 1);
        let okta = "organizations/acme/connections/okta";
        self.api("PUT", &format!("{okta}/identity-provider"), &json!({"metadata_xml": xml})).await;
        self.api("PATCH", okta, &json!({"single_logout": true})).await;
        self.prepare_keys().await;
    }

    fn message(&self, name: &str, attributes: &str, content: &str) -> String {
        format!(
            "<samlp:{name} xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_m\" Version=\"2.0\" IssueInstant=\"{}\" \
             Destination=\"{HTTPS}/sso/acme/slo\" {attributes}><saml:Issuer>{IDP}</saml:Issuer>{content}</samlp:{name}>",
            self.now().to_rfc3339(),
        )
    }

    fn logout_request(&self, name_id: &str) -> String {
        self.message("LogoutRequest", "", &format!("<saml:NameID>{name_id}</saml:NameID>"))
    }

    async fn post_message(&self, org: &str, field: &str, message: &str) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair(field, message)
            .append_pair("RelayState", "<state>")
            .finish();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", IDP),
            ("sec-fetch-site", "cross-site"),
        ];
        self.send(Method::POST, &format!("/sso/{org}/slo"), &headers, form.into_bytes()).await
    }

    async fn is_signed_in(&self, cookie: &str) -> bool {
        self.get("/session", &[("cookie", cookie)]).await.status == 200
    }
}

fn signed(xml: &str, key: &SigningKey) -> String {
    encode(&sign(xml, &Target::Root, key, &SignatureOptions::default()).unwrap())
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn the_identity_provider_ends_the_sessions_of_the_person_it_names() {
    let service = Service::acme().await;
    service.okta_signs_out().await;
    let (ada, again, bob) =
        (service.sign_in(ADA).await, service.sign_in(ADA).await, service.sign_in("bob@acme.example").await);
    let request = signed(&service.logout_request(ADA), &SigningKey::demo());
    let answer = service.post_message("acme", "SAMLRequest", &request).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let location = answer.header("location");
    assert!(location.starts_with(&format!("{IDP}/slo/done?SAMLResponse=")), "{location}");
    assert_eq!(parameter(location, "RelayState").as_deref(), Some("<state>"));
    assert!(parameter(location, "Signature").is_some());
    assert_eq!(answer.header("set-cookie"), "", "the session may be another browser's");
    assert!(!service.is_signed_in(&ada).await && !service.is_signed_in(&again).await);
    assert!(service.is_signed_in(&bob).await);

    // Once more it ends what began since, within the minutes in which the message is good, and is answered alike.
    assert_eq!(service.post_message("acme", "SAMLRequest", &request).await.status, 303);
}

#[tokio::test]
async fn nobody_else_ends_a_session() {
    let service = Service::acme().await;
    service.okta_signs_out().await;
    service.connect("entra", "Entra", "https://entra.example").await;
    let ada = service.sign_in(ADA).await;
    let stranger = SigningKey::rsa_2048().unwrap();
    let request = service.logout_request(ADA);
    let forged = |xml: &str| signed(xml, &SigningKey::demo());
    for message in [
        encode(&request),
        signed(&request, &stranger),
        forged(&request.replace("/sso/acme/slo", "/sso/other/slo")),
        forged(&request.replace(IDP, "https://nobody.example")),
        "***".to_owned(),
        String::new(),
    ] {
        let refused = service.post_message("acme", "SAMLRequest", &message).await;
        refused.is_page(403, "untrusted_logout");
        assert!(!refused.body.contains(ADA));
    }
    // Another connection's identity provider names the same person, who is nobody of it.
    let elsewhere = forged(&request.replace(IDP, "https://entra.example"));
    assert_eq!(service.post_message("acme", "SAMLRequest", &elsewhere).await.status, 200);
    service.get("/sso/acme/slo", &[]).await.is_page(403, "untrusted_logout");
    service
        .get("/sso/acme/slo?SAMLRequest=x&SigAlg=y&Signature=z", &[])
        .await
        .is_page(403, "untrusted_logout");
    service.post_message("nobody", "SAMLRequest", "x").await.is_page(404, "organization_not_found");
    service.post("/sso/acme/slo", &[]).await.is_page(415, "unsupported_media_type");
    let large = "A".repeat(500_000);
    service.post_message("acme", "SAMLRequest", &large).await.is_page(413, "request_too_large");
    assert!(service.is_signed_in(&ada).await);
}

#[tokio::test]
async fn a_key_of_another_organization_ends_nothing() {
    let service = Service::acme().await;
    service.okta_signs_out().await;
    let ada = service.sign_in(ADA).await;
    service.has_another_organization().await;
    let request = signed(&service.logout_request(ADA), &SigningKey::demo());
    service.post_message("other", "SAMLRequest", &request).await.is_page(403, "untrusted_logout");
    assert!(service.is_signed_in(&ada).await);
}

#[tokio::test]
async fn who_signs_out_here_is_sent_to_the_identity_provider_after_the_session_has_ended() {
    let service = Service::acme().await;
    let cookie = service.sign_in(ADA).await;
    let plain = service.get("/sso/acme/signed-in", &[("cookie", &cookie)]).await;
    assert!(plain.header("content-security-policy").contains("form-action 'self';"));
    service.okta_signs_out().await;
    let page = service.get("/sso/acme/signed-in", &[("cookie", &cookie)]).await;
    assert!(
        page.header("content-security-policy").contains("form-action 'self' https://idp.example https:;")
    );

    let out = service.post("/session/logout", &[("cookie", &cookie), ("origin", HTTPS)]).await;
    let location = out.header("location").to_owned();
    assert!(location.starts_with(&format!("{IDP}/slo?a=1&SAMLRequest=")), "{location}");
    assert!(out.header("set-cookie").ends_with("; Max-Age=0"));
    assert!(!service.is_signed_in(&cookie).await);

    let id = id_of(&parameter(&location, "SAMLRequest").unwrap());
    let status = "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>";
    let answer = |id: &str, status: &str| {
        let xml = service.message("LogoutResponse", &format!("InResponseTo=\"{id}\""), status);
        signed(&xml, &SigningKey::demo())
    };
    let said = service.post_message("acme", "SAMLResponse", &answer(&id, status)).await;
    assert_eq!(said.status, 200);
    assert!(said.body.contains("signed out at your identity provider, too"), "{}", said.body);
    let failed = status.replace("Success", "Responder");
    let said = service.post_message("acme", "SAMLResponse", &answer(&id, &failed)).await;
    assert!(said.body.contains("did not sign you out"), "{}", said.body);

    let mut wrong = id.clone();
    wrong.replace_range(20..21, if &id[20..21] == "0" { "1" } else { "0" });
    for id in [wrong.as_str(), "_", "", "ä", &id[..id.len() - 1]] {
        let refused = service.post_message("acme", "SAMLResponse", &answer(id, status)).await;
        refused.is_page(403, "untrusted_logout");
    }
    service.clock.advance(chrono::Duration::minutes(10));
    let late = service.post_message("acme", "SAMLResponse", &answer(&id, status)).await;
    late.is_page(403, "untrusted_logout");
}

/// The ID of a message in a query.
fn id_of(deflated: &str) -> String {
    use base64::Engine as _;
    use std::io::Read as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(deflated).unwrap();
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(&bytes[..]).read_to_string(&mut xml).unwrap();
    xml.split("ID=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn without_an_address_to_sign_out_at_the_session_here_ends_alone() {
    let service = Service::acme().await;
    service.prepare_keys().await;
    service.api("PATCH", "organizations/acme/connections/okta", &json!({"single_logout": true})).await;
    let cookie = service.sign_in(ADA).await;
    let out = service.post("/session/logout", &[("cookie", &cookie), ("origin", HTTPS)]).await;
    assert_eq!((out.status, out.header("location")), (303, "/sso/acme/signed-out"));
    let request = signed(&service.logout_request(ADA), &SigningKey::demo());
    let cookie = service.sign_in(ADA).await;
    let answer = service.post_message("acme", "SAMLRequest", &request).await;
    assert_eq!(answer.status, 200);
    assert!(!service.is_signed_in(&cookie).await);
}
