//! What believing a response costs, beside what it is made of: the gate alone, samael alone on the same response, and a
//! bare RSA-2048 verification, all in one run so that their ratios can be read.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails to start should say so")]

use std::hint::black_box;

use chrono::{DateTime, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use openssl::hash::MessageDigest;
use openssl::sign::{Signer, Verifier};
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode};
use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey, metadata};
use vestibule_domain::ports::{EncodedResponse, Expectation, Lifetimes, ResponseVerifier, SamlMessages};
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

const IDP: &str = "https://idp.example/metadata";
const SP: &str = "https://sso.example.com/sso/acme/metadata";
const ACS: &str = "https://sso.example.com/sso/acme/acs";

/// A response of about 6.6 KB of XML, with its assertion signed.
fn response(now: DateTime<Utc>, key: &SigningKey) -> ResponseBuilder {
    (0..9)
        .fold(ResponseBuilder::new(now, ACS, SP, IDP, "ada@acme.example"), |response, n| {
            let value = format!("the value of attribute number {n}, about as long as values are");
            response.attribute(&format!("https://schemas.example.com/identity/claims/attribute-{n}"), [value])
        })
        .in_response_to("_8f3c2a1b9d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a")
        .sign_assertion(key)
}

fn verify(criterion: &mut Criterion) {
    let now = "2026-11-24T08:00:00Z".parse().unwrap();
    let key = SigningKey::demo();
    let xml = response(now, &key).xml();
    assert!((6_200..7_000).contains(&xml.len()), "{} bytes", xml.len());
    let encoded = EncodedResponse(vestibule_demo_idp::mint::encode(&xml));
    let document = metadata(IDP, "https://idp.example/sso", &[key.certificate_der()]).xml();
    let trusted = XmlMessages.parse_idp_metadata(&document, now).unwrap();
    let expectation =
        Expectation { audience: SP.to_owned(), acs_url: ACS.to_owned(), lifetimes: Lifetimes::Enforced };
    let verifier = SamaelVerifier::new();
    verifier.verify(&encoded, &trusted, &[], &expectation, now).unwrap();

    let mut group = criterion.benchmark_group("verify");
    group.bench_function("whole", |b| {
        b.iter(|| verifier.verify(black_box(&encoded), &trusted, &[], &expectation, now).unwrap());
    });
    group.bench_function("gate", |b| b.iter(|| verifier.claim(black_box(&encoded)).unwrap()));
    let certificates = [CertificateDer::from(key.certificate_der())];
    let allowed = [AllowedSignatureAlgorithm::RsaSha256];
    group.bench_function("samael", |b| {
        b.iter(|| {
            Crypto::reduce_xml_to_signed_with_allowed_algorithms(
                black_box(&xml),
                &certificates,
                ReduceMode::PreDigest,
                Some(&allowed),
            )
            .unwrap()
        });
    });
    let mut signer = Signer::new(MessageDigest::sha256(), key.private_key()).unwrap();
    let signature = signer.sign_oneshot_to_vec(b"signed").unwrap();
    group.bench_function("rsa-2048", |b| {
        b.iter(|| {
            let mut verifier = Verifier::new(MessageDigest::sha256(), key.private_key()).unwrap();
            assert!(verifier.verify_oneshot(black_box(&signature), b"signed").unwrap());
        });
    });
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
