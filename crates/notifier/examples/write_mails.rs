//! Writes every mail into a folder, to look at: `cargo run -p vestibule-notifier --example write_mails -- /tmp/mails`. Beside
//! each `.eml` lies its HTML part.

#![expect(clippy::print_stdout, reason = "an example shows where it is")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;
use vestibule_domain::letter::{Correspondence, Letter, LetterContent};
use vestibule_domain::ports::Mailer as _;
use vestibule_domain::token::SecretKey;
use vestibule_notifier::{Composer, FileMailer, Sender};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "mails".to_owned()));
    let sender = Sender::parse("Acme <no-reply@acme.example>")?;
    let composer = Composer::new(sender, "https://sso.acme.example", SecretKey::new(&[7; 32]))?;
    let composer = Arc::new(composer);
    let mailer = FileMailer::new(&folder, composer.clone());
    for letter in letters()? {
        mailer.send(&letter).await?;
        std::fs::write(folder.join(format!("{}.html", letter.content.kind())), composer.mail(&letter)?.html)?;
        println!("{}: {}", folder.join(format!("{}.eml", letter.id)).display(), letter.content.kind());
    }
    Ok(())
}

fn letters() -> Result<Vec<Letter>, Box<dyn Error>> {
    let about = Correspondence {
        organization: "acme".parse()?,
        organization_name: "Acme & Søn".parse()?,
        first_name: "Ada".parse()?,
        locale: "en".parse()?,
    };
    let written: DateTime<Utc> = "2026-01-02T03:04:05Z".parse()?;
    let contents = [
        LetterContent::Welcome { about: about.clone() },
        LetterContent::LinkVerification {
            about: about.clone(),
            link: Uuid::from_u128(4).into(),
            connection_name: "Okta".parse()?,
            expires_at: written + Duration::hours(24),
        },
        LetterContent::AddressChanged { about },
    ];
    let to = "ada@acme.example".parse()?;
    let letters = contents.into_iter().zip(1..).map(|(content, number)| Letter {
        id: Uuid::from_u128(number).into(),
        organization_id: Some(Uuid::from_u128(9).into()),
        to: Clone::clone(&to),
        user_id: None,
        content,
        created_at: written,
    });
    Ok(letters.collect())
}
