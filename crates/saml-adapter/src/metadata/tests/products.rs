//! Metadata as products write it: their prefixes, their other roles, their order, their line ends. The texts follow what each
//! publishes; the certificates are ours.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// What a product's text has in its places for certificates: the key in use, the next one, and one for something else.
struct Keys {
    signing: Vec<u8>,
    next: Vec<u8>,
    other: Vec<u8>,
}

impl Keys {
    fn new() -> Self {
        Self {
            signing: SigningKey::demo().certificate_der(),
            next: SigningKey::ec(Curve::P256).unwrap().certificate_der(),
            other: SigningKey::ec(Curve::P384).unwrap().certificate_der(),
        }
    }

    fn put_into(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, der) in [("SIGNING", &self.signing), ("NEXT", &self.next), ("OTHER", &self.other)] {
            let line = STANDARD.encode(der);
            let lines: Vec<_> =
                line.as_bytes().chunks(64).map(|part| std::str::from_utf8(part).unwrap()).collect();
            text = text.replace(&format!("{{{name}_LINES}}"), &lines.join("\n"));
            text = text.replace(&format!("{{{name}}}"), &line);
        }
        text
    }
}

/// What must be read of a product's metadata.
struct Expected {
    entity_id: &'static str,
    endpoints: &'static [(Binding, &'static str)],
    /// Whether the next key is there already.
    next: bool,
    wants_signed_requests: bool,
    valid_until: Option<&'static str>,
    cache_seconds: Option<u64>,
}

const PLAIN: Expected = Expected {
    entity_id: "",
    endpoints: &[],
    next: false,
    wants_signed_requests: false,
    valid_until: None,
    cache_seconds: None,
};

#[rstest]
#[case::okta(include_str!("products/okta.xml"), Expected {
    entity_id: "http://www.okta.com/exk1fcia6d6EMsf331d8",
    endpoints: &[
        (Binding::Post, "https://acme.okta.example/app/acme_vestibule_1/exk1fcia6d6EMsf331d8/sso/saml"),
        (Binding::Redirect, "https://acme.okta.example/app/acme_vestibule_1/exk1fcia6d6EMsf331d8/sso/saml"),
    ],
    ..PLAIN
})]
#[case::entra_id(include_str!("products/entra.xml"), Expected {
    entity_id: "https://sts.windows.net/6babcaad-604b-40ac-a9d7-9fd97c0b779f/",
    endpoints: &[
        (Binding::Redirect, "https://login.microsoftonline.example/6babcaad-604b-40ac-a9d7-9fd97c0b779f/saml2"),
        (Binding::Post, "https://login.microsoftonline.example/6babcaad-604b-40ac-a9d7-9fd97c0b779f/saml2"),
    ],
    next: true,
    ..PLAIN
})]
#[case::google(include_str!("products/google.xml"), Expected {
    entity_id: "https://accounts.google.example/o/saml2?idpid=C01abc234",
    endpoints: &[
        (Binding::Redirect, "https://accounts.google.example/o/saml2/idp?idpid=C01abc234&hl=en"),
        (Binding::Post, "https://accounts.google.example/o/saml2/idp?idpid=C01abc234&hl=en"),
    ],
    valid_until: Some("2031-10-02T14:25:11Z"),
    ..PLAIN
})]
#[case::adfs(include_str!("products/adfs.xml"), Expected {
    entity_id: "http://adfs.acme.example/adfs/services/trust",
    endpoints: &[
        (Binding::Redirect, "https://adfs.acme.example/adfs/ls/"),
        (Binding::Post, "https://adfs.acme.example/adfs/ls/"),
    ],
    next: true,
    ..PLAIN
})]
#[case::shibboleth(include_str!("products/shibboleth.xml"), Expected {
    entity_id: "https://idp.university.example/idp/shibboleth",
    endpoints: &[
        (Binding::Post, "https://idp.university.example/idp/profile/SAML2/POST/SSO"),
        (Binding::Redirect, "https://idp.university.example/idp/profile/SAML2/Redirect/SSO"),
    ],
    next: true,
    valid_until: Some("2027-02-11T08:00:00.123Z"),
    cache_seconds: Some(21_600),
    ..PLAIN
})]
#[case::keycloak(include_str!("products/keycloak.xml"), Expected {
    entity_id: "https://keycloak.acme.example/realms/acme",
    endpoints: &[
        (Binding::Post, "https://keycloak.acme.example/realms/acme/protocol/saml"),
        (Binding::Redirect, "https://keycloak.acme.example/realms/acme/protocol/saml"),
    ],
    wants_signed_requests: true,
    ..PLAIN
})]
#[case::keycloak_of_old(include_str!("products/keycloak_of_old.xml"), Expected {
    entity_id: "https://keycloak.acme.example/auth/realms/acme",
    endpoints: &[
        (Binding::Post, "https://keycloak.acme.example/auth/realms/acme/protocol/saml"),
        (Binding::Redirect, "https://keycloak.acme.example/auth/realms/acme/protocol/saml"),
    ],
    wants_signed_requests: true,
    ..PLAIN
})]
#[case::simplesamlphp(include_str!("products/simplesamlphp.xml"), Expected {
    entity_id: "https://login.acme.example/simplesaml/saml2/idp/metadata.php",
    endpoints: &[(Binding::Redirect, "https://login.acme.example/simplesaml/saml2/idp/SSOService.php")],
    valid_until: Some("2026-12-01T08:00:00Z"),
    cache_seconds: Some(86_400),
    ..PLAIN
})]
#[case::onelogin(include_str!("products/onelogin.xml"), Expected {
    entity_id: "https://app.onelogin.example/saml/metadata/5c1f5d2e-7f5b-4c0c-8f4e-2f6f1f0a4b3d",
    endpoints: &[
        (Binding::Redirect, "https://acme.onelogin.example/trust/saml2/http-redirect/sso/5c1f5d2e-7f5b-4c0c-8f4e-2f6f1f0a4b3d"),
        (Binding::Post, "https://acme.onelogin.example/trust/saml2/http-post/sso/5c1f5d2e-7f5b-4c0c-8f4e-2f6f1f0a4b3d"),
    ],
    ..PLAIN
})]
fn metadata_is_read_as_products_write_it(#[case] text: &str, #[case] expected: Expected) {
    let keys = Keys::new();
    let filled = keys.put_into(text);
    assert!(!filled.contains('{'), "a place for a certificate is left");
    for text in [filled.clone(), filled.replace('\n', "\r\n"), format!("\u{FEFF}{filled}")] {
        let read = read(&text).unwrap();
        assert_eq!(read.entity_id.as_str(), expected.entity_id);
        let endpoints: Vec<_> = read
            .sso_endpoints
            .iter()
            .map(|endpoint| (endpoint.binding, endpoint.location.as_str()))
            .collect();
        assert_eq!(endpoints, expected.endpoints);
        let ders: Vec<_> = read.certificates.into_iter().map(|certificate| certificate.der).collect();
        let next = expected.next.then(|| keys.next.clone());
        assert_eq!(ders, [keys.signing.clone()].into_iter().chain(next).collect::<Vec<_>>());
        assert_eq!(read.wants_signed_requests, expected.wants_signed_requests);
        assert_eq!(read.valid_until, expected.valid_until.map(|text| text.parse().unwrap()));
        assert_eq!(read.cache_seconds, expected.cache_seconds);
    }
}

/// A text may have been cut anywhere, by a window or by a network.
#[test]
fn metadata_that_stops_in_the_middle_is_named_as_such() {
    let keys = Keys::new();
    for text in [include_str!("products/shibboleth.xml"), include_str!("products/keycloak_of_old.xml")] {
        let whole = keys.put_into(text);
        let root = whole.find("EntityDescriptor").unwrap() + "EntityDescriptor ".len();
        for part in 1..20 {
            let mut end = root + (whole.len() - root) * part / 20;
            while !whole.is_char_boundary(end) {
                end -= 1;
            }
            refused(&whole[..end], "truncated");
        }
    }
}

#[test]
fn a_private_key_is_found_in_whatever_it_is_pasted_with_and_is_never_repeated() {
    let keys = Keys::new();
    let pem = SigningKey::demo().private_key_pem().unwrap();
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().join("\n");
    let secret = &bare[100..140];
    let metadata = keys.put_into(include_str!("products/onelogin.xml"));
    for text in [
        pem.clone(),
        bare.clone(),
        format!("{}{pem}", SigningKey::demo().certificate_pem()),
        metadata.replace("</EntityDescriptor>", &format!("<!-- {pem} --></EntityDescriptor>")),
        format!("{metadata}\n{pem}"),
        pem.replace('\n', " "),
    ] {
        let error = read(&text).unwrap_err();
        assert_eq!(error.code, "private_key");
        assert!(!format!("{error:?}").contains(secret));
    }
    let certificate = STANDARD.encode(&keys.signing);
    refused(&certificate, "certificate_alone");
    refused(&SigningKey::demo().certificate_pem(), "certificate_alone");
}
