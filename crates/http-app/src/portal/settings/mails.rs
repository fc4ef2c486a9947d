//! The organization's mails, to look at: with sample data, in its look and in each language.

use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded;
use vestibule_domain::letter::{Correspondence, Letter, LetterContent};
use vestibule_domain::organization::Locale;
use vestibule_domain::ports::Mail;
use vestibule_languages::Language;

use crate::portal::form::{Form, capitalized};
use crate::portal::frame::{Choice, Frame, Here};
use crate::portal::list::Asked;
use crate::portal::visit::Visit;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// As on every page of the portal, and with the mail in a frame.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'",
);

#[derive(Template)]
#[template(path = "portal/settings/mails.html")]
struct MailsPage {
    frame: Frame,
    here: String,
    form: Form,
    kinds: Vec<Choice>,
    languages: Vec<Choice>,
    mail: Option<ShownMail>,
}

struct ShownMail {
    language: &'static str,
    subject: String,
    text: String,
    /// Where the HTML part is.
    address: String,
}

/// Which mail is to be shown: what cannot be meant is as if nothing were said.
struct Wanted {
    kind: &'static str,
    language: Language,
}

impl Wanted {
    fn of(asked: &Asked, visit: &Visit) -> Self {
        let kinds = LetterContent::kinds();
        let kind = kinds.iter().copied().find(|kind| *kind == asked.form.text("kind"));
        let own = visit.organization.locale.as_ref().map(Locale::as_str).and_then(Language::of);
        Self {
            kind: kind.unwrap_or(kinds[0]),
            language: Language::of(asked.form.text("language")).or(own).unwrap_or_default(),
        }
    }

    /// The mail, unless a template is wrong.
    fn mail(&self, site: &Site, visit: &Visit) -> Option<Mail> {
        let (first_name, spoken) = ("Ada".parse().ok()?, self.language.tag().parse().ok()?);
        let about = Correspondence::with(&visit.organization, first_name, Some(&spoken));
        let letters = Letter::samples(&about, site.app.world.now());
        let letter = letters.into_iter().find(|letter| letter.content.kind() == self.kind)?;
        let made = site.app.previews.preview(&letter);
        made.inspect_err(|error| tracing::error!(error = %error, "a mail cannot be shown")).ok()
    }
}

/// The page with a mail in it.
pub(super) async fn show(State(site): State<Site>, visit: Visit, asked: Asked) -> Response {
    let wanted = Wanted::of(&asked, &visit);
    let here = format!("{}/settings", visit.home());
    let (kind, tag) = (wanted.kind, wanted.language.tag());
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("kind", kind), ("language", tag)])
        .finish();
    let mail = wanted.mail(&site, &visit).map(|Mail { subject, text, .. }| ShownMail {
        language: tag,
        subject,
        text,
        address: format!("{here}/mails/shown?{query}"),
    });
    let mut form = Form::default();
    form.set("kind", kind);
    form.set("language", tag);
    let kinds = LetterContent::kinds()
        .into_iter()
        .map(|kind| Choice::new(kind, capitalized(&kind.replace('_', " "))))
        .collect();
    let languages = Language::all().map(|one| Choice::new(one.tag(), one.say("language"))).collect();
    let status = if mail.is_some() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    let frame = visit.frame(Here::Settings);
    let mut shown = page(status, &MailsPage { frame, here, form, kinds, languages, mail });
    shown.headers_mut().insert(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    shown
}

/// The HTML part of a mail, as a document of its own. Mails need styles in their elements, which no page of the portal may have: so this one
/// is in a sandbox without origin, scripts, forms and links, and is shown in the portal's own frames alone.
pub(super) async fn shown(State(site): State<Site>, visit: Visit, asked: Asked) -> Result<Response, Failure> {
    let mail = Wanted::of(&asked, &visit).mail(&site, &visit).ok_or_else(Problem::not_found)?;
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src {}; form-action 'none'; frame-ancestors 'self'; \
         base-uri 'none'; sandbox",
        site.app.public_url
    );
    let policy = HeaderValue::from_str(&policy).map_err(|_| Problem::not_found())?;
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(mail.html)).into_response())
}
