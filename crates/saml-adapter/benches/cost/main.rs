//! What the worst bodies cost, and whether verifying grows: `cargo bench -p vestibule-saml-adapter --bench cost`.
//!
//! Prints milliseconds of CPU for each body, of both calls that a response gets; then what a usual response costs beside
//! the signature library alone. Then it verifies 100,000 responses, good and bad, and prints how much memory the process has
//! meanwhile.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what is wrong")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

mod bodies;

use std::sync::LazyLock;
use std::time::Instant;

use chrono::{DateTime, Utc};
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode};
use uuid::Uuid;
use vestibule_demo_idp::mint::{
    EncryptionOptions, ResponseBuilder, SignatureOptions, SigningKey, Target, content_encryption, encode,
    metadata, sign,
};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ids::ServiceKeyId;
use vestibule_domain::ports::{
    EncodedResponse, Expectation, Keysmith, Lifetimes, NewKey, Rejection, ResponseVerifier, SamlMessages,
};
use vestibule_domain::service_key::{KeyState, KeyUsage, ServiceKey};
use vestibule_domain::token::SecretKey;
use vestibule_saml_adapter::{Keyring, SamaelVerifier, XmlMessages};

const IDP: &str = "https://idp.example/metadata";
const SP: &str = "https://sso.example.com/sso/acme/metadata";
const ACS: &str = "https://sso.example.com/sso/acme/acs";

fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

/// One in each state. The last one that is tried is the previous.
static SERVICE_KEYS: LazyLock<Vec<ServiceKey>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let key = |(index, state): (usize, &KeyState)| {
        let id = ServiceKeyId(Uuid::from_u128(index as u128));
        let made = runtime.block_on(keyring().make(id, KeyUsage::Encryption, now())).unwrap();
        let NewKey { certificate, sealed } = made;
        ServiceKey { id, usage: KeyUsage::Encryption, state: *state, certificate, sealed, created_at: now() }
    };
    KeyState::ALL.iter().enumerate().map(key).collect()
});

fn keyring() -> Keyring {
    Keyring::new(SecretKey::new(&[7; 32]).sealing_key())
}

struct Subject {
    verifier: SamaelVerifier,
    trusted: IdpMetadata,
    /// As many as there are in the middle of a rotation.
    service_keys: Vec<ServiceKey>,
    expectation: Expectation,
    key: SigningKey,
}

impl Subject {
    /// A connection with as many certificates as there may be, that of the key being the last.
    fn new() -> Self {
        let key = SigningKey::demo();
        let mut certificates: Vec<_> =
            (0..7).map(|_| SigningKey::rsa_2048().unwrap().certificate_der()).collect();
        certificates.push(key.certificate_der());
        let document = metadata(IDP, "https://idp.example/sso", &certificates).xml();
        Self {
            verifier: SamaelVerifier::with_keyring(keyring()),
            service_keys: SERVICE_KEYS.clone(),
            trusted: XmlMessages.parse_idp_metadata(&document, now()).unwrap(),
            expectation: Expectation {
                audience: SP.to_owned(),
                acs_url: ACS.to_owned(),
                lifetimes: Lifetimes::Enforced,
            },
            key,
        }
    }

    /// Whether a response is believed, after its issuer was looked up as the service does.
    fn is_believed(&self, response: &EncodedResponse) -> bool {
        self.verifier.claim(response).is_ok()
            && self
                .verifier
                .verify(response, &self.trusted, &self.service_keys, &self.expectation, now())
                .is_ok()
    }

    fn signed(&self, xml: &str, options: &SignatureOptions) -> String {
        let assertion = sign(xml, &Target::Assertion, &self.key, options).unwrap();
        sign(&assertion, &Target::Root, &self.key, options).unwrap()
    }

    /// Whether a response is believed, and milliseconds of CPU for that.
    fn cost(&self, xml: &str) -> (bool, f64) {
        let response = EncodedResponse(encode(xml));
        let believed = self.is_believed(&response);
        let mut times = 0;
        let before = cpu_milliseconds();
        loop {
            self.is_believed(&response);
            times += 1;
            let spent = cpu_milliseconds() - before;
            if spent >= 60.0 {
                return (believed, spent / f64::from(times));
            }
        }
    }
}

/// Of this thread; the kernel counts in steps of up to 4 ms.
fn cpu_milliseconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let microseconds = text.split(' ').next().unwrap().parse::<u64>().unwrap() / 1_000;
    f64::from(u32::try_from(microseconds).unwrap()) / 1_000.0
}

fn resident_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

fn response() -> ResponseBuilder {
    ResponseBuilder::new(now(), ACS, SP, IDP, "ada@acme.example")
}

/// A filled response is signed by the right key, by the right key before it was filled, and by nobody's.
fn worst_bodies(subject: &Subject) {
    println!(
        "{:40} {:>6} {:>12} {:>12} {:>12}",
        "milliseconds of CPU", "KiB", "legal", "replaced", "unsigned"
    );
    let frame = bodies::frame(response()).xml();
    let nobody = Subject { key: SigningKey::rsa_2048().unwrap(), ..Subject::new() };
    for (name, fill) in bodies::fillings() {
        for (listed, options) in [("", SignatureOptions::default()), (" +prefixes", bodies::prefixes())] {
            let legal = subject.signed(&fill(&frame, bodies::FULL), &options);
            let replaced = fill(&subject.signed(&frame, &options), bodies::FULL);
            let (believed, legal_cost) = subject.cost(&legal);
            let (forged, replaced_cost) = subject.cost(&replaced);
            let (unknown, unsigned_cost) =
                subject.cost(&nobody.signed(&fill(&frame, bodies::FULL), &options));
            assert!(!forged && !unknown, "{name}");
            println!(
                "{:40} {:>6} {:>12} {:>12.1} {:>12.1}",
                format!("{name}{listed}"),
                encode(&legal).len() / 1024,
                if believed { format!("{legal_cost:.1}") } else { format!("({legal_cost:.1})") },
                replaced_cost,
                unsigned_cost,
            );
        }
    }
}

/// What a stranger may encrypt for this service, and what an identity provider might: small, and filled. The key is the one that is
/// tried last, or nobody's.
fn encrypted_bodies(subject: &Subject) {
    println!(
        "{:40} {:>6} {:>12} {:>12} {:>12} {:>12}",
        "encrypted", "KiB", "legal", "both", "by nobody", "for nobody"
    );
    let last = &SERVICE_KEYS[SERVICE_KEYS.len() - 1].certificate.der;
    let nobody = SigningKey::rsa_bits(3_072).unwrap();
    let frame = bodies::frame(response());
    let fillings = [("nothing", (|xml, _| xml.to_owned()) as bodies::Filling)];
    for (name, fill) in fillings.into_iter().chain(bodies::fillings()) {
        let filled = |key: &SigningKey, builder: ResponseBuilder, certificate: &[u8]| {
            let xml = fill(&frame.xml(), bodies::FULL_ENCRYPTED);
            let signed = sign(&xml, &Target::Assertion, key, &SignatureOptions::default()).unwrap();
            let (start, end) =
                (signed.find("<saml:Assertion").unwrap(), signed.find("</saml:Assertion>").unwrap());
            let assertion = format!("{}</saml:Assertion>", &signed[start..end]);
            let options = EncryptionOptions::default().with(|o| o.plaintext = Some(assertion.into_bytes()));
            builder.encrypt_assertion_with(certificate, options).xml()
        };
        let legal = filled(&subject.key, response(), last);
        let both = filled(&subject.key, response().sign_response(&subject.key), last);
        let by_nobody = filled(&nobody, response(), last);
        let for_nobody = filled(&subject.key, response(), &nobody.certificate_der());
        let costs = [&legal, &both, &by_nobody, &for_nobody].map(|xml| subject.cost(xml));
        assert!(!costs[2].0 && !costs[3].0, "{name}");
        let shown = costs
            .map(|(believed, cost)| if believed { format!("{cost:.1}") } else { format!("({cost:.1})") });
        let [legal_cost, both_cost, by_nobody_cost, for_nobody_cost] = shown;
        println!(
            "{name:40} {:>6} {legal_cost:>12} {both_cost:>12} {by_nobody_cost:>12} {for_nobody_cost:>12}",
            encode(&legal).len() / 1024,
        );
    }
}

/// How long a refusal takes that tells nothing of what AES-CBC decrypts, by where in it something was wrong.
fn refusals_by_cbc(subject: &Subject) {
    let certificate = &SERVICE_KEYS[0].certificate.der;
    let nobody = SigningKey::rsa_2048().unwrap();
    let assertion_of = |builder: ResponseBuilder| {
        let xml = builder.xml();
        let (start, end) = (xml.find("<saml:Assertion").unwrap(), xml.find("</saml:Assertion>").unwrap());
        format!("{}</saml:Assertion>", &xml[start..end])
    };
    let usual = assertion_of(response().sign_assertion(&subject.key));
    let foreign = response().with(|r| r.assertion.issuer = Some("https://another.example".into()));
    let stages = [
        ("not well-formed", usual.replacen("</", "<", 1)),
        ("no assertion", usual.replace("saml:Assertion", "saml:Assumption")),
        ("signed by nobody", assertion_of(response().sign_assertion(&nobody))),
        ("changed after signing", usual.replace("ada@", "eve@")),
        ("of another issuer", assertion_of(foreign.clone())),
        ("of another issuer, signed", assertion_of(foreign.sign_assertion(&subject.key))),
    ];
    let bodies = stages.map(|(name, plaintext)| {
        let options = EncryptionOptions::default().with(|o| {
            content_encryption::AES_256_CBC.clone_into(&mut o.content);
            o.plaintext = Some(plaintext.into_bytes());
        });
        let signed = response().sign_response(&subject.key);
        (name, EncodedResponse(signed.encrypt_assertion_with(certificate, options).encoded()))
    });
    let mut times = bodies.each_ref().map(|_| Vec::new());
    for _ in 0..200 {
        for (times, (name, body)) in times.iter_mut().zip(&bodies) {
            let before = Instant::now();
            let answer =
                subject.verifier.verify(body, &subject.trusted, &SERVICE_KEYS, &subject.expectation, now());
            times.push(before.elapsed().as_secs_f64() * 1e6);
            assert_eq!(answer, Err(Rejection::NotDecrypted), "{name}");
        }
    }
    for (mut times, (name, _)) in times.into_iter().zip(bodies) {
        times.sort_by(f64::total_cmp);
        println!("by AES-CBC, {name}: {:.0} µs", times[times.len() / 2]);
    }
}

/// A response of about 6.6 KB of XML, with its assertion signed.
fn usual(key: &SigningKey) -> String {
    let with_attributes = (0..9).fold(response(), |response, n| {
        let value = format!("the value of attribute number {n}, about as long as values are");
        response.attribute(&format!("https://schemas.example.com/identity/claims/attribute-{n}"), [value])
    });
    with_attributes.in_response_to("_8f3c2a1b9d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a").sign_assertion(key).xml()
}

/// Takes turns, so that what else the machine does hits all alike, and prints medians.
fn beside_the_library(subject: &Subject) {
    let xml = usual(&subject.key);
    let posted = EncodedResponse(encode(&xml));
    let certificates = [CertificateDer::from(subject.key.certificate_der())];
    let document = metadata(IDP, "https://idp.example/sso", &[subject.key.certificate_der()]).xml();
    let trusted = XmlMessages.parse_idp_metadata(&document, now()).unwrap();
    let allowed = [AllowedSignatureAlgorithm::RsaSha256];
    let whole = || {
        subject.verifier.verify(&posted, &trusted, &[], &subject.expectation, now()).unwrap();
    };
    let gate = || {
        subject.verifier.claim(&posted).unwrap();
    };
    let library = || {
        Crypto::reduce_xml_to_signed_with_allowed_algorithms(
            &xml,
            &certificates,
            ReduceMode::PreDigest,
            Some(&allowed),
        )
        .unwrap();
    };
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..10_000 {
        for (times, run) in times.iter_mut().zip([&whole as &dyn Fn(), &gate, &library]) {
            let before = Instant::now();
            run();
            times.push(before.elapsed().as_secs_f64() * 1e6);
        }
    }
    let [whole, gate, library] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    println!("{} bytes: whole {whole:.0} µs, gate {gate:.0} µs, library {library:.0} µs", xml.len());
    println!("whole / library {:.2}, gate / whole {:.2}", whole / library, gate / whole);
}

/// 100,000 responses, of which every second is believed and every hundredth is encrypted, and the memory at each tenth.
fn memory(subject: &Subject) {
    let good = subject.signed(&response().xml(), &SignatureOptions::default());
    let bad = [
        good.replace("ada@", "eve@"),
        good.replace("</samlp:Response>", ""),
        good.replace("rsa-sha256", "rsa-sha1"),
        good.replace(ACS, "https://elsewhere.example"),
    ];
    let good = EncodedResponse(encode(&good));
    let bad = bad.map(|xml| EncodedResponse(encode(&xml)));
    let certificate = &SERVICE_KEYS[0].certificate.der;
    let encrypted = response().sign_assertion(&subject.key).encrypt_assertion(certificate);
    let corrupt = EncryptionOptions::default().with(|o| o.corrupt_content = true);
    let corrupt = response().sign_assertion(&subject.key).encrypt_assertion_with(certificate, corrupt);
    let [encrypted, corrupt] = [encrypted, corrupt].map(|builder| EncodedResponse(builder.encoded()));
    for tenth in 0..=10 {
        println!("{:>7} responses: {:>7} KiB resident", tenth * 10_000, resident_kilobytes());
        if tenth < 10 {
            for n in 0..5_000 {
                let (good, bad) =
                    if n % 100 == 0 { (&encrypted, &corrupt) } else { (&good, &bad[n % bad.len()]) };
                assert!(subject.is_believed(good) && !subject.is_believed(bad));
            }
        }
    }
}

fn main() {
    let subject = Subject::new();
    worst_bodies(&subject);
    encrypted_bodies(&subject);
    refusals_by_cbc(&subject);
    beside_the_library(&subject);
    memory(&subject);
}
