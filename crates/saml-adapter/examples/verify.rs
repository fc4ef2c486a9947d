//! Believes a response or says why not: `cargo run -p vestibule-saml-adapter --example verify`.

use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey, metadata};
use vestibule_domain::ports::{
    EncodedResponse, Expectation, Lifetimes, ResponseVerifier, SamlMessages, ServiceProvider,
};
use vestibule_domain::text::OrganizationSlug;
use vestibule_saml_adapter::{SamaelVerifier, XmlMessages};

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = "2026-11-24T08:00:00Z".parse()?;
    let key = SigningKey::demo();
    let us = ServiceProvider::new("https://sso.example.com", &OrganizationSlug::parse("acme")?);

    // What an administrator saved: the metadata of the identity provider.
    let document = metadata("https://idp.example", "https://idp.example/sso", &[key.certificate_der()]).xml();
    let trusted = XmlMessages.parse_idp_metadata(&document, now)?;
    println!("trusted: {} by {}", trusted.entity_id, trusted.certificates[0].subject);

    // What a browser posts, once right and once changed on its way.
    let response = ResponseBuilder::new(now, &us.acs_url(), &us.entity_id(), "https://idp.example", "ada")
        .attribute("FirstName", ["Ada"])
        .sign_assertion(&key)
        .xml();
    let expectation =
        Expectation { audience: us.entity_id(), acs_url: us.acs_url(), lifetimes: Lifetimes::Enforced };
    let verifier = SamaelVerifier::new();
    for xml in [response.clone(), response.replace("Ada", "Eve")] {
        let posted = EncodedResponse(vestibule_demo_idp::mint::encode(&xml));
        match verifier.verify(&posted, &trusted, &[], &expectation, now) {
            Ok(assertion) => {
                println!("believed: {} {:?}", assertion.profile.name_id, assertion.profile.attributes);
            }
            Err(rejection) => println!("not believed ({}): {rejection}", rejection.code()),
        }
    }
    Ok(())
}
