//! What the worst bodies cost, and whether verifying grows: `cargo bench -p vestibule-saml-adapter --bench cost`.
//!
//! Prints milliseconds of CPU for each body, of both calls that a response gets; then what a usual response costs beside
//! the signature library alone. Then it verifies 100,000 responses, good and bad, and prints how much memory the process has
//! meanwhile.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at what is wrong")]
#![expect(clippy::print_stdout, reason = "it prints what it measured")]

mod bodies;

use std::time::Instant;

use chrono::{DateTime, Utc};
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode};
use vestibule_demo_idp::mint::{
    ResponseBuilder, SignatureOptions, SigningKey, Target, encode, metadata, sign,
};
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{EncodedResponse, Expectation, Lifetimes, ResponseVerifier, SamlMessages};
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

const IDP: &str = "https://idp.example/metadata";
const SP: &str = "https://sso.example.com/sso/acme/metadata";
const ACS: &str = "https://sso.example.com/sso/acme/acs";

fn now() -> DateTime<Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

struct Subject {
    verifier: SamaelVerifier,
    trusted: IdpMetadata,
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
            verifier: SamaelVerifier::new(),
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
            && self.verifier.verify(response, &self.trusted, &[], &self.expectation, now()).is_ok()
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
            let legal = subject.signed(&fill(&frame), &options);
            let replaced = fill(&subject.signed(&frame, &options));
            let (believed, legal_cost) = subject.cost(&legal);
            let (forged, replaced_cost) = subject.cost(&replaced);
            let (unknown, unsigned_cost) = subject.cost(&nobody.signed(&fill(&frame), &options));
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

/// 100,000 responses, of which every second is believed, and the memory at each tenth.
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
    for tenth in 0..=10 {
        println!("{:>7} responses: {:>7} KiB resident", tenth * 10_000, resident_kilobytes());
        if tenth < 10 {
            for n in 0..5_000 {
                assert!(subject.is_believed(&good) && !subject.is_believed(&bad[n % bad.len()]));
            }
        }
    }
}

fn main() {
    let subject = Subject::new();
    worst_bodies(&subject);
    beside_the_library(&subject);
    memory(&subject);
}
