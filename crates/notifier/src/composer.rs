//! Making a mail of a letter.

use std::time::SystemTime;

use chrono::{Datelike as _, TimeDelta};
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use minijinja::{Value, context};
use url::Url;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::letter::{CertificateInLetter, ConnectionInLetter, Letter, LetterContent};
use vestibule_domain::ports::{Mail, MailError, MailPreview};
use vestibule_domain::text::{PersonName, initials, is_forbidden};
use vestibule_domain::token::SecretKey;
use vestibule_languages::Language;

use crate::look;
use crate::sender::Sender;
use crate::templates::{Broken, SUBJECT, TEXT, TemplateFault, Templates};
use crate::words::Words;

/// Makes mails of letters: the same letter gives the same mail, byte for byte.
pub struct Composer {
    sender: Sender,
    /// Scheme, host and port, without a slash at the end.
    origin: String,
    key: SecretKey,
    pub(crate) templates: Templates,
}

/// Why a letter cannot become a mail. No later attempt will find it otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// A template is wrong. The error names the template and its line, not what was to be filled in.
    #[error("a template cannot be rendered: {}", place_of(.0))]
    Template(minijinja::Error),
    /// What came of a template is no mail's markup. The error repeats nothing of it.
    #[error("a template makes no mail: {0}")]
    Markup(String),
    /// Mail programs could not read the address.
    #[error("mail cannot be sent to such an address")]
    Address,
    /// The letter is of a year that no mail is of.
    #[error("the letter's date is out of range")]
    Date,
    /// The parts make no message.
    #[error("the parts make no message")]
    Message,
}

/// A text that is not the address of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an http or https URL, like https://sso.example.com")]
pub struct PublicUrlError;

impl Composer {
    /// Composes mails of this sender, with links to the service at `public_url` that are derived from `key`.
    ///
    /// # Errors
    /// The URL is none of a web page.
    pub fn new(sender: Sender, public_url: &str, key: SecretKey) -> Result<Self, PublicUrlError> {
        let url = Url::parse(public_url).map_err(|_| PublicUrlError)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PublicUrlError);
        }
        let origin = url.origin().ascii_serialization();
        Ok(Self { sender, origin, key, templates: Templates::embedded() })
    }

    /// Composes by these templates instead of the program's own.
    #[must_use]
    pub fn with_templates(self, templates: Templates) -> Self {
        Self { templates, ..self }
    }

    /// Composes mails that are sent to nobody.
    pub(crate) fn of_samples(templates: Templates) -> Self {
        let email = Address::new_dangerous("no-reply", "example.com");
        Self {
            sender: Sender(Mailbox::new(None, email)),
            origin: "https://sso.example.com".to_owned(),
            key: SecretKey::new(&[0; 32]),
            templates,
        }
    }

    /// What the mail of a letter says.
    ///
    /// # Errors
    /// A template is wrong.
    pub fn mail(&self, letter: &Letter) -> Result<Mail, ComposeError> {
        let kind = letter.content.kind();
        let language = language_of(letter);
        let (subject, context) = self.subject(letter, language).map_err(ComposeError::Template)?;
        let text = self.templates.text(kind, TEXT, language, &context).map_err(ComposeError::Template)?;
        let html = self.templates.html(kind, language, &context).map_err(|broken| match broken {
            Broken::Template(error) => ComposeError::Template(error),
            Broken::Markup(error) => ComposeError::Markup(error.to_string()),
        })?;
        Ok(Mail { subject, text, html })
    }

    /// The subject of a letter, and what the templates of its parts may name.
    pub(crate) fn subject(
        &self,
        letter: &Letter,
        language: Language,
    ) -> Result<(String, Value), minijinja::Error> {
        let context = self.context(letter, language);
        let filled = self.templates.text(letter.content.kind(), SUBJECT, language, &context)?;
        let subject = one_line(&filled);
        let context = context! { subject => &subject, ..context };
        Ok((subject, context))
    }

    /// Where the mail of a letter leads, if anywhere. An origin, a slug and a token have no character that means something in HTML.
    pub(crate) fn link(&self, letter: &Letter) -> Option<String> {
        let origin = &self.origin;
        match &letter.content {
            LetterContent::Welcome { about } => Some(format!("{origin}/sso/{}/login", about.organization)),
            LetterContent::LinkVerification { about, link, .. } => {
                let token = self.key.link_token(*link);
                Some(format!("{origin}/sso/{}/link/{}", about.organization, token.reveal()))
            }
            LetterContent::LostPassword { link, .. } | LetterContent::Invitation { link, .. } => {
                Some(format!("{origin}/admin/set-password/{}", self.key.password_link_token(*link).reveal()))
            }
            LetterContent::SetupLink { link, .. } => {
                Some(format!("{origin}/admin/setup/{}", self.key.setup_token(*link).reveal()))
            }
            LetterContent::AddressChanged { .. }
            | LetterContent::CertificateExpires { .. }
            | LetterContent::MetadataAwaitsApproval { .. }
            | LetterContent::MetadataNotRefreshed { .. } => None,
        }
    }

    /// What the templates of a letter may name.
    fn context(&self, letter: &Letter, language: Language) -> Value {
        let about = letter.content.about();
        let name = about.organization_name;
        let first_name = about.first_name.map(PersonName::as_str).unwrap_or_default();
        let every = context! {
            kind => letter.content.kind(),
            language => language.tag(),
            direction => language.direction(),
            organization => name,
            initials => initials(name),
            first_name,
            look => look::of(&about, &self.origin),
            link => self.link(letter),
        };
        let words = Words::of(language).with("organization", name).with("name", first_name);
        let of = |words: Words, connection: &ConnectionInLetter| {
            words.with("connection", connection.name.as_str()).with("key", connection.key.as_str())
        };
        let certificate = |certificate: &CertificateInLetter| named(certificate, language);
        match &letter.content {
            LetterContent::Welcome { .. } | LetterContent::AddressChanged { .. } => {
                context! { say => words.say(), ..every }
            }
            LetterContent::LinkVerification { connection_name, expires_at, .. } => {
                let hours = (*expires_at - letter.created_at).num_hours();
                let expires_at = language.instant(*expires_at);
                let words = words.with("connection", connection_name.as_str());
                context! {
                    say => words.with("at", &*expires_at).with_count("hours", hours).say(),
                    connection => connection_name.as_str(),
                    expires_at,
                    hours,
                    ..every
                }
            }
            LetterContent::CertificateExpires { connection, certificate: ending, .. } => {
                // A day that has begun counts.
                let days = (ending.not_after - letter.created_at + TimeDelta::hours(23)).num_days().max(1);
                let words = of(words, connection).with("at", language.instant(ending.not_after));
                context! {
                    say => words.with_count("days", days).say(),
                    connection => connection.name.as_str(),
                    connection_key => connection.key.as_str(),
                    certificate => certificate(ending),
                    days,
                    ..every
                }
            }
            LetterContent::MetadataAwaitsApproval {
                connection, added, removed, endpoints_changed, ..
            } => context! {
                say => of(words, connection).say(),
                connection => connection.name.as_str(),
                connection_key => connection.key.as_str(),
                added => added.iter().map(certificate).collect::<Vec<_>>(),
                removed => removed.iter().map(certificate).collect::<Vec<_>>(),
                endpoints_changed,
                ..every
            },
            LetterContent::LostPassword { expires_at, .. } => {
                let expires_at = language.instant(*expires_at);
                context! { say => words.with("at", &*expires_at).say(), expires_at, ..every }
            }
            LetterContent::Invitation { invited_by, expires_at, .. }
            | LetterContent::SetupLink { invited_by, expires_at, .. } => {
                let expires_at = language.instant(*expires_at);
                let by = invited_by.as_ref().map_or(name, EmailAddress::as_str);
                context! {
                    say => words.with("at", &*expires_at).with("by", by).say(),
                    invited_by => by,
                    expires_at,
                    ..every
                }
            }
            LetterContent::MetadataNotRefreshed { connection, since, reason, .. } => {
                let since = language.instant(*since);
                context! {
                    say => of(words, connection).with("at", &*since).say(),
                    connection => connection.name.as_str(),
                    connection_key => connection.key.as_str(),
                    since,
                    reason => one_line(reason),
                    ..every
                }
            }
        }
    }

    /// The mail of a letter, ready to be sent.
    pub(crate) fn message(&self, letter: &Letter) -> Result<Message, ComposeError> {
        let mail = self.mail(letter)?;
        let to = letter.to.as_str().parse().map_err(|_| ComposeError::Address)?;
        // The years for which lettre can write a date; it panics at others.
        if !(1970..=9999).contains(&letter.created_at.year()) {
            return Err(ComposeError::Date);
        }
        // No line of quoted-printable or base64 can be this boundary (RFC 2045 §6.7).
        let parts = MultiPart::alternative().boundary(format!("=_{}", letter.id));
        let message = Message::builder()
            .from(self.sender.0.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            .date(SystemTime::from(letter.created_at))
            .message_id(Some(format!("<{}@{}>", letter.id, self.sender.0.email.domain())))
            .multipart(
                parts.singlepart(SinglePart::plain(mail.text)).singlepart(SinglePart::html(mail.html)),
            );
        let mut message = message.map_err(|_| ComposeError::Message)?;
        message.headers_mut().insert_raw(auto_submitted());
        Ok(message)
    }

    /// The address of the sender.
    pub(crate) fn sender(&self) -> &lettre::Address {
        &self.sender.0.email
    }
}

impl MailPreview for Composer {
    fn preview(&self, letter: &Letter) -> Result<Mail, MailError> {
        Ok(self.mail(letter)?)
    }
}

impl From<ComposeError> for MailError {
    fn from(error: ComposeError) -> Self {
        Self::Permanent(error.to_string())
    }
}

impl std::fmt::Debug for Composer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Composer").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// That no person wrote it, so that nobody's absence is announced to it (RFC 3834 §5).
fn auto_submitted() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

/// Where a template is wrong, and of what kind the error is. Its details may have what was to be filled in.
fn place_of(error: &minijinja::Error) -> String {
    let TemplateFault { file, line, .. } = TemplateFault::of_template("", error);
    format!("{file}, line {}: {}", line.unwrap_or_default(), error.kind())
}

/// The language that a letter is written in: its own, as far as there are words of it, or English.
pub(crate) fn language_of(letter: &Letter) -> Language {
    Language::of(letter.content.about().locale.as_str()).unwrap_or_default()
}

/// A certificate as templates name it. What it says of itself is somebody else's text.
fn named(certificate: &CertificateInLetter, language: Language) -> Value {
    context! {
        subject => one_line(&certificate.subject),
        fingerprint => certificate.sha256_fingerprint.as_str(),
        ends => language.instant(certificate.not_after),
    }
}

/// What a header can hold: one line, with nothing invisible that changes what is read.
fn one_line(text: &str) -> String {
    // The marks around what is written from right to left are for sentences; in a header nothing stands after it that they could turn.
    let text = text.replace(['\u{2068}', '\u{2069}'], "");
    let visible: String = text.chars().map(|c| if is_forbidden(c) { ' ' } else { c }).collect();
    // Mail programs would decode what looks like an encoded word (RFC 2047 §2) and show what it hides; lettre leaves it as it is.
    visible.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line(" Hello\r\nBcc: a@b.example\u{202E}\tthere\n"), "Hello Bcc: a@b.example there");
        assert_eq!(one_line("=?utf-8?q?=0D=0A?="), "= ?utf-8?q?=0D=0A?=");
    }

    #[test]
    fn links_lead_to_the_origin() {
        let composer = |url| {
            let sender = Sender::parse("a@b.example").unwrap();
            Composer::new(sender, url, SecretKey::new(&[7; 32])).map(|composer| composer.origin)
        };
        assert_eq!(composer("https://SSO.example.com/"), Ok("https://sso.example.com".to_owned()));
        assert_eq!(composer("http://localhost:8080"), Ok("http://localhost:8080".to_owned()));
        assert_eq!(composer("sso.example.com"), Err(PublicUrlError));
        assert_eq!(composer("file:///etc"), Err(PublicUrlError));
    }
}
