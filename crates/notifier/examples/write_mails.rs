//! Writes every mail in every language into a folder, to look at: `cargo run -p vestibule-notifier --example write_mails -- /tmp/mails`.

#![expect(clippy::print_stdout, reason = "an example shows where it is")]

use std::error::Error;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use vestibule_domain::branding::Branding;
use vestibule_domain::letter::{Correspondence, Letter, LetterContent};
use vestibule_domain::token::SecretKey;
use vestibule_languages::Language;
use vestibule_notifier::{Composer, Sender};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "mails".to_owned()));
    std::fs::create_dir_all(&folder)?;
    let sender = Sender::parse("Acme <no-reply@acme.example>")?;
    let composer = Composer::new(sender, "https://sso.acme.example", SecretKey::new(&[7; 32]))?;
    let written: DateTime<Utc> = "2026-01-02T03:04:05Z".parse()?;
    for language in Language::all() {
        let about = Correspondence {
            organization: "acme".parse()?,
            organization_name: "Acme & Søn".parse()?,
            first_name: "Ada".parse()?,
            locale: language.tag().parse()?,
            branding: Branding { accent_color: Some("#00695c".parse()?), logo: None },
        };
        for content in LetterContent::samples(&about, written) {
            let name = format!("{}.{}", content.kind(), language.tag());
            let letter = Letter {
                id: Uuid::nil().into(),
                organization_id: None,
                to: "ada@acme.example".parse()?,
                user_id: None,
                content,
                created_at: written,
            };
            let mail = composer.mail(&letter)?;
            std::fs::write(folder.join(format!("{name}.html")), mail.html)?;
            std::fs::write(folder.join(format!("{name}.txt")), format!("{}\n\n{}", mail.subject, mail.text))?;
            println!("{}", folder.join(format!("{name}.html")).display());
        }
    }
    Ok(())
}
