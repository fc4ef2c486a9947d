//! Mints a signed response and metadata for it: `cargo run -p vestibule-demo-idp --example mint`.

#![expect(clippy::print_stdout, reason = "an example shows what it made")]

use std::time::SystemTime;

use vestibule_demo_idp::mint::{MintError, ResponseBuilder, SigningKey, metadata};

fn main() -> Result<(), MintError> {
    let key = SigningKey::rsa_2048()?;
    println!(
        "{}\n",
        metadata("https://idp.example", "https://idp.example/sso", &[key.certificate_der()]).xml()
    );

    let response = ResponseBuilder::new(
        SystemTime::now().into(),
        "https://sp.example/acs",
        "https://sp.example/metadata",
        "https://idp.example",
        "ada@acme.example",
    )
    .attribute("FirstName", ["Ada"])
    .attribute("LastName", ["Lovelace"])
    .attribute("Groups", ["learners", "everybody"])
    .sign_response(&key);
    println!("{}", response.build()?);

    // The same response, made wrong: for somebody else, and signed nowhere.
    let wrong = ResponseBuilder::new(
        SystemTime::now().into(),
        "https://sp.example/acs",
        "https://sp.example/metadata",
        "https://idp.example",
        "ada@acme.example",
    )
    .conditions(|conditions| {
        conditions.audience_restrictions = vec![vec!["https://other.example".to_owned()]];
    });
    println!("\n{}", wrong.build()?);
    Ok(())
}
