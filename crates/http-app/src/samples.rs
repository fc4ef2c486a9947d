//! Letters to nobody, for looking at mails.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use vestibule_domain::branding::Branding;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::letter::{Correspondence, Letter, LetterContent};
use vestibule_domain::text::TextError;
use vestibule_languages::Language;

/// Ada, of an organization that is only an example.
///
/// # Errors
/// The language's tag is none.
pub(crate) fn somebody_somewhere(language: Language) -> Result<Correspondence, TextError> {
    Ok(Correspondence {
        organization: "example".parse()?,
        organization_name: "Example".parse()?,
        first_name: "Ada".parse()?,
        locale: language.tag().parse()?,
        branding: Branding::default(),
    })
}

/// A letter of each kind to somebody.
///
/// # Errors
/// The address is none.
pub(crate) fn letters(about: &Correspondence, now: DateTime<Utc>) -> Result<Vec<Letter>, TextError> {
    let to: EmailAddress = "ada@example.com".parse()?;
    let letter = |content| Letter {
        id: Uuid::nil().into(),
        organization_id: None,
        to: to.clone(),
        user_id: None,
        content,
        created_at: now,
    };
    Ok(LetterContent::samples(about, now).into_iter().map(letter).collect())
}
