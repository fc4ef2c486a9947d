mod products;

use rstest::rstest;
use vestibule_demo_idp::mint::{
    BINDING_POST, BINDING_REDIRECT, Curve, Endpoint, KeyDescriptor, Metadata, SigningKey, metadata,
};

use super::*;

const ENTITY: &str = "https://idp.example/metadata?a=1&b=2";
const SSO: &str = "https://idp.example/sso?x=1&y=2";

fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn right() -> Metadata {
    metadata(ENTITY, SSO, &[SigningKey::demo().certificate_der()])
}

fn read(xml: &str) -> Result<IdpMetadata, MetadataError> {
    parse(xml, now())
}

#[track_caller]
fn refused(xml: &str, code: &str) {
    let error = read(xml).unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.ends_with('.'), "{error}");
}

#[test]
fn metadata_says_who_where_and_by_which_key() {
    let read = read(&right().xml()).unwrap();
    assert_eq!(read.entity_id.as_str(), ENTITY);
    assert_eq!(read.sso_endpoints.len(), 2);
    assert_eq!(read.sso_endpoints[0].binding, Binding::Redirect);
    assert_eq!(read.sso_endpoints[1].binding, Binding::Post);
    assert_eq!(read.sso_endpoints[1].location.as_str(), SSO);
    assert!(!read.wants_signed_requests);
    assert_eq!(read.valid_until, None);
    let certificate = &read.certificates[0];
    assert_eq!(certificate.der, SigningKey::demo().certificate_der());
    assert_eq!(certificate.subject, "CN=Vestibule demo identity provider, O=Not for real sign-ins");
    assert_eq!(certificate.not_before.to_rfc3339(), "2020-01-01T00:00:00+00:00");
    assert_eq!(certificate.not_after.to_rfc3339(), "2120-01-01T00:00:00+00:00");
    assert_eq!(certificate.sha256_fingerprint.len(), 64);
}

#[test]
fn all_signing_keys_are_taken_and_no_other() {
    let (rsa, new, curve, other) = (
        SigningKey::demo().certificate_der(),
        SigningKey::rsa_2048().unwrap().certificate_der(),
        SigningKey::ec(Curve::P256).unwrap().certificate_der(),
        SigningKey::rsa_2048().unwrap().certificate_der(),
    );
    let many = metadata(ENTITY, SSO, std::slice::from_ref(&rsa))
        .key(None, &new)
        .key(Some("encryption"), &other)
        .key(Some("signing"), &curve)
        .key(Some("signing"), &rsa);
    let ders: Vec<_> = read(&many.xml()).unwrap().certificates.into_iter().map(|one| one.der).collect();
    assert_eq!(ders, [rsa, new, curve]);
}

#[test]
fn a_certificate_may_be_in_lines_or_pem() {
    let pem = SigningKey::demo().certificate_pem();
    let lines: Vec<_> = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let lines = format!("\n   {}\r\n", lines.join("\r\n   "));
    for text in [pem, lines] {
        let metadata = right().with(|m| m.keys[0].certificate.clone_from(&text));
        assert_eq!(read(&metadata.xml()).unwrap().certificates[0].der, SigningKey::demo().certificate_der());
    }
}

#[test]
fn an_unusable_key_does_not_stand_in_the_way() {
    let weak = SigningKey::rsa_bits(1_024).unwrap().certificate_der();
    let both = right().with(|m| {
        m.keys.insert(0, KeyDescriptor { usage: None, certificate: "bm90IG9uZQ==".to_owned() });
    });
    assert_eq!(read(&both.key(Some("signing"), &weak).xml()).unwrap().certificates.len(), 1);
}

#[test]
fn what_products_add_is_overlooked() {
    let metadata = right().with(|m| {
        m.cache_duration = Some("PT1H".to_owned());
        m.role_cache_duration = Some("P1D".to_owned());
        m.valid_until = Some("2026-11-25T00:00:00.5Z".to_owned());
        m.want_authn_requests_signed = Some("true".to_owned());
        m.sso.insert(0, Endpoint { binding: "urn:mace:shibboleth:1.0:profiles:AuthnRequest".to_owned(), location: "nonsense".to_owned() });
        m.raw = concat!(
            "<!-- comments of Shibboleth --><md:SPSSODescriptor/><md:Organization/>",
            "<md:RoleDescriptor xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"fed:X\"/>",
            "<md:ContactPerson contactType=\"technical\"><md:EmailAddress>mailto:x@y</md:EmailAddress></md:ContactPerson>",
        ).to_owned();
    });
    let read = read(&format!(
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?stylesheet x?>\n{}",
        metadata.xml()
    ))
    .unwrap();
    assert!(read.wants_signed_requests);
    assert_eq!(read.valid_until.unwrap().to_rfc3339(), "2026-11-25T00:00:00.500+00:00");
    assert_eq!(read.cache_seconds, Some(3_600), "the shorter of the two");
    assert_eq!(read.sso_endpoints.len(), 2);
}

#[test]
fn children_are_found_in_any_order() {
    let xml = right().key(None, &SigningKey::ec(Curve::P256).unwrap().certificate_der()).xml();
    let role = xml.find("<md:KeyDescriptor").unwrap()..xml.find("</md:IDPSSODescriptor>").unwrap();
    let children: Vec<_> = role_children(&xml[role.clone()]);
    assert_eq!(children.len(), 5);
    let interleaved: String = [3, 0, 2, 4, 1].iter().map(|at| children[*at]).collect();
    let interleaved = xml.replace(&xml[role], &interleaved);
    let (ordered, other) = (read(&xml).unwrap(), read(&interleaved).unwrap());
    assert_eq!(ordered, other);
    assert_eq!((other.certificates.len(), other.sso_endpoints.len()), (2, 2));
}

/// The texts of elements that stand one after the other without space.
fn role_children(text: &str) -> Vec<&str> {
    let starts: Vec<_> = ["<md:KeyDescriptor", "<md:NameIDFormat", "<md:SingleSignOnService"]
        .iter()
        .flat_map(|name| text.match_indices(name).map(|(at, _)| at))
        .chain([text.len()])
        .collect();
    starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

#[test]
fn a_federation_of_one_identity_provider_is_taken() {
    let federation = |inside: &str, attributes: &str| {
        format!(
            "<EntitiesDescriptor xmlns=\"{MD}\" {attributes}><EntitiesDescriptor>{inside}</EntitiesDescriptor></EntitiesDescriptor>"
        )
    };
    let sp = format!(
        "<EntityDescriptor entityID=\"sp\"><SPSSODescriptor protocolSupportEnumeration=\"{SAMLP}\"/></EntityDescriptor>"
    );
    let one = right().xml();
    let read_one = read(&federation(&format!("{sp}{one}"), "validUntil=\"2026-12-01T00:00:00Z\"")).unwrap();
    assert_eq!(read_one.entity_id.as_str(), ENTITY);
    assert_eq!(read_one.valid_until.unwrap().to_rfc3339(), "2026-12-01T00:00:00+00:00");
    refused(&federation(&format!("{one}{one}"), ""), "several_identity_providers");
    refused(&federation(&one, "validUntil=\"2026-01-01T00:00:00Z\""), "expired");
    refused(&federation(&sp, ""), "service_provider_metadata");
    refused(&federation("", ""), "no_identity_provider");
}

#[rstest]
#[case::empty("  \n", "empty")]
#[case::html("\n<!DOCTYPE html><html><body>Sign in</body></html>", "html_page")]
#[case::html_bare("<HTML lang=en>", "html_page")]
#[case::xhtml(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n<html/>",
    "html_page"
)]
#[case::xhtml_5(
    "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head/></html>",
    "html_page"
)]
#[case::comment_alone("<!-- nothing", "not_xml")]
#[case::openid("  {\"issuer\":\"https://idp.example\",\"jwks_uri\":\"https://idp.example/jwks\"}", "json")]
#[case::address("https://idp.example/metadata", "url_not_xml")]
#[case::private_key("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "private_key")]
#[case::rsa_private_key("<x>-----BEGIN RSA PRIVATE KEY-----</x>", "private_key")]
#[case::certificate("-----BEGIN CERTIFICATE-----\nMIID", "certificate_alone")]
#[case::text("please find attached", "not_xml")]
#[case::json("{\"entityID\": 1}", "json")]
#[case::malformed("<a><b></a></EntityDescriptor>", "not_xml")]
#[case::undeclared("<md:EntityDescriptor></md:EntityDescriptor>", "not_xml")]
#[case::xml_1_1("<?xml version=\"1.1\"?><a/>", "not_xml")]
#[case::other_xml("<rss/>", "not_metadata")]
#[case::saml_1("<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:1.0:metadata\"/>", "not_metadata")]
#[case::doctype("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>", "document_type")]
#[case::latin_1("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><x/>", "not_utf8")]
#[case::nested(&"<x>".repeat(100), "too_large")]
fn usual_mistakes_are_named(#[case] text: &str, #[case] code: &str) {
    refused(text, code);
}

#[test]
fn metadata_over_the_limit_is_not_read() {
    refused(&" ".repeat(MAX_METADATA_BYTES + 1), "too_large");
    let elements = right().with(|m| m.raw = "<x/>".repeat(MAX_METADATA_ELEMENTS));
    refused(&elements.xml(), "too_large");
}

#[rstest]
#[case::no_key(|m: &mut Metadata| m.keys.clear(), "no_signing_key")]
#[case::encryption_only(|m: &mut Metadata| m.keys[0].usage = Some("encryption".to_owned()), "no_signing_key")]
#[case::no_certificate(|m: &mut Metadata| m.keys[0].certificate = String::new(), "unreadable_certificate")]
#[case::damaged(|m: &mut Metadata| m.keys[0].certificate.truncate(100), "unreadable_certificate")]
#[case::not_base64(|m: &mut Metadata| m.keys[0].certificate = "!".to_owned(), "unreadable_certificate")]
#[case::expired(|m: &mut Metadata| m.valid_until = Some("2026-11-24T08:00:00Z".to_owned()), "expired")]
#[case::odd_end(|m: &mut Metadata| m.valid_until = Some("tomorrow".to_owned()), "invalid_valid_until")]
#[case::no_entity_id(|m: &mut Metadata| m.entity_id = String::new(), "invalid_entity_id")]
#[case::long_entity_id(|m: &mut Metadata| m.entity_id = "x".repeat(1_025), "invalid_entity_id")]
#[case::no_sso(|m: &mut Metadata| m.sso.clear(), "no_sso_endpoint")]
#[case::soap_only(|m: &mut Metadata| m.sso.iter_mut().for_each(|e| e.binding = "urn:soap".to_owned()), "no_sso_endpoint")]
#[case::script(|m: &mut Metadata| m.sso[0].location = "javascript:alert(1)".to_owned(), "invalid_sso_url")]
#[case::relative(|m: &mut Metadata| m.sso[0].location = "/sso".to_owned(), "invalid_sso_url")]
fn what_is_missing_is_named(#[case] spoil: fn(&mut Metadata), #[case] code: &str) {
    refused(&right().with(spoil).xml(), code);
}

#[test]
fn weak_and_foreign_keys_are_named() {
    let weak = SigningKey::rsa_bits(1_024).unwrap().certificate_der();
    refused(&metadata(ENTITY, SSO, &[weak]).xml(), "weak_key");
    let many: Vec<_> = (0..=crate::limits::MAX_CERTIFICATES)
        .map(|day| {
            let until = now() + chrono::Duration::days(i64::try_from(day).unwrap());
            SigningKey::demo().with_validity(now(), until).unwrap().certificate_der()
        })
        .collect();
    refused(&metadata(ENTITY, SSO, &many).xml(), "too_many_certificates");
    assert!(read(&metadata(ENTITY, SSO, &many[1..]).xml()).is_ok());
}

#[test]
fn an_identity_provider_of_saml_1_alone_is_none() {
    refused(
        &right().xml().replace(&format!("\"{SAMLP}\""), "\"urn:oasis:names:tc:SAML:1.1:protocol\""),
        "no_identity_provider",
    );
    let both = format!("\"urn:oasis:names:tc:SAML:1.1:protocol {SAMLP}\"");
    assert!(read(&right().xml().replace(&format!("\"{SAMLP}\""), &both)).is_ok());
}

#[test]
fn bindings_are_those_of_a_browser() {
    assert_eq!((BINDING_REDIRECT, BINDING_POST), (HTTP_REDIRECT, HTTP_POST));
}
