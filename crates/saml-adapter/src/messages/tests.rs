use std::io::Read as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::sign::Verifier;
use openssl::x509::X509;
use url::Url;
use vestibule_domain::connection::{Certificate, NameIdFormat, RequestSettings, SsoEndpoint};
use vestibule_domain::ports::{MessageForm, Random, Rejection};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::service_key::{KeyState, SealedKey};
use vestibule_domain::testing::CountingRandom;
use vestibule_domain::text::{EntityId, OrganizationSlug};

use super::*;
use crate::keyring::tests::keyring_and_key;
use crate::{gate, signature};

fn service_provider(url: &str) -> ServiceProvider {
    ServiceProvider::new(url, &OrganizationSlug::parse("acme").unwrap())
}

fn identity_provider(endpoints: &[(Binding, &str)]) -> IdpMetadata {
    IdpMetadata {
        entity_id: EntityId::parse("https://idp.example/metadata").unwrap(),
        sso_endpoints: endpoints
            .iter()
            .map(|(binding, url)| SsoEndpoint { binding: *binding, location: WebUrl::parse(*url).unwrap() })
            .collect(),
        slo_endpoints: Vec::new(),
        certificates: Vec::new(),
        wants_signed_requests: false,
        valid_until: None,
        cache_seconds: None,
    }
}

fn delivery(
    service_provider: &ServiceProvider,
    settings: RequestSettings,
    idp: &IdpMetadata,
) -> Result<Delivery, MessageError> {
    let message = RequestMessage {
        id: "_0123",
        relay_state: "a&b=c d+e",
        service_provider,
        settings,
        issued_at: "2026-11-24T08:00:00.75Z".parse().unwrap(),
    };
    XmlMessages.authn_request(&message, idp, None)
}

fn redirect(service_provider: &ServiceProvider, settings: RequestSettings, idp: &IdpMetadata) -> Url {
    match delivery(service_provider, settings, idp).unwrap() {
        Delivery::Redirect(url) => Url::parse(url.as_str()).unwrap(),
        Delivery::Post(form) => panic!("{form:?}"),
    }
}

fn request(service_provider: &ServiceProvider, idp: &IdpMetadata) -> Url {
    redirect(service_provider, RequestSettings::default(), idp)
}

fn form(idp: &IdpMetadata) -> MessageForm {
    match delivery(&service_provider("https://sso.example.com"), RequestSettings::default(), idp).unwrap() {
        Delivery::Post(form) => form,
        Delivery::Redirect(url) => panic!("{url}"),
    }
}

fn value(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

fn xml(url: &Url) -> String {
    let deflated = STANDARD.decode(value(url, "SAMLRequest")).unwrap();
    let mut xml = String::new();
    flate2::read::DeflateDecoder::new(&deflated[..]).read_to_string(&mut xml).unwrap();
    xml
}

#[test]
fn a_request_says_where_to_answer() {
    let idp = identity_provider(&[
        (Binding::Post, "https://idp.example/post"),
        (Binding::Redirect, "https://idp.example/sso"),
    ]);
    let url = request(&service_provider("https://sso.example.com/"), &idp);
    assert!(url.as_str().starts_with("https://idp.example/sso?SAMLRequest="));
    assert_eq!(value(&url, "RelayState"), "a&b=c d+e");
    insta::assert_snapshot!(xml(&url), @r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_0123" Version="2.0" IssueInstant="2026-11-24T08:00:00Z" Destination="https://idp.example/sso" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" AssertionConsumerServiceURL="https://sso.example.com/sso/acme/acs"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://sso.example.com/sso/acme/metadata</saml:Issuer></samlp:AuthnRequest>"#);
}

#[test]
fn a_query_of_the_sso_url_stays_and_is_escaped_in_the_request() {
    let idp = identity_provider(&[(Binding::Redirect, "https://idp.example/sso?idpid=C0%20&x='1'#part")]);
    let url = request(&service_provider("https://sso.example.com"), &idp);
    assert!(url.as_str().starts_with("https://idp.example/sso?idpid=C0%20&x=%271%27&SAMLRequest="), "{url}");
    assert_eq!(url.fragment(), None);
    let xml = xml(&url);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let destination = document.root_element().attribute("Destination");
    assert_eq!(destination, Some("https://idp.example/sso?idpid=C0%20&x='1'#part"));
}

#[test]
fn a_connection_may_ask_for_more() {
    let idp = identity_provider(&[(Binding::Redirect, "https://idp.example/sso")]);
    let sp = service_provider("https://sso.example.com");
    let asked = |settings| xml(&redirect(&sp, settings, &idp));
    let plain = asked(RequestSettings::default());
    assert!(!plain.contains("ForceAuthn") && !plain.contains("NameIDPolicy"), "{plain}");
    let forced = asked(RequestSettings { force_authn: true, ..RequestSettings::default() });
    assert!(forced.contains(r#" ForceAuthn="true" "#), "{forced}");
    for (format, urn) in [
        (NameIdFormat::Unspecified, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
        (NameIdFormat::EmailAddress, "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
        (NameIdFormat::Persistent, "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"),
    ] {
        let named = asked(RequestSettings { name_id_format: Some(format), ..RequestSettings::default() });
        let policy = format!(r#"</saml:Issuer><samlp:NameIDPolicy Format="{urn}" AllowCreate="true"/></"#);
        assert!(named.contains(&policy), "{named}");
    }
}

#[test]
fn where_no_redirect_is_taken_the_request_is_a_form() {
    let form = form(&identity_provider(&[(Binding::Post, "https://idp.example/post?a=b")]));
    assert_eq!(form.action.as_str(), "https://idp.example/post?a=b");
    assert_eq!((form.field.name(), form.relay_state.as_deref()), ("SAMLRequest", Some("a&b=c d+e")));
    let xml = String::from_utf8(STANDARD.decode(&form.message).unwrap()).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(document.root_element().attribute("Destination"), Some("https://idp.example/post?a=b"));
}

#[test]
fn what_no_url_has_room_for_is_a_form_too() {
    let sp = service_provider("https://sso.example.com");
    let long = format!("https://idp.example/{}", "x".repeat(2_000));
    let only = identity_provider(&[(Binding::Redirect, &long)]);
    let refused = |idp| match delivery(&sp, RequestSettings::default(), idp) {
        Err(MessageError::Metadata(error)) => error.code,
        sent => panic!("{sent:?}"),
    };
    assert_eq!(refused(&only), "invalid_sso_url");
    let both = identity_provider(&[(Binding::Redirect, &long), (Binding::Post, "https://idp.example/post")]);
    assert_eq!(form(&both).action.as_str(), "https://idp.example/post");
    let none = identity_provider(&[]);
    assert_eq!(refused(&none), "no_sso_endpoint");
}

#[test]
fn metadata_of_this_service() {
    let xml = XmlMessages.sp_metadata(&service_provider("https://sso.example.com"), &[]);
    insta::assert_snapshot!(xml);
    let odd = XmlMessages.sp_metadata(&service_provider("https://a.example/?x=1&y=\"<"), &[]);
    assert!(roxmltree::Document::parse(&odd).is_ok());
    let read = XmlMessages.parse_idp_metadata(&xml, "2026-11-24T08:00:00Z".parse().unwrap());
    assert_eq!(read.unwrap_err().code, "service_provider_metadata");
}

fn key(usage: KeyUsage, state: KeyState, der: &[u8]) -> ServiceKey {
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let certificate = Certificate {
        der: der.to_vec(),
        subject: "CN=Vestibule".into(),
        sha256_fingerprint: String::new(),
        not_before: now,
        not_after: now,
    };
    let id = (&CountingRandom::default() as &dyn Random).id(now);
    ServiceKey { id, usage, state, certificate, sealed: SealedKey(Vec::new()), created_at: now }
}

#[test]
fn metadata_has_the_keys_of_the_service_the_current_one_first() {
    let keys = [
        key(KeyUsage::Encryption, KeyState::Previous, b"previous"),
        key(KeyUsage::Encryption, KeyState::Next, b"next"),
        key(KeyUsage::Encryption, KeyState::Current, b"current"),
        key(KeyUsage::Signing, KeyState::Next, b"sign next"),
        key(KeyUsage::Signing, KeyState::Current, b"sign"),
    ];
    let xml = XmlMessages.sp_metadata(&service_provider("https://sso.example.com"), &keys);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let certificates = document.descendants().filter(|node| node.has_tag_name((DS, "X509Certificate")));
    let published: Vec<_> = certificates.map(|node| STANDARD.decode(node.text().unwrap()).unwrap()).collect();
    let expected: [&[u8]; 5] = [b"sign", b"sign next", b"current", b"next", b"previous"];
    assert_eq!(published, expected);
    insta::assert_snapshot!(xml);
}

/// An AuthnRequest that was signed, and by what.
fn signed(idp: &IdpMetadata) -> (Delivery, Vec<u8>) {
    let (keyring, key) = keyring_and_key(KeyUsage::Signing);
    let message = RequestMessage {
        id: "_0123",
        relay_state: "a&b=c d+e",
        service_provider: &service_provider("https://sso.example.com"),
        settings: RequestSettings::default(),
        issued_at: "2026-11-24T08:00:00Z".parse().unwrap(),
    };
    let signer = Signer { keysmith: &keyring, key: &key };
    (XmlMessages.authn_request(&message, idp, Some(signer)).unwrap(), key.certificate.der)
}

#[test]
fn a_signature_in_a_url_covers_what_is_sent_and_not_the_query_before_it() {
    let idp = identity_provider(&[(Binding::Redirect, "https://idp.example/sso?SigAlg=x&tenant=a%20b")]);
    let (Delivery::Redirect(url), certificate) = signed(&idp) else { panic!("not by redirect") };
    let start = url.as_str().find("SAMLRequest=").unwrap();
    let (covered, signature) = url.as_str()[start..].split_once("&Signature=").unwrap();
    let names: Vec<_> = covered.split('&').map(|part| part.split_once('=').unwrap().0).collect();
    assert_eq!(names, ["SAMLRequest", "RelayState", "SigAlg"]);
    assert!(covered.ends_with("SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256"));
    assert_eq!(value(&Url::parse(url.as_str()).unwrap(), "RelayState"), "a&b=c d+e");
    let signature = signature.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let key = X509::from_der(&certificate).unwrap().public_key().unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    verifier.update(covered.as_bytes()).unwrap();
    assert!(verifier.verify(&STANDARD.decode(signature).unwrap()).unwrap());
}

#[test]
fn a_signature_in_a_form_is_one_that_both_readers_of_this_service_accept() {
    let idp = identity_provider(&[(Binding::Post, "https://idp.example/post?a=1&b=2")]);
    let (Delivery::Post(form), der) = signed(&idp) else { panic!("not by a form") };
    let xml = String::from_utf8(STANDARD.decode(&form.message).unwrap()).unwrap();
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let trusted = Certificate {
        der,
        subject: String::new(),
        sha256_fingerprint: String::new(),
        not_before: now,
        not_after: now,
    };
    let verified = |xml: &str| {
        let document = gate::parse(xml)?;
        let signature = gate::message_signature(&document)?.ok_or(Rejection::NotSigned)?;
        signature::verify_all(xml, &[&signature], std::slice::from_ref(&trusted), &signature::Keys::default())
    };
    assert!(verified(&xml).unwrap().digested.contains("AssertionConsumerServiceURL"));
    let changed = verified(&xml.replace("/acme/acs", "/evil/acs"));
    assert_eq!(changed.map(|signed| signed.digested), Err(Rejection::InvalidSignature));
}
